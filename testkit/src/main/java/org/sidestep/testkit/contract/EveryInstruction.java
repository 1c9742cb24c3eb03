package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** One round of a workload, run once for each of its instruction boundaries with a timer interrupt there. */
final class EveryInstruction {

    private static final int TIMER = 0;
    /** Rounds before the one that is interrupted. */
    private static final int WARM = 4;

    private final WorkloadCase workload;
    private final Booted booted;
    private final String label;

    EveryInstruction(TestCell cell, WorkloadCase workload, String label) {
        this.workload = workload;
        this.booted = workload.in(cell).boot().count(KernelProbes.KILL);
        this.label = label;
    }

    void interrupted() {
        booted.runTo(label, WARM);
        Booted.Mark mark = booted.mark();
        Outcome expected = booted.run();
        assertThat(expected.succeeded()).as(expected.toString()).isTrue();
        booted.restore(mark);
        long first = booted.machine().instructions();
        // the boundary of the stop itself has been passed already; its like at the end of the round has not
        long last = first + roundLength();
        for (long boundary = first + 1; boundary <= last; boundary++) {
            booted.restore(mark);
            booted.machine().interruptAt(boundary, TIMER);
            Outcome outcome = booted.run();
            String where = String.format(Locale.ROOT, "interrupted %d instructions after %s", boundary - first, label);
            assertThat(outcome.succeeded()).as("%s: %s", where, outcome).isTrue();
            assertThat(workload.promised(outcome)).as(where).isEqualTo(workload.promised(expected));
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
