package org.sidestep.verify;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.testkit.Booted;

/**
 * Sees whether a thread that came to run at user level goes on while a better one is ready, of those whose priorities the workload
 * says: it runs as the one that it took over from up to the kernel's next exit, and at its own priority from there on. To whom the
 * kernel itself has handed the processor with a message, that is between it and its scheduler.
 */
final class Ranks implements Turns, Observer {

    private static final int NOBODY = -1;

    private final KernelInvariants kernel;
    private final KernelImage image;
    private final Map<Integer, Integer> priorities;
    /** Whom the kernel let run last. */
    private int left = NOBODY;
    /** Who ran when the kernel was entered last. */
    private int came = NOBODY;

    private String violation = "";

    private Ranks(KernelInvariants kernel, KernelImage image) {
        this.kernel = kernel;
        this.image = image;
        priorities = image.observables().priorities();
    }

    /** Looks on while a cell runs, if its workload says priorities, its scheduler goes by them, and its kernel says who is ready. */
    static Optional<Ranks> of(Cell cell, Booted booted) {
        boolean promised = !booted.image().observables().priorities().isEmpty()
                && cell.on(Axis.SCHEDULER).plugin().goesByPriority();
        if (!promised || booted.structures().isEmpty()) return Optional.empty();
        Ranks ranks = new Ranks(booted.structures().get(), booted.image());
        booted.machine().observe(ranks);
        Turns.atExits(booted, (machine, address) -> ranks.exit(machine));
        return Optional.of(ranks);
    }

    @Override
    public void begin() {
        violation = "";
        left = NOBODY;
        came = NOBODY;
    }

    @Override
    public String violation() {
        return violation;
    }

    @Override
    public void privilegeChanged(Machine machine, int from, int to, int vector) {
        if (to < from) came = image.running(machine).orElse(NOBODY);
    }

    private void exit(Machine machine) {
        int goesOn = image.running(machine).orElse(NOBODY);
        boolean tookOver = left != NOBODY && came != left;
        if (violation.isEmpty() && tookOver && goesOn == came && priorities.containsKey(goesOn)) look(machine, goesOn);
        left = goesOn;
    }

    private void look(Machine machine, int running) {
        Map<Integer, String> names = image.observables().threads();
        kernel.ready(machine).stream()
                .filter(priorities::containsKey)
                .max(Comparator.comparing(priorities::get))
                .filter(best -> priorities.get(best) > priorities.get(running))
                .ifPresent(best -> violation = String.format(
                        Locale.ROOT,
                        "at cycle %d the kernel lets %s go on, priority %d, while %s is ready, priority %d",
                        machine.cycles(),
                        names.get(running),
                        priorities.get(running),
                        names.get(best),
                        priorities.get(best)));
    }
}
