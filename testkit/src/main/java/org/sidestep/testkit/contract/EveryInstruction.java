package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.sidestep.kernel.KernelProbes;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** One round of a workload, run once for each of its instruction boundaries with a timer interrupt there. */
final class EveryInstruction {

    private static final int TIMER = 0;
    /** Rounds before the one that is interrupted. */
    private static final int WARM = 4;

    private final Booted booted;
    private final String label;

    EveryInstruction(TestCell cell, String label) {
        this.booted = cell.boot().count(KernelProbes.KILL);
        this.label = label;
    }

    void interrupted() {
        booted.runTo(label, WARM);
        Booted.Mark mark = booted.mark();
        Outcome expected = booted.run();
        assertThat(expected.succeeded()).as(expected.toString()).isTrue();
        booted.restore(mark);
        long first = booted.machine().instructions();
        long last = first + roundLength();
        for (long boundary = first; boundary < last; boundary++) {
            booted.restore(mark);
            booted.machine().interruptAt(boundary, TIMER);
            Outcome outcome = booted.run();
            String where = "interrupted %d instructions after %s".formatted(boundary - first, label);
            assertThat(outcome).as(where).isEqualTo(expected);
            assertThat(booted.passed(KernelProbes.KILL)).as(where).isZero();
        }
    }

    private long roundLength() {
        long before = booted.machine().instructions();
        booted.machine().step();
        booted.runTo(label, 1);
        return booted.machine().instructions() - before;
    }
}
