package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DI;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg16.SI;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Lines;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** The services of the built-in BIOS as a boot sector finds them. */
class BiosTest {
    private static final int MEGABYTE = 1 << 20;
    private static final int BUFFER = 0x8000;
    private static final int RESULTS = 0x600;
    private static final long MOST = 500_000_000;

    private final ByteArrayOutputStream serial = new ByteArrayOutputStream();
    private BootedMachine machine;

    /** Code of a boot sector, with the BIOS at hand and a place for results. */
    private abstract static class Program extends BootSector {
        private int results = RESULTS;

        void service(int vector, int ax) {
            mov(AX, ax);
            op("int", imm(vector));
        }

        void service(int vector, int ax, int bx, int cx, int dx) {
            mov(BX, bx);
            mov(CX, cx);
            mov(DX, dx);
            service(vector, ax);
        }

        void emit(String mnemonic, Operand... operands) {
            op(mnemonic, operands);
        }

        void mark(String name) {
            here(name);
        }

        Label at(String name) {
            return label(name);
        }

        void word(int at, int value) {
            mov(Mem.absolute(at).word(), value);
        }

        /** Keeps the flags and a few registers. */
        void keep(Operand... registers) {
            op("pushf");
            op("pop", Mem.absolute(next()).word());
            for (Operand register : registers) mov(Mem.absolute(next()), register);
        }

        private int next() {
            results += 4;
            return results - 4;
        }
    }

    private static Program program(Consumer<Program> code) {
        return new Program() {
            @Override
            void main() {
                code.accept(this);
                exit();
            }
        };
    }

    @Test
    void sectorsAreReadByPlaceAndByNumberAndComeBackAsWritten() {
        byte[] more = new byte[5 * BootSector.SECTOR];
        for (int i = 0; i < more.length; i++) more[i] = (byte) (i / BootSector.SECTOR + 1);
        run(disk(more), program(p -> {
            p.service(0x13, 0x0202, BUFFER, 0x0003, 0x0080);
            p.keep(AX);
            packet(p, 0x500, 1, BUFFER + 0x400, 1);
            p.service(0x13, 0x4200, 0, 0, 0x0080);
            p.keep(AX);
            p.service(0x13, 0x0301, BUFFER, 0x0020, 0x0180);
            p.keep(AX);
            p.service(0x13, 0x0201, BUFFER + 0x600, 0x0020, 0x0180);
            p.keep(AX);
        }));

        for (int i = 0; i < 4; i++) assertThat(carry(2 * i)).as("call %d", i).isFalse();
        assertThat(octet(BUFFER)).isEqualTo(2);
        assertThat(octet(BUFFER + 512)).isEqualTo(3);
        assertThat(octet(BUFFER + 0x400)).isEqualTo(1);
        assertThat(octet(BUFFER + 0x600)).isEqualTo(2);
    }

    private static void packet(Program p, int at, int count, int buffer, int lba) {
        int[] words = {0x10, count, buffer, 0, lba, 0, 0, 0};
        for (int i = 0; i < words.length; i++) p.word(at + 2 * i, words[i]);
        p.emit("mov", SI, imm(at));
    }

    @Test
    void aDiskTellsItsGeometryTypeAndExtensions() {
        run(disk(new byte[0]), program(p -> {
            p.service(0x13, 0x0800, 0, 0, 0x80);
            p.keep(CX, DX);
            p.service(0x13, 0x1500, 0, 0, 0x80);
            p.keep(AX, DX);
            p.service(0x13, 0x4100, 0x55AA, 0, 0x80);
            p.keep(BX, CX);
            p.service(0x13, 0x0800, 0, 0, 0x81);
            p.keep(AX);
        }));

        assertThat(result(1)).as("last cylinder 3, 63 sectors").isEqualTo(0x033F);
        assertThat(result(2)).as("last head 15, one disk").isEqualTo(0x0F01);
        assertThat(result(4) >> 8).isEqualTo(3);
        assertThat(result(5)).isEqualTo(2 * MEGABYTE / BootSector.SECTOR);
        assertThat(result(7)).isEqualTo(0xAA55);
        assertThat(result(8) & 1).isEqualTo(1);
        assertThat(carry(9)).as("of a disk that is not there").isTrue();
    }

    @Test
    void whatLiesBeyondTheDiskIsAnErrorAndItsStatusIsKept() {
        run(floppy(), program(p -> {
            p.service(0x13, 0x0201, BUFFER, 0x0013, 0x0000);
            p.keep(AX);
            p.service(0x13, 0x0100, 0, 0, 0);
            p.keep(AX);
        }));

        assertThat(carry(0)).isTrue();
        assertThat(result(1)).isEqualTo(0x0400);
        assertThat(result(3) >> 8).isEqualTo(4);
    }

    @Test
    void theMemoryMapIsGivenPieceByPiece() {
        run(floppy(), program(p -> {
            p.emit("mov", Reg32.EBX, imm(0));
            p.emit("mov", DI, imm(BUFFER));
            p.mark("next");
            p.emit("mov", Reg32.EAX, imm(0xE820));
            p.emit("mov", Reg32.EDX, imm(0x534D4150));
            p.emit("mov", Reg32.ECX, imm(20));
            p.emit("int", imm(0x15));
            p.emit("add", DI, imm(20));
            p.emit("test", Reg32.EBX, Reg32.EBX);
            p.emit("jne", p.at("next"));
            p.keep(DI);
            p.service(0x15, 0x8800);
            p.keep(AX);
            p.service(0x15, 0xE801);
            p.keep(AX, BX);
        }));

        assertThat(result(1)).isEqualTo(BUFFER + 6 * 20);
        assertThat(word32(BUFFER + 60)).isEqualTo(MEGABYTE);
        assertThat(word32(BUFFER + 68)).isEqualTo(3 * MEGABYTE);
        assertThat(result(3)).isEqualTo(3072);
        assertThat(result(5)).isEqualTo(3072);
        assertThat(result(6)).isZero();
    }

