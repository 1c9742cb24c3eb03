package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.lab.grade.Grade;
import org.sidestep.lab.grade.GradeFiles;
import org.sidestep.lab.grade.Grader;
import org.sidestep.lab.grade.Host;
import org.sidestep.lab.grade.Suite;

/** The assignment of {@code seeds/teaching}, graded: its solution, its skeleton, typical mistakes, and what no grader likes. */
class GradeTest {

    private static final Path TEACHING = home().resolve("seeds/teaching");
    private static final String POLICY = "src/main/java/org/example/local/LocalPolicy.java";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A mistake in the solution: what is replaced in it, and which items it should cost. */
    private record Mistake(String name, String words, String right, String wrong, String missed) {}

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake("skeleton", "nothing is done at user level", "", "", "at-user-level cost server"),
            new Mistake(
                    "any-length",
                    "the length of the message is not looked at",
                    "            cmp(Reg16.SI, FEW_WORDS);\n"
                            + "            exitIf(A, enter, \"more than two words, typed items or flags\");\n",
                    "",
                    "long-messages"),
            new Mistake(
                    "no-words",
                    "only empty messages go at user level",
                    "FEW_WORDS = 2",
                    "FEW_WORDS = 0",
                    "at-user-level"),
            new Mistake(
                    "any-name",
                    "a global id is taken for the address of a UTCB",
                    "            test(EDI.at(words.kernelBits()), EAX);\n"
                            + "            exitIf(NZ, enter, \"named by global id, or a message as from it may be queued\");\n",
                    "",
                    "global-ids"),
            new Mistake(
                    "no-way-back",
                    "the address to go on at is not saved",
                    "            mov(EDI.at(words.ip()), EBX);\n",
                    "",
                    "at-user-level cost server interrupted verdict"),
            new Mistake(
                    "only-calls",
                    "who waits for any thread goes through the kernel",
                    "            je(answers);\n",
                    "            je(answers);\n            jmp(enter);\n",
                    "server"),
            new Mistake(
                    "sleeping-sender",
                    "a queued sender is not looked for",
                    "            cmp(EDI.at(words.pending()).dword(), 0);\n"
                            + "            exitIf(NE, enter, \"a sender is queued\");\n",
                    "",
                    "server"),
            new Mistake(
                    "shared-jump",
                    "one jump goes back into all partners",
                    "new ReturnPath(asm, stubs.parameters()).emit();",
                    "xchg(EAX, EDI);\n            jmp(ECX);",
                    "cost"),
            new Mistake(
                    "slow-regular",
                    "regular IPC pays for local IPC",
                    "            stubs.ipc();\n",
                    "            stubs.ipc();\n            for (int i = 0; i < 100; i++) op(\"nop\");\n",
                    "regular"));

    /** Graded with the solution, from a release, each in a Java machine of its own. */
    private static final Set<String> AS_USERS_DO = Set.of("no-way-back", "shared-jump");

    @Test
    void theSolutionIsWorthAllPointsAndEachTypicalMistakeWhatItShouldBe() throws Exception {
        Release release = Release.made();
        List<String> command = new ArrayList<>(List.of(
                release.launcher().toString(),
                "grade",
                release.home().resolve("seeds/teaching/suite.yaml").toString(),
                project("right", "", "").toString()));
        List<Mistake> others = new ArrayList<>();
        for (Mistake mistake : MISTAKES) {
            if (AS_USERS_DO.contains(mistake.name()))
                command.add(project(mistake).toString());
            else others.add(mistake);
        }
        Path results = directory.resolve("out");
        command.addAll(List.of("--out", results.toString()));

        String said = asUsersDo(command);
        Path here = gradedHere(others);

        Map<String, Integer> worth = new LinkedHashMap<>();
        assertThat(missed(results, "right", worth)).as(said).isEmpty();
        assertThat(worth.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(100);
        StringBuilder table = new StringBuilder("| mistake | missed | points |\n| --- | --- | --- |\n");
        for (Mistake mistake : MISTAKES) {
            Path grades = others.contains(mistake) ? here : results;
            String missed = missed(grades, mistake.name(), new LinkedHashMap<>());
            assertThat(missed).as(mistake.name() + "\n" + said).isEqualTo(mistake.missed());
            int points = 100 - Stream.of(missed.split(" ")).mapToInt(worth::get).sum();
            assertThat(Files.readString(grades.resolve("class.csv")))
                    .contains("\n" + mistake.name() + "," + points + ",");
            table.append(String.format(
                    Locale.ROOT, "| %s | `%s` | %d |\n", mistake.words(), missed.replace(" ", "`, `"), points));
        }
        assertThat(Files.readString(TEACHING.resolve("README.md"))).contains(table);
        var junit = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(results.resolve("no-way-back/junit.xml").toFile());
        assertThat(junit.getElementsByTagName("failure").getLength()).isEqualTo(5);
        assertThat(said)
                .contains("  MISSED   0/10  cost\n", "      came:     40\n", "      again:    ./sidestep run ")
                .containsPattern("\n  right +100  \n");
    }

    /** In this Java machine, which has warmed up, one after the other: none of them loops or exits. */
    private Path gradedHere(List<Mistake> mistakes) throws IOException {
        Suite suite = Suite.read(TEACHING.resolve("suite.yaml"));
        Path results = Files.createDirectory(directory.resolve("here"));
        Grader grader = new Grader(suite, results, (place, arguments) -> {
            StringWriter said = new StringWriter();
            int code = Main.commandLine()
                    .setOut(new PrintWriter(said))
                    .setErr(new PrintWriter(said))
                    .execute(arguments.toArray(String[]::new));
            return new Host.Ended(false, code, said.toString());
        });
        List<Grade> grades = new ArrayList<>();
        for (Mistake mistake : mistakes) grades.add(grader.grade(mistake.name(), project(mistake)));
        new GradeFiles(suite, results).write(grades);
        return results;
    }

    private Path project(Mistake mistake) throws IOException {
        return project(mistake.name(), mistake.right(), mistake.wrong());
    }

    /** From a release. */
    private static String asUsersDo(List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Release.shortRuns());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** The items that a submission has missed, as Gradescope reads it; and what each is worth. */
    private static String missed(Path results, String submission, Map<String, Integer> worth) throws IOException {
        JsonNode root = new ObjectMapper()
                .readTree(results.resolve(submission).resolve("results.json").toFile());
        List<String> missed = new ArrayList<>();
        int score = 0;
        for (JsonNode test : root.get("tests")) {
            String name = test.get("name").asText();
            worth.put(name, test.get("max_score").asInt());
            score += test.get("score").asInt();
            if (!test.get("status").asText().equals("passed")) missed.add(name);
        }
        assertThat(root.get("score").asInt()).isEqualTo(score);
        return String.join(" ", missed);
    }

    /** One claim about one cell. */
    private Path smallSuite() throws IOException {
        Files.writeString(directory.resolve("small.yaml"), """
                name: small
                matrix: {machine: ia32, cpu: unit, kernel: l4, scheduler: priority-rr, validation: twin, ipc: local,
                         workload: {id: ping-pong, rounds: 10}}
                claims: [{id: arrives, text: it arrives, measure: cycles.total, where: {ipc: local}, expect: "> 0"}]
                """);
        return Files.writeString(
                directory.resolve("suite.yaml"),
                "name: small\nitems: [{claim: arrives, points: 7, experiment: small.yaml}]\n");
    }

    private static final String RIGHT = "return new Hooks(kernel);";

    /** One loops in the kernel's emission, one in the kernel that it emits: time ends the one, cycles end the other. */
    @Test
    void whoLoopsLosesItsOwnPointsAlone() throws IOException {
        Path small = smallSuite();
        Path limited = directory.resolve("small.yaml");
        Files.writeString(limited, Files.readString(limited) + "limit: {cycles: 20_000_000}\n");
        Suite suite = Suite.read(small);
        Grader hasty = new Grader(suite, directory.resolve("out"), 128, Duration.ofSeconds(6));
        Grader grader = new Grader(suite, directory.resolve("out"), 128, Duration.ofMinutes(2));

        Grade loops = hasty.grade(
                "loops",
                project("loops", RIGHT, "while (true) java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);"));
        assertThat(loops.points()).isZero();
        assertThat(loops.marks().get(0).came()).isEqualTo("it did not end and was stopped");

        String emitted = "            here(restart);\n            jmp(restart);\n";
        Grade endless = grader.grade("endless", project("endless", "            here(restart);\n", emitted));
        assertThat(endless.points()).isZero();
        assertThat(endless.marks().get(0).came()).contains("did not end within 20,000,000 cycles");

        assertThat(grader.grade("right", project("right", "", "")).points()).isEqualTo(7);
    }

    @Test
    void whoThrowsExitsOrFloodsLosesItsOwnPointsAlone() throws IOException {
        String right = RIGHT;
        Path suite = smallSuite();

        assertThat(grade(
                        suite.toString(),
                        project("throws", right, "throw new IllegalStateException(\"no\");")
                                .toString(),
                        project("halts", right, "Runtime.getRuntime().halt(0);\n        return null;")
                                .toString(),
                        project("exits", right, "System.exit(1);\n        return null;")
                                .toString(),
                        project(
                                        "floods",
                                        right,
                                        "java.util.List<long[]> all = new java.util.ArrayList<>();\n"
                                                + "        while (true) all.add(new long[1 << 20]);")
                                .toString(),
                        project("broken", right, "return;").toString(),
                        project("right", "", "").toString(),
                        "--memory",
                        "128",
                        "--out",
                        directory.resolve("out").toString()))
                .as(err.toString())
                .isZero();
        assertThat(directory.resolve("out/class.csv"))
                .hasContent(
                        "submission,points,arrives\nthrows,0,0\nhalts,0,0\nexits,0,0\nfloods,0,0\nbroken,0,0\nright,7,7\n");
        assertThat(out.toString())
                .containsPattern("came: +it ended without results \\(exit code 0\\)")
                .containsPattern("came: +it ended without results \\(exit code 3\\)")
                .contains("the plugin cannot be built: ", "cannot be assembled: no");
    }

    @Test
    void whoExitsDoesNotKeepThePointsOfAnEarlierSubmission() throws IOException {
        Grader grader = new Grader(Suite.read(smallSuite()), directory.resolve("out"), 128, Duration.ofMinutes(2));
        assertThat(grader.grade("same", project("first", "", "")).points()).isEqualTo(7);

        Path second = project("second", RIGHT, "System.exit(1);\n        return null;");
        assertThat(grader.grade("same", second).points()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: x | suite.yaml:1:1: 'items' is missing",
                "{name: x, items: []} | suite.yaml:1:1: 'items' is empty",
                "{name: x, items: [{claim: a, points: 1, experiment: none.yaml}]} | none.yaml: no such file",
                "{name: x, items: [{claim: a, points: -1, experiment: suite.yaml}]} | 'points' must be a whole number in 0..10000",
                "{name: x, items: [{claim: a, point: 1}]} | unknown key 'point'; did you mean 'points'?",
                "{name: x/y, items: []} | 'name' may have letters",
            })
    void aSuiteThatIsNoneIsSaidWithItsPlace(String text, String message) throws IOException {
        Path suite = Files.writeString(directory.resolve("suite.yaml"), text);

        assertThat(grade(suite.toString(), suite.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(message).hasLineCount(1);
    }

    @Test
    void aSubmissionThatIsNotThereOrThereTwiceIsRefused() throws IOException {
        Path suite = smallSuite();
        assertThat(grade(suite.toString(), directory.resolve("nobody.jar").toString()))
                .isEqualTo(2);
        assertThat(grade(suite.toString(), suite.toString(), suite.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("nobody.jar: no such submission", "two submissions are called 'suite.yaml'");
    }

    private Path project(String name, String right, String wrong) throws IOException {
        Path from = TEACHING.resolve(name.equals("skeleton") ? "assignment" : "solution");
        Path to = directory.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.startsWith(from.resolve("target"))) continue;
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        if (right.isEmpty()) return to;
        Path policy = to.resolve(POLICY);
        String text = Files.readString(policy);
        assertThat(text).contains(right);
        Files.writeString(policy, text.replace(right, wrong));
        return to;
    }

    private int grade(String... arguments) {
        List<String> all = new ArrayList<>(List.of("grade"));
        all.addAll(List.of(arguments));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static Path home() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("testkit/examples"))) at = at.getParent();
        return at;
    }
}
