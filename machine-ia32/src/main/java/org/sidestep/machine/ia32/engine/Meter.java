package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Timing.Loss;

/**
 * Tells observers, instruction by instruction, how far the clock has advanced and what of that was lost to what. A loss
 * counts as far as the clock shows it; a misprediction shows in the instruction behind the branch.
 */
final class Meter {
    private static final Loss[] KINDS = Loss.values();

    private final List<Observer> observers = new ArrayList<>();
    private final long[] seen = new long[KINDS.length];
    private final long[] lost = new long[KINDS.length];
    private long clock;
    private long redirecting;

    void add(Observer observer, Timing timing) {
        observers.add(observer);
        begin(timing);
    }

    /** The clock is another, or has been set. */
    void begin(Timing timing) {
        clock = timing.cycles();
        for (Loss kind : KINDS) seen[kind.ordinal()] = timing.lost(kind);
        redirecting = 0;
    }

    /** An instruction at a linear address has retired. */
    void retired(Machine machine, Timing timing, int address) {
        long now = timing.cycles();
        long advance = now - clock;
        clock = now;
        long rest = advance;
        for (Loss kind : KINDS) {
            int i = kind.ordinal();
            long total = timing.lost(kind);
            long fresh = total - seen[i];
            seen[i] = total;
            if (kind == Loss.MISPREDICTION) fresh = behind(fresh);
            lost[i] = Math.min(fresh, rest);
            rest -= lost[i];
        }
        for (Observer observer : observers) observer.retired(machine, address, advance, lost);
    }

    private long behind(long fresh) {
        long before = redirecting;
        redirecting = fresh;
        return before;
    }
}
