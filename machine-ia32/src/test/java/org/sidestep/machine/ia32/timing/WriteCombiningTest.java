package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Lines of 32 bytes, two buffers. */
class WriteCombiningTest {

    private final WriteCombining buffers = new WriteCombining(2, 5);

    @Test
    void aLineThatIsCompleteGoesAtOnceInWhateverOrderItWasWritten() {
        for (int at : new int[] {24, 0, 16}) assertThat(buffers.store(at, 8)).isZero();
        assertThat(buffers.store(8, 8)).isEqualTo(1);
        assertThat(buffers.leave()).as("nothing remains").isZero();
    }

    @Test
    void whatHasToMakeRoomGoesInPiecesOfEightBytesTheOldestFirst() {
        buffers.store(0, 8);
        buffers.store(20, 4);
        buffers.store(32, 4);
        assertThat(buffers.store(64, 8)).as("two pieces of the first line").isEqualTo(2);
        assertThat(buffers.store(32 + 4, 4)).as("the second is still there").isZero();
        assertThat(buffers.leave()).as("a piece of each").isEqualTo(2);
    }

    @Test
    void aLineThatIsAccessedOtherwiseLeaves() {
        buffers.store(100, 4);
        assertThat(buffers.leave(4)).isZero();
        assertThat(buffers.leave(3)).isEqualTo(1);
        assertThat(buffers.leave(3)).isZero();
        buffers.store(0, 8);
        buffers.store(32, 8);
        assertThat(buffers.store(64, 8)).as("one buffer was free").isEqualTo(1);
    }
}
