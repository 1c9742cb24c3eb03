package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FloppyTest {

    private static final int KILOHERTZ = 1000;
    private static final int BUFFER = 0x21000;

    private final TestMemory memory = TestMemory.of(1);
    private Board board = new Board(KILOHERTZ, memory, BoardOptions.PLAIN.withFloppy(Disk.floppy(image())));
    private long now;

    @BeforeEach
    void reset() {
        board.out(0x21, 1, 0xBF);
        board.out(0x3F2, 1, 0x00);
        board.out(0x3F2, 1, 0x1C);
        settle();
    }

    @Test
    void aResetReportsAllFourDrives() {
        assertThat(board.interruptRequested()).isTrue();
        for (int drive = 0; drive < 4; drive++) assertThat(command(0x08)).containsExactly(0xC0 | drive, 0);
        assertThat(command(0x08)).as("nothing more").containsExactly(0x80);
        assertThat(board.in(0x3F4, 1)).isEqualTo(0x80);
    }

    @Test
    void aReadGoesToMemoryThroughItsDmaChannel() {
        seek(2);
        channel(0x46, BUFFER, 1024);
        assertThat(command(0xE6, 0x04, 2, 1, 3, 2, 18, 0x1B, 0xFF)).containsExactly(0x04, 0, 0, 2, 1, 5, 2);
        int lba = (2 * 2 + 1) * 18 + 2;
        assertThat(memory.bytes()[BUFFER]).isEqualTo((byte) lba);
        assertThat(memory.bytes()[BUFFER + 512]).isEqualTo((byte) (lba + 1));
        assertThat(memory.bytes()[BUFFER + 1024]).isZero();
        assertThat(board.in(0x08, 1) & 4).as("terminal count").isEqualTo(4);
    }

    @Test
    void aMultiTrackReadGoesOnOnTheOtherSide() {
        seek(0);
        channel(0x46, BUFFER, 1024);
        assertThat(command(0xE6, 0, 0, 0, 18, 2, 18, 0x1B, 0xFF)).containsExactly(0x04, 0, 0, 0, 1, 2, 2);
        assertThat(memory.bytes()[BUFFER]).isEqualTo((byte) 17);
        assertThat(memory.bytes()[BUFFER + 512]).isEqualTo((byte) 18);
    }

    @Test
    void theEndOfTheTrackBeforeTheCountIsAnError() {
        seek(0);
        channel(0x46, BUFFER, 2048);
        assertThat(command(0x46, 0, 0, 0, 17, 2, 18, 0x1B, 0xFF).subList(0, 2)).containsExactly(0x40, 0x80);
    }

    @Test
    void aWriteChangesTheDisketteAndNotTheImage() {
        seek(1);
        memory.store(BUFFER, new byte[] {7, 8, 9});
        channel(0x4A, BUFFER, 512);
        assertThat(command(0xC5, 0, 1, 0, 1, 2, 18, 0x1B, 0xFF).get(0)).isZero();
        assertThat(board.floppy().orElseThrow().read(36)).startsWith(7, 8, 9, 0);
        assertThat(Disk.floppy(image()).read(36)).startsWith(36);
    }

    @Test
    void seeksEndWithAnInterruptThatTellsTheCylinder() {
        drain();
        command(0x0F, 0, 40);
        assertThat(board.interruptRequested()).isTrue();
        assertThat(command(0x08)).containsExactly(0x20, 40);
        command(0x07, 0);
        assertThat(command(0x08)).containsExactly(0x20, 0);
        assertThat(command(0x4A, 0)).containsExactly(0, 0, 0, 0, 0, 1, 2);
    }

    @Test
    void theControllerIsAnEnhancedOne() {
        assertThat(command(0x10)).containsExactly(0x90);
        command(0x13, 0, 0x57, 0);
        assertThat(command(0x94)).containsExactly(0x10);
        assertThat(command(0x0E)).hasSize(10).endsWith(0x80, 0x57, 0);
        assertThat(command(0x1F)).as("no such command").containsExactly(0x80);
    }

    @Test
    void withoutADisketteReadsFail() {
        board = new Board(KILOHERTZ, memory, BoardOptions.PLAIN);
        reset();
        channel(0x46, BUFFER, 512);
        assertThat(command(0xE6, 0, 0, 0, 1, 2, 18, 0x1B, 0xFF).get(0)).isEqualTo(0x48);
    }

    @Test
    void aDisketteThatIsTooLargeIsRefused() {
        assertThat(Disk.floppy(new byte[1200 << 10]).sectorsPerTrack()).isEqualTo(15);
        assertThat(Disk.floppy(new byte[512]).sectors()).isEqualTo(2880);
        assertThatThrownBy(() -> Disk.floppy(new byte[4 << 20])).hasMessageContaining("4096 KB");
    }

    private void seek(int cylinder) {
        drain();
        command(0x0F, 0, cylinder);
        command(0x08);
    }

    private void drain() {
        for (int drive = 0; drive < 4; drive++) command(0x08);
    }

    private List<Integer> command(int... bytes) {
        for (int octet : bytes) board.out(0x3F5, 1, octet);
        settle();
        List<Integer> results = new ArrayList<>();
        while ((board.in(0x3F4, 1) & 0x40) != 0) results.add(board.in(0x3F5, 1));
        return results;
    }

    private void channel(int mode, int address, int length) {
        board.out(0x0A, 1, 6);
        board.out(0x0C, 1, 0);
        board.out(0x0B, 1, mode);
        board.out(0x04, 1, address & 0xFF);
        board.out(0x04, 1, address >> 8 & 0xFF);
        board.out(0x05, 1, length - 1 & 0xFF);
        board.out(0x05, 1, length - 1 >> 8);
        board.out(0x81, 1, address >> 16);
        board.out(0x0A, 1, 2);
    }

    private void settle() {
        now += KILOHERTZ;
        board.advanceTo(now);
    }

    /** Each sector begins with its number. */
    private static byte[] image() {
        byte[] bytes = new byte[1440 << 10];
        for (int i = 0; i < 2880; i++) bytes[512 * i] = (byte) i;
        return bytes;
    }
}
