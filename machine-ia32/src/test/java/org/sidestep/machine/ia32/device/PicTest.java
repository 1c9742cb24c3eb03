package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PicTest {

    private final PicPair pics = initialised(0x11, 0x01);

    @Test
    void theLowestNumberedRequestComesFirstAndBlocksLowerOnes() {
        pics.line(5, true);
        pics.line(1, true);
        assertThat(pics.acknowledge()).isEqualTo(0x21);
        assertThat(pics.requested()).isFalse();
        pics.line(0, true);
        assertThat(pics.acknowledge()).isEqualTo(0x20);
        eoi();
        eoi();
        assertThat(pics.acknowledge()).isEqualTo(0x25);
    }

    @Test
    void anEdgeIsServedOnceHoweverLongTheLineStaysUp() {
        pics.line(3, true);
        pics.acknowledge();
        eoi();
        assertThat(pics.requested()).isFalse();
        pics.line(3, false);
        pics.line(3, true);
        assertThat(pics.requested()).isTrue();
    }

    @Test
    void aLevelIsServedUntilTheLineFalls() {
        pics.out(PicPair.ELCR, 1 << 5);
        pics.line(5, true);
        pics.acknowledge();
        eoi();
        assertThat(pics.acknowledge()).isEqualTo(0x25);
        pics.line(5, false);
        eoi();
        assertThat(pics.requested()).isFalse();
    }

    @Test
    void theSlaveIsServedThroughTheCascadeAndNeedsBothEndsOfInterrupt() {
        pics.line(14, true);
        assertThat(pics.acknowledge()).isEqualTo(0x76);
        pics.line(9, true);
        assertThat(pics.requested())
                .as("the master still has input 2 in service")
                .isFalse();
        eoi();
        assertThat(pics.acknowledge()).isEqualTo(0x71);
    }

    @Test
    void specialFullyNestedModeLetsAHigherRequestOfTheSameSlaveThrough() {
        PicPair nested = initialised(0x11, 0x11);
        nested.line(14, true);
        nested.acknowledge();
        nested.line(9, true);
        assertThat(nested.acknowledge()).isEqualTo(0x71);
    }

    @Test
    void aRequestThatIsGoneBeforeItIsAcknowledgedIsSpurious() {
        pics.line(4, true);
        pics.line(4, false);
        assertThat(pics.acknowledge()).isEqualTo(0x27);
        assertThat(inService(0x20)).isZero();

        pics.line(12, true);
        pics.out(0xA1, 0x10);
        assertThat(pics.requested()).isFalse();
    }

    @Test
    void aMaskedRequestWaitsUntilItIsUnmasked() {
        pics.out(0x21, 0x02);
        pics.line(1, true);
        assertThat(pics.requested()).isFalse();
        assertThat(pics.in(0x20)).as("IRR").isEqualTo(0x02);
        assertThat(pics.in(0x21)).as("IMR").isEqualTo(0x02);
        pics.out(0x21, 0);
        assertThat(pics.acknowledge()).isEqualTo(0x21);
    }

    @Test
    void aSpecificEndOfInterruptEndsThatLevelOnly() {
        pics.line(3, true);
        pics.acknowledge();
        pics.line(1, true);
        pics.acknowledge();
        pics.out(0x20, 0x63);
        assertThat(inService(0x20)).isEqualTo(0x02);
    }

    @Test
    void automaticEndOfInterruptLeavesNothingInService() {
        PicPair automatic = initialised(0x11, 0x03);
        automatic.line(1, true);
        automatic.acknowledge();
        automatic.line(5, true);
        assertThat(automatic.acknowledge()).isEqualTo(0x25);
    }

    @Test
    void rotationMakesTheServedInputTheLowest() {
        pics.line(1, true);
        pics.acknowledge();
        pics.out(0x20, 0xA0);
        pics.line(1, false);
        pics.line(1, true);
        pics.line(5, true);
        assertThat(pics.acknowledge()).isEqualTo(0x25);
    }

    @Test
    void thePriorityCanBeSetByCommand() {
        pics.out(0x20, 0xC0 | 4);
        pics.line(0, true);
        pics.line(5, true);
        assertThat(pics.acknowledge()).isEqualTo(0x25);
    }

    @Test
    void specialMaskModeLetsLowerRequestsPastAMaskedLevelInService() {
        pics.line(1, true);
        pics.acknowledge();
        pics.line(5, true);
        pics.out(0x21, 0x02);
        assertThat(pics.requested()).isFalse();
        pics.out(0x20, 0x68);
        assertThat(pics.acknowledge()).isEqualTo(0x25);
    }

    @Test
    void pollingAcknowledgesAndNamesTheLevel() {
        pics.line(6, true);
        pics.out(0x20, 0x0C);
        assertThat(pics.in(0x20)).isEqualTo(0x86);
        assertThat(inService(0x20)).isEqualTo(0x40);
        pics.out(0x20, 0x0C);
        assertThat(pics.in(0x20) & 0x80).isZero();
    }

    private int inService(int port) {
        pics.out(port, 0x0B);
        return pics.in(port);
    }

    private void eoi() {
        pics.out(0xA0, 0x20);
        pics.out(0x20, 0x20);
    }

    private static PicPair initialised(int icw1, int icw4) {
        PicPair pics = new PicPair();
        for (int port : new int[] {0x20, 0xA0}) {
            pics.out(port, icw1);
            pics.out(port + 1, port == 0x20 ? 0x20 : 0x70);
            pics.out(port + 1, port == 0x20 ? 4 : 2);
            pics.out(port + 1, icw4);
        }
        return pics;
    }
}
