package org.sidestep.lab.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/**
 * Counts entries from user level into the kernel, in all and by cause. An entry by system call counts as IPC once it passes
 * the kernel's probe for that.
 */
final class KernelEntries implements Recorder {

    static final String ALL = "kernel.entries";

    private static final int FIRST_INTERRUPT_VECTOR = 32;
    private static final int PAGE_FAULT = 14;
    private static final int VECTORS = 256;
    private static final int UNMENTIONED = -1;

    private final Tally tally;

    // Where their counts stand in the tally.
    private final int all;
    private final int[] causes;
    private final int[] vectors = new int[VECTORS];

    private Cause current;
    private long interruptAt = -1;
    private long enteredAt = -1;

    KernelEntries(Tally tally) {
        this.tally = tally;
        all = tally.mention(ALL);
        causes = Stream.of(Cause.values())
                .map(Cause::metric)
                .mapToInt(tally::mention)
                .toArray();
        Arrays.fill(vectors, UNMENTIONED);
    }

    private enum Cause {
        IPC,
        SYSCALL,
        INTERRUPT,
        PAGEFAULT,
        EXCEPTION;

        String metric() {
            return ALL + "." + name().toLowerCase(Locale.ROOT);
        }
    }

    /** The machine delivers an external interrupt, just before or after it reports the privilege change. */
    @Override
    public void interrupt(Machine machine) {
        interruptAt = machine.instructions();
        if (enteredAt == interruptAt) reclassify(Cause.INTERRUPT);
    }

    @Override
    public void entered(Machine machine, int vector) {
        enteredAt = machine.instructions();
        tally.add(all, 1);
        current = enteredAt == interruptAt ? Cause.INTERRUPT : cause(vector);
        tally.add(causes[current.ordinal()], 1);
        if (vector < 0) return;
        if (vectors[vector] == UNMENTIONED) vectors[vector] = tally.mention("kernel.vectors." + vector);
        tally.add(vectors[vector], 1);
    }

    @Override
    public void passed(String probe, Machine machine) {
        if (probe.equals(KernelProbes.IPC_KERNEL) && current == Cause.SYSCALL) reclassify(Cause.IPC);
    }

    @Override
    public void left(Machine machine) {
        current = null;
        enteredAt = -1;
    }

    private void reclassify(Cause cause) {
        if (current != null) tally.add(causes[current.ordinal()], -1);
        tally.add(causes[cause.ordinal()], 1);
        current = cause;
    }

    private static Cause cause(int vector) {
        if (vector == PAGE_FAULT) return Cause.PAGEFAULT;
        return vector >= 0 && vector < FIRST_INTERRUPT_VECTOR ? Cause.EXCEPTION : Cause.SYSCALL;
    }
}
