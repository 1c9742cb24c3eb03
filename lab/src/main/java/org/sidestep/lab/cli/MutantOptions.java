package org.sidestep.lab.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.report.MutantTables;
import org.sidestep.lab.report.ReportWriter;
import org.sidestep.lab.verify.EquivalentMutants;
import org.sidestep.lab.verify.MutantFate;
import org.sidestep.lab.verify.MutationRun;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.TimeLimit;
import org.sidestep.lab.verify.Verification;
import org.sidestep.plugin.Nearest;
import org.sidestep.verify.mutation.Mutants;
import org.sidestep.verify.mutation.Mutation;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How much a verdict is worth: the subject's own code is damaged, and verification must notice. */
final class MutantOptions {

    private static final int FAILED = 1;

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
    int run(
            Verification verification,
            List<Cell> subjects,
            Path directory,
            ResultOptions options,
            TimeLimit limit,
            CommandSpec spec) {
        Axis<?> axis = axis();
        EquivalentMutants equivalent = equivalent();
        PrintWriter out = spec.commandLine().getOut();
        Map<String, List<MutantFate>> all = new LinkedHashMap<>();
        boolean good = true;
        for (Cell subject : subjects) {
            String plugin = axis + "/" + subject.plugins().get(axis).plugin().id();
            MutationRun run = new MutationRun(
                    verification,
                    subject,
                    axis,
                    directory.resolve("mutants"),
                    options.resume() || !all.isEmpty(),
                    each);
            List<Mutation> mutations = run.mutations();
            int count = mutations.size();
            out.println(String.format(Locale.ROOT, "%s: %,d mutants of %s", Subjects.name(subject), count, plugin));
            out.flush();
            List<MutantFate> fates;
            try (Progress progress = Progress.on(spec.commandLine().getErr(), count, "mutants")) {
                fates = run.fates(mutations, options.jobs(), limit, progress::finished);
            }
            all.put(subject.text(), fates);
            out.print(new MutantTables(plugin, fates, equivalent).text());
            if (fates.size() < count)
                out.println(String.format(
                        Locale.ROOT,
                        "%,d mutants not tried for lack of time; go on with --resume",
                        count - fates.size()));
            good &= fates.size() == count
                    && equivalent.survivors(plugin, fates).isEmpty()
                    && equivalent.contradicted(plugin, fates).isEmpty();
        }
        save(directory.resolve("mutants.json"), all);
        out.flush();
        return good ? 0 : FAILED;
    }

    private Axis<?> axis() {
        if (of == null) return Axis.IPC;
        List<String> known = Mutants.AXES.stream().map(Axis::name).toList();
        return Mutants.AXES.stream()
                .filter(axis -> axis.name().equals(of))
                .findFirst()
                .orElseThrow(() -> new BadInput(String.format(
                        Locale.ROOT, "--mutants-of: there are no mutants of '%s'%s", of, Nearest.hint(of, known))));
    }

    private EquivalentMutants equivalent() {
        if (file != null) return EquivalentMutants.read(file);
        Path own = Home.file("docs/equivalent-mutants.yaml");
        return Files.isRegularFile(own) ? EquivalentMutants.read(own) : EquivalentMutants.NONE;
    }

    private static void save(Path file, Map<String, List<MutantFate>> all) {
        try {
            OutputFile.write(
                    file, ReportWriter.json(new ObjectMapper().valueToTree(all)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
    }
}
