package org.sidestep.verify;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.StatePart;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;

/**
 * Runs of one machine that ended well. While a trial runs, it is held against them at each of the kernel's exits and wherever a
 * message is received.
 */
final class KnownRuns {

    private static final int LEVEL_3 = 3;
    /** From a kernel exit's probe to user level. */
    private static final int WAY_OUT = 8;
    /** Each takes some time and memory to keep; the later ones are met less often. */
    private static final int MOST = 8;
    /** A run that is shorter need not be known: it takes less time than learning it. */
    private static final int LONG = 300;
    /** To learn a run takes about as long as so many of its like. */
    private static final int PRICE = 30;

    private static final Set<StatePart> STATE = EnumSet.of(StatePart.MEMORY, StatePart.PROCESSOR);

    private final Booted booted;
    private final Machine machine;
    private final List<KnownRun> runs = new ArrayList<>();
    private int most = MOST;
    private final InterruptsOff off;
    private OptionalLong reached = OptionalLong.empty();
    private boolean looking;
    private long spent;

    /** @param off is reset when a trial begins to run, and tells of nothing that comes behind its first stop */
    KnownRuns(Booted booted, InterruptsOff off) {
        this.booted = booted;
        this.off = off;
        machine = booted.machine();
        for (String label : booted.image().probes().getOrDefault(KernelProbes.KERNEL_EXIT, List.of())) watch(label);
        for (String label : booted.image().observables().deliveries()) watch(label);
    }

    private void watch(String label) {
        machine.watch(booted.address(label), (at, address) -> {
            if (looking) machine.debugger().requestStop("to see whether the rest is known");
        });
    }

    /** How a run went on: to its end or, with the rest not null, to where the rest is known. */
    record Course(Stop stop, KnownRun.Rest rest) {}

    /** Lets the machine run to its end, or to where it comes to what is known, or until the clock reaches a limit. */
    Course run(long limit) {
        looking = true;
        reached = OptionalLong.empty();
        off.begin();
        try {
            while (true) {
                Stop stop = machine.run(Limits.cycles(limit));
                if (stop.kind() != Stop.Kind.REQUEST) return new Course(stop, null);
                for (int i = 0; i < WAY_OUT && machine.cpl() != LEVEL_3; i++) machine.step();
                if (reached.isEmpty()) reach();
                KnownRun.Rest rest = machine.cpl() == LEVEL_3 ? rest() : null;
                if (rest != null) return new Course(stop, rest);
            }
        } finally {
            looking = false;
        }
    }

    /** Whether the machine has come to a state of the run that is known first. */
    boolean isUndisturbed() {
        return !runs.isEmpty() && runs.get(0).from(new KnownRun.Place(machine)) != null;
    }

    /** Where a trial comes first it comes whatever is known. */
    private void reach() {
        reached = OptionalLong.of(machine.debugger().hash(STATE));
        off.end();
    }

    /** A hash of the state at the first stop of the last run. */
    OptionalLong reached() {
        return reached;
    }

    private KnownRun.Rest rest() {
        KnownRun.Place here = new KnownRun.Place(machine);
        for (KnownRun run : runs) {
            KnownRun.Rest rest = run.from(here);
            if (rest != null) return rest;
        }
        return null;
    }

    /**
     * Whether a run that went on for so many instructions before anything was known is worth to be {@link #learn}ed: once runs like
     * it have taken as long as that takes.
     */
    boolean isNews(long instructions) {
        if (runs.size() >= most || instructions <= LONG) return false;
        spent += instructions;
        if (spent < PRICE * instructions) return false;
        spent = 0;
        return true;
    }

    /** From now on nothing is known: runs go on to their ends. */
    void forgetAll() {
        runs.clear();
        most = 0;
    }

    /** Keeps the first run alone. */
    void forget() {
        spent = 0;
        if (runs.size() > 1) runs.subList(1, runs.size()).clear();
    }

    /** Runs the machine to its end, and keeps what it did if that was well. */
    void learn(long limit) {
        KnownRun run = KnownRun.record(booted, limit);
        if (run != null) runs.add(run);
    }
}
