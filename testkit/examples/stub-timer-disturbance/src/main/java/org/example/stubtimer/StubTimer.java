package org.example.stubtimer;

import java.util.List;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** The timer interrupts before an instruction of a stub, or some instructions later: nobody may notice. */
public final class StubTimer implements Disturbance {

    private static final int TIMER = 0;
    private static final int LATER = 5;

    @Override
    public String id() {
        return "stub-timer";
    }

    @Override
    public String summary() {
        return "the timer interrupts in the policy's stubs, and just behind";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.inStub() || !occasion.interruptible()) return List.of();
        return List.of(tick("now", 0), tick("later", LATER));
    }

    private static Strike tick(String name, int instructions) {
        return new Strike(
                name,
                Promise.EQUIVALENCE,
                machine -> machine.interruptAt(machine.instructions() + instructions, TIMER));
    }
}
