package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UartTest {

    private final Console console = new Console(octet -> {}, octet -> {});
    private final Uart uart = new Uart(1000, console);

    @Test
    void charactersLeaveAtOnceAndTheTransmitterIsAlwaysReady() {
        for (char c : "hello".toCharArray()) {
            assertThat(in(5) & 0x60).isEqualTo(0x60);
            out(0, c);
        }
        assertThat(console.text()).isEqualTo("hello");
    }

    @Test
    void theDivisorLatchHidesDataAndInterruptEnable() {
        out(1, 0x03);
        out(3, 0x83);
        out(0, 0x01);
        out(1, 0x02);
        assertThat(in(0)).isEqualTo(0x01);
        assertThat(in(1)).isEqualTo(0x02);
        out(3, 0x03);
        assertThat(in(1)).isEqualTo(0x03);
        assertThat(console.text()).isEmpty();
    }

    @Test
    void withoutFifoOneCharacterIsReceivedAtATime() {
        type("ab");
        assertThat(in(5) & 1).isEqualTo(1);
        assertThat(in(0)).isEqualTo('a');
        assertThat(in(0)).isEqualTo('b');
        assertThat(in(5) & 1).isZero();
    }

    @Test
    void betweenCharactersTheInterruptLineFalls() {
        out(1, 0x01);
        type("ab");
        assertThat(TestLines.raised(uart)).isTrue();
        assertThat(in(0)).isEqualTo('a');
        assertThat(TestLines.raised(uart)).isFalse();
        assertThat(in(5) & 1).isZero();
        uart.advanceTo(uart.nextEvent());
        assertThat(TestLines.raised(uart)).isTrue();
        assertThat(in(0)).isEqualTo('b');
        assertThat(uart.nextEvent()).isEqualTo(Clock.NEVER);
    }

    @Test
    void theFifoTellsTriggerLevelAndTimeoutApart() {
        out(2, 0x41);
        out(1, 0x01);
        out(4, 0x08);
        type("abc");
        assertThat(in(2)).as("character timeout").isEqualTo(0xCC);
        type("d");
        assertThat(in(2)).as("data available").isEqualTo(0xC4);
        for (int i = 0; i < 4; i++) in(0);
        assertThat(in(2)).isEqualTo(0xC1);
    }

    @Test
    void theTransmitterInterruptGoesAwayWhenItIsIdentified() {
        out(4, 0x08);
        out(1, 0x02);
        assertThat(TestLines.raised(uart)).isTrue();
        assertThat(in(2)).isEqualTo(0x02);
        assertThat(TestLines.raised(uart)).isFalse();
        out(0, 'x');
        assertThat(TestLines.raised(uart)).isTrue();
    }

    @Test
    void inLoopBackModeTheGuestHearsItself() {
        out(4, 0x1B);
        out(0, 'x');
        assertThat(console.text()).isEmpty();
        assertThat(in(0)).isEqualTo('x');
        assertThat(in(6) & 0xF0).as("CTS, DSR and DCD follow RTS, DTR and OUT2").isEqualTo(0xB0);
        out(0, 'y');
        out(0, 'z');
        assertThat(in(5) & 2).as("overrun").isEqualTo(2);
    }

    @Test
    void theScratchRegisterKeepsItsValue() {
        out(7, 0x5A);
        assertThat(in(7)).isEqualTo(0x5A);
    }

    private void type(String text) {
        for (char c : text.toCharArray()) uart.type(c);
    }

    private int in(int register) {
        return uart.in(Uart.BASE + register);
    }

    private void out(int register, int value) {
        uart.out(Uart.BASE + register, value);
    }
}
