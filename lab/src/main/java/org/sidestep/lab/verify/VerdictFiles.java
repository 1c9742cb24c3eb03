package org.sidestep.lab.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.JUnitXml;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/** What a verification writes: {@code verdict.json}, {@code junit.xml}, and a replay file for each failure. */
public final class VerdictFiles {

    private final Path directory;

    public VerdictFiles(Path directory) {
        this.directory = directory;
    }

    /** Writes all of them; returns the replay files, in the order of the failures. */
    public List<Path> write(List<VerdictSummary> summaries) {
        List<Verdict> verdicts = summaries.stream().map(VerdictSummary::verdict).toList();
        write("verdict.json", json(summaries));
        write("junit.xml", junit(verdicts).getBytes(StandardCharsets.UTF_8));
        List<Path> replays = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            for (Failure failure : verdict.failures()) {
                String name = "failure-" + (replays.size() + 1) + ".json";
                write(name, Replay.of(verdict.subject().text(), failure).bytes());
                replays.add(directory.resolve(name));
            }
        }
        return replays;
    }

    private void write(String name, byte[] content) {
        try {
            OutputFile.write(directory.resolve(name), content);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    private static byte[] json(List<VerdictSummary> summaries) {
        List<Object> list = new ArrayList<>();
        for (VerdictSummary summary : summaries) list.add(json(summary));
        try {
            return new ObjectMapper()
                    .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
                    .writeValueAsBytes(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> json(VerdictSummary summary) {
        Verdict verdict = summary.verdict();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("subject", verdict.subject().text());
        object.put("verdict", VerdictText.word(verdict));
        object.put("trials", verdict.trials());
        Tally all = summary.all();
        object.put("states", all.states().size());
        object.put("interruptsOff", all.longest());
        object.put("stubs", summary.stubs());
        List<Object> entries = new ArrayList<>();
        for (Verdict.Entry entry : verdict.entries()) {
            Tally tally = entry.tally();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("workload", entry.course().workload());
            line.put("parameters", entry.course().parameters());
            line.put("exploration", entry.name());
            line.put("boundaries", tally.boundaries());
            line.put("interruptsOff", tally.waiting());
            line.put("trials", tally.trials());
            line.put("failed", tally.failed());
            line.put("partsLeft", entry.left());
            line.put("parts", entry.chunks());
            line.put("kinds", tally.kinds());
            line.put("failures", tally.failures());
            entries.add(line);
        }
        object.put("explorations", entries);
        return object;
    }

    /** A suite for each subject, a case for each exploration of each course, as graders and CI read them. */
    private static String junit(List<Verdict> verdicts) {
        return JUnitXml.of(verdicts.stream().map(VerdictFiles::suite).toList());
    }

    private static JUnitXml.Suite suite(Verdict verdict) {
        String name = Subjects.name(verdict.subject());
        List<JUnitXml.Case> cases = new ArrayList<>();
        for (Verdict.Entry entry : verdict.entries()) {
            List<JUnitXml.Failure> failures = entry.tally().failures().stream()
                    .map(failure -> new JUnitXml.Failure(
                            failure.kind().toString(), String.join("\n", VerdictText.page(failure))))
                    .toList();
            String title = entry.name() + " on " + entry.course();
            cases.add(new JUnitXml.Case(name, title, failures, entry.left() > 0));
        }
        return new JUnitXml.Suite(name, cases);
    }
}
