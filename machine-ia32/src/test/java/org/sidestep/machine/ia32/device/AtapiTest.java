package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The CD-ROM drive as a driver sees it: the first on the secondary channel. */
class AtapiTest {
    private static final int KILOHERTZ = 1000;
    private static final int SECTORS = 40;
    private static final int READY = 0x50;

    private final Board board = board(BoardOptions.PLAIN);
    private long now;

    @Test
    void itsSignatureTellsItFromADisk() {
        board.out(0x376, 1, 4);
        board.out(0x376, 1, 0);
        settle();
        assertThat(signature()).isEqualTo(0xEB140101);
        assertThat(board.in(0x177, 1)).isZero();
        start(0xEC);
        assertThat(board.in(0x177, 1) & 1).as("IDENTIFY DEVICE is refused").isEqualTo(1);
        assertThat(signature()).isEqualTo(0xEB140101);
        start(0x08);
        assertThat(signature()).as("after DEVICE RESET").isEqualTo(0xEB140101);
    }

    @Test
    void identifyPacketDeviceNamesIt() {
        start(0xA1);
        assertThat(board.in(0x177, 1) & 8).isEqualTo(8);
        int[] words = new int[256];
        for (int i = 0; i < words.length; i++) words[i] = board.in(0x170, 2);
        assertThat(words[0]).as("a CD-ROM that takes packets of 12 bytes").isEqualTo(0x85C0);
        assertThat(words[27]).as("its name begins with SI").isEqualTo('S' << 8 | 'I');
        assertThat(words[49] & 0x100).as("no DMA").isZero();
    }

    @Test
    void sectorsComeInBlocksNoLongerThanTheHostAskedFor() {
        byte[] data = packet(2048, 0x28, 0, 0, 0, 0, 7, 0, 0, 3, 0, 0, 0);
        assertThat(blocks).isEqualTo(3);
        assertThat(data).hasSize(3 * 2048);
        for (int i = 0; i < 3; i++) assertThat(data[i * 2048]).isEqualTo((byte) (7 + i));
        assertThat(packet(0xFFFE, 0xA8, 0, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0)).isEqualTo(data);
        assertThat(blocks).isEqualTo(1);
        assertThat(board.in(0x177, 1)).isEqualTo(READY);
    }

