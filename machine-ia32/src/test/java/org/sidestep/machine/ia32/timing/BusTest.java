package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BusTest {

    private static final int SEED = 13;

    @Test
    void itIsNeverTakenTwiceAndAlwaysAsEarlyAsItIsFreeForLongEnough() {
        SplittableRandom random = new SplittableRandom(SEED);
        Bus bus = new Bus();
        BitSet taken = new BitSet();
        int now = 0;
        for (int i = 0; i < 5000; i++) {
            now += random.nextInt(12);
            int start = now + random.nextInt(60);
            int length = random.nextInt(1, 9);
            int free = start;
            while (taken.get(free, free + length).cardinality() > 0) free++;
            assertThat(bus.take(start, length))
                    .as("seed %d, request %d", SEED, i)
                    .isEqualTo(free);
            taken.set(free, free + length);
        }
    }
}
