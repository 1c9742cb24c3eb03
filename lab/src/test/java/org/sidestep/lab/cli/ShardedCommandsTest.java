package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code run} does in shards, {@code verify} and {@code calibrate} do as well, and print the job for it. */
class ShardedCommandsTest {

    private static final String VERIFY =
            "verify ipc=lazy kernel.entry=sysenter kernel.fastpath=on --workloads chain --bound singles --jobs 1";

    private static final String MUTANTS = VERIFY + " --mutants-of validation --each 30";

    private static final String FIGURES = "insn\tisa\t0000683_P3:L\t0000683_P3:T\n"
            + "SHL r32, imm8\tX86\t1.0\t1.0\nSHR r32, imm8\tX86\t1.0\t1.0\nSAR r32, imm8\tX86\t1.0\t1.0\n"
            + "SHL r16, imm8\tX86\t1.0\t-\nSHR r16, imm8\tX86\t9.0\t-\nSAR r16, imm8\tX86\t1.0\t-\n";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shardsOfMutantsComeToTheTableOfOneMachine() {
        Path whole = directory.resolve("whole");
        Path shared = directory.resolve("shared");
        int code = sidestep(MUTANTS, "--out", whole.toString());
        String table = said();
        assertThat(table).containsPattern("validation/twin: \\d+ of \\d\\d mutants caught, and by what first");
        assertThat(sidestep(MUTANTS, "--shard", "1/2", "--out", shared.toString()))
                .isZero();
        assertThat(said()).isEqualTo("shard 1/2: done\n");

        assertThat(sidestep("merge " + shared)).isEqualTo(1);
        assertThat(said()).containsPattern("\\d+ mutants are missing; nothing is judged");
        assertThat(shared.resolve("mutants.json")).doesNotExist();
        assertThat(sidestep(MUTANTS.replace("30", "31"), "--shard", "2/2", "--out", shared.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("holds shards of another verification (--each was 30 and is 31); run all shards with");

        assertThat(sidestep(MUTANTS, "--shard", "2/2", "--out", shared.toString()))
                .isZero();
        said();
        assertThat(sidestep("merge " + shared)).isEqualTo(code);
        assertThat(said()).isEqualTo(table);
        assertThat(shared.resolve("mutants.json")).hasSameBinaryContentAs(whole.resolve("mutants.json"));
    }

    @Test
    void shardsOfACrossValidationComeToThePageOfOneMachine() throws IOException {
        Path figures = Files.writeString(directory.resolve("figures.tsv"), FIGURES);
        Path markdown = directory.resolve("whole.md");
        Path shared = directory.resolve("shared");
        String command =
                "calibrate --cross-validate --cpu p3-coppermine --seed 1 --seed 2 --seed 3 --figures " + figures;
        assertThat(sidestep(command, "--markdown", markdown.toString())).isZero();
        String table = said().replaceFirst("measured figures: .*\n", "");

        for (int i = 1; i <= 2; i++)
            assertThat(sidestep(command, "--shard", i + "/3", "--out", shared.toString()))
                    .isZero();
        assertThat(sidestep(command.replace("--seed 3", "--seed 4"), "--shard", "3/3", "--out", shared.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("holds shards of another cross-validation (it has other seeds)");
        assertThat(sidestep(command, "--shard", "3/3", "--out", shared.toString()))
                .isZero();
        said();
        assertThat(sidestep("merge " + shared)).isZero();
        assertThat(said()).isEqualTo(table);
        assertThat(shared.resolve("cross-validation.md")).hasSameBinaryContentAs(markdown);
    }

    /** The words of the job are run as the engine would run them. */
    @Test
    void aJobOfAVerificationHasItsShardsAndMissesWhatIsMissing() {
        Path whole = directory.resolve("whole");
        Path shared = directory.resolve("shared");
        String job = VERIFY.replace(" --jobs 1", "") + " --for parallel --tasks 3 --out " + shared;
        assertThat(sidestep(job)).as(err.toString()).isZero();
        String script = said();
        assertThat(script).contains("# 3 tasks (as --tasks says); 3 tasks here", "::: 1 2 3\n");
        List<String> shard = words(script);
        assertThat(shard.get(0)).endsWith("sidestep");
        assertThat(run(shard, 2)).isZero();

        said();
        assertThat(sidestep(job + " --missing")).isZero();
        assertThat(said()).contains("::: 1 3\n");
        assertThat(run(shard, 1)).isZero();
        assertThat(run(shard, 3)).isZero();
        assertThat(sidestep(job + " --missing")).isZero();
        assertThat(err.toString()).endsWith("nothing is missing; go on with: ./sidestep merge " + shared + "\n");

        assertThat(sidestep("merge " + shared)).isZero();
        assertThat(sidestep(VERIFY, "--out", whole.toString())).isZero();
        assertThat(shared.resolve("verdict.json")).hasSameBinaryContentAs(whole.resolve("verdict.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"slurm", "kubernetes"})
    void aJobOfMutantsIsForEachEngine(String engine) {
        Path shared = directory.resolve("shared");
        assertThat(sidestep(
                        MUTANTS.replace(" --jobs 1", ""), "--for", engine, "--tasks", "7", "--out", shared.toString()))
                .as(err.toString())
                .isZero();
        assertThat(said())
                .contains(
                        "verify ipc=lazy kernel.entry=sysenter kernel.fastpath=on --bound singles --workloads chain --cpu unit"
                                + " --mutants-of validation --each 30 --out ")
                .contains(
                        engine.equals("slurm")
                                ? "--array=1-7%100"
                                : "name: sidestep-verify-ipc-lazy-kernel-entry-sysenter-kernel-fastpath-on\n")
                .contains(
                        engine.equals("slurm")
                                ? "--jobs 1 --shard \"$SLURM_ARRAY_TASK_ID/7\""
                                : "--jobs 1 --shard \"$1/7\"");
    }

    /** Some of it is done here, and a task gets what takes about a minute. */
    @Test
    void whoDoesNotSayHowManyTasksThereAreGetsAsManyAsTakeAMinuteEach() throws IOException {
        Path figures = Files.writeString(directory.resolve("figures.tsv"), FIGURES);
        Path shared = directory.resolve("shared");
        String command = "calibrate --cross-validate --cpu p3-coppermine --seed 1 --seed 2 --for parallel --figures "
                + figures + " --out " + shared;
        assertThat(sidestep(command)).as(err.toString()).isZero();
        String script = said();
        assertThat(script)
                .containsPattern("# 1 tasks \\(of what was done here, all takes about \\d+ s on one machine\\)");
        assertThat(shared.resolve("parts")).isNotEmptyDirectory();
        assertThat(run(words(script), 1)).isZero();
        assertThat(sidestep("merge " + shared)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verify ipc=lazy --shard 1/2 --for slurm | --shard and --for: a job has all shards; leave one of both out",
                "verify ipc=lazy --tasks 3 | --tasks, --at-once, --missing, --image and --claim are of a job: say --for slurm",
                "verify ipc=lazy --for slurm --tasks 0 | --tasks must be at least 1, not 0",
                "verify ipc=lazy --for slurm --tasks 1001 | --tasks must be at most 1000, not 1001",
                "calibrate --shard 1/2 | --shard and --for: only a cross-validation is done in shards; say --cross-validate",
                "calibrate --cross-validate --shard 1/2 --markdown x.md | --markdown: a shard has no summary",
                "calibrate --cross-validate --out x | --out: is for parts; say --shard or --for",
                "shards verify --for slurm | verify: shards is of experiments; the command itself prints its job: ./sidestep"
                        + " verify ... --for ENGINE",
                "shards seeds/lecture.yaml | --for: say who runs the tasks: slurm, kubernetes or parallel",
                "shards seeds/lecture.yaml --for slurm --tasks 3 --cells-per-task 2 | --tasks and --cells-per-task say the same"
            })
    void aMistakeIsOneMessageThatSaysTheRemedy(String command, String message) {
        assertThat(sidestep(command)).isEqualTo(2);
        assertThat(err.toString()).startsWith("sidestep: " + message);
        assertThat(err.toString().lines()).hasSize(1);
    }

    /** Of a shard's command line, as a script for GNU parallel has it. */
    private static List<String> words(String script) {
        Matcher line = Pattern.compile("--quote \\\\\n +(.*) \\\\").matcher(script);
        assertThat(line.find()).as(script).isTrue();
        return List.of(line.group(1).split(" "));
    }

    private int run(List<String> words, int shard) {
        List<String> all = new ArrayList<>(words.subList(1, words.size()));
        int of = all.size() - 1;
        all.set(of, all.get(of).replace("{}", Integer.toString(shard)));
        return execute(all);
    }

    private String said() {
        String text = out.toString();
        out.getBuffer().setLength(0);
        return text;
    }

    private int sidestep(String command, String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(command.split(" ")));
        all.addAll(List.of(more));
        return execute(all);
    }

    private int execute(List<String> arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }
}
