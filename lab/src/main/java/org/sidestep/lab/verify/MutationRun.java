package org.sidestep.lab.verify;

import java.nio.file.Path;
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
import org.sidestep.verify.Campaign.Search;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Patch;
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
    private final String each;
    private final Map<Boolean, Campaign> campaigns = new ConcurrentHashMap<>();
    private final Map<String, Fate> traps = new ConcurrentHashMap<>();

    /**
     * Keeps what became of mutants in a directory.
     *
     * @param axis whose plugin is changed
     * @param each how long a mutant is tried at most, as {@link TimeLimit} reads it
     */
    public MutationRun(
            Verification verification, Cell subject, Axis<?> axis, Path directory, boolean resume, String each) {
        this.verification = verification;
        this.subject = subject;
        this.axis = axis;
        this.each = each;
        mutants = new Mutants(subject, axis);
        parts = new FinishedParts(directory);
        parts.open(resume);
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
     * @param done is told of each
     */
    public List<MutantFate> fates(List<Mutation> mutations, int jobs, TimeLimit limit, Runnable done) {
        BooleanSupplier goOn = limit.share(1);
        return SideBySide.each(jobs, mutations, mutation -> fate(mutation, goOn, done)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<MutantFate> fate(Mutation mutation, BooleanSupplier goOn, Runnable done) {
        Optional<MutantFate> fate = parts.find(key(mutation), MutantFate.class);
        if (fate.isEmpty() && goOn.getAsBoolean()) {
            fate = Optional.of(fate(mutation));
            parts.put(key(mutation), fate.get());
        }
        fate.ifPresent(f -> done.run());
        return fate;
    }

    private MutantFate fate(Mutation mutation) {
        if (traps.get(mutation.place()) == Fate.UNREACHED && mutation.isOfInstruction())
            return new MutantFate(mutation, Fate.UNREACHED, "", 0, "");
        Patch patch;
        try {
            patch = mutants.patch(mutation);
        } catch (AssemblyException | IllegalArgumentException e) {
            return new MutantFate(mutation, Fate.REFUSED, "", 0, String.valueOf(e.getMessage()));
        }
        if (patch.pieces().isEmpty()) return new MutantFate(mutation, Fate.SURVIVED, "", 0, "the same bytes");
        Search search = search(mutation, patch);
        if (search.found().isPresent()) return caught(mutation, search);
        Fate fate = search.finished() ? Fate.SURVIVED : Fate.UNDECIDED;
        if (mutation.isOfInstruction() && isUnreached(mutation)) fate = Fate.UNREACHED;
        return new MutantFate(mutation, fate, "", search.trials(), "");
    }

    private static MutantFate caught(Mutation mutation, Search search) {
        Failure failure = search.found().get();
        String by = failure.blows().isEmpty()
                ? MutantFate.UNDISTURBED
                : failure.blows().get(0).disturbance();
        String detail = failure.kind() + " on " + failure.course().workload();
        return new MutantFate(mutation, Fate.CAUGHT, by, search.trials(), detail);
    }

    /** Whether no trial comes to an instruction: an invalid opcode there is not noticed. */
    private boolean isUnreached(Mutation mutation) {
        Fate fate = traps.computeIfAbsent(mutation.place(), place -> {
            Mutation trap = mutation.trap();
            Search search = search(trap, mutants.patch(trap));
            if (search.found().isPresent()) return Fate.CAUGHT;
            return search.finished() ? Fate.UNREACHED : Fate.UNDECIDED;
        });
        return fate == Fate.UNREACHED;
    }

    private Search search(Mutation mutation, Patch patch) {
        Campaign campaign = campaigns.computeIfAbsent(
                mutation.kind() == Kind.DOUBLED,
                doubled -> verification.campaign(mutants.original(mutation.kind()), null));
        return campaign.search(patch, TimeLimit.parse("--each", each).share(1));
    }

    private String key(Mutation mutation) {
        return String.join(
                "\n",
                "mutant",
                subject.text(),
                axis.name(),
                mutation.toString(),
                each,
                verification.fingerprints(subject).toString());
    }
}
