package org.sidestep.lab.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Stretch;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Timeline;
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
    public static List<String> lines(VerdictSummary summary) {
        Verdict verdict = summary.verdict();
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
        boolean failed = !verdict.passed();
        for (VerdictSums sum : summary.sums()) if (!sum.isLeftOut()) lines.add(line(sum, failed));
        String left = leftOut(summary);
        if (!left.isEmpty()) lines.add(String.format(Locale.ROOT, "  not tried %s: %s", why(failed), left));
        return lines;
    }

    /** What was not tried at all, by name. */
    public static String leftOut(VerdictSummary summary) {
        return summary.sums().stream()
                .filter(VerdictSums::isLeftOut)
                .map(VerdictSums::name)
                .collect(Collectors.joining(", "));
    }

    private static String why(boolean failed) {
        return failed ? "since something failed, or for lack of time" : "for lack of time";
    }

    /** What trials came to beside failures, in lines. */
    public static List<String> reached(VerdictSummary summary) {
        List<String> lines = new ArrayList<>();
        Tally all = summary.all();
        lines.add(String.format(
                Locale.ROOT,
                "%,d distinct states at the kernel's next exit behind a strike",
                all.states().size()));
        Stretch longest = all.longest();
        if (longest.cycles() > 0)
            lines.add(String.format(
                    Locale.ROOT,
                    "interrupts off for at most %,d cycles, from %s to %s",
                    longest.cycles(),
                    longest.from(),
                    longest.to()));
        StubCoverage stubs = summary.stubs();
        lines.add(summary.verdict().complete() ? stubs.toString() : stubs.soFar());
        return lines;
    }

    private static String line(VerdictSums sum, boolean failed) {
        Tally tally = sum.tally();
        if (tally.boundaries() == 0 && tally.failed() > 0)
            return String.format(Locale.ROOT, "  %-38s %,8d FAILED", sum.name(), tally.failed());
        return String.format(
                Locale.ROOT,
                "  %-38s %,8d boundaries (%,d with interrupts off), %,9d trials, %s%s%s",
                sum.name(),
                tally.boundaries(),
                tally.waiting(),
                tally.trials(),
                tally.failed() == 0 ? "none failed" : String.format(Locale.ROOT, "%,d FAILED", tally.failed()),
                chances(sum),
                sum.left() == 0 ? "" : String.format(Locale.ROOT, "; %,d parts not tried %s", sum.left(), why(failed)));
    }

    /** What random places have to do with it. */
    private static String chances(VerdictSums sum) {
        if (sum.chance().isPresent())
            return String.format(
                    Locale.ROOT,
                    "; finds what needs these at certain places with probability %.2g or more",
                    sum.chance().getAsDouble());
        if (sum.tally().failed() == 0 || sum.atRandom().isEmpty()) return "";
        return String.format(
                Locale.ROOT,
                "; as many at random would find all of that with probability %.2g",
                sum.atRandom().getAsDouble());
    }

    /** A failure on one page. */
    public static List<String> page(Failure failure) {
        List<String> lines = new ArrayList<>();
        lines.add(failure.kind().toString());
        lines.add("  on " + failure.course());
        if (failure.blows().isEmpty()) lines.add("  undisturbed: nothing has struck it");
        for (Blow blow : failure.blows()) lines.add("  struck by " + blow);
        for (String detail : failure.details()) lines.add("  " + detail);
        lines.addAll(timeline(failure.timeline()));
        return lines;
    }

    /** Both lanes, side by side. */
    private static List<String> timeline(Timeline timeline) {
        List<String> lines = new ArrayList<>();
        List<String> left = lane(timeline.undisturbed());
        List<String> right = lane(timeline.struck());
        if (right.isEmpty()) return lines;
        lines.add(String.format(Locale.ROOT, "  %-72s  %s", "undisturbed: cycle, who, from where on", "struck"));
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String one = i < left.size() ? left.get(i) : "";
            String other = i < right.size() ? right.get(i) : "";
            String mark = one.equals(other) ? " " : "|";
            lines.add(String.format(Locale.ROOT, "  %-72s%s %s", one, mark, other));
        }
        return lines;
    }

    private static List<String> lane(List<Timeline.Span> spans) {
        return spans.stream().map(VerdictText::span).toList();
    }

    private static String span(Timeline.Span span) {
        if (span.isBlow()) return "*** " + span.where();
        return String.format(Locale.ROOT, "%,d %s %s %s", span.cycle(), span.thread(), span.where(), span.place());
    }
}
