package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.workload.Observables;

/**
 * A thread never gives way again: the one that runs, wherever it is and however it came to run, or another, which does so from its
 * next turn on. The workload says where a thread can spin, and who else can be made to.
 */
public final class Spin implements Disturbance {

    @Override
    public String id() {
        return "spin";
    }

    @Override
    public String summary() {
        return "a thread that may come to harm keeps the processor to itself: the one that runs, or one whose turn comes";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.user()) return List.of();
        Observables observables = occasion.image().observables();
        List<Strike> strikes = new ArrayList<>();
        if (observables.loop() != null && occasion.expendable()) {
            int loop = occasion.image().program().address(observables.loop());
            strikes.add(new Strike("spins", Promise.CONTAINMENT, machine -> machine.setEip(loop)));
        }
        if (occasion.interruptible()) strikes.addAll(Deeds.strikes(occasion, observables.spins(), Promise.CONTAINMENT));
        return strikes;
    }
}
