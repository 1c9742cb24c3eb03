package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RtcTest {

    /** One cycle per tick of the 32.768 kHz crystal, times 125. */
    private static final int KILOHERTZ = 4096;

    private static final long SECOND = KILOHERTZ * 1000L;

    private final Rtc rtc = new Rtc(KILOHERTZ);

    @Test
    void theClockStartsAtTheTurnOfTheMillenniumAndAdvancesWithMachineTime() {
        assertThat(date()).isEqualTo("20 00-01-01 7 00:00:00");
        rtc.advanceTo(3 * SECOND - 1);
        assertThat(date()).isEqualTo("20 00-01-01 7 00:00:02");
        rtc.advanceTo(86_400 * 60L * SECOND);
        assertThat(date()).isEqualTo("20 00-03-01 4 00:00:00");
    }

    @Test
    void theUpdateInProgressBitWarnsOfTheUpdate() {
        rtc.advanceTo(SECOND - SECOND / 100);
        assertThat(read(0x0A)).isEqualTo(0x26);
        rtc.advanceTo(SECOND - SECOND / 1000);
        assertThat(read(0x0A)).isEqualTo(0xA6);
        rtc.advanceTo(SECOND);
        assertThat(read(0x0A)).isEqualTo(0x26);
    }

    @Test
    void timeIsShownInTheFormatThatTheGuestChose() {
        write(0x0B, 0x80);
        write(4, 0x11);
        write(2, 0x59);
        write(0, 0x59);
        write(0x0B, 0x00);
        rtc.advanceTo(SECOND);
        assertThat(read(4)).as("12 p.m.").isEqualTo(0x92);
        assertThat(read(2)).isZero();

        write(0x0B, 0x06);
        write(4, 23);
        write(2, 59);
        write(0, 59);
        rtc.advanceTo(2 * SECOND);
        assertThat(read(7)).isEqualTo(2);
        assertThat(read(4)).isZero();
    }

    @Test
    void theSetBitStopsTheClock() {
        write(0x0B, 0x82);
        rtc.advanceTo(10 * SECOND);
        assertThat(read(0)).isZero();
        write(0x0B, 0x02);
        rtc.advanceTo(11 * SECOND);
        assertThat(read(0)).isEqualTo(1);
    }

    @Test
    void theAlarmComesAtItsTimeAndReadingTheFlagsClearsThem() {
        write(1, 0x05);
        write(3, 0xC0);
        write(5, 0xFF);
        write(0x0B, 0x22);
        advanceBy(4);
        assertThat(TestLines.raised(rtc)).isFalse();
        advanceBy(5);
        assertThat(TestLines.raised(rtc)).isTrue();
        assertThat(read(0x0C)).as("periodic and update flags are set beside it").isEqualTo(0xF0);
        assertThat(TestLines.raised(rtc)).isFalse();
        assertThat(read(0x0C)).isZero();
    }

    @Test
    void thePeriodFollowsTheRateSelectBits() {
        write(0x0B, 0x42);
        for (int rate = 3; rate < 16; rate++) {
            write(0x0A, 0x20 | rate);
            long before = rtc.nextEvent();
            rtc.advanceTo(before);
            assertThat(read(0x0C) & 0xC0).isEqualTo(0xC0);
            assertThat(rtc.nextEvent() - before).as("rate %d", rate).isEqualTo(125L << rate - 1);
        }
        write(0x0A, 0x20);
        assertThat(rtc.nextEvent()).isEqualTo(Clock.NEVER);
    }

    @Test
    void afterADividerResetTheFirstUpdateComesHalfASecondLater() {
        write(0x0A, 0x76);
        rtc.advanceTo(7 * SECOND);
        write(0x0A, 0x26);
        write(0x0B, 0x12);
        assertThat(rtc.nextEvent()).isEqualTo(7 * SECOND + SECOND / 2);
    }

    @Test
    void cmosMemoryKeepsWhatIsWritten() {
        write(0x40, 0xA5);
        assertThat(read(0x40)).isEqualTo(0xA5);
        assertThat(read(0x0D)).as("valid RAM and time").isEqualTo(0x80);
    }

    private void advanceBy(int second) {
        rtc.advanceTo(second * SECOND);
    }

    private String date() {
        return "%02x %02x-%02x-%02x %x %02x:%02x:%02x"
                .formatted(read(0x32), read(9), read(8), read(7), read(6), read(4), read(2), read(0));
    }

    private int read(int register) {
        rtc.out(Rtc.INDEX, register);
        return rtc.in(Rtc.DATA);
    }

    private void write(int register, int value) {
        rtc.out(Rtc.INDEX, register);
        rtc.out(Rtc.DATA, value);
    }
}
