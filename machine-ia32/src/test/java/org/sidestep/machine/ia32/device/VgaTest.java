package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VgaTest {

    private static final int KILOHERTZ = 700_000;

    private final TestMemory memory = TestMemory.of(1);
    private final Board board = new Board(KILOHERTZ, memory, BoardOptions.PLAIN);

    @Test
    void theScreenShowsTheCharactersInTextMemory() {
        write(0, "Hello");
        write(80 + 2, "world");
        assertThat(board.screen()).startsWith("Hello\n  world\n\n").hasLineCount(25);
    }

    @Test
    void lineDrawingCharactersAreShownAsSuch() {
        memory.store(0xB8000, new byte[] {(byte) 0xC9, 7, (byte) 0xCD, 7, (byte) 0xBB, 7});
        assertThat(board.screen()).startsWith("\u2554\u2550\u2557\n");
    }

    @Test
    void theStartAddressScrollsTheScreen() {
        write(0, "gone");
        write(80, "first");
        crtc(0x0D, 80);
        assertThat(board.screen()).startsWith("first\n");
    }

    @Test
    void charactersOfEightLinesMakeFiftyRows() {
        crtc(0x09, 0x47);
        assertThat(board.screen()).hasLineCount(50);
    }

    @Test
    void registersKeepWhatIsWrittenThroughTheirIndex() {
        crtc(0x0E, 0x12);
        board.out(0x3D4, 1, 0x0E);
        assertThat(board.in(0x3D5, 1)).isEqualTo(0x12);
        board.out(0x3C4, 2, 0x0F02);
        assertThat(board.in(0x3C5, 1)).isEqualTo(0x0F);
        board.out(0x3CE, 2, 0x0506);
        assertThat(board.in(0x3CF, 1)).isEqualTo(0x05);
        board.out(0x3C2, 1, 0xE3);
        assertThat(board.in(0x3CC, 1)).isEqualTo(0xE3);
    }

    @Test
    void readingTheStatusMakesTheAttributePortExpectAnIndex() {
        board.in(0x3DA, 1);
        board.out(0x3C0, 1, 0x10);
        board.out(0x3C0, 1, 0x2A);
        board.out(0x3C0, 1, 0x11);
        board.in(0x3DA, 1);
        board.out(0x3C0, 1, 0x10);
        assertThat(board.in(0x3C1, 1)).isEqualTo(0x2A);
    }

    @Test
    void thePaletteIsReadAndWrittenColourByColour() {
        board.out(0x3C8, 1, 5);
        for (int value : new int[] {1, 2, 3, 4}) board.out(0x3C9, 1, value);
        board.out(0x3C7, 1, 5);
        assertThat(board.in(0x3C9, 1)).isEqualTo(1);
        assertThat(board.in(0x3C9, 1)).isEqualTo(2);
        assertThat(board.in(0x3C9, 1)).isEqualTo(3);
        assertThat(board.in(0x3C9, 1)).isEqualTo(4);
    }

    @Test
    void theVerticalRetraceComesSeventyTimesASecond() {
        int retraces = 0;
        boolean before = false;
        for (long cycle = 0; cycle < KILOHERTZ * 1000L; cycle += 10_000) {
            board.advanceTo(cycle);
            boolean retrace = (board.in(0x3DA, 1) & 8) != 0;
            if (retrace && !before) retraces++;
            before = retrace;
        }
        assertThat(retraces).isEqualTo(70);
    }

    private void crtc(int register, int value) {
        board.out(0x3D4, 1, register);
        board.out(0x3D5, 1, value);
    }

    private void write(int cell, String text) {
        byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < characters.length; i++) {
            memory.store(0xB8000 + 2 * (cell + i), new byte[] {characters[i], 7});
        }
    }
}
