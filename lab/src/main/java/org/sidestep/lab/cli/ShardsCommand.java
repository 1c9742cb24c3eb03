package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.cli.ExperimentOptions.Planned;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.matrix.RunListener;
import org.sidestep.lab.matrix.ThisMachine;
import org.sidestep.lab.shard.Jobs;
import org.sidestep.lab.shard.MergingExecutor;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardDirectory;
import org.sidestep.lab.shard.StoringExecutor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Cuts an experiment into tasks for a batch engine. */
@Command(
        name = "shards",
        mixinStandardHelpOptions = true,
        description = {
            "Print a job that runs an experiment in shards: an array of Slurm, an indexed Job of Kubernetes, a line for GNU"
                    + " parallel. Makes the directory of results ready for them.",
            "Example: ./sidestep shards seeds/lecture.yaml --for slurm --out DIR >job.sh; sbatch job.sh; and when it has ended:"
                    + " ./sidestep merge DIR",
            "docs/scale.md has the arithmetic."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done; with --missing: also if nothing is missing", "2:bad input"})
final class ShardsCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory of results that all machines reach (default: results/<name>).")
    private Path out;

    @Option(
            names = "--cells-per-task",
            paramLabel = "N",
            description =
                    "How many cells a task runs, on average (default: a few cells are run here, and a task gets as many as take"
                            + " a minute; more where there would be more than 1000 tasks).")
    private Integer cellsPerTask;

    @Mixin
    private JobOptions job;

    @Spec
    private CommandSpec spec;

    /** How many cells a task has, and how one knows. */
    private record Batch(int cells, String why) {}

    @Override
    public Integer call() {
        check();
        Planned planned = options.plan();
        List<Cell> cells = planned.experiment().cells();
        Path directory =
                out != null ? out : Path.of("results", planned.experiment().name());
        ResultDirectory.share(directory, planned.experiment().identity());
        ShardDirectory shards =
                ShardDirectory.open(directory, planned.sharded(options.file().toString(), options.billed()));
        Batch batch = batch(planned, shards);
        int tasks = Math.min(Jobs.MOST_TASKS, (cells.size() + batch.cells() - 1) / batch.cells());
        List<Integer> numbers = job.missing() ? missing(planned, shards, tasks) : JobOptions.all(tasks);
        String note = String.format(
                Locale.ROOT,
                "%d cells in %d tasks, about %d each (%s); %d tasks here",
                cells.size(),
                tasks,
                (cells.size() + tasks - 1) / tasks,
                batch.why(),
                numbers.size());
        job.print(planned.experiment().name(), command(directory), numbers, tasks, directory, note, spec);
        return 0;
    }

    private void check() {
        if (!job.asked()) throw new BadInput("--for: say who runs the tasks: slurm, kubernetes or parallel");
        job.check();
        if (cellsPerTask != null) BadInput.requireAtLeast(1, "--cells-per-task", cellsPerTask);
        if (cellsPerTask != null && job.tasks().isPresent())
            throw new BadInput("--tasks and --cells-per-task say the same; leave one of both out");
        if (List.of("verify", "calibrate").contains(options.file().toString()))
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "%1$s: shards is of experiments; the command itself prints its job: ./sidestep %1$s ... --for ENGINE",
                    options.file()));
    }

    private Batch batch(Planned planned, ShardDirectory shards) {
        if (cellsPerTask != null) return new Batch(cellsPerTask, "as --cells-per-task says");
        if (job.tasks().isEmpty()) return measured(planned, shards);
        int tasks = job.tasks().getAsInt();
        return new Batch((planned.experiment().cells().size() + tasks - 1) / tasks, "as --tasks says");
    }

    /** Runs some cells from all over the matrix; what they give is kept. */
    private Batch measured(Planned planned, ShardDirectory shards) {
        List<Cell> sample = JobOptions.sample(planned.experiment().cells());
        StoringExecutor executor = new StoringExecutor(shards, new ThisMachine(1, options.billed()));
        long start = System.nanoTime();
        planned.run(executor, RunListener.NOBODY).runOnly(sample);
        if (executor.computed() == 0) {
            throw new BadInput("the cells that would be measured are in the directory of results already; say"
                    + " --cells-per-task as before");
        }
        double seconds = (System.nanoTime() - start) / 1e9 / sample.size();
        int fit = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.ceil(JobOptions.SECONDS_PER_TASK / seconds)));
        return new Batch(
                fit,
                String.format(
                        Locale.ROOT, "%d cells were run here, %.2f s each with variants", sample.size(), seconds));
    }

    private static List<Integer> missing(Planned planned, ShardDirectory shards, int tasks) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (Cell cell : planned.experiment().cells()) {
            int number = Shard.number(cell, tasks);
            if (numbers.contains(number)) continue;
            MergingExecutor executor = new MergingExecutor(shards, 1);
            planned.run(executor, RunListener.NOBODY).runOnly(List.of(cell));
            if (executor.missing() > 0) numbers.add(number);
        }
        return List.copyOf(numbers);
    }

    private List<String> command(Path directory) {
        UnaryOperator<Path> place = job.place();
        List<String> words = new ArrayList<>(List.of(job.launcher(), "run"));
        words.add(place.apply(options.file()).toString());
        words.addAll(options.words(place));
        words.addAll(List.of("--out", place.apply(directory).toString()));
        return words;
    }
}
