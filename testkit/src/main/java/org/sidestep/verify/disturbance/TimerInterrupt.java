package org.sidestep.verify.disturbance;

import java.util.List;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** The timer interrupts. Whether that takes the processor away from the thread that runs is up to its time slice. */
public final class TimerInterrupt implements Disturbance {

    private static final int TIMER = 0;

    @Override
    public String id() {
        return "timer-interrupt";
    }

    @Override
    public String summary() {
        return "the timer interrupts at each instruction boundary";
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.interruptible()) return List.of();
        return List.of(
                new Strike("tick", Promise.EQUIVALENCE, machine -> machine.interruptAt(machine.instructions(), TIMER)));
    }
}
