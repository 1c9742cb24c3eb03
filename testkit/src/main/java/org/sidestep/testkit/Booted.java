package org.sidestep.testkit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.InvariantsAtExits;
import org.sidestep.kernel.KernelDiagnosis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Machine.Snapshot;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;

/** A machine with a loaded image, and the messages its threads have received so far. */
public final class Booted {

    private final Machine machine;
    private final KernelImage image;
    private final Optional<KernelInvariants> structures;
    private final Optional<InvariantsAtExits> invariants;
    private final Optional<KernelDiagnosis> diagnosis;
    private final long maxCycles;
    private final Deliveries deliveries;
    private final Passages passages;

    /** Assembles the image of a cell and loads it into a fresh machine, watched by the kernel's invariants. */
    public static Booted of(Cell cell) {
        return new Booted(cell, cell.assemble());
    }

    private Booted(Cell cell, KernelImage image) {
        this.image = image;
        this.machine = cell.boot(image);
        KernelProvider kernel = cell.on(Axis.KERNEL).plugin();
        this.structures = kernel.invariants(cell.request(), image);
        this.invariants = structures.map(i -> InvariantsAtExits.of(machine, i, image));
        this.diagnosis = kernel.diagnosis(cell.request(), image).map(d -> d.attach(machine));
        this.maxCycles = cell.maxCycles();
        this.deliveries = new Deliveries(machine, image);
        this.passages = new Passages(machine);
    }

    public Machine machine() {
        return machine;
    }

    public KernelImage image() {
        return image;
    }

    /**
     * What says why a run ended badly.
     *
     * @throws java.util.NoSuchElementException if the kernel has nothing of the kind
     */
    public KernelDiagnosis diagnosis() {
        return diagnosis.orElseThrow();
    }

    /** The same, if the kernel has it. */
    public Optional<KernelDiagnosis> explanation() {
        return diagnosis;
    }

    /** To be asked about the kernel's structures at its exits, if the kernel can be. */
    public Optional<KernelInvariants> structures() {
        return structures;
    }

    /** Counts from now on how often execution passes the places of a probe. */
    public Booted count(String probe) {
        for (String label : image.probes().getOrDefault(probe, List.of())) passages.count(probe, address(label));
        return this;
    }

    /** Counts from now on how often execution passes a label. */
    public Booted countLabel(String label) {
        passages.count(label, address(label));
        return this;
    }

    /** How often the probe's places, or the label, were passed since they were counted, in this run. */
    public int passed(String name) {
        return passages.of(name);
    }

    /** Runs until the guest ends the run, or to the cycle limit. */
    public Outcome run() {
        return run(maxCycles);
    }

    /** Runs until the guest ends the run, or the clock reaches {@code cycles}. */
    public Outcome run(long cycles) {
        return outcome(machine.run(Limits.cycles(cycles)));
    }

    /** What a run that has stopped has come to. */
    public Outcome outcome(Stop stop) {
        return outcome(stop, List.of());
    }

    /**
     * The same, if it is known what it would still have received.
     *
     * @param rest from where it stopped to its end
     */
    public Outcome outcome(Stop stop, List<Received> rest) {
        List<String> violations = invariants.map(InvariantsAtExits::violations).orElse(List.of());
        return new Outcome(stop, deliveries.byThread(rest), machine.console(), List.copyOf(violations));
    }

    /** A message with who received it. */
    public record Received(String thread, Delivery delivery) {}

    /** How many messages have been received. */
    public int received() {
        return deliveries.count();
    }

    /** The messages that have been received, but for so many first ones. */
    public List<Received> received(int from) {
        return deliveries.since(from);
    }

    /**
     * Runs until execution is about to pass {@code label} for the {@code times}-th time from here.
     *
     * @throws AssertionError if the run ends before
     */
    public void runTo(String label, int times) {
        int address = address(label);
        try (Watch breakpoint = machine.debugger().breakpoint(address)) {
            for (int seen = 0; seen < times; seen++) {
                Stop stop = machine.run(Limits.cycles(maxCycles));
                if (stop.kind() != Stop.Kind.BREAKPOINT)
                    throw new AssertionError("stopped before " + label + ": " + stop.reason());
            }
        }
    }

    /**
     * Runs through what the workload wants to be measured: {@link #passed} then says what was passed in its course alone.
     *
     * @throws AssertionError if the run ends before
     */
    public Booted runMeasured() {
        runTo(image.observables().begin(), 1);
        passages.reset(Map.of());
        runTo(image.observables().end(), 1);
        return this;
    }

    /** The linear address of a label of the image. */
    public int address(String label) {
        return image.program().address(label);
    }

    /** The state of machine and records, to be gone back to by {@link #restore}. */
    public Mark mark() {
        return new Mark(
                machine.snapshot(), deliveries.count(), passages.counts(), invariants.map(InvariantsAtExits::seen));
    }

    public void restore(Mark mark) {
        machine.restore(mark.snapshot());
        invariants.ifPresent(asked -> asked.restored(mark.seen().orElseThrow()));
        deliveries.truncate(mark.deliveries());
        passages.reset(mark.passages());
    }

    /** See {@link #mark}. */
    public record Mark(
            Snapshot snapshot, int deliveries, Map<String, Integer> passages, Optional<InvariantsAtExits.Seen> seen) {}
}
