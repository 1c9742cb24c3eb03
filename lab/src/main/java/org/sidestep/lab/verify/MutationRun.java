package org.sidestep.lab.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.sidestep.asm.AssemblyException;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.verify.MutantFate.Fate;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Coverage;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Patch;
import org.sidestep.verify.Search;
import org.sidestep.verify.SideBySide;
import org.sidestep.verify.mutation.Mutants;
import org.sidestep.verify.mutation.Mutation;
import org.sidestep.verify.mutation.Mutation.Kind;

/** Tries the mutants of one plugin in one subject: how many of them does verification catch? */
public final class MutationRun {

    private final Verification verification;
    private final Cell subject;
    private final Axis<?> axis;
    private final Mutants mutants;
    private final FinishedParts parts;
    private final long each;
    private final String kernel;
    private final Map<Boolean, Original> originals = new ConcurrentHashMap<>();

    /** What mutants are made of, with or without room for instructions that stand there twice. */
    private record Original(Campaign campaign, Coverage coverage) {}

    /**
     * Keeps what became of mutants among other finished parts.
     *
     * @param axis whose plugin is changed
     * @param parts are open
     * @param each how many trials a mutant survives at most until nothing is said of it
     */
    public MutationRun(Verification verification, Cell subject, Axis<?> axis, FinishedParts parts, long each) {
        this.verification = verification.ofPlugin(axis);
        this.subject = subject;
        this.axis = axis;
        this.parts = parts;
        this.each = each;
        mutants = new Mutants(subject, axis);
        kernel = KernelDigest.of(subject);
    }

    /** Digest of the kernel in which they are tried. */
    public String kernel() {
        return kernel;
    }

    /** All mutants that there are to try. */
    public List<Mutation> mutations() {
        return mutants.all();
    }

    /**
     * What became of each, in order; of those that were reached in time.
     *
     * @param mutations of {@link #mutations}
     * @param jobs how many are tried side by side
     * @param goOn asked before each that is not known yet
     * @param done is told of each
     */
    public List<MutantFate> fates(List<Mutation> mutations, int jobs, BooleanSupplier goOn, Runnable done) {
        return SideBySide.each(jobs, mutations, mutation -> fate(mutation, goOn, done)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** What became of those that have been tried as often as they may be, in order. */
    public List<MutantFate> known(List<Mutation> mutations) {
        return fates(mutations, 1, () -> false, () -> {});
    }

    private Optional<MutantFate> fate(Mutation mutation, BooleanSupplier goOn, Runnable done) {
        Optional<MutantFate> fate = parts.find(key(mutation), MutantFate.class).filter(known -> !isOpen(known));
        if (fate.isEmpty() && goOn.getAsBoolean()) {
            fate = Optional.of(fate(mutation));
            parts.put(key(mutation), fate.get());
        }
        fate.ifPresent(f -> done.run());
        return fate;
    }

    private MutantFate fate(Mutation mutation) {
        Patch patch;
        try {
            patch = mutants.patch(mutation);
        } catch (AssemblyException | IllegalArgumentException e) {
            return new MutantFate(mutation, Fate.REFUSED, "", 0, String.valueOf(e.getMessage()), kernel);
        }
        if (patch.pieces().isEmpty()) return new MutantFate(mutation, Fate.SURVIVED, "", 0, "the same bytes", kernel);
        Original original =
                originals.computeIfAbsent(mutation.kind() == Kind.DOUBLED, doubled -> original(mutation.kind()));
        Optional<Coverage.Changed> changed = original.coverage.changed(patch);
        Search.Result search = original.campaign.search(patch, changed, each);
        if (search.found().isPresent()) return caught(mutation, search);
        Fate fate = search.finished() ? Fate.SURVIVED : Fate.UNDECIDED;
        if (mutation.isOfInstruction() && changed.isPresent() && !changed.get().isReached()) fate = Fate.UNREACHED;
        return new MutantFate(mutation, fate, "", search.trials(), "", kernel);
    }

    private Original original(Kind kind) {
        Campaign campaign = verification.campaign(mutants.original(kind), null);
        return new Original(campaign, campaign.coverage(mutants.lines(kind), new KeptBlocks(kind == Kind.DOUBLED)));
    }

    /** Among other finished parts. */
    private final class KeptBlocks implements Coverage.Ledger {
        private final boolean doubled;

        KeptBlocks(boolean doubled) {
            this.doubled = doubled;
        }

        @Override
        public Optional<Coverage.Block> find(String name) {
            return parts.find(key("coverage " + doubled, name), Coverage.Block.class);
        }

        @Override
        public void put(String name, Coverage.Block block) {
            parts.put(key("coverage " + doubled, name), block);
        }
    }

    private MutantFate caught(Mutation mutation, Search.Result search) {
        Failure failure = search.found().get();
        String by = failure.blows().isEmpty()
                ? MutantFate.UNDISTURBED
                : failure.blows().get(0).disturbance();
        String detail = failure.kind() + " on " + failure.course().workload();
        return new MutantFate(mutation, Fate.CAUGHT, by, search.trials(), detail, kernel);
    }

    /** Whether more trials than were made would be allowed now. */
    private boolean isOpen(MutantFate fate) {
        return fate.fate() == Fate.UNDECIDED && fate.trials() < each;
    }

    /** Names a mutant by all that its fate depends on, but for how often it is tried. */
    public String key(Mutation mutation) {
        return key("mutant", mutation.toString());
    }

    private String key(String kind, String name) {
        return String.join(
                "\n",
                kind,
                subject.text(),
                axis.name(),
                name,
                verification.fingerprints(subject).toString());
    }
}
