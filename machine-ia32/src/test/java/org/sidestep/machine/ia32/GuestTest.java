package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/** Whole guests: boot, paging, privilege changes, system calls, output, exit. */
class GuestTest {

    /** The results are those of another emulator. */
    @ParameterizedTest
    // spotless:off
    @CsvSource({
        "crc_pg,    3, b2723c1c",
        "mix_pg, 1000, 4ccd3af9",
        "fib_pg,    1, 00012511",
        "ring_pg, 1000, 000003e8",
        "sysent_pg, 1000, 000003e8",
        "ipc_pg, 1000, 00001770"
    })
    // spotless:on
    void aGuestBootsAndComputesTheRightResult(String name, int repeats, String result) throws IOException {
        assertThat(runGuest(name, repeats)).matches("B\nS\nE " + result + " 00000000[0-9a-f]{8}\n");
    }

    static byte[] guest(String name, int repeats) throws IOException {
        try (InputStream in = GuestTest.class.getResourceAsStream("/guests/" + name + ".elf")) {
            byte[] elf = in.readAllBytes();
            for (int i = 0; i + 8 < elf.length; i++) {
                if (elf[i] == 'N' && elf[i + 1] == 'R' && elf[i + 2] == 'E' && elf[i + 3] == 'P') {
                    for (int b = 0; b < 4; b++) elf[i + 4 + b] = (byte) (repeats >> 8 * b);
                    return elf;
                }
            }
            throw new IllegalStateException(name + " has no repeat count");
        }
    }

    private static String runGuest(String name, int repeats) throws IOException {
        Machine machine = UnitMachine.of(64);
        machine.load(guest(name, repeats));
        Stop stop = machine.run(Limits.instructions(100_000_000));
        assertThat(stop.kind()).as(stop.reason() + machine.console()).isEqualTo(Stop.Kind.EXIT);
        // Each character is written to both consoles.
        return machine.console().replaceAll("(?s)(.)\\1", "$1");
    }
}
