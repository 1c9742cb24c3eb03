package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/** What was never struck is said in a few words, however long it is. */
class StubCoverageTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final Cell SUBJECT =
            new Subjects(CATALOG, "unit").named(List.of("ipc=lazy")).get(0);

    private static final Program PROGRAM = SUBJECT.assemble().program();

    /** Whether a workload comes to the rest is not known then. */
    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void whatWasNotStruckIsNamedIfEverythingWasTried(int left, boolean named) {
        Disturbance timer =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "timer-interrupt").extension();
        Exploration any = new Exploration(timer, 1, Exploration.Reach.ROUND);
        Verdict verdict =
                new Verdict(SUBJECT, List.of(new Verdict.Entry(Course.DEFAULTS.get(0), any, Tally.NONE, left, 2)));
        String said = String.join("\n", VerdictText.reached(new VerdictSummary(verdict)));
        assertThat(said.contains("lie on no workload's way")).isEqualTo(named);
        assertThat(said.contains("not everything was tried")).isNotEqualTo(named);
    }

    @Test
    void ofInstructionsBehindEachOtherTheFirstAndTheLastAreNamed() {
        StubCoverage none = StubCoverage.of(Map.of(), PROGRAM);
        assertThat(none.unreached()).hasSize(none.instructions());
        assertThat(none.stretches()).hasSize(1).first().asString().endsWith(" (" + none.instructions() + ")");

        int forward = PROGRAM.address("lipc.forward");
        StubCoverage one = StubCoverage.of(Map.of(forward, 1L), PROGRAM);
        assertThat(one.stretches()).hasSize(2);
        assertThat(one)
                .hasToString(one.unreached().size() + " of " + one.instructions()
                        + " instructions of the stubs lie on no workload's way: " + String.join(", ", one.stretches()));
    }
}
