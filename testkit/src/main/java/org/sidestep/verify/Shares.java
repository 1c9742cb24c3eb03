package org.sidestep.verify;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;

/**
 * Sees whether threads of equal rights have their share of time: as long as one of them is ready, the processor goes from one to
 * the next within a time slice, whoever runs and by whatever way he came to run. Asks at each exit of the kernel who is ready.
 */
final class Shares {

    private static final String TICK = "tick";
    private static final String MHZ = "mhz";

    private final KernelInvariants kernel;
    private final Set<Integer> named;
    private final long most;
    private Set<Integer> waiting = Set.of();
    private long since;
    private String violation = "";

    private Shares(KernelInvariants kernel, Set<Integer> named, long most) {
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
        Set<Integer> named = booted.image().observables().threads().keySet();
        Shares shares = new Shares(booted.structures().get(), named, most);
        for (String exit : booted.image().probes().get(KernelProbes.KERNEL_EXIT)) {
            booted.machine().watch(booted.address(exit), shares::exit);
        }
        return Optional.of(shares);
    }

    /** Forgets what was. */
    void begin() {
        waiting = Set.of();
        violation = "";
    }

    /** What was wrong since then; empty if nothing was. */
    String violation() {
        return violation;
    }

    private void exit(Machine machine, int address) {
        Set<Integer> ready = new TreeSet<>(kernel.ready(machine));
        ready.retainAll(named);
        boolean someoneHadItsTurn = waiting.isEmpty() || !ready.containsAll(waiting);
        if (someoneHadItsTurn) since = machine.cycles();
        waiting = ready;
        long waited = machine.cycles() - since;
        if (waited > most && violation.isEmpty())
            violation = String.format(
                    Locale.ROOT,
                    "at cycle %d %d threads have been ready for %d cycles, more than a time slice, and none had its turn",
                    machine.cycles(),
                    ready.size(),
                    waited);
    }
}
