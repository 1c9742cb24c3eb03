package org.sidestep.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.plugin.Evidence.Confidence;

class EvidenceTest {

    @ParameterizedTest
    @ValueSource(strings = {"M", "S descriptor 83", "D, as MOVS", "R; CR0 and CR4"})
    void aSourceBeginsWithItsMark(String source) {
        assertThat(evidence(source).source()).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "guess", "m", "Measured", "S2", "R_", "X M", " M", "M\nS"})
    void aSourceWithoutAMarkIsRefused(String source) {
        assertThatThrownBy(() -> evidence(source)).hasMessageContaining("no mark of its source");
    }

    @Test
    void theMarkOfAMeasurementCountsWhereverItStandsAlone() {
        assertThat(Evidence.isMeasured("M 5")).isTrue();
        assertThat(Evidence.isMeasured("S ports, M latency")).isTrue();
        assertThat(Evidence.isMeasured("D M")).isTrue();
        assertThat(Evidence.isMeasured("S of MOVS, EMMS and M2")).isFalse();
    }

    private static Evidence evidence(String source) {
        return new Evidence("cycles", source, Confidence.LOW, 1, 2);
    }
}
