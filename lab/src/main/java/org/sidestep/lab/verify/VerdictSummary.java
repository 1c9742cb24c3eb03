package org.sidestep.lab.verify;

import java.util.List;
import org.sidestep.asm.Program;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/** What there is to say of a verdict, computed once: texts, files and pages only render it. */
public final class VerdictSummary {

    private final Verdict verdict;
    private final List<VerdictSums> sums;
    private final Tally all;
    private Program program;

    public VerdictSummary(Verdict verdict) {
        this.verdict = verdict;
        sums = VerdictSums.of(verdict);
        all = sums.stream().map(VerdictSums::tally).reduce(Tally.NONE, Tally::plus);
    }

    /** Those of all of these, in order. */
    public static List<VerdictSummary> of(List<Verdict> verdicts) {
        return verdicts.stream().map(VerdictSummary::new).toList();
    }

    public Verdict verdict() {
        return verdict;
    }

    /** What each exploration came to over all courses. */
    public List<VerdictSums> sums() {
        return sums;
    }

    /** What all of them came to together. */
    public Tally all() {
        return all;
    }

    /** The kernel that was tried, assembled when it is asked for first. */
    public synchronized Program program() {
        if (program == null) program = verdict.subject().assemble().program();
        return program;
    }

    /** Which instructions of the policy's stubs were struck. */
    public StubCoverage stubs() {
        return StubCoverage.of(all.struck(), program());
    }
}
