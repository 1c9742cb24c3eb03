package org.sidestep.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.sidestep.machine.Machine;

/**
 * Asks for a kernel's {@link KernelInvariants} at each of its exits, and whether a thread that was switched to is the one that
 * the word behind {@code %gs:0} names. Only then: a thread that goes on may have written there what it likes.
 */
public final class InvariantsAtExits {

    /** A broken structure tends to break every later exit too. */
    private static final int MOST = 20;

    private final KernelInvariants invariants;
    private final KernelImage image;
    private final List<String> violations = new ArrayList<>();

    private long exitsSeen;
    /** Local id of the thread that the last exit led to; 0 before the first. */
    private int last;

    private boolean lastKnown = true;

    private InvariantsAtExits(KernelInvariants invariants, KernelImage image) {
        this.invariants = invariants;
        this.image = image;
    }

    /** Checks from now on each exit of a machine that has the image loaded. */
    public static InvariantsAtExits of(Machine machine, KernelInvariants invariants, KernelImage image) {
        InvariantsAtExits asked = new InvariantsAtExits(invariants, image);
        for (String exit : image.probes().getOrDefault(KernelProbes.KERNEL_EXIT, List.of())) {
            machine.watch(image.program().address(exit), asked::exit);
        }
        return asked;
    }

    /** What was wrong so far, each with the exit at which it was found; empty if all is well. */
    public List<String> violations() {
        return Collections.unmodifiableList(violations);
    }

    /** How many exits were checked. */
    public long exitsSeen() {
        return exitsSeen;
    }

    /** How far checking has come, to be gone back to with the machine. */
    public record Seen(int violations, long exits) {}

    public Seen seen() {
        return new Seen(violations.size(), exitsSeen);
    }

    /**
     * The machine went back to a state: what was found since is forgotten, and the next exit may be to any thread.
     *
     * @param seen when the machine was in that state
     */
    public void restored(Seen seen) {
        violations
                .subList(Math.min(seen.violations(), violations.size()), violations.size())
                .clear();
        exitsSeen = seen.exits();
        lastKnown = false;
    }

    private void exit(Machine machine, int address) {
        if (violations.size() >= MOST) return;
        exitsSeen++;
        int running = invariants.running(machine);
        int named = machine.peek(image.currentUtcb());
        boolean switched = lastKnown && running != last;
        lastKnown = true;
        last = running;
        if (switched && named != running) {
            add(machine, String.format(Locale.ROOT, "switched to %08x, but %%gs:0 names %08x", running, named));
        }
        invariants.check(machine).forEach(violation -> add(machine, violation));
    }

    private void add(Machine machine, String violation) {
        if (violations.size() >= MOST) return;
        violations.add(String.format(Locale.ROOT, "exit %d at cycle %d: %s", exitsSeen, machine.cycles(), violation));
    }
}
