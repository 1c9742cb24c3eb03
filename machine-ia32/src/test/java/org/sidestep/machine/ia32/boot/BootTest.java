package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.BadImage;
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

/** Small systems of our own from switching on to their end: a kernel, a floppy, a ROM. */
class BootTest {
    private static final long MOST = 2_000_000_000L;
    private static final int POST = 0x80;

    private final ByteArrayOutputStream serial = new ByteArrayOutputStream();
    private final ByteArrayOutputStream post = new ByteArrayOutputStream();

    @Test
    void aKernelWithPagingTimerAndTasksInRingThreeRunsToItsEnd() {
        BootedMachine machine = boot(kernel(PagedKernel.elf()), Optional.empty());

        assertThat(machine.run(Limits.cycles(MOST)).code()).isEqualTo(PagedKernel.EXIT_CODE);
        assertThat(serial).hasToString(PagedKernel.TEXT);
    }

    @Test
    void aBootSectorFromFloppyPrintsReadsItsDiskAndAsksForTheMemory() {
        BootedMachine machine = boot(new BootSource.Firmware(), Optional.of(image(BootSector.floppy())));

        assertThat(machine.run(Limits.cycles(MOST)).code()).isEqualTo(639 / 4);
        assertThat(serial).hasToString("boot sector\r\nsecond sector\r\n");
        assertThat(machine.screen()).startsWith("boot sector\nsecond sector\n");
    }

    @Test
    void aRomWalksThroughRealProtectedAndVirtual8086ModeAndBack() {
        BootedMachine machine = boot(new BootSource.Rom(image(ModesRom.image())), Optional.empty());

        assertThat(machine.run(Limits.cycles(MOST)).code()).isEqualTo(ModesRom.EXIT_CODE);
        assertThat(serial).hasToString(ModesRom.TEXT);
        assertThat(post).as("of the POST port").hasToString("rpvpr");
    }

    @Test
    void aRomCannotBeWrittenAndIsTheSameAtBothPlaces() {
        byte[] rom = new byte[0x20000];
        byte[] code = {(byte) 0xB8, 0, (byte) 0xF0, (byte) 0x8E, (byte) 0xD8, (byte) 0xFE, 6, 0, 0, (byte) 0xF4};
        System.arraycopy(code, 0, rom, 0x1FFF0, code.length); // mov ax,f000h; mov ds,ax; inc byte [0]; hlt
        rom[0x10000] = 77;
        BootedMachine machine = boot(new BootSource.Rom(image(rom)), Optional.empty());

        assertThat(machine.run(Limits.cycles(MOST)).kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(machine.peek(0xF0000) & 0xFF).isEqualTo(77);
        assertThat(machine.peek(0xFFFF0000) & 0xFF).isEqualTo(77);
    }

    @Test
    void aRomOfAnyMultipleOfSixteenBytesStartsAndOtherSizesAreRefused() {
        byte[] tiny = new byte[48];
        tiny[32] = (byte) 0xF4;
        BootedMachine machine = boot(new BootSource.Rom(image(tiny)), Optional.empty());
        assertThat(machine.run(Limits.cycles(MOST)).kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(machine.eip()).isEqualTo(0xFFF1);

        assertThatThrownBy(() -> boot(new BootSource.Rom(image(new byte[100])), Optional.empty()))
                .isInstanceOf(BadImage.class)
                .hasMessageContaining("image: a ROM has");
    }

    @Test
    void withoutABootSectorTheFirmwareSaysSoAndHalts() {
        BootedMachine machine = boot(new BootSource.Firmware(), Optional.of(image(new byte[1440 << 10])));

        assertThat(machine.run(Limits.cycles(MOST)).kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(serial.toString(StandardCharsets.US_ASCII)).contains("No bootable floppy, CD-ROM or disk.");
    }

    @Test
    void aKernelThatEnablesInterruptsAtOnceGetsItsFirstTickAfterAWholePeriod() {
        Assembler a = new Assembler();
        int at = 0x100000;
        a.section("kernel", at, at);
        for (int word : new int[] {0x1BADB002, 0x10000, -0x1BADB002 - 0x10000, at, at, 0, 0, at + 32})
            a.word(imm(word));
        a.emit("mov", Reg32.ESP, imm(0x9000));
        a.emit("lidt", Mem.absolute(at + 0x100));
        a.emit("sti");
        Label wait = a.label("wait");
        a.bind(wait);
        a.emit("jmp", wait);
        a.align(0x80);
        // The handler of vector 8, where the BIOS has IRQ 0.
        a.emit("out", imm(0xF4), Reg8.AL);
        a.emit("hlt");
        a.align(0x100);
        a.word(imm(at + 0x200 << 16 | 0x7FF));
        a.word(imm(at + 0x200 >>> 16));
        a.align(0x200);
        for (int vector = 0; vector <= 8; vector++) {
            a.word(imm(8 << 16 | at + 0x80 & 0xFFFF));
            a.word(imm(at + 0x80 & 0xFFFF0000 | 0x8E00));
        }
        BootedMachine machine = boot(kernel(a.link().segments().get(0).bytes()), Optional.empty());

        assertThat(machine.run(Limits.cycles(MOST)).kind()).isEqualTo(Stop.Kind.EXIT);
        assertThat(machine.counters().interrupts()).isEqualTo(1);
        assertThat(machine.counters().faults()).isZero();
        // 65536 ticks of 1193182 Hz, at 100 MHz.
        assertThat(machine.cycles()).isBetween(5_492_500L, 5_492_700L);
    }

    @Test
    void aRequestedStopComesBetweenTwoInstructions() {
        BootedMachine machine = boot(kernel(PagedKernel.elf()), Optional.empty());
        machine.step();

        machine.requestStop("enough");
        Stop stop = machine.run(Limits.cycles(MOST));

        assertThat(stop).isEqualTo(new Stop(Stop.Kind.REQUEST, 0, "enough"));
        assertThat(machine.instructions()).isEqualTo(1);
        assertThat(machine.run(Limits.cycles(MOST)).kind()).isEqualTo(Stop.Kind.EXIT);
    }

    @Test
    void theReportTellsOfRegistersBranchesAndTheInstructionsAround() {
        BootedMachine machine = boot(kernel(PagedKernel.elf()), Optional.empty());
        machine.run(Limits.cycles(MOST));

        assertThat(machine.report())
                .contains("eax=%08x".formatted(machine.register(Reg32.EAX)))
                .contains("protected mode, 32-bit code")
                .containsPattern("last branches:\n(  [0-9a-f]{8} -> [0-9a-f]{8}\n)+last instructions:\n")
                .containsPattern("out +0xf4,al\nnext instructions:\n  [0-9a-f]{8}  hlt")
                .endsWith("\n");
    }

    private BootedMachine boot(BootSource source, Optional<BootSource.Image> floppy) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Lines lines = new Lines(serial::write, octet -> {}, Map.of(POST, post::write));
        BootConfiguration configuration =
                new BootConfiguration(source, floppy, Optional.empty(), List.of(), lines, false, false);
        Parameters parameters = Parameters.of(provider, Map.of("memory", 4));
        return provider.boot(parameters, configuration, Configured.of(new UnitModel(), Map.of("mhz", 100)));
    }

    private static BootSource kernel(byte[] elf) {
        return new BootSource.Multiboot(image(elf), "", List.of());
    }

    private static BootSource.Image image(byte[] bytes) {
        return new BootSource.Image("image", bytes);
    }
}