    @Test
    void lineTwentyCanBeClosedAndMemoryIsMovedAboveIt() {
        run(floppy(), program(p -> {
            p.word(0x510 + 0x12, BUFFER);
            p.word(0x510 + 0x1A, 0);
            p.word(0x510 + 0x1C, 0x20);
            p.word(BUFFER, 0x1234);
            p.emit("mov", SI, imm(0x510));
            p.service(0x15, 0x8700, 0, 1, 0);
            p.keep(AX);
            p.service(0x15, 0x2400);
            p.service(0x15, 0x2402);
            p.keep(AX);
            p.service(0x15, 0x2401);
            p.service(0x15, 0x2402);
            p.keep(AX);
        }));

        assertThat(word32(0x200000)).isEqualTo(0x1234);
        assertThat(result(3) & 0xFF).isZero();
        assertThat(result(5) & 0xFF).isEqualTo(1);
    }

    @Test
    void keysComeFromTheKeyboardAndFromTheSerialLine() {
        load(floppy(), program(p -> {
            p.service(0x16, 0x0000);
            p.keep(AX);
            p.service(0x16, 0x0100);
            p.keep(AX);
            p.service(0x16, 0x1000);
            p.keep(AX);
        }));
        machine.press(new byte[] {'A'});
        machine.run(Limits.cycles(5_000_000));
        machine.type(new byte[] {'z'});
        machine.run(Limits.cycles(MOST));

        assertThat(result(1)).isEqualTo(0x1E41);
        assertThat(result(5)).isEqualTo(0x2C7A);
    }

    @Test
    void theTickCountGoesOnAndAPauseTakesItsTime() {
        run(floppy(), program(p -> {
            p.service(0x1A, 0x0000);
            p.keep(DX);
            p.service(0x15, 0x8600, 0, 3, 0x0D40);
            p.service(0x1A, 0x0000);
            p.keep(DX);
            p.service(0x1A, 0x0400);
            p.keep(CX, DX);
        }));

        assertThat(result(3) - result(1)).as("ticks in 200 ms").isBetween(3, 5);
        assertThat(result(5)).isEqualTo(0x2000);
        assertThat(result(6)).isEqualTo(0x0101);
    }

    @Test
    void theTeletypeScrollsTheScreenAndSpeaksOnTheSerialLine() {
        run(floppy(), program(p -> {
            p.print("first\r\n");
            p.emit("mov", CX, imm(24));
            p.mark("more");
            p.emit("push", CX);
            p.print("\n");
            p.emit("pop", CX);
            p.emit("dec", CX);
            p.emit("jne", p.at("more"));
            p.print("last\b!");
            p.service(0x10, 0x0300, 0, 0, 0);
            p.keep(DX);
        }));

        assertThat(machine.screen()).doesNotContain("first").endsWith("\nlas!\n");
        assertThat(serial.toString()).isEqualTo("first\r\n" + "\n".repeat(24) + "last\b!");
        assertThat(result(1)).as("cursor").isEqualTo(24 << 8 | 4);
    }

    @Test
    void anUndefinedInstructionWithoutAHandlerStopsWithItsAddress() {
        Stop stop = run(floppy(), program(p -> p.emit("ud2")));

        assertThat(stop.kind()).isEqualTo(Stop.Kind.UNDEFINED);
        assertThat(stop.reason()).startsWith("undefined instruction at 0000:7c");
    }

    private record Medium(boolean hard, int size, byte[] more) {}

    private static Medium floppy() {
        return new Medium(false, 1440 << 10, new byte[0]);
    }

    private static Medium disk(byte[] more) {
        return new Medium(true, 2 * MEGABYTE, more);
    }

    private Stop run(Medium medium, Program program) {
        load(medium, program);
        return machine.run(Limits.cycles(MOST));
    }

    private void load(Medium medium, Program program) {
        Optional<BootSource.Image> image =
                Optional.of(new BootSource.Image("image", program.image(medium.size, medium.more)));
        Ia32MachineProvider provider = new Ia32MachineProvider();
        BootConfiguration configuration = new BootConfiguration(
                new BootSource.Firmware(),
                medium.hard ? Optional.empty() : image,
                Optional.empty(),
                medium.hard ? List.of(image.orElseThrow()) : List.of(),
                new Lines(serial::write, octet -> {}, Map.of()),
                false,
                false);
        Parameters parameters = Parameters.of(provider, Map.of("memory", 4));
        machine = provider.boot(parameters, configuration, Configured.of(new UnitModel(), Map.of("mhz", 10)));
    }

    private boolean carry(int index) {
        return (result(index) & 1) != 0;
    }

    private int result(int index) {
        return word32(RESULTS + 4 * index) & 0xFFFF;
    }

    private int octet(int address) {
        return machine.peekPhysical(address, 1)[0];
    }

    private int word32(int address) {
        return ByteBuffer.wrap(machine.peekPhysical(address, 4))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }
}
