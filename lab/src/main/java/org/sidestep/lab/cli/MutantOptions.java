package org.sidestep.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.report.CampaignTables;
import org.sidestep.lab.verify.EarlierFates;
import org.sidestep.lab.verify.EquivalentMutants;
import org.sidestep.lab.verify.KernelDigest;
import org.sidestep.lab.verify.MutantCampaign;
import org.sidestep.lab.verify.MutantFate;
import org.sidestep.lab.verify.MutationRun;
import org.sidestep.lab.verify.TimeLimit;
import org.sidestep.plugin.Nearest;
import org.sidestep.verify.mutation.Mutants;
import org.sidestep.verify.mutation.Mutation;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How much a verdict is worth: the subject's own code is damaged, and verification must notice. */
final class MutantOptions {

    @Option(
            names = "--mutants",
            description = "Try mutants of the policy instead: how many of them does verification catch?")
    private boolean mutants;

    @Option(
            names = "--mutants-of",
            paramLabel = "AXIS",
            description = "The same of another plugin: ipc, validation or scheduler.")
    private String of;

    @Option(
            names = "--each",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "After so many trials that a mutant survives nothing is said of it (default: ${DEFAULT-VALUE}); --resume with"
                            + " more goes on.")
    private long each;

    @Option(
            names = "--equivalent",
            paramLabel = "FILE",
            description =
                    "Mutants that are known to do what the original does (default: docs/equivalent-mutants.yaml).")
    private Path file;

    @Option(
            names = "--kept",
            paramLabel = "FILE",
            description =
                    "Try nothing: print what earlier --mutants came to, which their mutants.json keeps, as tables of Markdown (may be"
                            + " repeated).")
    private List<Path> kept = List.of();

    @Option(
            names = "--after",
            paramLabel = "FILE",
            description =
                    "What an earlier run caught, whose mutants.json this is, counts as caught; only what it left is tried: on more"
                            + " workloads, say.")
    private Path after;

    @Option(
            names = "--mutants-at",
            paramLabel = "LABEL",
            split = ",",
            description =
                    "Only mutants at places that begin so, for example lipc.words,entry.sequence; those too that --after has caught,"
                            + " since the code may be another now.")
    private Set<String> places = new TreeSet<>();

    /** Whether what earlier runs came to is asked for. */
    boolean asksForKept() {
        return !kept.isEmpty();
    }

    /** Prints it. */
    void printKept(Catalog catalog, CommandSpec spec) {
        List<MutantCampaign> campaigns = kept.stream()
                .flatMap(each -> MutantCampaign.read(each).stream())
                .toList();
        CampaignTables tables = new CampaignTables(campaigns, campaign -> isPresent(campaign, catalog));
        spec.commandLine().getOut().print(tables.markdown());
        spec.commandLine().getOut().flush();
    }

    /** Whether the kernel that was tried is the one that there is now. */
    private static boolean isPresent(MutantCampaign campaign, Catalog catalog) {
        try {
            return KernelDigest.of(catalog.cell(campaign.subject())).equals(campaign.kernel());
        } catch (BadInput e) { // of a plugin or a parameter that is not there any more
            return false;
        }
    }

    /** Whether mutants are asked for. */
    boolean asked() {
        return mutants || of != null;
    }

    /** Before anything is begun: refuses what cannot be. */
    void check() {
        BadInput.requireAtLeast(1, "--each", each);
        axis();
    }

    /** Tries them; returns the exit code. */
    int run(Verified what, Path directory, ResultOptions options, TimeLimit limit, CommandSpec spec) {
        MutantReport report = new MutantReport(what, axis(), each, equivalent(), spec);
        FinishedParts parts = new FinishedParts(parts(directory));
        parts.open(options.resume());
        for (Cell subject : what.subjects()) {
            MutationRun run = new MutationRun(what.verification(), subject, axis(), parts, each);
            List<Mutation> mutations = run.mutations();
            report.begin(subject, mutations.size());
            EarlierFates earlier = earlier(subject, mutations);
            List<Mutation> some = inOrder(places.isEmpty() ? earlier.left() : earlier.at(places), subject);
            List<MutantFate> fates;
            try (Progress progress = Progress.on(spec.commandLine().getErr(), some.size(), "mutants")) {
                fates = run.fates(some, options.jobs(), limit.share(1), progress::finished);
            }
            report.add(subject, run.kernel(), mutations.size(), earlier.with(fates));
        }
        return report.save(directory);
    }

    /** Those last that survive everything if the list is right; of the others, those that are of another original than most. */
    private List<Mutation> inOrder(List<Mutation> mutations, Cell subject) {
        EquivalentMutants listed = equivalent();
        String plugin = MutantReport.plugin(axis(), subject);
        return mutations.stream()
                .sorted(Comparator.comparing((Mutation mutation) ->
                                listed.reason(plugin, mutation).isPresent())
                        .thenComparing(mutation -> mutation.kind() == Mutation.Kind.DOUBLED))
                .toList();
    }

    private EarlierFates earlier(Cell subject, List<Mutation> mutations) {
        String plugin = MutantReport.plugin(axis(), subject);
        return after == null
                ? new EarlierFates(mutations, List.of())
                : EarlierFates.read(after, subject.text(), plugin, mutations);
    }

    /** The same in shards. */
    InShards inShards(Verified what, int jobs, TimeLimit limit) {
        if (after != null) throw new BadInput("--after: shards try all mutants; leave it out");
        if (!places.isEmpty()) throw new BadInput("--mutants-at: shards try all mutants; leave it out");
        return new ShardedMutants(what, axis(), each, equivalent(), jobs, limit);
    }

    /** What a shard needs of it, as words of a command line. */
    List<String> words() {
        return List.of(ShardedMutants.OF, axis().name(), "--each", Long.toString(each));
    }

    /** Where what became of mutants is kept. */
    static Path parts(Path directory) {
        return directory.resolve("mutants");
    }

    private Axis<?> axis() {
        return of == null ? Axis.IPC : axis(of);
    }

    /** @throws BadInput if there are no mutants of such */
    static Axis<?> axis(String of) {
        List<String> known = Mutants.AXES.stream().map(Axis::name).toList();
        return Mutants.AXES.stream()
                .filter(axis -> axis.name().equals(of))
                .findFirst()
                .orElseThrow(() -> new BadInput(String.format(
                        Locale.ROOT, "--mutants-of: there are no mutants of '%s'%s", of, Nearest.hint(of, known))));
    }

    private EquivalentMutants equivalent() {
        return equivalent(file);
    }

    /** @param file what is listed there; null for the project's own list, if there is one */
    static EquivalentMutants equivalent(Path file) {
        if (file != null) return EquivalentMutants.read(file);
        Path own = Home.file("docs/equivalent-mutants.yaml");
        return Files.isRegularFile(own) ? EquivalentMutants.read(own) : EquivalentMutants.NONE;
    }
}
