package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PitTest {

    /** The count is written at tick 0 and loaded at tick 1, as in the timing diagrams of the data sheet. */
    @ParameterizedTest(name = "mode {0}, count {1}: {2}")
    @CsvSource({
        "0, 3, ____------------",
        "2, 4, ----_---_---_---",
        "3, 4, ---__--__--__--_",
        "3, 5, ----__---__---__",
        "4, 3, ----_-----------"
    })
    void theOutputFollowsTheTimingDiagramOfItsMode(int mode, int count, String diagram) {
        PitChannel channel = loaded(mode, count, true);
        assertThat(drawn(channel, diagram.length())).isEqualTo(diagram);
    }

    @ParameterizedTest(name = "mode {0}, count {1}: {2}")
    @CsvSource({"1, 3, -----___--------", "5, 3, --------_-------"})
    void theHardwareTriggeredModesWaitForTheGate(int mode, int count, String diagram) {
        PitChannel channel = loaded(mode, count, false);
        StringBuilder seen = new StringBuilder(drawn(channel, 5));
        channel.gate(true, 4);
        for (int tick = 5; tick < diagram.length(); tick++) seen.append(channel.output(tick) ? '-' : '_');
        assertThat(seen).hasToString(diagram);
    }

    @ParameterizedTest(name = "mode {0}, count {1}")
    @CsvSource({"0, 3", "2, 4", "2, 2", "3, 4", "3, 5", "4, 3"})
    void theNextChangeIsWhereTheOutputReallyChanges(int mode, int count) {
        PitChannel channel = loaded(mode, count, true);
        for (long tick = 0; tick < 30; tick++) {
            long change = channel.nextChange(tick);
            for (long t = tick + 1; t <= Math.min(change, 60); t++) {
                assertThat(channel.output(t) != channel.output(tick))
                        .as("from %d, at %d", tick, t)
                        .isEqualTo(t == change);
            }
        }
    }

    @Test
    void aNewCountOfAPeriodicModeTakesEffectAtTheEndOfThePeriod() {
        PitChannel channel = loaded(2, 4, true);
        channel.output(2);
        write(channel, 3, 2);
        assertThat(drawn(channel, 14)).isEqualTo("----_--_--_--_");
    }

    @Test
    void aClosedGateStopsTheCountOfMode0() {
        PitChannel channel = loaded(0, 10, true);
        channel.gate(false, 5);
        assertThat(channel.nextChange(5)).isEqualTo(Clock.NEVER);
        assertThat(channel.output(100)).isFalse();
        channel.gate(true, 100);
        assertThat(channel.output(105)).isFalse();
        assertThat(channel.output(106)).isTrue();
    }

    @Test
    void aLatchedCountStaysUntilItIsRead() {
        PitChannel channel = loaded(2, 0x1234, true);
        channel.latchCount(0x35);
        assertThat(channel.read(0x100)).isEqualTo(0x00);
        assertThat(channel.read(0x200)).isEqualTo(0x12);
        assertThat(channel.read(0x201)).isEqualTo(0x34);
    }

    @Test
    void aDecimalCounterCountsInDecimal() {
        PitChannel channel = new PitChannel(true);
        channel.control(0x35);
        write(channel, 0x1000, 0);
        assertThat(channel.read(2)).isEqualTo(0x99);
        assertThat(channel.read(2)).isEqualTo(0x09);
    }

    @Test
    void theStatusTellsOutputNullCountAndControlWord() {
        PitChannel channel = new PitChannel(true);
        channel.control(0x34);
        channel.latchStatus(0);
        assertThat(channel.read(0)).isEqualTo(0xF4);
        write(channel, 100, 0);
        channel.latchStatus(5);
        assertThat(channel.read(5)).isEqualTo(0xB4);
    }

    @Test
    void theStatusShowsTheModeByTheNumberThatWasWritten() {
        for (int control : new int[] {0x30, 0x32, 0x34, 0x36, 0x38, 0x3A, 0x3C, 0x3E, 0x1D, 0x2F}) {
            PitChannel channel = new PitChannel(true);
            channel.control(control);
            channel.latchStatus(0);
            assertThat(channel.read(0) & 0x3F).isEqualTo(control);
        }
    }

    @Test
    void portBGatesChannel2AndShowsItsOutput() {
        Pit pit = new Pit(1_193_182);
        out(pit, 0x61, 0x00, 0);
        out(pit, 0x43, 0xB0, 0);
        out(pit, 0x42, 100, 0);
        out(pit, 0x42, 0, 0);
        assertThat(in(pit, 0x61, 500_000) & 0x21).isEqualTo(0x00);
        out(pit, 0x61, 0x01, 500_000);
        assertThat(in(pit, 0x61, 599_000) & 0x21).isEqualTo(0x01);
        assertThat(in(pit, 0x61, 601_000) & 0x21).isEqualTo(0x21);
    }

    @Test
    void readBackLatchesSeveralCountersAtOnce() {
        Pit pit = new Pit(1_193_182);
        pit.afterFirmware();
        out(pit, 0x43, 0xC6, 10_000);
        assertThat(in(pit, 0x40, 20_000)).as("status first").isEqualTo(0xB6);
        int low = in(pit, 0x40, 30_000);
        assertThat(low | in(pit, 0x40, 30_000) << 8).isEqualTo(0x10000 - 2 * 9);
    }

    private static void out(Pit pit, int port, int value, long cycle) {
        pit.advanceTo(cycle);
        pit.out(port, value);
    }

    private static int in(Pit pit, int port, long cycle) {
        pit.advanceTo(cycle);
        return pit.in(port);
    }

    private static PitChannel loaded(int mode, int count, boolean gate) {
        PitChannel channel = new PitChannel(gate);
        channel.control(0x30 | mode << 1);
        write(channel, count, 0);
        return channel;
    }

    private static void write(PitChannel channel, int count, long now) {
        channel.write(count & 0xFF, now);
        channel.write(count >> 8, now);
    }

    private static String drawn(PitChannel channel, int ticks) {
        StringBuilder seen = new StringBuilder();
        for (int tick = 0; tick < ticks; tick++) seen.append(channel.output(tick) ? '-' : '_');
        return seen.toString();
    }
}
