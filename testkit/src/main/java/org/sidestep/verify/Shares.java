package org.sidestep.verify;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;

/**
 * Sees whether threads of equal rights have their share of time: as long as one of them is ready, the processor goes from one to
 * the next within a time slice, whoever runs and by whatever way he came to run; and each of them has its turn when all others
 * have had theirs. Asks at each exit of the kernel who is ready.
 */
final class Shares implements Turns {

    private static final String TICK = "tick";
    private static final String MHZ = "mhz";

    private final KernelInvariants kernel;
    private final Map<Integer, String> named;
    private final long most;
    /** Who is ready. */
    private final Map<Integer, Wait> waiting = new TreeMap<>();

    private long turn;
    private String violation = "";

    /**
     * For a turn.
     *
     * @param others how many ran or were ready meanwhile, at most
     */
    private record Wait(long since, int others) {
        Wait among(int now) {
            return new Wait(since, Math.max(others, now));
        }
    }

    private Shares(KernelInvariants kernel, Map<Integer, String> named, long most) {
        this.kernel = kernel;
        this.named = named;
        this.most = most;
    }

    /** Looks on while the cell runs, if its workload promises shares and its parts say how long a time slice is. */
    static Optional<Shares> of(Cell cell, Booted booted) {
        int slice = booted.image().observables().slice();
        Object tick = cell.on(Axis.KERNEL).parameters().asMap().get(TICK);
        Object mhz = cell.on(Axis.CPU).parameters().asMap().get(MHZ);
        if (slice == 0 || booted.structures().isEmpty() || !(tick instanceof Number) || !(mhz instanceof Number))
            return Optional.empty();
        long microseconds = ((Number) tick).longValue();
        long ticks = Math.max(1, slice / microseconds);
        // One more: a tick that is due while interrupts are off is late.
        long most = (ticks + 1) * microseconds * ((Number) mhz).longValue();
        Map<Integer, String> named = booted.image().observables().threads();
        Shares shares = new Shares(booted.structures().get(), named, most);
        Turns.atExits(booted, shares::exit);
        return Optional.of(shares);
    }

    @Override
    public void begin() {
        waiting.clear();
        violation = "";
    }

    @Override
    public String violation() {
        return violation;
    }

    private void exit(Machine machine, int address) {
        Set<Integer> ready = new TreeSet<>(kernel.ready(machine));
        ready.retainAll(named.keySet());
        long now = machine.cycles();
        boolean someoneHadItsTurn = waiting.isEmpty() || !ready.containsAll(waiting.keySet());
        if (someoneHadItsTurn) turn = now;
        waiting.keySet().retainAll(ready);
        for (int thread : ready) waiting.merge(thread, new Wait(now, ready.size()), (was, is) -> was.among(is.others));
        if (violation.isEmpty()) violation = violation(now);
    }

    private String violation(long now) {
        if (now - turn > most)
            return String.format(
                    Locale.ROOT,
                    "at cycle %d %d threads have been ready for %d cycles, more than a time slice, and none had its turn",
                    now,
                    waiting.size(),
                    now - turn);
        return waiting.entrySet().stream()
                .filter(each -> now - each.getValue().since > most * each.getValue().others)
                .map(each -> String.format(
                        Locale.ROOT,
                        "at cycle %d %s has been ready for %d cycles, more than a time slice of each of %d others, and had no turn",
                        now,
                        named.get(each.getKey()),
                        now - each.getValue().since,
                        each.getValue().others))
                .findFirst()
                .orElse("");
    }
}
