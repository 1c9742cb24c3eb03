package org.sidestep.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DistributionTest {

    @Test
    void medianAndNinetyNinthPercentileAreTheNearestRanks() {
        long[] hundred = LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray();

        assertThat(Distribution.of(hundred, 1)).isEqualTo(new Distribution(1, 50, 99, 100, 50.5, 100));
    }

    @Test
    void aSingleSampleIsEveryRank() {
        assertThat(Distribution.of(new long[] {7}, 1)).isEqualTo(new Distribution(7, 7, 7, 7, 7, 1));
    }

    @Test
    void aSampleOfSeveralPartsCountsOnceAndIsDivided() {
        assertThat(Distribution.of(new long[] {40, 44}, 2)).isEqualTo(new Distribution(20, 20, 22, 22, 21, 2));
    }
}
