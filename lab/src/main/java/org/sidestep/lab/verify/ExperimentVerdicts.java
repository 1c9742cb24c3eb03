package org.sidestep.lab.verify;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.Verify;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.verify.Verification.Depth;
import org.sidestep.verify.Verdict;

/** Verdicts on the policies of an experiment's cells, if it asks for them: one for each policy, validation, scheduler and kernel. */
public final class ExperimentVerdicts {

    private final Experiment experiment;
    private final Subjects subjects;
    private final Function<Verify, Verification> verification;

    /** @param program whose code verdicts depend on as well */
    public ExperimentVerdicts(Experiment experiment, Catalog catalog, Origin program) {
        this(
                experiment,
                catalog,
                verify -> new Verification(catalog, new Depth(verify.bound()), program, verify.workloads()));
    }

    ExperimentVerdicts(Experiment experiment, Catalog catalog, Function<Verify, Verification> verification) {
        this.experiment = experiment;
        this.subjects = new Subjects(catalog, Subjects.CLOCK);
        this.verification = verification;
    }

    /** Tries what is in a shard of them, beside others; {@link #in} comes to the verdicts, and need not try it again. */
    public void tryShard(Path directory, Shard shard, int jobs, Verification.Listener listener) {
        if (experiment.verify().isEmpty()) return;
        verification
                .apply(experiment.verify().get())
                .tryShard(
                        subjects.of(experiment.cells()),
                        directory.resolve("parts"),
                        shard,
                        jobs,
                        TimeLimit.NONE,
                        false,
                        listener);
    }

    /**
     * By cell; none of cells that cannot be verified.
     *
     * @param directory keeps what has been tried, and gets the files of the verdicts
     */
    public Map<Cell, Verdict> in(Path directory, boolean resume, int jobs, Verification.Listener listener) {
        if (experiment.verify().isEmpty()) return Map.of();
        List<Cell> each = subjects.of(experiment.cells());
        List<Verdict> verdicts = verification
                .apply(experiment.verify().get())
                .verdicts(each, directory.resolve("parts"), resume, jobs, TimeLimit.NONE, false, listener);
        new VerdictFiles(directory).write(VerdictSummary.of(verdicts));
        Map<Cell, Verdict> byCell = new LinkedHashMap<>();
        for (Cell cell : experiment.cells()) {
            subjects.of(cell).ifPresent(subject -> byCell.put(cell, verdicts.get(each.indexOf(subject))));
        }
        return byCell;
    }
}
