package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.sidestep.isa.Cr;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.testkit.Booted;

/** Looks ahead: lets the machine go on a little with its accesses watched, and then stand where it stood. */
final class Observation {

    private static final int PAGE = 0x1000;
    private static final int WORD = 4;
    private static final int LEVEL_3 = 3;

    private final Booted booted;
    private final Machine machine;

    Observation(Booted booted) {
        this.booted = booted;
        this.machine = booted.machine();
    }

    /**
     * See {@link org.sidestep.verification.Occasion#believed}.
     *
     * @param liars page directories of the spaces that may lie
     * @param first is done before the machine goes on
     */
    List<Integer> believed(Set<Integer> liars, Consumer<Machine> first) {
        Set<Integer> frames = new TreeSet<>(Integer::compareUnsigned);
        for (int directory : liars)
            frames.addAll(AddressSpaceView.of(machine, directory).writable());
        if (!liars.contains(machine.control(Cr.CR3))) {
            frames.removeAll(AddressSpaceView.of(machine).writable());
        }
        Set<Integer> words = new TreeSet<>(Integer::compareUnsigned);
        ahead(
                DataAccess.Kind.READ,
                access -> {
                    if (access.level() == LEVEL_3) return;
                    OptionalInt physical = AddressSpaceView.of(machine).physical(access.address());
                    if (physical.isPresent() && frames.contains(physical.getAsInt() & -PAGE))
                        words.add(physical.getAsInt() & -WORD);
                },
                () -> {
                    first.accept(machine);
                    throughKernel();
                });
        return new ArrayList<>(words);
    }

    /** See {@link org.sidestep.verification.Occasion#accessed}. */
    List<Integer> accessed() {
        List<Integer> addresses = new ArrayList<>();
        ahead(
                DataAccess.Kind.ACCESS,
                access -> {
                    if (access.level() == LEVEL_3) addresses.add(access.address());
                },
                machine::step);
        return addresses;
    }

    /** Up to the first user instruction behind the next stretch of kernel code. */
    private void throughKernel() {
        do {
            if (machine.step().kind() != Stop.Kind.STEP) return;
        } while (machine.cpl() != LEVEL_3);
    }

    private void ahead(DataAccess.Kind kind, Consumer<DataAccess> seen, Runnable run) {
        Booted.Mark mark = booted.mark();
        try (Watch watch = machine.debugger().watchData(0, -1, kind, (at, access) -> seen.accept(access))) {
            run.run();
        }
        booted.restore(mark);
    }
}
