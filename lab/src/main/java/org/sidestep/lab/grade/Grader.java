package org.sidestep.lab.grade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.grade.Grade.Mark;
import org.sidestep.lab.grade.Suite.Item;
import org.sidestep.lab.scaffold.BuiltProject;

/**
 * Grades submissions: runs each experiment of a suite once for each of them, with the submission as its only plugin. Several may be
 * graded at once.
 */
public final class Grader {

    private static final int LARGEST_RESULTS = 1 << 28;

    private final Suite suite;
    private final Path directory;
    private final Host host;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param directory of results; each submission has a directory in it
     * @param megabytes of heap that a run may have
     * @param longest after which a run is stopped
     */
    public Grader(Suite suite, Path directory, int megabytes, Duration longest) {
        this(suite, directory, new OwnJvm(megabytes, longest));
    }

    /** For submissions that are trusted to end, if the host is this Java machine. */
    public Grader(Suite suite, Path directory, Host host) {
        this.suite = suite;
        this.directory = directory.toAbsolutePath().normalize();
        this.host = host;
    }

    /**
     * What a run of an experiment gave.
     *
     * @param claims by id; empty if there are no results
     * @param trouble why there are none
     */
    private record Outcome(Map<String, JsonNode> claims, String trouble) {}

    /** Grades one: a jar, or a plugin's project. Whatever it does costs its own points alone. */
    public Grade grade(String name, Path submission) {
        Path place = directory.resolve(name);
        Map<Path, Outcome> outcomes = new LinkedHashMap<>();
        String refused = install(submission, place.resolve("plugins"));
        for (Path experiment : suite.experiments()) {
            outcomes.put(experiment, refused.isEmpty() ? run(experiment, place) : new Outcome(Map.of(), refused));
        }
        List<Mark> marks = new ArrayList<>();
        for (Item item : suite.items()) marks.add(mark(item, outcomes.get(item.experiment()), place));
        return new Grade(name, marks);
    }

    /** Puts the jar where its runs find it; says why not, if it cannot. */
    private static String install(Path submission, Path plugins) {
        try {
            Files.createDirectories(plugins);
            Path jar = submission;
            if (Files.isDirectory(submission)) {
                Path built = BuiltProject.plugins(submission);
                jar = built.resolve(submission.toAbsolutePath().normalize().getFileName() + ".jar");
            }
            Files.copy(jar, plugins.resolve("submission.jar"), StandardCopyOption.REPLACE_EXISTING);
            return "";
        } catch (BadInput e) {
            return e.getMessage();
        } catch (IOException e) {
            return BadInput.unreadable(submission, e).getMessage();
        }
    }

    private Outcome run(Path experiment, Path place) {
        Path out = out(experiment, place);
        List<String> arguments = new ArrayList<>(again(experiment, place));
        arguments.addAll(List.of("--jobs", "1"));
        Path results = out.resolve("results.json");
        forget(results);
        Host.Ended ended = host.run(place, arguments);
        if (ended.stopped()) return new Outcome(Map.of(), "it did not end and was stopped");
        boolean judged = ended.code() == 0 || ended.code() == 1;
        if (!judged || !Files.isRegularFile(results)) {
            return new Outcome(
                    Map.of(),
                    String.format(
                            Locale.ROOT,
                            "it ended without results (exit code %d)%s",
                            ended.code(),
                            lastWords(ended.said())));
        }
        return claims(results);
    }

    /** What another submission of that name was worth is no answer of this one. */
    private static void forget(Path results) {
        try {
            Files.deleteIfExists(results);
        } catch (IOException e) {
            throw BadInput.unwritable(results, e);
        }
    }

    private Outcome claims(Path results) {
        try {
            Map<String, JsonNode> claims = new LinkedHashMap<>();
            JsonNode root = json.readTree(InputFile.read(results, LARGEST_RESULTS, "so they are not ours"));
            for (JsonNode claim : root.path("claims"))
                claims.put(claim.path("id").asText(), claim);
            return new Outcome(claims, "");
        } catch (IOException e) {
            return new Outcome(Map.of(), "its results cannot be read");
        }
    }

    private static String lastWords(String said) {
        Optional<String> message =
                said.lines().filter(line -> line.startsWith("sidestep: ")).findFirst();
        Optional<String> last = said.lines().filter(line -> !line.isBlank()).reduce((earlier, later) -> later);
        return message.or(() -> last).map(line -> ": " + line).orElse("");
    }

    private Mark mark(Item item, Outcome outcome, Path place) {
        String again = "./sidestep " + String.join(" ", again(item.experiment(), place)) + " --resume";
        if (!outcome.trouble().isEmpty()) {
            return new Mark(item, false, "claim " + item.claim(), outcome.trouble(), again);
        }
        JsonNode claim = outcome.claims().get(item.claim());
        if (claim == null) {
            throw new BadInput(String.format(
                    Locale.ROOT, "%s: has no claim '%s', for which there are points", item.experiment(), item.claim()));
        }
        String reason = claim.path("reason").asText("");
        String measured = claim.path("measured").isNull()
                ? "nothing"
                : claim.path("measured").asText();
        return new Mark(
                item,
                claim.path("passed").asBoolean(),
                claim.path("text").asText() + ": " + claim.path("expect").asText(),
                reason.isEmpty() ? measured : measured + ": " + reason,
                again);
    }

    private static List<String> again(Path experiment, Path place) {
        return List.of(
                "run",
                experiment.toString(),
                "--plugins",
                place.resolve("plugins").toString(),
                "--no-sensitivity",
                "--out",
                out(experiment, place).toString());
    }

    private static Path out(Path experiment, Path place) {
        return place.resolve(experiment.getFileName().toString().replaceAll("\\.[^.]*$", ""));
    }
}
