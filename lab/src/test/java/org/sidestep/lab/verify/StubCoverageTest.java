package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Program;
import org.sidestep.lab.catalog.PluginLoader;

/** What was never struck is said in a few words, however long it is. */
class StubCoverageTest {

    private static final Program PROGRAM = new Subjects(PluginLoader.fromClassPath(), "unit")
            .named(List.of("ipc=lazy"))
            .get(0)
            .assemble()
            .program();

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