    @Test
    void whatIsNotOnTheDiscIsRefusedWithItsReason() {
        packet(2048, 0x28, 0, 0, 0, 0, SECTORS, 0, 0, 1, 0, 0, 0);
        assertThat(board.in(0x177, 1) & 1).isEqualTo(1);
        assertThat(board.in(0x171, 1)).as("illegal request").isEqualTo(0x54);
        byte[] sense = packet(2048, 3, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0);
        assertThat(sense[2]).isEqualTo((byte) 5);
        assertThat(sense[12]).as("address out of range").isEqualTo((byte) 0x21);
        assertThat(packet(2048, 3, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0)[2])
                .as("told once")
                .isZero();
        packet(2048, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(packet(2048, 3, 0, 0, 0, 18, 0, 0, 0, 0, 0, 0, 0)[12])
                .as("no such command")
                .isEqualTo((byte) 0x20);
        packet(2048, 0xA8, 0, 0, 0, 0, 1, 0x7F, -1, -1, -1, 0, 0);
        assertThat(board.in(0x177, 1) & 1)
                .as("more sectors than a host could want")
                .isEqualTo(1);
    }

    @Test
    void sizeTableOfContentsAndNameAreTold() {
        ByteBuffer capacity = ByteBuffer.wrap(packet(2048, 0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(capacity.getInt()).isEqualTo(SECTORS - 1);
        assertThat(capacity.getInt()).isEqualTo(2048);
        ByteBuffer toc = ByteBuffer.wrap(packet(2048, 0x43, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0));
        assertThat(toc.getInt(0)).as("18 bytes follow, of track 1").isEqualTo(0x00120101);
        assertThat(toc.getInt(4)).as("a data track").isEqualTo(0x00140100);
        assertThat(toc.getInt(12)).as("the lead-out").isEqualTo(0x0014AA00);
        assertThat(toc.getInt(16)).isEqualTo(SECTORS);
        ByteBuffer msf = ByteBuffer.wrap(packet(2048, 0x43, 2, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0));
        assertThat(msf.getInt(8)).as("two seconds before the first sector").isEqualTo(0x00000200);
        assertThat(packet(2048, 0x43, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0))
                .as("as far as there is room")
                .hasSize(4);
        byte[] inquiry = packet(2048, 0x12, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0);
        assertThat(inquiry[0]).isEqualTo((byte) 5);
        assertThat(new String(inquiry, 8, 8, StandardCharsets.US_ASCII)).isEqualTo("SIDESTEP");
    }

    @Test
    void anEjectedDiscIsNotThere() {
        packet(2048, 0x1B, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);
        packet(2048, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(board.in(0x171, 1)).as("not ready").isEqualTo(0x24);
        packet(2048, 0x1B, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0);
        packet(2048, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(board.in(0x177, 1)).isEqualTo(READY);
    }

    @Test
    void aSnapshotInTheMiddleOfATransferGoesOnWithIt() {
        send(2048, 0x28, 0, 0, 0, 0, 7, 0, 0, 2, 0, 0, 0);
        settle();
        for (int i = 0; i < 512; i++) board.in(0x170, 4);
        settle();
        Board.State saved = board.save();
        int next = board.in(0x170, 2);
        board.restore(saved);
        assertThat(board.in(0x170, 2)).isEqualTo(next).isEqualTo(8);
    }

    @Test
    void besideThreeDisksItIsASlaveAndBesideFourThereIsNoRoom() {
        BoardOptions options = BoardOptions.PLAIN;
        for (int i = 0; i < 3; i++) options = options.withDisk(Disk.hard(new byte[1 << 20]));
        Board full = board(options);
        full.out(0x176, 1, 0xB0);
        full.out(0x177, 1, 0xA1);
        full.advanceTo(KILOHERTZ);
        assertThat(full.in(0x170, 2)).isEqualTo(0x85C0);
        BoardOptions four = options.withDisk(Disk.hard(new byte[1 << 20]));
        assertThatThrownBy(() -> board(four)).hasMessage("a PC has room for a CD-ROM and one disk less");
    }

    private int blocks;

    /** Sends a packet and takes the data that come, as a driver does. */
    private byte[] packet(int most, int... bytes) {
        send(most, bytes);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        blocks = 0;
        settle();
        while ((board.in(0x177, 1) & 8) != 0) {
            assertThat(board.in(0x172, 1)).as("data to the host").isEqualTo(2);
            int length = board.in(0x175, 1) << 8 | board.in(0x174, 1);
            for (int i = 0; i < length; i += 2) {
                int word = board.in(0x170, 2);
                data.write(word);
                if (i + 1 < length) data.write(word >> 8);
            }
            blocks++;
            settle();
        }
        assertThat(board.in(0x172, 1)).as("the end").isEqualTo(3);
        return data.toByteArray();
    }

    private void send(int most, int... bytes) {
        board.out(0x176, 1, 0xA0);
        board.out(0x171, 1, 0);
        board.out(0x174, 1, most & 0xFF);
        board.out(0x175, 1, most >> 8);
        board.out(0x177, 1, 0xA0);
        assertThat(board.in(0x177, 1) & 0x88).as("ready for the packet").isEqualTo(8);
        assertThat(board.in(0x172, 1)).isEqualTo(1);
        for (int i = 0; i < 12; i += 2) board.out(0x170, 2, bytes[i] & 0xFF | (bytes[i + 1] & 0xFF) << 8);
    }

    private int signature() {
        int value = 0;
        for (int i = 0; i < 4; i++) value |= board.in(0x172 + i, 1) << 8 * i;
        return value;
    }

    private void start(int command) {
        board.out(0x177, 1, command);
        settle();
    }

    private void settle() {
        now += KILOHERTZ;
        board.advanceTo(now);
    }

    /** Each sector begins with its number. */
    private static Board board(BoardOptions options) {
        byte[] image = new byte[SECTORS * 2048];
        for (int i = 0; i < SECTORS; i++) image[i * 2048] = (byte) i;
        return new Board(KILOHERTZ, TestMemory.of(1), options.withDisc(new OpticalDisc(image)));
    }
}
