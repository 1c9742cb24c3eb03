package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoardTest {

    private static final int KILOHERTZ = 700_000;

    private final Board board = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN);

    @Test
    void theExitPortEndsTheRunWithTheFirstByteWritten() {
        assertThat(board.exited()).isFalse();
        board.out(0xF4, 1, 0x2A);
        board.out(0xF4, 1, 0x01);
        assertThat(board.exited()).isTrue();
        assertThat(board.exitCode()).isEqualTo(0x2A);
    }

    @Test
    void debugConsoleAndSerialPortWriteTheSameConsoleInOrder() {
        board.out(0xE9, 1, 'a');
        board.out(0x3F8, 1, 'b');
        board.out(0xE9, 1, 'c');
        assertThat(board.console()).isEqualTo("abc");
        assertThat(board.in(0xE9, 1)).isEqualTo(0xE9);
    }

    @Test
    void aRomFindsTimerAndInterruptControllersUnprogrammed() {
        Board withRom = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withRom(new byte[0x10000]));
        for (Board each : new Board[] {board, withRom}) each.advanceTo(KILOHERTZ * 60L);
        assertThat(board.interruptRequested())
                .as("tick of the firmware that is not there")
                .isTrue();
        assertThat(withRom.interruptRequested()).isFalse();
        withRom.out(0x21, 1, 0);
        assertThat(withRom.interruptRequested()).isFalse();
    }

    @Test
    void aRomCanMeasureTimeByTheRefreshBeforeItProgramsAnything() {
        Board withRom = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withRom(new byte[0x10000]));
        int toggled = 0;
        for (int last = 0, us = 1; us <= 1000; us++) {
            withRom.advanceTo(KILOHERTZ / 1000L * us);
            int now = withRom.in(0x61, 1) & 0x10;
            if (now != last) toggled++;
            last = now;
        }
        assertThat(toggled).as("changes of port 61, bit 4, in a millisecond").isBetween(64, 68);
    }

    @Test
    void portsWithoutADeviceReadAllOnes() {
        assertThat(board.in(0x1234, 1)).isEqualTo(0xFF);
        assertThat(board.in(0x1234, 2)).isEqualTo(0xFFFF);
        assertThat(board.in(0xFFFC, 4)).isEqualTo(-1);
        board.out(0x1234, 4, 0);
    }

    @Test
    void aWideAccessReachesConsecutivePorts() {
        board.out(0x80, 2, 0x1277);
        assertThat(board.in(0x80, 1)).isEqualTo(0x77);
        assertThat(board.in(0x80, 2)).isEqualTo(0x1277);
    }

    @Test
    void theTimerInterruptsAtTheFirstCycleThatIsNotEarlierThanItsTick() {
        unmask(0);
        timer(0x34, 1000);
        // The count is loaded one tick after it is written; the output rises again when it is used up.
        assertThat(nextInterrupt()).isEqualTo(cycleOfTick(1001));
        assertThat(board.acknowledge()).isEqualTo(0x20);
    }

    @Test
    void theTimerDoesNotDriftInAnHour() {
        unmask(0);
        timer(0x34, 0);
        long hour = 3600L * KILOHERTZ * 1000;
        long interrupts = 0;
        long last = 0;
        while (board.nextEvent() <= hour) {
            board.advanceTo(board.nextEvent());
            if (!board.interruptRequested()) continue;
            last = board.nextEvent();
            board.acknowledge();
            board.out(0x20, 1, 0x20);
            interrupts++;
        }
        assertThat(interrupts).isEqualTo((3600L * 1_193_182 - 1) / 65536);
        assertThat(last).isEqualTo(cycleOfTick(interrupts * 65536 + 1 + 65535));
    }

    @Test
    void idlingOverManyPeriodsLeavesOneRequest() {
        unmask(0);
        timer(0x34, 100);
        board.advanceTo(KILOHERTZ * 1000L);
        assertThat(board.acknowledge()).isEqualTo(0x20);
        board.out(0x20, 1, 0x20);
        assertThat(board.interruptRequested()).isFalse();
    }

    @Test
    void thePeriodicClockInterruptNeedsItsFlagsReadBeforeItComesAgain() {
        unmask(8);
        cmos(0x0A, 0x26);
        cmos(0x0B, 0x42);
        assertThat(nextInterrupt()).isEqualTo((32L * KILOHERTZ * 1000 + 32767) / 32768);
        assertThat(board.acknowledge()).isEqualTo(0x70);
        board.out(0xA0, 1, 0x20);
        board.out(0x20, 1, 0x20);
        board.advanceTo(KILOHERTZ * 10L);
        assertThat(board.interruptRequested()).isFalse();
        assertThat(cmos(0x0C)).isEqualTo(0xC0);
        assertThat(nextInterrupt()).isGreaterThan(KILOHERTZ * 10L);
    }

    @Test
    void theSerialPortInterruptsForInputWhateverOut2Is() {
        unmask(4);
        board.out(0x3F9, 1, 1);
        board.type("x".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(board.acknowledge()).isEqualTo(0x24);
        assertThat(board.in(0x3F8, 1)).isEqualTo('x');
    }

    @Test
    void aPulseStaysRequestedUntilItIsAcknowledged() {
        unmask(0);
        board.pulse(0);
        board.advanceTo(board.nextEvent());
        assertThat(board.interruptRequested()).isTrue();
        assertThat(board.acknowledge()).isEqualTo(0x20);
        board.out(0x20, 1, 0x20);
        assertThatThrownBy(() -> board.pulse(16)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRestoredBoardContinuesAsTheSavedOneDid() {
        unmask(0);
        timer(0x36, 4321);
        board.out(0xE9, 1, 'a');
        board.advanceTo(123_456);
        Board.State saved = board.save();
        long first = nextInterrupt();
        board.out(0xE9, 1, 'b');
        board.acknowledge();

        Board other = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN);
        other.restore(saved);
        assertThat(other.console()).isEqualTo("a");
        while (!other.interruptRequested()) other.advanceTo(other.nextEvent());
        assertThat(other.nextEvent()).isGreaterThan(first);

        board.restore(saved);
        assertThat(board.console()).isEqualTo("a");
        assertThat(nextInterrupt()).isEqualTo(first);
    }

    @Test
    void theCmosMemoryTellsOfMemoryAndDrives() {
        BoardOptions options = BoardOptions.PLAIN
                .withDisk(Disk.hard(new byte[16 * 63 * 512 * 20]))
                .withDisk(Disk.hard(new byte[16 * 63 * 512 * 7]))
                .withFloppy(Disk.floppy(new byte[512]));
        Board pc = new Board(KILOHERTZ, TestMemory.of(48), options);
        assertThat(cmosWord(pc, 0x15)).as("base memory in KB").isEqualTo(640);
        assertThat(cmosWord(pc, 0x17)).as("extended memory in KB").isEqualTo(47 * 1024);
        assertThat(cmosWord(pc, 0x30)).isEqualTo(47 * 1024);
        assertThat(cmosWord(pc, 0x34)).as("64 KB blocks above 16 MB").isEqualTo(32 * 16);
        assertThat(cmosWord(pc, 0x10) & 0xFF).as("a drive of 1.44 MB").isEqualTo(0x40);
        assertThat(cmosWord(pc, 0x14) & 0xFF).as("floppy and coprocessor").isEqualTo(0x03);
        assertThat(cmosWord(pc, 0x1B)).as("cylinders").isEqualTo(20);
        assertThat(cmosWord(pc, 0x24)).as("cylinders of the second disk").isEqualTo(7);
        assertThat(cmosWord(pc, 0x12) & 0xFF).isEqualTo(0xFF);
        assertThat(cmosWord(pc, 0x3D) & 0xFF)
                .as("first the floppy, then the disk")
                .isEqualTo(0x21);
        int sum = 0;
        for (int i = 0x10; i < 0x2E; i++) sum += cmosWord(pc, i) & 0xFF;
        assertThat(cmosWord(pc, 0x2E)).isEqualTo((sum & 0xFF) << 8 | sum >> 8);
    }

    private static int cmosWord(Board pc, int register) {
        pc.out(0x70, 1, register);
        int low = pc.in(0x71, 1);
        pc.out(0x70, 1, register + 1);
        return low | pc.in(0x71, 1) << 8;
    }

    @Test
    void strictModeRemembersTheFirstAccessThatIsRefused() {
        Board strict = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withStrict());
        assertThat(strict.knows(0x60)).isTrue();
        assertThat(strict.knows(0x1234)).isFalse();
        strict.refuse(() -> "first");
        strict.refuse(() -> "second");
        assertThat(strict.refusal()).contains("first");
        board.refuse(() -> "lenient");
        assertThat(board.refusal()).isEmpty();
    }

    @Test
    void aRegisterOfTheChipSetIsNotReachedByAWiderAccessToItsNeighbour() {
        for (int port : new int[] {0xCF6, 0xCF8, 0xCF9}) {
            for (int size : new int[] {2, 4}) board.out(port, size, 0x06060606);
        }
        assertThat(board.resetRequest()).isEmpty();
        board.out(0xCF9, 1, 6);
        assertThat(board.resetRequest()).isPresent();
    }

    @Test
    void builtInFirmwareAnswersOnlyItsOwnPort() {
        int[] calls = new int[1];
        board.attachFirmware(0xEE, () -> calls[0]++);
        board.out(0xEC, 4, -1);
        board.out(0xEE, 2, -1);
        board.out(0xED, 2, -1);
        assertThat(calls[0]).isZero();
        board.out(0xEE, 1, 0);
        assertThat(calls[0]).isEqualTo(1);
    }

    @Test
    void aWideAccessToEightBitDevicesIsOneOfEachPort() {
        board.out(0x3D4, 2, 0x1234 << 8 & 0xFF00 | 0x0E);
        board.out(0x3D4, 1, 0x0E);
        assertThat(board.in(0x3D5, 1))
                .as("index and data of the VGA in one word")
                .isEqualTo(0x34);
        board.out(0x81, 4, 0x44332211);
        assertThat(new int[] {board.in(0x81, 1), board.in(0x82, 1), board.in(0x83, 1)})
                .containsExactly(0x11, 0x22, 0x33);
        assertThat(board.in(0x81, 2)).isEqualTo(0x2211);
    }

    @Test
    void theDataPortOfADiskTakesWhatAnAccessThatBeginsBelowItLeaves() {
        Board pc = new Board(KILOHERTZ, TestMemory.of(4), BoardOptions.PLAIN.withDisk(Disk.hard(new byte[1 << 20])));
        pc.out(0x1F7, 1, 0xEC);
        pc.advanceTo(KILOHERTZ);
        assertThat(pc.in(0x1F0, 2)).as("a fixed disk").isEqualTo(0x40);
        int cylinders = pc.in(0x1EE, 4) >>> 16;
        assertThat(cylinders).as("the processor splits the access at 1F0").isEqualTo(2);
    }

    @Test
    void anApicTakesOnlyDoublewords() {
        Board pc = new Board(
                KILOHERTZ, TestMemory.of(4), BoardOptions.PLAIN.withApic().withStrict());
        pc.write(0xFEE00080, 4, 0x20);
        pc.write(0xFEE00080, 1, 0x50);
        pc.write(0xFEE00080, 2, 0x50);
        assertThat(pc.read(0xFEE00080, 4)).isEqualTo(0x20);
        assertThat(pc.refusal()).contains("write of 1 bytes at fee00080: a register of an APIC has four");
    }

    @ParameterizedTest
    @CsvSource({
        "604, 2, 2000, true",
        "B004, 2, 2000, true",
        "604, 2, 3C00, false",
        "604, 4, 2000, false",
        "600, 4, 20002000, false",
        "604, 2, 0, false",
        "8900, 2, 5353, false"
    })
    void powerIsSwitchedOffAsEmulatorsOfferIt(String port, int size, String value, boolean off) {
        board.out(Integer.parseInt(port, 16), size, Integer.parseInt(value, 16));
        assertThat(board.exited()).isEqualTo(off);
        if (off) assertThat(board.exitCode()).isZero();
    }

    @Test
    void powerIsSwitchedOffByTheWordForIt() {
        for (char letter : "ShutShutdow".toCharArray()) board.out(0x8900, 1, letter);
        assertThat(board.exited()).isFalse();
        board.out(0x8900, 1, 'n');
        assertThat(board.exited()).isTrue();
    }

    private long nextInterrupt() {
        long cycle = -1;
        while (!board.interruptRequested()) {
            cycle = board.nextEvent();
            board.advanceTo(cycle);
        }
        return cycle;
    }

    private static long cycleOfTick(long tick) {
        long hertz = KILOHERTZ * 1000L;
        return (tick * hertz + 1_193_181) / 1_193_182;
    }

    private void timer(int control, int count) {
        board.out(0x43, 1, control);
        board.out(0x40, 1, count & 0xFF);
        board.out(0x40, 1, count >> 8);
    }

    /** Initialises both controllers with vectors 0x20 and 0x70, and lets only {@code irq} through. */
    private void unmask(int irq) {
        int[] base = {0x20, 0x70};
        int[] wiring = {4, 2};
        int mask = ~(1 << irq | 1 << 2);
        for (int chip = 0; chip < 2; chip++) {
            int port = chip == 0 ? 0x20 : 0xA0;
            board.out(port, 1, 0x11);
            board.out(port + 1, 1, base[chip]);
            board.out(port + 1, 1, wiring[chip]);
            board.out(port + 1, 1, 1);
            board.out(port + 1, 1, mask >> 8 * chip & 0xFF);
        }
    }

    private void cmos(int register, int value) {
        board.out(0x70, 1, register);
        board.out(0x71, 1, value);
    }

    private int cmos(int register) {
        board.out(0x70, 1, register);
        return board.in(0x71, 1);
    }
}
