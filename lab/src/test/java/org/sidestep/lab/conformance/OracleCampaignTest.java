package org.sidestep.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.lab.BadInput;

/** The part of the campaign that runs every time; {@code sidestep conformance oracle} has no end. */
class OracleCampaignTest {
    private static final int INTEGERS = 10_000;
    private static final int FLOATS = 3_000;
    private static final int DOUBLES = 4_000;
    private static final long SEED = 1;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"unit, " + INTEGERS + ", " + FLOATS, "p4-northwood, 0, " + DOUBLES})
    void theMachineDoesWhatTheHostCpuDoes(String cpu, int integers, int floats) {
        boolean required = System.getenv("CI") != null;
        assumeTrue(required || hostAnswers(), "a compiler for 32-bit programs is needed");
        List<String> differences = new ArrayList<>();
        OracleCampaign.Counts counts = new OracleCampaign(
                        SEED, TestMachines.features(cpu), TestMachines.bare(cpu), differences::add)
                .run(0, integers, floats);
        assertThat(differences).as("seed %d", SEED).isEmpty();
        assertThat(counts.agreed()).isGreaterThan((integers + floats) * 9 / 10);
    }

    /** What is drawn for a part has what came with it, and nothing that came later. */
    @ParameterizedTest
    @CsvSource({"p2-deschutes, false, false", "p3-katmai, true, false", "p4-northwood, true, true"})
    void fragmentsAreOfInstructionsThatThePartHas(String cpu, boolean singles, boolean doubles) {
        String code = IntStream.range(0, 2_000)
                .mapToObj(number -> FloatVectors.line(SEED, TestMachines.features(cpu), number))
                .map(line -> line.replaceAll("fcw.*", ""))
                .collect(Collectors.joining());
        assertThat(code.contains("0f58")).as("ADDPS").isEqualTo(singles);
        assertThat(code.contains("660f58")).as("ADDPD").isEqualTo(doubles);
    }

    @Test
    void aFragmentIsTheSameWheneverItIsAskedFor() {
        int features = TestMachines.features("unit");
        assertThat(IntegerVectors.line(7, features, 42))
                .isEqualTo(IntegerVectors.line(7, features, 42))
                .isNotEqualTo(IntegerVectors.line(8, features, 42));
        assertThat(FloatVectors.line(7, features, 42))
                .isEqualTo(FloatVectors.line(7, features, 42))
                .isNotEqualTo(FloatVectors.line(7, features, 43));
    }

    private boolean hostAnswers() {
        try {
            return new HostCpu(directory) != null;
        } catch (BadInput unavailable) {
            return false;
        }
    }
}
