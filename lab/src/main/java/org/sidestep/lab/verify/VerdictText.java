package org.sidestep.lab.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/** A verdict for a person: of what, up to which depth, and one page for each failure. */
public final class VerdictText {

    private VerdictText() {}

    /** {@code passed}, {@code FAILED}, or {@code passed so far} if something was left out. */
    public static String word(Verdict verdict) {
        if (!verdict.passed()) return "FAILED";
        return verdict.complete() ? "passed" : "passed so far";
    }

    /** A line for the subject, and one for each exploration, over all courses. */
    public static List<String> lines(Verdict verdict) {
        List<String> lines = new ArrayList<>();
        long courses =
                verdict.entries().stream().map(Verdict.Entry::course).distinct().count();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %s, %,d trials on %d courses",
                Subjects.name(verdict.subject()),
                word(verdict),
                verdict.trials(),
                courses));
        Map<String, Tally> sums = new LinkedHashMap<>();
        Map<String, Integer> left = new LinkedHashMap<>();
        for (Verdict.Entry entry : verdict.entries()) {
            sums.merge(entry.exploration().name(), entry.tally(), Tally::plus);
            left.merge(entry.exploration().name(), entry.left(), Integer::sum);
        }
        sums.forEach((name, tally) -> lines.add(line(name, tally, left.get(name))));
        return lines;
    }

    private static String line(String name, Tally tally, int left) {
        return String.format(
                Locale.ROOT,
                "  %-38s %,8d boundaries (%,d with interrupts off), %,9d trials, %s%s",
                name,
                tally.boundaries(),
                tally.waiting(),
                tally.trials(),
                tally.failed() == 0 ? "none failed" : String.format(Locale.ROOT, "%,d FAILED", tally.failed()),
                left == 0 ? "" : String.format(Locale.ROOT, "; %,d parts not tried for lack of time", left));
    }

    /** A failure on one page. */
    public static List<String> page(Failure failure) {
        List<String> lines = new ArrayList<>();
        lines.add(failure.kind().toString());
        lines.add("  on " + failure.course());
        for (Blow blow : failure.blows()) lines.add("  struck by " + blow);
        for (String detail : failure.details()) lines.add("  " + detail);
        return lines;
    }
}
