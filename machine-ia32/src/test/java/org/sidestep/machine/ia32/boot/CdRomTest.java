package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg16.SI;
import static org.sidestep.isa.Reg8.AL;
import static org.sidestep.isa.Reg8.DL;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.Mem;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Lines;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Discs that boot through the built-in BIOS, and what they find there. */
class CdRomTest {
    private static final int DRIVE = 0x600;
    private static final int TABLE = 0x620;
    private static final int BUFFER = 0x8000;
    private static final byte[] MARK = {'m', 'a', 'r', 'k'};

    private BootedMachine machine;

    private abstract static class Program extends BootSector {
        void service(int ax, int si) {
            mov(AX, ax);
            mov(SI, si);
            mov(DL, Mem.absolute(DRIVE));
            op("int", imm(0x13));
            op("jc", label("failed"));
        }

        void keepDrive() {
            mov(Mem.absolute(DRIVE), DL);
        }

        void words(int at, int... words) {
            for (int i = 0; i < words.length; i++) mov(Mem.absolute(at + 2 * i).word(), words[i]);
        }

        void extensions() {
            mov(BX, 0x55AA);
            service(0x4100, 0);
        }

        /** The second sector of the drive, by its place. */
        void transfer(int ax) {
            mov(BX, BUFFER);
            mov(CX, 2);
            mov(DX, Mem.absolute(DRIVE).word());
            mov(AX, ax);
            op("int", imm(0x13));
        }

        void read() {
            transfer(0x0201);
            op("jc", label("failed"));
        }

        void write() {
            transfer(0x0301);
            mov(Mem.absolute(TABLE + 0x40).word(), AX);
        }

        void end() {
            mov(AL, 5);
            exit();
            here("failed");
            mov(AL, 6);
            exit();
        }
    }

    private static byte[] program(int size, Consumer<Program> code) {
        return new Program() {
            @Override
            void main() {
                keepDrive();
                code.accept(this);
                end();
            }
        }.image(size, MARK);
    }

    @Test
    void withoutEmulationADiscIsDriveE0WithSectorsOf2048Bytes() {
        byte[] code = program(2 * 2048, p -> {
            p.extensions();
            p.words(0x640, 0x10, 1, BUFFER, 0, BootableDisc.BOOT_LBA, 0, 0, 0);
            p.service(0x4200, 0x640);
            p.words(TABLE, 26);
            p.service(0x4800, TABLE);
            p.service(0x4B01, TABLE + 0x20);
        });
        assertThat(boot(BootableDisc.of(0, 0, 4, code))).isEqualTo(5);
        assertThat(octet(DRIVE)).isEqualTo(0xE0);
        assertThat(machine.peekPhysical(BUFFER, 2048))
                .startsWith(code[0], code[1])
                .contains(MARK);
        assertThat(word(TABLE + 24)).as("bytes in a sector").isEqualTo(2048);
        assertThat(word(TABLE + 16)).as("sectors").isEqualTo(BootableDisc.BOOT_LBA + 2);
        assertThat(octet(TABLE + 0x20)).isEqualTo(0x13);
        assertThat(octet(TABLE + 0x21)).as("no emulation").isZero();
        assertThat(octet(TABLE + 0x22)).isEqualTo(0xE0);
        assertThat(word(TABLE + 0x24)).isEqualTo(BootableDisc.BOOT_LBA);
        assertThat(machine.peekPhysical(0x7C00 + 512, 4))
                .as("more than one sector was loaded")
                .isEqualTo(MARK);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1228800", "2, 0, 1474560", "3, 0, 2949120", "4, 128, 1048576"})
    void aDiscIsTheDiskThatItEmulatesAndCannotBeWritten(int media, int drive, int size) {
        byte[] code = program(size, p -> {
            p.read();
            p.service(0x4B01, TABLE);
            p.write();
        });
        assertThat(boot(BootableDisc.of(media, 0, 1, code))).isEqualTo(5);
        assertThat(octet(DRIVE)).isEqualTo(drive);
        assertThat(machine.peekPhysical(BUFFER, 4)).isEqualTo(MARK);
        assertThat(octet(TABLE + 1)).isEqualTo(media);
        assertThat(octet(TABLE + 0x41)).as("write-protected").isEqualTo(3);
    }

    @Test
    void theCatalogSaysWhereABootImageGoes() {
        byte[] code = new byte[512];
        // push cs; pop ax; mov al,ah; out F4,al
        byte[] instructions = {0x0E, 0x58, (byte) 0x88, (byte) 0xE0, (byte) 0xE6, (byte) 0xF4, (byte) 0xF4};
        System.arraycopy(instructions, 0, code, 0, instructions.length);
        assertThat(boot(BootableDisc.of(0, 0x2000, 1, code))).isEqualTo(0x20);
    }

    @Test
    void whatDoesNotBootIsSaidBeforeTheMachineIsSwitchedOn() {
        byte[] disc = BootableDisc.of(0, 0, 4, new byte[2048]);
        byte[] noCatalog = disc.clone();
        noCatalog[17 * 2048 + 8] = 'x';
        refused(noCatalog, "image: an ISO 9660 image without a boot catalog: nothing on it can be booted");
        byte[] efi = disc.clone();
        efi[19 * 2048 + 1] = (byte) 0xEF;
        ByteBuffer.wrap(efi).order(ByteOrder.LITTLE_ENDIAN).putShort(19 * 2048 + 28, (short) -(1 + 0xEF00 + 0xAA55));
        refused(efi, "image: this ISO 9660 image boots other machines than a PC with a BIOS (EFI, for instance)");
        byte[] damaged = disc.clone();
        damaged[19 * 2048 + 5] = 1;
        refused(damaged, "image: the boot catalog of this ISO 9660 image is damaged");
        byte[] cut = Arrays.copyOf(disc, 20 * 2048);
        refused(cut, "image: truncated: what is to be booted lies outside this ISO 9660 image");
    }

    private void refused(byte[] disc, String message) {
        assertThatThrownBy(() -> boot(disc)).isInstanceOf(BadImage.class).hasMessage(message);
    }

    private int boot(byte[] disc) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        BootConfiguration configuration = new BootConfiguration(
                new BootSource.Firmware(),
                Optional.empty(),
                Optional.of(new BootSource.Image("image", disc)),
                List.of(),
                new Lines(octet -> {}, octet -> {}, Map.of()),
                false,
                false);
        Parameters parameters = Parameters.of(provider, Map.of("memory", 4));
        machine = provider.boot(parameters, configuration, Configured.of(new UnitModel(), Map.of("mhz", 10)));
        return machine.run(Limits.cycles(100_000_000)).code();
    }

    private int octet(int address) {
        return machine.peekPhysical(address, 1)[0] & 0xFF;
    }

    private int word(int address) {
        return octet(address) | octet(address + 1) << 8;
    }
}
