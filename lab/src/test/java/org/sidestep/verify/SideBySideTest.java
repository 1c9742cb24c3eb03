package org.sidestep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SideBySideTest {

    @Test
    void answersAreInOrderWhicheverIsThereFirst() {
        CountDownLatch second = new CountDownLatch(1);

        List<String> answers = SideBySide.each(2, List.of("a", "b"), one -> {
            if (one.equals("b")) second.countDown();
            else await(second);
            return one + "!";
        });

        assertThat(answers).containsExactly("a!", "b!");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nothingBeginsBehindWhatHasThrown() {
        AtomicInteger begun = new AtomicInteger();

        assertThatThrownBy(() -> SideBySide.each(1, List.of(1, 2, 3), one -> {
                    begun.incrementAndGet();
                    if (one == 1) throw new IllegalArgumentException("no");
                    await(new CountDownLatch(1));
                    return one;
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no");
        assertThat(begun).hasValueLessThan(3);
    }
}
