package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class AtaTest {

    private static final int KILOHERTZ = 1000;
    private static final int SECTORS = 16 * 63 * 3;

    private final byte[] image = image();
    private Board board = board();
    private long now;

    @Test
    void aReadGivesItsSectorsOneAfterTheOtherWithAnInterruptEach() {
        command(0x20, 5, 2, true);
        assertThat(board.in(0x1F7, 1) & 0x80).as("busy").isEqualTo(0x80);
        settle();
        assertThat(interrupted()).isTrue();
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x58);
        assertThat(interrupted()).as("after the status was read").isFalse();
        assertThat(readSector().getInt(0)).isEqualTo(5);
        settle();
        assertThat(interrupted()).isTrue();
        board.in(0x1F7, 1);
        assertThat(readSector().getInt(0)).isEqualTo(6);
        settle();
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x50);
    }

    @Test
    void cylindersHeadsAndSectorsNameTheSameSectors() {
        board.out(0x1F3, 1, 3);
        board.out(0x1F4, 1, 1);
        board.out(0x1F5, 1, 0);
        board.out(0x1F6, 1, 0xA2);
        start(0x20, 1);
        assertThat(readSector().getInt(0)).isEqualTo((16 + 2) * 63 + 2);
    }

    @Test
    void theGuestMayChooseAnotherTranslation() {
        board.out(0x1F6, 1, 0xA3);
        start(0x91, 10);
        board.out(0x1F3, 1, 10);
        board.out(0x1F4, 1, 2);
        board.out(0x1F5, 1, 0);
        board.out(0x1F6, 1, 0xA1);
        start(0x20, 1);
        assertThat(readSector().getInt(0)).isEqualTo((2 * 4 + 1) * 10 + 9);
    }

    @Test
    void whatIsWrittenIsReadBackAndLeavesTheImageAlone() {
        command(0x30, 7, 2, true);
        settle();
        assertThat(interrupted()).as("before the first block").isFalse();
        for (int sector = 0; sector < 2; sector++) {
            assertThat(board.in(0x1F7, 1) & 0x88).isEqualTo(0x08);
            for (int i = 0; i < 128; i++) board.out(0x1F0, 4, 0x1000 + sector);
            settle();
            assertThat(interrupted()).isTrue();
        }
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x50);
        command(0x20, 8, 1, true);
        settle();
        assertThat(readSector().getInt(508)).isEqualTo(0x1001);
        assertThat(image).isEqualTo(image());
    }

    @Test
    void multipleSectorsTakeOneInterrupt() {
        start(0xC6, 4);
        command(0xC4, 0, 6, true);
        settle();
        for (int i = 0; i < 4; i++) assertThat(readSector().getInt(0)).isEqualTo(i);
        assertThat(board.in(0x1F7, 1) & 0x80).as("busy between the blocks").isEqualTo(0x80);
        settle();
        assertThat(interrupted()).isTrue();
        for (int i = 4; i < 6; i++) assertThat(readSector().getInt(0)).isEqualTo(i);
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x50);
    }

    @Test
    void identificationTellsGeometryAndSize() {
        start(0xEC, 0);
        ByteBuffer words = readSector();
        assertThat(words.getShort(2)).as("cylinders").isEqualTo((short) 3);
        assertThat(words.getShort(6)).as("heads").isEqualTo((short) 16);
        assertThat(words.getInt(120)).as("sectors").isEqualTo(SECTORS);
        assertThat(words.getShort(8)).as("bytes of a track").isEqualTo((short) (63 * 512));
        assertThat(words.getShort(10)).as("bytes of a sector").isEqualTo((short) 512);
        assertThat(words.getShort(54)).as("model, first letters").isEqualTo((short) ('S' << 8 | 'I'));
    }

    @Test
    void anAddressBeyondTheEndIsNotFound() {
        command(0x20, SECTORS, 1, true);
        settle();
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x51);
        assertThat(board.in(0x1F1, 1)).isEqualTo(0x10);
    }

    @Test
    void anUnknownCommandIsAborted() {
        start(0xC8, 1);
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x51);
        assertThat(board.in(0x1F1, 1)).isEqualTo(0x04);
    }

    @Test
    void thereIsNoSlave() {
        board.out(0x1F6, 1, 0xB0);
        assertThat(board.in(0x1F7, 1)).isZero();
        start(0xEC, 0);
        assertThat(board.in(0x1F7, 1)).isZero();
        board.out(0x1F6, 1, 0xA0);
        assertThat(board.in(0x1F7, 1)).isEqualTo(0x50);
    }

    @Test
    void aSlaveIsADiskOfItsOwn() {
        board = board(4);
        for (int disk = 0; disk < 2; disk++) {
            board.out(0x1F3, 1, 0);
            board.out(0x1F6, 1, 0xE0 | disk << 4);
            assertThat(board.in(0x1F7, 1)).isEqualTo(0x50);
            start(0x20, 1);
            assertThat(interrupted()).isTrue();
            assertThat(board.in(0x1F7, 1)).isEqualTo(0x58);
            assertThat(readSector().getInt(4)).isEqualTo(disk);
        }
    }

    @Test
    void aCommandIsOnlyTheSelectedDisks() {
        board = board(2);
        board.out(0x1F6, 1, 0xF0);
        start(0x20, 1);
        board.out(0x1F6, 1, 0xE0);
        assertThat(interrupted()).as("of the master").isFalse();
        assertThat(board.in(0x1F7, 1)).as("of the master").isEqualTo(0x50);
        board.out(0x1F6, 1, 0xF0);
        assertThat(interrupted()).as("of the slave").isTrue();
    }

    @Test
    void theSecondaryChannelHasItsOwnPortsAndRequest() {
        board = board(4);
        for (int disk = 2; disk < 4; disk++) {
            board.out(0x172, 1, 1);
            board.out(0x173, 1, 0);
            board.out(0x176, 1, 0xE0 | (disk & 1) << 4);
            board.out(0x177, 1, 0x20);
            settle();
            assertThat(interrupted()).isFalse();
            board.out(0xA0, 1, 0x0A);
            assertThat(board.in(0xA0, 1)).isEqualTo(0x80);
            assertThat(board.in(0x376, 1)).isEqualTo(0x58);
            assertThat(board.in(0x170, 4)).isZero();
            assertThat(board.in(0x170, 4)).isEqualTo(disk);
            board.out(0x376, 1, 4);
            board.out(0x376, 1, 0);
            settle();
        }
    }

    @Test
    void aResetGoesBackToTheMaster() {
        board = board(2);
        board.out(0x1F6, 1, 0xF0);
        board.out(0x3F6, 1, 4);
        board.out(0x3F6, 1, 0);
        settle();
        assertThat(board.in(0x1F6, 1)).isEqualTo(0xA0);
        start(0x20, 1);
        readSector();
        start(0xEC, 1);
        assertThat(readSector().getShort(28)).as("serial number").isEqualTo((short) ('0' << 8 | ' '));
    }

    @Test
    void aWriteTakesItsFirstBlockAtOnce() {
        command(0x30, 7, 1, true);
        for (int i = 0; i < 128; i++) board.out(0x1F0, 4, 0x1234);
        settle();
        assertThat(board.disks().get(0).read(7)).startsWith(0x34, 0x12, 0, 0);
    }

    @Test
    void withoutADiskTheBusFloats() {
        Board empty = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN);
        empty.out(0x1F2, 1, 0x55);
        assertThat(empty.in(0x1F2, 1)).isEqualTo(0x7F);
        assertThat(empty.in(0x1F7, 1)).as("not busy").isEqualTo(0x7F);
        assertThat(empty.in(0x1F0, 2) & 0xFFFF).isEqualTo(0xFFFF);
    }

    @Test
    void aSoftwareResetLeavesTheSignature() {
        command(0x20, 5, 2, true);
        board.out(0x3F6, 1, 4);
        assertThat(board.in(0x3F6, 1)).isEqualTo(0x80);
        board.out(0x3F6, 1, 0);
        settle();
        assertThat(board.in(0x3F6, 1)).isEqualTo(0x50);
        assertThat(board.in(0x1F2, 1)).isEqualTo(1);
        assertThat(board.in(0x1F3, 1)).isEqualTo(1);
        assertThat(board.in(0x1F4, 1)).isZero();
    }

    @Test
    void interruptsCanBeSwitchedOff() {
        board.out(0x3F6, 1, 2);
        command(0x20, 5, 1, true);
        settle();
        assertThat(interrupted()).isFalse();
        board.out(0x3F6, 1, 0);
        assertThat(interrupted()).isTrue();
    }

    @Test
    void aRestoredDiskGoesOnInTheMiddleOfASector() {
        command(0x30, 9, 1, true);
        settle();
        for (int i = 0; i < 64; i++) board.out(0x1F0, 4, 1);
        Board.State saved = board.save();
        board = board();
        board.restore(saved);
        for (int i = 0; i < 64; i++) board.out(0x1F0, 4, 2);
        settle();
        assertThat(board.disks().get(0).read(9)).contains(1, org.assertj.core.data.Index.atIndex(0));
        assertThat(board.disks().get(0).read(9)).contains(2, org.assertj.core.data.Index.atIndex(256));
    }

    private Board board() {
        return board(1);
    }

    /** With disks whose second word is their number. */
    private Board board(int disks) {
        BoardOptions options = BoardOptions.PLAIN.withDisk(Disk.hard(image));
        for (int i = 1; i < disks; i++) {
            byte[] other = image.clone();
            other[4] = (byte) i;
            options = options.withDisk(Disk.hard(other));
        }
        Board pc = new Board(KILOHERTZ, TestMemory.of(1), options);
        for (int[] word : new int[][] {{0x20, 0x11}, {0x21, 0x20}, {0x21, 4}, {0x21, 1}, {0x21, 0xFB}}) {
            pc.out(word[0], 1, word[1]);
        }
        for (int[] word : new int[][] {{0xA0, 0x11}, {0xA1, 0x70}, {0xA1, 2}, {0xA1, 1}, {0xA1, 0x3F}}) {
            pc.out(word[0], 1, word[1]);
        }
        return pc;
    }

    /** Whether IRQ 14 is up. */
    private boolean interrupted() {
        board.out(0xA0, 1, 0x0A);
        return (board.in(0xA0, 1) & 0x40) != 0;
    }

    private void command(int command, int lba, int count, boolean linear) {
        board.out(0x1F2, 1, count);
        board.out(0x1F3, 1, lba & 0xFF);
        board.out(0x1F4, 1, lba >> 8 & 0xFF);
        board.out(0x1F5, 1, lba >> 16 & 0xFF);
        board.out(0x1F6, 1, (linear ? 0xE0 : 0xA0) | lba >> 24);
        board.out(0x1F7, 1, command);
    }

    private void start(int command, int count) {
        board.out(0x1F2, 1, count);
        board.out(0x1F7, 1, command);
        settle();
    }

    private void settle() {
        now += KILOHERTZ;
        board.advanceTo(now);
    }

    private ByteBuffer readSector() {
        ByteBuffer sector = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 512; i += 2) sector.putShort(i, (short) board.in(0x1F0, 2));
        return sector;
    }

    /** Each sector begins with its number. */
    private static byte[] image() {
        ByteBuffer bytes = ByteBuffer.allocate(SECTORS * 512).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SECTORS; i++) bytes.putInt(i * 512, i);
        return bytes.array();
    }
}
