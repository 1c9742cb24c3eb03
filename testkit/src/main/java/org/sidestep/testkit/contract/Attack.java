package org.sidestep.testkit.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** The attacks that the hostile workload makes by itself. */
final class Attack {

    private Attack() {}

    /** No attack, to compare with. */
    static final String NONE = "none";

    /** Instructions are attacked, not cycles, and a slow processor's time slices have few: more turns in less work. */
    private static final String CLOCK = "unit";

    private static final int MHZ = 100;

    /** As many as fill a few time slices, even without the kernel. */
    private static final int MOST_ROUNDS = 2000;

    /** Where each takes its time, the attacker has as many turns in fewer. */
    private static final List<Integer> FEWER_ROUNDS = List.of(500, 1000);

    /** In the course of the honest pair's rounds. */
    private static final int TURNS = 7;

    /** A jump with registers that the test chooses. */
    static final String JUMP = "jump";

    /** Where the attacker is about to attack. */
    private static final String BEGIN = "H.attack";

    static final List<String> ALL = List.of(
            "stray-utcb",
            "free-utcb",
            "queued-thread",
            "false-wait",
            "scribble",
            "null-segments",
            "short-segments",
            "flat-gs",
            "short-stack",
            "flags",
            "floating-point",
            "debug-registers",
            "forged-fault",
            "false-report",
            "forged-name",
            "flood",
            "steal-memory",
            "hoard-memory",
            "overwrite",
            "page-tables",
            "recursive-maps",
            "wide-maps",
            "long-maps",
            "maps-over-kernel",
            "unmap",
            "large-maps",
            "large-over-tables",
            "large-strings",
            "strings-over-utcbs",
            "strings-over-kernel",
            "strings-unmapped",
            "strings-taken-away",
            "strings-overlapping",
            "interrupt-unanswered",
            "interrupt-halted",
            "interrupt-killed",
            NONE);

    /** So many rounds of the honest pair that the attacker has several turns. */
    static int rounds(TestCell cell, Map<String, String> kernel) {
        for (int rounds : FEWER_ROUNDS) {
            Booted booted = in(cell, kernel, NONE, rounds).boot().countLabel(BEGIN);
            booted.run();
            if (booted.passed(BEGIN) >= TURNS) return rounds;
        }
        return MOST_ROUNDS;
    }

    /** Time slices are so short that the attack comes in the middle of the honest pair's rounds. */
    static TestCell in(TestCell cell, Map<String, String> kernel, String attack, int rounds) {
        Map<String, Object> ticking = new LinkedHashMap<>(kernel);
        ticking.put("tick", ShortRuns.TICK);
        return cell.with(Axis.CPU, CLOCK, Map.of("mhz", MHZ))
                .with(Axis.KERNEL, "l4", ticking)
                .with(
                        Axis.WORKLOAD,
                        "hostile",
                        Map.of("attack", attack, "verify", "on", "rounds", rounds, "timeslice", ShortRuns.TICK));
    }

    /** Runs to the end, by way of at least one attack. */
    static Outcome run(TestCell cell) {
        Booted booted = cell.boot();
        booted.runTo(BEGIN, 1);
        return booted.run();
    }
}
