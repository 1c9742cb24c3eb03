package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.Timing.Loss;

/** Cycles lost since reset, by kind; see {@link org.sidestep.machine.Timing#lost}. Only touched where something is lost. */
public final class Losses {
    private final long[] cycles;

    public Losses() {
        cycles = new long[Loss.values().length];
    }

    public void keep(StateTape tape) {
        tape.array(cycles);
    }

    public void add(Loss kind, long lost) {
        cycles[kind.ordinal()] += lost;
    }

    /** So often as much. */
    void add(Losses others, long times) {
        for (int i = 0; i < cycles.length; i++) cycles[i] += times * others.cycles[i];
    }

    /** What an event costs by itself. */
    public void add(Event event, long cost) {
        switch (event) {
            case SPLIT_ACCESS, SELF_MODIFIED_CODE -> {}
            case CR3_LOAD -> add(Loss.ADDRESS_SPACE, cost);
            default -> add(Loss.TRAP, cost);
        }
    }

    public long of(Loss kind) {
        return cycles[kind.ordinal()];
    }
}
