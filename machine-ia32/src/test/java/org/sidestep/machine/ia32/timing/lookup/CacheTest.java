package org.sidestep.machine.ia32.timing.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CacheTest {

    private static final int SEED = 16;
    private static final int SETS = 128;

    private final Cache cache = new Cache(16 << 10, 4);

    @Test
    void theLeastRecentlyUsedWayIsReplaced() {
        for (int way = 0; way < 4; way++) cache.fill(7 + way * SETS);
        assertThat(cache.hit(7)).isTrue();
        cache.fill(7 + 4 * SETS);
        assertThat(cache.hit(7)).isTrue();
        assertThat(cache.hit(7 + SETS)).isFalse();
    }

    @Test
    void aModifiedLineIsWrittenBackWhenItIsReplaced() {
        cache.fill(7);
        cache.dirty(7);
        for (int way = 1; way < 4; way++) assertThat(cache.fill(7 + way * SETS)).isEqualTo(Cache.NOTHING);
        assertThat(cache.fill(7 + 4 * SETS)).isEqualTo(7);
    }

    @Test
    void itBehavesLikeAListOfTheMostRecentLinesPerSet() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<List<Integer>> sets = new ArrayList<>();
        for (int i = 0; i < SETS; i++) sets.add(new ArrayList<>());
        for (int i = 0; i < 100_000; i++) {
            int line = random.nextInt(SETS * 6);
            List<Integer> recent = sets.get(line % SETS);
            boolean expected = recent.remove((Integer) line);
            recent.add(0, line);
            if (recent.size() > 4) recent.remove(4);
            boolean hit = cache.hit(line);
            if (!hit) cache.fill(line);
            assertThat(hit).as("seed %d, access %d", SEED, i).isEqualTo(expected);
        }
    }
}
