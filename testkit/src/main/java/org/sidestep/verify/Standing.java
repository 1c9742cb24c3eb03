package org.sidestep.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;
import org.sidestep.verification.Inhabitant;
import org.sidestep.verification.Occasion;
import org.sidestep.x2.ThreadId;

/** A boundary with the machine standing there. */
final class Standing implements Occasion {

    private final Boundary boundary;
    private final Booted booted;
    private final KernelImage image;
    private final Map<Integer, Integer> stubs;
    private final Collection<Inhabitant> seen;
    private final Set<Integer> expendable;

    /**
     * Where a machine stands.
     *
     * @param stubs the policy's instructions at user level, with their lengths, ascending
     * @param seen who ran in the round that is disturbed
     * @param expendable page directories of the spaces that may come to harm
     */
    Standing(
            Boundary boundary,
            Booted booted,
            Map<Integer, Integer> stubs,
            Collection<Inhabitant> seen,
            Set<Integer> expendable) {
        this.boundary = boundary;
        this.booted = booted;
        this.image = booted.image();
        this.stubs = stubs;
        this.seen = seen;
        this.expendable = expendable;
    }

    @Override
    public Machine machine() {
        return booted.machine();
    }

    @Override
    public KernelImage image() {
        return image;
    }

    @Override
    public long instruction() {
        return boundary.instruction();
    }

    @Override
    public boolean inStub() {
        return boundary.stub();
    }

    @Override
    public boolean callsStub() {
        return boundary.callsStub();
    }

    @Override
    public boolean beginsStub() {
        return boundary.beginsStub();
    }

    @Override
    public boolean entersKernel() {
        return boundary.entersKernel();
    }

    @Override
    public boolean interruptible() {
        return boundary.interruptible();
    }

    @Override
    public String space() {
        return boundary.space();
    }

    @Override
    public List<Inhabitant> inhabitants() {
        // in the middle of the kernel's switch to another space, its UTCB's address names nobody
        return seen.stream()
                .filter(each -> image.observables().threads().containsKey(ThreadId.number(each.globalId())))
                .toList();
    }

    @Override
    public List<Integer> stubBytes() {
        List<Integer> bytes = new ArrayList<>();
        stubs.forEach((address, length) -> {
            for (int i = 0; i < length; i++) bytes.add(address + i);
        });
        return bytes;
    }

    @Override
    public List<Integer> believed() {
        return believed(machine -> {});
    }

    @Override
    public List<Integer> believed(Consumer<Machine> first) {
        return new Observation(booted).believed(expendable, first);
    }

    @Override
    public List<Integer> accessed() {
        return new Observation(booted).accessed();
    }

    @Override
    public boolean expendable() {
        return image.observables().expendable().contains(boundary.space());
    }
}
