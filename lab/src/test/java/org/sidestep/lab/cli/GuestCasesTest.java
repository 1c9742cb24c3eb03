package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Mem;

/** Kernels such as others write, with what they rightly expect of a PC and of a boot loader. */
class GuestCasesTest extends Booting {

    @Test
    void aGuestInAssemblyLanguageIsBooted() {
        guest("f10-cli-hlt");

        assertThat(boot("f10-cli-hlt")).isEqualTo(4);
        assertThat(err.toString()).contains("hlt");
    }

    @Test
    void aLinkedGuestIsBooted() {
        linkedGuest("higher-half", 0x100000);

        assertThat(boot("higher-half")).isEqualTo(4);
        assertThat(err.toString()).contains("hlt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cf8-wide", "no-gdt", "real-mode-again"})
    void whatWorksOnAPcWorksHere(String name) {
        guest(name);

        assertThat(boot(name)).as(err.toString()).isZero();
    }

    @Test
    void aScanOfThePciBusFindsTheHostBridge() throws IOException {
        guest("pci-scan");

        assertThat(boot("pci-scan", "--serial")).isZero();
        assertThat(serial().lines().map(String::strip))
                .containsExactly("", "start scan 80000000 12378086 80000800 70008086 80000900 70108086", "done");
    }

    @Test
    void aResetLoadsTheKernelAnew() throws IOException {
        kernel("k", asm -> {
            asm.emit("inc", Mem.absolute(0x9000).byte_());
            print(asm, "k");
            asm.emit("cmp", Mem.absolute(0x9000).byte_(), imm(3));
            asm.emit("je", asm.label("enough"));
            out(asm, 0x64, 0xFE);
            asm.emit("hlt");
            asm.bind(asm.label("enough"));
            out(asm, EXIT, 3);
        });

        assertThat(boot("k", "--reboot", "--serial")).as(err.toString()).isEqualTo(3);
        assertThat(serial()).isEqualTo("kkk");
    }

    @ParameterizedTest
    @CsvSource({
        "higher-half, C0100000, linked to run at 0xc0",
        "multiboot2, 100000, a kernel with a Multiboot 2 header",
        "unaligned-header, 100000, does not begin at a multiple of 4",
        "higher-half, E0000, where a PC has its BIOS data, adapters and ROM"
    })
    void aKernelThatCannotBeLoadedIsToldWhy(String name, String address, String message) {
        linkedGuest(name, Long.parseLong(address, 16));

        assertThat(boot(name)).isEqualTo(2);
        assertThat(err.toString()).startsWith("sidestep: " + path(name)).contains(message);
    }

    @Test
    void aKernelWhoseHeaderComesTooLateIsToldWhere() throws IOException {
        guest("no-gdt");
        byte[] kernel = Files.readAllBytes(directory.resolve("no-gdt"));
        byte[] late = new byte[8192 + kernel.length];
        System.arraycopy(kernel, 0, late, 8192, kernel.length);
        Files.write(directory.resolve("late"), late);

        assertThat(boot("late")).isEqualTo(2);
        assertThat(err.toString()).contains("the Multiboot header at byte 8192 of the file lies behind the first 8192");
    }

    @Test
    void aBootSectorAndSomeBytesAreAFloppy() throws IOException {
        sector("s", asm -> out(asm, EXIT, 9));
        byte[] sector = Files.readAllBytes(directory.resolve("s"));
        Files.write(directory.resolve("odd"), Arrays.copyOf(sector, 1000));

        assertThat(boot("odd")).isEqualTo(9);
    }

    @Test
    void aDiscThatIsADiskAsWellIsADisc() throws IOException {
        sector("s", asm -> out(asm, EXIT, 9));
        byte[] sector = Files.readAllBytes(directory.resolve("s"));
        byte[] hybrid = Arrays.copyOf(sector, 17 * 2048);
        System.arraycopy("CD001".getBytes(StandardCharsets.US_ASCII), 0, hybrid, 16 * 2048 + 1, 5);
        Files.write(directory.resolve("hybrid"), hybrid);

        assertThat(boot("hybrid")).isEqualTo(2);
        assertThat(err.toString()).contains("no ISO 9660 image, or nothing on it can be booted");
        assertThat(execute("--disk", path("hybrid"))).isEqualTo(9);
        assertThat(execute("--floppy", path("hybrid"))).isEqualTo(9);
    }

    /** Each access to where nothing is takes the bus its time, so that a limit of cycles is one of the host's time too. */
    @Test
    void aRunawayThroughZeroesComesToTheLimitOfCyclesLongBeforeTheEndOfMemory() {
        linkedGuest("zeroes", 0x100000);

        assertThat(boot("zeroes", "--max-cycles", "300000000")).isNotZero();
        assertThat(err.toString())
                .contains("execution runs through empty memory")
                .containsPattern("reached the limit of 300000000 cycles at 00[2-9a-f]");
    }
}
