package org.sidestep.verify.disturbance;

import java.util.List;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/**
 * The timer wakes a thread of the workload, which does one of the deeds that it can be made to do. All of that is code of the
 * workload; from outside come the interrupt and the word that says which deed.
 */
public final class AnotherThread implements Disturbance {

    @Override
    public String id() {
        return "another-thread";
    }

    @Override
    public String summary() {
        return "a thread that a tick wakes cancels, halts, reprioritises or deletes another, or sends to it";
    }

    /** Inside the kernel interrupts are off: what would come there comes at its exit. */
    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.user() || !occasion.interruptible()) return List.of();
        return Deeds.strikes(occasion, occasion.image().observables().deeds(), Promise.EQUIVALENCE);
    }
}
