package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.VerdictSummary;
import org.sidestep.lab.verify.VerdictSums;
import org.sidestep.lab.verify.VerdictText;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/** Verdicts, and what they rest on: of what, up to which depth. */
final class VerdictTables {

    private static final String AT_RANDOM =
            "At random: which part of these trials as many would make that are drawn at random; or with which probability they"
                    + " would find the rarest way to fail. Of trials that are random, how probable it is at least that they find"
                    + " what needs strikes at certain places.";

    private VerdictTables() {}

    /** In a word, with what failed first; nothing for a cell that is not verified. */
    static Value word(Verdict verdict) {
        if (verdict == null) return Value.NONE;
        String detail = verdict.failures().stream()
                .findFirst()
                .map(failure -> String.join("\n", VerdictText.page(failure)))
                .orElse("");
        Value word = Value.verdict(verdict.passed(), VerdictText.word(verdict));
        return new Value(word.text(), word.mark(), detail);
    }

    /** A row for each kind of trial of each subject; nothing if there are no verdicts. */
    static Optional<Table> of(List<VerdictSummary> verdicts) {
        if (verdicts.isEmpty()) return Optional.empty();
        List<Column> columns = List.of(
                Column.prose("policy"),
                Column.words("verdict"),
                Column.prose("disturbance"),
                Column.number("boundaries", "boundaries", "", "Places between two instructions at which it was tried."),
                Column.number(
                        "off", "interrupts off", "", "Those of them at which an interrupt waits for the next exit."),
                Column.number("trials", "trials", "", "Runs that were disturbed."),
                Column.number("failed", "failed", "", "Those of them that broke their promise."),
                Column.words("at random"),
                Column.words("first failure"));
        List<Row> rows = new ArrayList<>();
        for (VerdictSummary summary : verdicts) {
            for (VerdictSums sum : summary.sums()) if (!sum.isLeftOut()) rows.add(row(summary.verdict(), sum));
            String left = VerdictText.leftOut(summary);
            if (!left.isEmpty()) rows.add(leftOut(summary.verdict(), left));
        }
        return Optional.of(new Table(
                "verdicts",
                "Verdicts: still correct when interrupted and attacked?",
                columns,
                rows,
                List.of(AT_RANDOM)));
    }

    private static Row row(Verdict verdict, VerdictSums sum) {
        Tally tally = sum.tally();
        String name = sum.name();
        Failure first = tally.failures().stream().findFirst().orElse(null);
        return Table.row(
                verdict.subject().text() + " " + name,
                Value.of(Subjects.name(verdict.subject())),
                Value.verdict(verdict.passed(), VerdictText.word(verdict)),
                Value.of(name),
                Value.of(tally.boundaries()),
                Value.of(tally.waiting()),
                Value.of(tally.trials()),
                Value.of(tally.failed()),
                Value.of(atRandom(sum)),
                first == null ? Value.NONE : Value.verdict(false, VerdictPage.summary(first)));
    }

    private static Row leftOut(Verdict verdict, String names) {
        return Table.row(
                verdict.subject().text() + " left out",
                Value.of(Subjects.name(verdict.subject())),
                Value.verdict(verdict.passed(), VerdictText.word(verdict)),
                Value.of("not tried: " + names),
                Value.NONE,
                Value.NONE,
                Value.NONE,
                Value.NONE,
                Value.NONE,
                Value.NONE);
    }

    private static String atRandom(VerdictSums sum) {
        if (sum.chance().isPresent())
            return String.format(Locale.ROOT, "finds with %.2g", sum.chance().getAsDouble());
        if (sum.atRandom().isEmpty()) return "";
        String what = sum.tally().failed() == 0 ? "tries %.0f %%" : "finds %.0f %%";
        return String.format(Locale.ROOT, what, 100 * sum.atRandom().getAsDouble());
    }
}
