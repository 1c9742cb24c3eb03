package org.sidestep.lab.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.asm.Program.Line;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.kernel.Cause;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.report.Part.Heading;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Mark;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.verify.StubCoverage;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.VerdictSummary;
import org.sidestep.lab.verify.VerdictText;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Timeline;
import org.sidestep.verify.Verdict;

/**
 * Verdicts on one page that needs no network: what they rest on, each failure with the command that runs it again, and a map of
 * kernel and stubs that says how often a run was struck before each instruction and what came of it.
 */
public final class VerdictPage {

    private VerdictPage() {}

    /**
     * Writes it.
     *
     * @param replays the replay files of the failures, in the order of {@link Verdict#failures}
     */
    public static void write(List<VerdictSummary> verdicts, List<Path> replays, Path file) {
        try {
            OutputFile.write(file, html(verdicts, replays));
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
    }

    static byte[] html(List<VerdictSummary> verdicts, List<Path> replays) throws IOException {
        List<Part> parts = new ArrayList<>();
        VerdictTables.of(verdicts).ifPresent(parts::add);
        int number = 0;
        for (VerdictSummary summary : verdicts) {
            Verdict verdict = summary.verdict();
            for (Failure failure : verdict.failures()) {
                parts.add(new Heading(
                        String.format(Locale.ROOT, "Failure %d: %s", number + 1, failure.kind()), Mark.BAD));
                parts.add(failure(verdict, failure, replays.get(number++)));
                timeline(failure.timeline()).ifPresent(parts::add);
            }
        }
        for (VerdictSummary summary : verdicts) {
            parts.add(new Heading("Map of " + Subjects.name(summary.verdict().subject()), Mark.NONE));
            parts.add(reached(summary));
            parts.add(map(summary.all(), summary.program()));
        }
        return HtmlReport.of("Still correct when interrupted and attacked?", "sidestep verify", parts);
    }

    private static Table failure(Verdict verdict, Failure failure, Path replay) {
        List<Row> rows = new ArrayList<>();
        rows.add(row("policy", Subjects.name(verdict.subject())));
        rows.add(row("workload", failure.course().toString()));
        if (failure.blows().isEmpty()) rows.add(row("struck by", "nothing: it fails undisturbed"));
        failure.blows().forEach(blow -> rows.add(row("struck by", blow.toString())));
        failure.details().forEach(line -> rows.add(row("", line)));
        rows.add(row("again", "./sidestep verify --replay " + replay));
        return new Table("failure", "", List.of(Column.words(""), Column.prose("what")), rows, List.of());
    }

    /** Both lanes side by side; where they part, the struck one is marked. */
    private static Optional<Table> timeline(Timeline timeline) {
        if (timeline.struck().isEmpty()) return Optional.empty();
        List<Column> columns = List.of(
                Column.words("undisturbed, cycle"),
                Column.words("who"),
                Column.words("from"),
                Column.words("struck, cycle"),
                Column.words("who"),
                Column.words("from"));
        List<Row> rows = new ArrayList<>();
        for (int i = 0;
                i < Math.max(timeline.undisturbed().size(), timeline.struck().size());
                i++) {
            Timeline.Span one = span(timeline.undisturbed(), i);
            Timeline.Span other = span(timeline.struck(), i);
            List<Value> values = new ArrayList<>(lane(one));
            boolean same = other == null || other.equals(one);
            lane(other).forEach(value -> values.add(same ? value : new Value(value.text(), Mark.BAD, "")));
            rows.add(Table.row(Integer.toString(i), values));
        }
        return Optional.of(new Table("timeline", "Both runs around it", columns, rows, List.of()));
    }

    private static Timeline.Span span(List<Timeline.Span> spans, int index) {
        return index < spans.size() ? spans.get(index) : null;
    }

    private static List<Value> lane(Timeline.Span span) {
        if (span == null) return List.of(Value.NONE, Value.NONE, Value.NONE);
        String who = span.isBlow() ? span.where() : span.thread() + " " + span.where();
        return List.of(Value.of(span.cycle()), Value.of(who), Value.of(span.place()));
    }

    /** What the verdict rests on beside its trials. */
    private static Table reached(VerdictSummary summary) {
        List<Row> rows = new ArrayList<>();
        for (String line : VerdictText.reached(summary)) rows.add(Table.row(line, Value.of(line)));
        return new Table("reached", "", List.of(Column.prose("what was reached")), rows, List.of());
    }

    private static Row row(String name, String text) {
        return Table.row(name, Value.of(name), Value.of(text));
    }

    /** A row for each instruction of the kernel that was struck, and for each of the stubs, struck or not. */
    private static Table map(Tally sum, Program program) {
        List<Row> rows = new ArrayList<>();
        for (Line line : program.lines()) {
            if (line.kind() != Line.Kind.CODE || line.length() == 0) continue;
            long struck = sum.struck().getOrDefault(line.address(), 0L);
            if (line.purpose().equals(Cause.WORKLOAD.word()) || struck == 0 && !StubCoverage.isOfStub(line)) continue;
            rows.add(instruction(program, line, struck, struck - count(sum.survived(), line)));
        }
        List<Column> columns = List.of(
                Column.words("place"),
                Column.words("instruction"),
                Column.words("line"),
                Column.number("struck", "struck", "trials", "Runs that were disturbed before it."),
                Column.number("failed", "failed", "trials", "Those of them that broke their promise."));
        return new Table("map", "", columns, rows, List.of());
    }

    private static long count(Map<Integer, Long> survived, Line line) {
        return survived.getOrDefault(line.address(), 0L);
    }

    private static Row instruction(Program program, Line line, long struck, long failed) {
        Place place = Place.of(program, line.address()).orElseThrow();
        String where = place.offset() == 0 ? place.label() : place.label() + "+" + place.offset();
        return Table.row(
                where,
                Value.of(where),
                Value.of(text(program, line)),
                Value.of(line.source()),
                struck == 0 ? Value.NONE : Value.of(struck),
                failed == 0 ? Value.NONE : Value.verdict(false, Long.toString(failed)));
    }

    private static String text(Program program, Line line) {
        for (Program.Segment segment : program.segments()) {
            int at = line.address() - segment.address();
            if (at < 0 || at + line.length() > segment.bytes().length) continue;
            var instruction = new Decoder().decode(ByteSource.of(segment.bytes(), at), true);
            return Disassembler.text(instruction, line.address()) + (line.text().isEmpty() ? "" : "  " + line.text());
        }
        return "";
    }

    /** What failed first, for a verdict that is one line. */
    static String summary(Failure failure) {
        String place = failure.blows().isEmpty()
                ? "undisturbed"
                : failure.blows().get(0).place();
        return failure.kind() + ": " + place;
    }
}
