package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApicTest {

    private static final int KILOHERTZ = 1_000_000;
    private static final int LOCAL = 0xFEE00000;
    private static final int IO = 0xFEC00000;
    private static final int EOI = 0xB0;

    /** Ten cycles are one of the bus. */
    private static final int BUS = 10;

    private Board board = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withApic());

    @BeforeEach
    void maskThe8259() {
        board.out(0x21, 1, 0xFF);
    }

    @Test
    void withoutAnApicNothingAnswersAboveMemory() {
        Board plain = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN);
        assertThat(plain.read(LOCAL + 0x30, 4)).isEqualTo(-1);
        assertThat(plain.hasApic()).isFalse();
    }

    @Test
    void firmwareLeavesTheInterruptControllersConnected() {
        board.out(0x21, 1, 0xFE);
        timer8254();
        board.advanceTo(2_000_000);
        assertThat(board.interruptRequested()).isTrue();
        assertThat(board.acknowledge()).as("the vector of the 8259").isEqualTo(0x08);
    }

    @Test
    void aMaskedLint0CutsThe8259Off() {
        local(0x350, 0x10700);
        board.out(0x21, 1, 0xFE);
        timer8254();
        board.advanceTo(2_000_000);
        assertThat(board.interruptRequested()).isFalse();
    }

    @Test
    void theTimerCountsDividedBusCyclesOnce() {
        local(0x320, 0x40);
        local(0x3E0, 0x3);
        local(0x380, 100);
        board.advanceTo(100 * 16 * BUS - 1);
        assertThat(board.interruptRequested()).isFalse();
        assertThat(board.read(LOCAL + 0x390, 4)).as("current count").isEqualTo(1);
        board.advanceTo(100 * 16 * BUS);
        assertThat(board.acknowledge()).isEqualTo(0x40);
        local(EOI, 0);
        board.advanceTo(1_000_000);
        assertThat(board.interruptRequested()).isFalse();
        assertThat(board.read(LOCAL + 0x390, 4)).isZero();
    }

    @Test
    void aPeriodicTimerStartsOver() {
        local(0x320, 0x20040);
        local(0x3E0, 0xB);
        local(0x380, 1000);
        for (int period = 1; period <= 3; period++) {
            assertThat(board.interruptRequested()).isFalse();
            board.advanceTo(1000L * BUS * period);
            assertThat(board.acknowledge()).isEqualTo(0x40);
            local(EOI, 0);
        }
    }

    @Test
    void aMaskedTimerOnlyCounts() {
        local(0x320, 0x10040);
        local(0x380, 10);
        board.advanceTo(10_000);
        assertThat(board.interruptRequested()).isFalse();
    }

    @Test
    void anInterruptOfTheSameOrALowerClassWaitsForTheEndOfTheOther() {
        self(0x51);
        assertThat(board.acknowledge()).isEqualTo(0x51);
        self(0x5F);
        self(0x41);
        assertThat(board.interruptRequested()).isFalse();
        assertThat(bit(0x200, 0x5F)).as("requested").isTrue();
        assertThat(bit(0x100, 0x51)).as("in service").isTrue();
        self(0x61);
        assertThat(board.acknowledge()).isEqualTo(0x61);
        assertThat(board.read(LOCAL + 0xA0, 4)).as("processor priority").isEqualTo(0x60);
        local(EOI, 0);
        local(EOI, 0);
        assertThat(board.acknowledge()).isEqualTo(0x5F);
        local(EOI, 0);
        assertThat(board.acknowledge()).isEqualTo(0x41);
    }

    @Test
    void theTaskPriorityHoldsInterruptsBack() {
        local(0x80, 0x50);
        self(0x5A);
        assertThat(board.interruptRequested()).isFalse();
        local(0x80, 0x40);
        assertThat(board.interruptRequested()).isTrue();
    }

    @Test
    void anInterprocessorInterruptReachesItsDestination() {
        local(0x310, 0);
        local(0x300, 0x71);
        assertThat(board.acknowledge()).as("to number 0").isEqualTo(0x71);
        local(EOI, 0);
        local(0x310, 0x03000000);
        local(0x300, 0x72);
        assertThat(board.interruptRequested()).as("to number 3").isFalse();
        local(0x300, 0xC0073);
        assertThat(board.interruptRequested()).as("to all others").isFalse();
        local(0xD0, 0x02000000);
        local(0x310, 0x02000000);
        local(0x300, 0x874);
        assertThat(board.acknowledge()).as("to a logical name").isEqualTo(0x74);
    }

    @Test
    void anNmiToItselfIsTakenOnce() {
        local(0x300, 0x40400);
        assertThat(board.takeNmi()).isTrue();
        assertThat(board.takeNmi()).isFalse();
    }

    @Test
    void anIllegalVectorIsAnError() {
        local(0x370, 0xFE);
        self(5);
        assertThat(board.acknowledge()).as("error interrupt").isEqualTo(0xFE);
        local(0x280, 0);
        assertThat(board.read(LOCAL + 0x280, 4)).isEqualTo(0x20);
    }

    @Test
    void switchedOffInItsRegisterItTakesNothingAndMasksItsOwn() {
        local(0xF0, 0xFF);
        local(0x320, 0x40);
        assertThat(board.read(LOCAL + 0x320, 4)).isEqualTo(0x10040);
        self(0x51);
        assertThat(board.interruptRequested()).isFalse();
    }

    @Test
    void switchedOffInItsBaseRegisterItIsGoneAndThe8259IsConnected() {
        board.setApicBase(0xFEE00000L);
        assertThat(board.apicEnabled()).isFalse();
        assertThat(board.read(LOCAL + 0x30, 4)).isEqualTo(-1);
        timer8254();
        board.out(0x21, 1, 0xFE);
        board.advanceTo(2_000_000);
        assertThat(board.interruptRequested()).isTrue();
    }

    @Test
    void itsRegistersMove() {
        board.setApicBase(0xD0000800L);
        assertThat(board.read(0xD0000030, 4)).isEqualTo(0x40011);
    }

    @Test
    void theIoApicRoutesTheTimerFromPinTwo() {
        redirect(2, 0, 0x30);
        timer8254();
        board.advanceTo(2_000_000);
        assertThat(board.acknowledge()).isEqualTo(0x30);
    }

    @Test
    void aLevelTriggeredRequestComesAgainAfterItsEnd() {
        redirect(4, 0, 0x8034);
        board.out(0x3FC, 1, 8);
        board.out(0x3F9, 1, 1);
        board.type(new byte[] {'a'});
        assertThat(board.acknowledge()).isEqualTo(0x34);
        assertThat(redirection(4) & 0x4000).as("remote IRR").isEqualTo(0x4000);
        assertThat(board.interruptRequested()).isFalse();
        local(EOI, 0);
        assertThat(board.acknowledge()).isEqualTo(0x34);
        board.in(0x3F8, 1);
        local(EOI, 0);
        assertThat(board.interruptRequested()).isFalse();
        assertThat(redirection(4) & 0x4000).isZero();
    }

    @Test
    void theIoApicTellsHowManyPinsItHas() {
        write(IO, 1);
        assertThat(board.read(IO + 0x10, 4)).isEqualTo(0x170011);
        write(IO, 0);
        write(IO + 0x10, 0x05000000);
        assertThat(board.read(IO + 0x10, 4)).isEqualTo(0x05000000);
    }

    @Test
    void aRestoredApicGoesOnCounting() {
        local(0x320, 0x20040);
        local(0x3E0, 0xB);
        local(0x380, 1000);
        board.advanceTo(500 * BUS);
        Board.State saved = board.save();
        board = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withApic());
        board.restore(saved);
        board.advanceTo(999 * BUS);
        assertThat(board.interruptRequested()).isFalse();
        board.advanceTo(1000 * BUS);
        assertThat(board.acknowledge()).isEqualTo(0x40);
    }

    @Test
    void theTableNamesProcessorBusAndPins() {
        byte[] table = MpTable.of(0x673, 0x3FF);
        assertThat(new String(table, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("_MP_");
        assertThat(sum(table, 0, 16)).isZero();
        assertThat(sum(table, 16, table.length)).isZero();
        assertThat(table.length).isEqualTo(16 + 44 + 20 + 8 + 8 + 16 * 8 + 2 * 8);
    }

    @Test
    void theIoApicHasTheNumberThatTheTableGivesIt() {
        board.storeTables(0x673, 0x3FF);
        write(IO, 0);
        assertThat(board.read(IO + 0x10, 4)).isEqualTo(1 << 24);
    }

    private static int sum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) sum += bytes[i];
        return sum & 0xFF;
    }

    private void redirect(int pin, int destination, int entry) {
        write(IO, 0x11 + 2 * pin);
        write(IO + 0x10, destination << 24);
        write(IO, 0x10 + 2 * pin);
        write(IO + 0x10, entry);
    }

    private int redirection(int pin) {
        write(IO, 0x10 + 2 * pin);
        return board.read(IO + 0x10, 4);
    }

    private void timer8254() {
        for (int[] word : new int[][] {{0x43, 0x34}, {0x40, 0xE8}, {0x40, 0x03}}) board.out(word[0], 1, word[1]);
    }

    private void self(int vector) {
        local(0x300, 0x40000 | vector);
    }

    private boolean bit(int registers, int vector) {
        return (board.read(LOCAL + registers + (vector >> 5) * 16, 4) >> (vector & 31) & 1) != 0;
    }

    private void local(int register, int value) {
        write(LOCAL + register, value);
    }

    private void write(int address, int value) {
        board.write(address, 4, value);
    }
}
