package org.sidestep.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.report.MutantTables;
import org.sidestep.lab.report.ReportWriter;
import org.sidestep.lab.verify.EquivalentMutants;
import org.sidestep.lab.verify.MutantCampaign;
import org.sidestep.lab.verify.MutantFate;
import org.sidestep.lab.verify.Subjects;
import picocli.CommandLine.Model.CommandSpec;

/** What trying mutants leaves: its file, and what it prints. */
final class MutantReport {

    private static final int FAILED = 1;

    private final Axis<?> axis;
    private final EquivalentMutants equivalent;
    private final PrintWriter out;
    private final Verified what;
    private final long each;
    private final List<MutantCampaign> all = new ArrayList<>();
    private boolean good = true;

    MutantReport(Verified what, Axis<?> axis, long each, EquivalentMutants equivalent, CommandSpec spec) {
        this.what = what;
        this.each = each;
        this.axis = axis;
        this.equivalent = equivalent;
        out = spec.commandLine().getOut();
    }

    private String plugin(Cell subject) {
        return plugin(axis, subject);
    }

    /** How kept files and the list of equivalents name the plugin that is changed. */
    static String plugin(Axis<?> axis, Cell subject) {
        return axis + "/" + subject.plugins().get(axis).plugin().id();
    }

    /** So many mutants of a subject are tried. */
    void begin(Cell subject, int count) {
        out.println(
                String.format(Locale.ROOT, "%s: %,d mutants of %s", Subjects.name(subject), count, plugin(subject)));
        out.flush();
    }

    /**
     * What became of those that were reached in time.
     *
     * @param kernel its digest
     */
    void add(Cell subject, String kernel, int count, List<MutantFate> fates) {
        String plugin = plugin(subject);
        int courses = what.verification().ofPlugin(axis).courses();
        all.add(MutantCampaign.of(subject.text(), kernel, plugin, count, each, courses, equivalent, fates));
        out.print(new MutantTables(plugin, fates, equivalent).text());
        if (fates.size() < count)
            out.println(String.format(Locale.ROOT, "%,d mutants not tried; go on with --resume", count - fates.size()));
        good &= fates.size() == count
                && equivalent.survivors(plugin, fates).isEmpty()
                && equivalent.contradicted(plugin, fates).isEmpty();
    }

    /** Writes all; returns the exit code. */
    int save(Path directory) {
        Path file = directory.resolve("mutants.json");
        try {
            OutputFile.write(file, ReportWriter.json(MutantCampaign.json(all)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
        out.flush();
        return good ? 0 : FAILED;
    }
}
