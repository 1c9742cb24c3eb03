package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How accesses are divided into bus cycles, and which device takes part in which. */
class PortsTest {
    private final List<String> log = new ArrayList<>();
    private final Ports ports = new Ports(Map.of(
            0x11, octet -> note("heard %x at 11", octet),
            0x900, octet -> note("heard %x at 900", octet),
            0x20, octet -> note("heard %x at 20", octet)));

    private void note(String format, Object... values) {
        log.add(String.format(Locale.ROOT, format, values));
    }

    /** Notes what reaches it, and answers with the port's number. */
    private Device named(String name) {
        return new Device() {
            @Override
            public int in(int port) {
                note("%s in %x", name, port);
                return port;
            }

            @Override
            public void out(int port, int value) {
                note("%s out %x %x", name, port, value);
            }

            @Override
            public int read(int port, int size) {
                note("%s read %x %d", name, port, size);
                return 0x12345678;
            }

            @Override
            public void write(int port, int size, int value) {
                note("%s write %x %d %x", name, port, size, value);
            }
        };
    }

    @Test
    void ofAWiderAccessEachByteRegisterGetsItsByte() {
        ports.bytes(named("low"), 0x10, 0x10);
        ports.bytes(named("high"), 0x12, 0x13);
        assertThat(ports.read(0x10, 4)).isEqualTo(0x1312_FF10);
        ports.write(0x10, 4, 0x44332211);
        assertThat(log)
                .containsExactly(
                        "low in 10",
                        "high in 12",
                        "high in 13",
                        "low out 10 11",
                        "heard 22 at 11",
                        "high out 12 33",
                        "high out 13 44");
    }

    @Test
    void anAccessAcrossADoublewordIsTwoCycles() {
        ports.bytes(named("bytes"), 0x13, 0x13);
        ports.whole(named("whole"), 0x14, 1, 2, 4);
        assertThat(ports.read(0x13, 2)).isEqualTo(0x12345678 << 8 | 0x13);
        assertThat(log).containsExactly("bytes in 13", "whole read 14 1");
    }

    @Test
    void narrowerCyclesPassARegisterOfTheBridgeAndWiderOnesAChipThatSplitsNone() {
        ports.whole(named("bridge"), 0x18, 4);
        ports.single(named("chip"), 0x19);
        ports.write(0x18, 4, 0x1234);
        ports.write(0x18, 2, 0x5678);
        ports.write(0x19, 1, 0x9A);
        assertThat(ports.read(0x18, 2)).isEqualTo(0xFFFF);
        assertThat(log).containsExactly("bridge write 18 4 1234", "chip out 19 9a");
    }

    @Test
    void whoeverIsConnectedFirstAnswersAndWhoListensHearsItToo() {
        ports.bytes(named("first"), 0x20, 0x20);
        ports.bytes(named("second"), 0x20, 0x21);
        ports.write(0x20, 2, 0x0201);
        assertThat(log).containsExactly("heard 1 at 20", "first out 20 1", "second out 21 2");
    }

    @Test
    void portsThatAreOnlyListenedToAreLeft() {
        ports.bytes(named("device"), 0x10, 0x1F);
        assertThat(ports.onlyListenedTo()).containsExactly(0x20, 0x900);
        assertThat(ports.contain(0x11)).isTrue();
        assertThat(ports.contain(0x900)).isFalse();
    }
}
