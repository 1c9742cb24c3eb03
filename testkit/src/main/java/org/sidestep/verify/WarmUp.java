package org.sidestep.verify;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.testkit.Booted;

/** Brings a booted machine to the begin of the round that is disturbed. */
final class WarmUp {

    /** Rounds before it. */
    private static final int ROUNDS = 3;

    private static final int TIMER = 0;

    private final Booted booted;
    private final long maxCycles;

    /** @param maxCycles that it takes at most */
    WarmUp(Booted booted, long maxCycles) {
        this.booted = booted;
        this.maxCycles = maxCycles;
    }

    /**
     * Runs there.
     *
     * @return the address at which the round ends
     * @throws AssertionError if the run ends before
     */
    int run() {
        List<String> rounds =
                booted.image().observables().intervals().get("roundtrip").from();
        if (rounds.size() > 1) amongRivals(rounds);
        booted.runTo(rounds.get(0), ROUNDS);
        return booted.address(rounds.get(0));
    }

    /**
     * Where several threads have rounds, runs until each has had one and has more to come: whoever is at the end of one is
     * interrupted, which takes the processor away if time slices are short. If they are not, nothing is done: the threads
     * come one after the other then.
     */
    private void amongRivals(List<String> rounds) {
        Booted.Mark start = booted.mark();
        Map<Integer, Watch> ends = new TreeMap<>();
        for (String round : rounds) {
            int address = booted.address(round);
            ends.put(address, booted.machine().debugger().breakpoint(address));
        }
        Set<Integer> had = new TreeSet<>();
        for (int i = 0; i < 2 * rounds.size() && had.size() < rounds.size(); i++) {
            if (booted.machine().run(Limits.cycles(maxCycles)).kind() != Stop.Kind.BREAKPOINT) break;
            had.add(booted.machine().codeAddress());
            booted.machine().interruptAt(booted.machine().instructions(), TIMER);
        }
        ends.values().forEach(Watch::close);
        if (had.size() < rounds.size()) booted.restore(start);
    }
}
