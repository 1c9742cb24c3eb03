package org.sidestep.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.BadInput;

/** The part of the campaign that runs every time; {@code sidestep conformance oracle} has no end. */
class OracleCampaignTest {
    private static final int INTEGERS = 10_000;
    private static final int FLOATS = 3_000;
    private static final long SEED = 1;

    @TempDir
    Path directory;

    @Test
    void theMachineDoesWhatTheHostCpuDoes() {
        boolean required = System.getenv("CI") != null;
        assumeTrue(required || hostAnswers(), "a compiler for 32-bit programs is needed");
        List<String> differences = new ArrayList<>();
        OracleCampaign.Counts counts =
                new OracleCampaign(SEED, TestMachines.bare(), differences::add).run(0, INTEGERS, FLOATS);
        assertThat(differences).as("seed %d", SEED).isEmpty();
        assertThat(counts.agreed()).isGreaterThan((INTEGERS + FLOATS) * 9 / 10);
    }

    @Test
    void aFragmentIsTheSameWheneverItIsAskedFor() {
        assertThat(IntegerVectors.line(7, 42))
                .isEqualTo(IntegerVectors.line(7, 42))
                .isNotEqualTo(IntegerVectors.line(8, 42));
        assertThat(FloatVectors.line(7, 42)).isEqualTo(FloatVectors.line(7, 42)).isNotEqualTo(FloatVectors.line(7, 43));
    }

    private boolean hostAnswers() {
        try {
            return new HostCpu(directory) != null;
        } catch (BadInput unavailable) {
            return false;
        }
    }
}
