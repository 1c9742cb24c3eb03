package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.shard.Jobs;
import org.sidestep.lab.shard.ShardDirectory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A job for a batch engine, whose tasks are the shards of what a command does. */
final class JobOptions {

    /** A shorter task is mostly the start of Java and of the engine. */
    static final double SECONDS_PER_TASK = 60;

    private static final int SAMPLE = 5;

    @Option(
            names = "--for",
            paramLabel = "ENGINE",
            description =
                    "Do nothing, but print a job that does it in shards: who runs the tasks is one of ${COMPLETION-CANDIDATES}.")
    private Jobs.Engine engine;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            description =
                    "With --for: how many tasks there are (default: some of the work is done here, and there are as many as take"
                            + " a minute each, at most 1000).")
    private Integer tasks;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "With --for: how many tasks run at once at most (default: 100; parallel: one per core).")
    private Integer atOnce;

    @Option(names = "--missing", description = "With --for: only the tasks of which something is missing in DIR.")
    private boolean missing;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "Kubernetes: the container image, with sidestep on its PATH (default: sidestep).")
    private String image;

    @Option(
            names = "--claim",
            paramLabel = "NAME",
            description =
                    "Kubernetes: the claim of a volume that is mounted at /data; FILE and DIR are in it (default: sidestep).")
    private String claim;

    /** Whether a job is asked for. */
    boolean asked() {
        return engine != null;
    }

    /** Before anything is begun: refuses what cannot be. */
    void check() {
        if (tasks != null) BadInput.requireAtLeast(1, "--tasks", tasks);
        if (atOnce != null) BadInput.requireAtLeast(1, "--at-once", atOnce);
        boolean more = tasks != null || atOnce != null || missing || image != null || claim != null;
        if (more && !asked())
            throw new BadInput("--tasks, --at-once, --missing, --image and --claim are of a job: say --for slurm,"
                    + " kubernetes or parallel");
        if (tasks != null && tasks > Jobs.MOST_TASKS)
            throw new BadInput("--tasks must be at most " + Jobs.MOST_TASKS + ", not " + tasks);
    }

    /** Whether what is there already is left out. */
    boolean missing() {
        return missing;
    }

    /** As many as the user has said. */
    OptionalInt tasks() {
        return tasks == null ? OptionalInt.empty() : OptionalInt.of(tasks);
    }

    /** How many tasks take a minute each, or as many as there may be. */
    static int tasks(double seconds) {
        return (int) Math.max(1, Math.min(Jobs.MOST_TASKS, Math.ceil(seconds / SECONDS_PER_TASK)));
    }

    /** How the machines that run the tasks call a file: those of a cluster as this one, a container by where it is in its volume. */
    UnaryOperator<Path> place() {
        return isContainer() ? file -> file : file -> file.toAbsolutePath().normalize();
    }

    /** How they call this program. */
    String launcher() {
        return isContainer()
                ? "sidestep"
                : Home.file("sidestep").toAbsolutePath().normalize().toString();
    }

    private boolean isContainer() {
        return engine == Jobs.Engine.kubernetes;
    }

    /**
     * Prints the job.
     *
     * @param command of a shard, without {@code --shard}
     * @param numbers of the shards to run
     * @param directory of results
     */
    void print(
            String name,
            List<String> command,
            List<Integer> numbers,
            int of,
            Path directory,
            String note,
            CommandSpec spec) {
        if (numbers.isEmpty()) {
            spec.commandLine().getErr().println("nothing is missing; go on with: ./sidestep merge " + directory);
            return;
        }
        Path logs = ShardDirectory.logs(directory).toAbsolutePath().normalize();
        String script = new Jobs(
                        name,
                        command,
                        numbers,
                        of,
                        throttle(),
                        logs.toString(),
                        image == null ? "sidestep" : image,
                        claim == null ? "sidestep" : claim,
                        note)
                .script(engine);
        spec.commandLine().getOut().print(script);
        spec.commandLine().getOut().flush();
    }

    /** Some of what is to be done, from all over, that is done here to see how long one takes. */
    static <T> List<T> sample(List<T> all) {
        int count = Math.min(SAMPLE, all.size());
        return IntStream.range(0, count)
                .mapToObj(i -> all.get(i * all.size() / count))
                .toList();
    }

    /** The numbers of all of so many shards. */
    static List<Integer> all(int tasks) {
        return IntStream.rangeClosed(1, tasks).boxed().toList();
    }

    private int throttle() {
        if (atOnce != null) return atOnce;
        return engine == Jobs.Engine.parallel ? Runtime.getRuntime().availableProcessors() : 100;
    }
}
