package org.sidestep.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Inhabitant;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.x2.ThreadId;

/**
 * One course under the policy in question, on a machine of its own: the run that nothing disturbs, the round of it in which it can
 * be disturbed, and the trials. Not thread-safe.
 */
public final class Lane {

    /** Rounds before the one that is disturbed. */
    private static final int WARM = 3;

    /** Instructions of a round that ends. */
    private static final int LONGEST_ROUND = 100_000;

    /** How many cycles a disturbed run may take beyond the undisturbed one: some time slices. */
    private static final long PATIENCE = 2_000_000;

    private final Course course;
    private final Booted booted;
    private final KernelImage image;
    private final Reference reference;
    /** The policy's instructions at user level, with their lengths. */
    private final Map<Integer, Integer> stubs = new TreeMap<>(Integer::compareUnsigned);

    private final Booted.Mark original;
    private final int roundEnd;
    private final long limit;
    private Booted.Mark begin;
    private final List<Boundary> originalBoundaries;
    private List<Boundary> boundaries;
    private final Map<Integer, Inhabitant> inhabitants = new LinkedHashMap<>();
    /** Page directories of the spaces that may come to harm. */
    private final Set<Integer> expendable = new TreeSet<>();

    /**
     * Boots a cell up to the round that is disturbed.
     *
     * @param reference what is promised of the run
     */
    Lane(Course course, Cell cell, Reference reference) {
        this.course = course;
        this.reference = reference;
        booted = Booted.of(cell).count(KernelProbes.KILL);
        image = booted.image();
        for (Program.Line line : image.program().lines()) {
            if (line.kind() == Program.Line.Kind.CODE && line.purpose().equals(Cause.USER_STUB.word()))
                stubs.put(line.address(), line.length());
        }
        String round = image.observables().intervals().get("roundtrip").from().get(0);
        booted.runTo(round, WARM);
        original = booted.mark();
        begin = original;
        roundEnd = booted.address(round);
        originalBoundaries = walk(LONGEST_ROUND);
        boundaries = originalBoundaries;
        booted.restore(begin);
        booted.run(cell.maxCycles());
        limit = booted.machine().cycles() + PATIENCE;
    }

    /** Those of the round that is disturbed, in order. */
    public List<Boundary> boundaries() {
        return boundaries;
    }

