package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.sidestep.lab.shard.Shard;
import picocli.CommandLine.Model.CommandSpec;

/** What a command does in shards, on many machines that write to the same directory of results; a matrix is {@link RunCommand}'s. */
interface InShards {

    /** Exit code. */
    int FAILED = 1;

    /** Says in a directory of results that there are shards of it; refuses if there are of anything else. */
    void share(Path directory);

    /** Does what is in a shard and not there yet; the exit code says whether that is all of it, whatever it came to. */
    int run(Shard shard, Path directory, CommandSpec spec);

    /** Comes to what one machine would have come to, if all shards have done their part; the exit code. */
    int merge(Path directory, CommandSpec spec);

    /** Does some of it here, which is kept, and tells from that how many seconds all of it takes on one machine. */
    double seconds(Path directory, CommandSpec spec);

    /** Names of the parts that no shard has done. */
    List<String> missing(Path directory);

    /**
     * Prints a job that does it.
     *
     * @param name of it
     * @param words of the command line, without {@code --shard} and {@code --out}
     */
    default void print(JobOptions job, String name, List<String> words, Path directory, CommandSpec spec) {
        share(directory);
        OptionalInt said = job.tasks();
        double seconds = said.isPresent() ? 0 : seconds(directory, spec);
        int tasks = said.orElseGet(() -> JobOptions.tasks(seconds));
        String why = said.isPresent()
                ? "as --tasks says"
                : String.format(Locale.ROOT, "of what was done here, all takes about %.0f s on one machine", seconds);
        List<Integer> numbers = job.missing()
                ? missing(directory).stream()
                        .map(part -> Shard.number(part, tasks))
                        .sorted()
                        .distinct()
                        .toList()
                : JobOptions.all(tasks);
        String note = String.format(Locale.ROOT, "%d tasks (%s); %d tasks here", tasks, why, numbers.size());
        job.print(name.replaceAll("[^A-Za-z0-9]+", "-"), words, numbers, tasks, directory, note, spec);
    }

    /** Says how far a shard has come; the exit code. */
    static int said(Shard shard, int left, String of, CommandSpec spec) {
        PrintWriter out = spec.commandLine().getOut();
        String rest = String.format(Locale.ROOT, "%,d %s not tried for lack of time; run it again", left, of);
        out.println("shard " + shard + ": " + (left == 0 ? "done" : rest));
        out.flush();
        return left == 0 ? 0 : FAILED;
    }

    /** Says that nothing can be judged yet; the exit code. */
    static int incomplete(int missing, String of, CommandSpec spec) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(
                Locale.ROOT,
                "%,d %s are missing; nothing is judged: run the shards again that have not said that they are done",
                missing,
                of));
        out.flush();
        return FAILED;
    }
}
