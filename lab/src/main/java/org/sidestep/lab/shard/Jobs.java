package org.sidestep.lab.shard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sidestep.lab.catalog.Digest;

/**
 * The shards of a run as tasks of a batch engine.
 *
 * @param name of the experiment
 * @param command a shard's command line without {@code --shard}, a word each
 * @param shards the numbers of those to run
 * @param of how many shards there are
 * @param atOnce how many tasks run at once at most
 * @param logs directory for what tasks say
 * @param image container image, where the engine runs containers
 * @param volume claim of the volume that holds the experiment and its results, where the engine runs containers
 * @param note what a reader should know, for a comment
 */
public record Jobs(
        String name,
        List<String> command,
        List<Integer> shards,
        int of,
        int atOnce,
        String logs,
        String image,
        String volume,
        String note) {

    /** Whoever runs the tasks. */
    public enum Engine {
        slurm,
        kubernetes,
        parallel
    }

    /** Slurm's default for the size of an array is 1001, numbers from 0; other engines' queues like no more either. */
    public static final int MOST_TASKS = 1000;

    /** What to hand to the engine. */
    public String script(Engine engine) {
        return switch (engine) {
            case slurm -> slurm();
            case kubernetes -> kubernetes();
            case parallel -> parallel();
        };
    }

    private String slurm() {
        return String.format(Locale.ROOT, """
                #!/bin/sh
                # %s
                # Submit with: sbatch THIS_FILE
                #SBATCH --job-name=sidestep-%s
                #SBATCH --array=%s%%%d
                #SBATCH --ntasks=1
                #SBATCH --cpus-per-task=1
                #SBATCH --requeue
                #SBATCH --open-mode=append
                #SBATCH --output=%s
                exec %s --jobs 1 --shard "$SLURM_ARRAY_TASK_ID/%d"
                """, note, name, ranges(), atOnce, logs + "/slurm-%a.txt", commandLine(), of);
    }

    private String parallel() {
        // GNU parallel knows a finished task by its place in the list: another list needs another log.
        String list = shards + "/" + of;
        String log = Digest.of(list.getBytes(StandardCharsets.UTF_8)).substring(0, 8);
        return String.format(
                Locale.ROOT,
                """
                #!/bin/sh
                # %s
                # Run with: sh THIS_FILE; again after it was stopped, and it goes on.
                exec parallel --jobs %d --joblog %s --resume-failed --quote \\
                    %s --jobs 1 --shard {}/%d \\
                    ::: %s
                """,
                note,
                atOnce,
                quoted(logs + "/parallel-" + log + ".txt"),
                commandLine(),
                of,
                numbers(" "));
    }

    /** Exit code 2 is bad input, which no second attempt mends; a pod that was evicted has not failed. */
    private String kubernetes() {
        return String.format(
                Locale.ROOT,
                """
                # %s
                # Submit with: kubectl apply -f THIS_FILE (Kubernetes 1.33 or later)
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: sidestep-%s
                spec:
                  completionMode: Indexed
                  completions: %d
                  parallelism: %d
                  backoffLimitPerIndex: 3
                  podFailurePolicy:
                    rules:
                      - action: FailIndex
                        onExitCodes: {containerName: shard, operator: In, values: [2]}
                      - action: Ignore
                        onPodConditions: [{type: DisruptionTarget, status: "True"}]
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                        - name: shard
                          image: %s
                          workingDir: /data
                          command: [/bin/sh, -c]
                          args:
                            - |
                              set -- %s
                              shift "$JOB_COMPLETION_INDEX"
                              exec %s --jobs 1 --shard "$1/%d"
                          resources:
                            requests: {cpu: "1", memory: 2Gi}
                            limits: {memory: 3Gi}
                          volumeMounts:
                            - {name: data, mountPath: /data}
                      volumes:
                        - name: data
                          persistentVolumeClaim: {claimName: %s}
                """,
                note,
                name.toLowerCase(Locale.ROOT).replace('_', '-'),
                shards.size(),
                Math.min(atOnce, shards.size()),
                quotedYaml(image),
                numbers(" "),
                commandLine(),
                of,
                quotedYaml(volume));
    }

    private String numbers(String between) {
        return shards.stream().map(String::valueOf).collect(Collectors.joining(between));
    }

    /** For example {@code 1-3,7}. */
    private String ranges() {
        StringBuilder ranges = new StringBuilder();
        for (int from = 0; from < shards.size(); ) {
            int to = from;
            while (to + 1 < shards.size() && shards.get(to + 1) == shards.get(to) + 1) to++;
            if (from > 0) ranges.append(',');
            ranges.append(shards.get(from));
            if (to > from) ranges.append('-').append(shards.get(to));
            from = to + 1;
        }
        return ranges.toString();
    }

    private String commandLine() {
        return command.stream().map(Jobs::quoted).collect(Collectors.joining(" "));
    }

    /** A word as a shell reads it back. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./=:,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static String quotedYaml(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