    /**
     * From here on, until {@link #recover}, runs a kernel with other bytes, from the round that is disturbed.
     *
     * @return what is wrong with its run when nothing disturbs it, if anything is
     */
    Optional<Failure> become(Patch patch) {
        booted.restore(original);
        patch.apply(booted.machine());
        begin = booted.mark();
        try {
            boundaries = walk(LONGEST_ROUND);
            booted.restore(begin);
            return judge(List::of, Promise.EQUIVALENCE);
        } catch (RuntimeException e) { // what names the running thread makes no sense
            return failed(List::of, Failure.Kind.CRASH, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** Runs the kernel again that was booted. */
    void recover() {
        begin = original;
        boundaries = originalBoundaries;
    }

    private List<Boundary> walk(int most) {
        Machine machine = booted.machine();
        List<Boundary> walked = new ArrayList<>();
        Boundary here = boundary(machine);
        do {
            machine.step();
            Boundary next = boundary(machine);
            walked.add(here.before(next));
            here = next;
        } while (machine.codeAddress() != roundEnd && walked.size() < most);
        return walked;
    }

    /** Where the machine stands; what comes next is not known yet. */
    private Boundary boundary(Machine machine) {
        boolean user = machine.cpl() == 3;
        String space = running(machine).space();
        if (user && image.observables().expendable().contains(space)) expendable.add(machine.control(Cr.CR3));
        return new Boundary(
                machine.instructions(),
                machine.codeAddress(),
                user,
                user && stubs.containsKey(machine.codeAddress()),
                false,
                false,
                (machine.eflags() & Eflags.IF) != 0,
                space);
    }

    /** The thread that user level says is running. */
    private Inhabitant running(Machine machine) {
        int utcb = machine.peek(image.currentUtcb());
        int globalId = machine.peek(utcb + image.globalIdOffset());
        int number = ThreadId.number(globalId);
        return inhabitants.computeIfAbsent(
                globalId,
                id -> new Inhabitant(
                        image.observables().threads().getOrDefault(number, "thread " + number),
                        image.observables().spaces().getOrDefault(number, ""),
                        globalId,
                        utcb));
    }

    /** Puts the machine at a boundary of the undisturbed run. */
    void goTo(Boundary boundary) {
        booted.restore(begin);
        advanceTo(boundary.instruction());
    }

    private void advanceTo(long instruction) {
        booted.machine().run(Limits.instructions(instruction));
    }

    /** How many trials these explorations come to; see {@link Campaign.Plan}. */
    long trials(List<Exploration> explorations) {
        long trials = 0;
        long[] inStubs = new long[explorations.size()];
        booted.restore(begin);
        for (Boundary boundary : boundaries) {
            for (int i = 0; i < explorations.size(); i++) {
                Exploration exploration = explorations.get(i);
                if (!exploration.covers(boundary)) continue;
                int strikes = strikes(exploration.disturbance(), boundary).size();
                trials += exploration.depth() == 1 ? strikes : strikes * inStubs[i];
                inStubs[i] += strikes;
            }
            booted.machine().step();
        }
        return trials;
    }

    /** What {@code disturbance} can do where the machine stands. */
    List<Strike> strikes(Disturbance disturbance, Boundary boundary) {
        return disturbance.at(new Standing(boundary));
    }

    /** Strikes the machine, which stands at {@code boundary}, and lets it run to the end. */
    Optional<Failure> struck(Boundary boundary, Disturbance disturbance, Strike strike) {
        strike.deed().accept(booted.machine());
        return judge(() -> List.of(blow(boundary, disturbance, strike)), strike.promise());
    }

    Blow blow(Boundary boundary, Disturbance disturbance, Strike strike) {
        String place = Place.describe(image.program(), boundary.address());
        return new Blow(boundary.instruction(), disturbance.id(), strike.name(), place);
    }

    /**
     * Where a second strike can follow a first one: the boundaries of the struck run, as many as the round has.
     */
    List<Boundary> after(Boundary first, Strike strike) {
        goTo(first);
        Machine machine = booted.machine();
        strike.deed().accept(machine);
        List<Boundary> following = new ArrayList<>();
        for (int i = 0; i < boundaries.size(); i++) {
            if (machine.step().kind() != Stop.Kind.STEP) break;
            Boundary boundary = boundary(machine);
            if (boundary.instruction() > first.instruction()) following.add(boundary);
        }
        return following;
    }

    /** Deals blows by name, in order, and lets the machine run to the end. */
    Optional<Failure> dealt(List<Blow> blows, Map<String, Disturbance> disturbances) {
        booted.restore(begin);
        Promise promise = Promise.EQUIVALENCE;
        for (Blow blow : blows) {
            advanceTo(blow.instruction());
            Boundary here = boundary(booted.machine());
            Strike strike = strikes(disturbances.get(blow.disturbance()), here).stream()
                    .filter(candidate -> candidate.name().equals(blow.strike()))
                    .findFirst()
                    .orElse(null);
            if (strike == null) return Optional.empty();
            strike.deed().accept(booted.machine());
            promise = strike.promise();
        }
        return judge(() -> blows, promise);
    }

    /** Lets the struck machine run to the end and holds it against what was promised. */
    private Optional<Failure> judge(Supplier<List<Blow>> blows, Promise promise) {
        Outcome outcome = booted.run(limit);
        Stop stop = outcome.stop();
        if (stop.kind() == Stop.Kind.CYCLE_LIMIT || stop.kind() == Stop.Kind.HALTED)
            return failed(blows, Failure.Kind.HANG, because(stop));
        if (stop.kind() != Stop.Kind.EXIT || stop.code() != 0) {
            return failed(blows, Failure.Kind.CRASH, because(stop));
        }
        if (promise == Promise.EQUIVALENCE && booted.passed(KernelProbes.KILL) > 0)
            return failed(blows, Failure.Kind.KILLED, List.of());
        if (!outcome.violations().isEmpty()) return failed(blows, Failure.Kind.INVARIANT, outcome.violations());
        Promised came = Promised.of(outcome, image.observables(), promise);
        List<String> differences = reference.promised().get(promise).differences(came);
        return differences.isEmpty() ? Optional.empty() : failed(blows, Failure.Kind.MESSAGES, differences);
    }

    /** Why a run ended, as the machine and the kernel's structures say. */
    private List<String> because(Stop stop) {
        List<String> lines = new ArrayList<>(stop.reason().lines().toList());
        booted.explanation()
                .map(kernel -> kernel.cause(stop))
                .filter(cause -> !cause.isEmpty())
                .ifPresent(lines::add);
        return lines;
    }

    private Optional<Failure> failed(Supplier<List<Blow>> blows, Failure.Kind kind, List<String> details) {
        List<String> lines = new ArrayList<>(details);
        booted.explanation().ifPresent(kernel -> lines.addAll(kernel.threads()));
        return Optional.of(new Failure(course, blows.get(), kind, List.copyOf(lines)));
    }

    /** A boundary with the machine standing there. */
    private final class Standing implements Occasion {
        private final Boundary boundary;

        Standing(Boundary boundary) {
            this.boundary = boundary;
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
            return inhabitants.values().stream()
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
            return new Observation(booted).believed(expendable);
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
}
