package org.sidestep.machine.ia32.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyboardTest {

    private static final int KILOHERTZ = 1000;

    private Board board = attended();
    private long now;

    @Test
    void typedTextArrivesAsMakeAndBreakCodesOfSetOne() {
        board.typeKeys(text("aB\n"));
        assertThat(received()).containsExactly(0x1E, 0x9E, 0x2A, 0x30, 0xB0, 0xAA, 0x1C, 0x9C);
    }

    @Test
    void typedTextWaitsForAGuestThatAttendsToTheKeyboard() {
        Board early = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withApic());
        early.typeKeys(text("a"));
        assertThat(early.nextEvent()).as("besides the timer").isGreaterThan(50 * KILOHERTZ);
        for (int[] word : new int[][] {{0x20, 0x11}, {0x21, 0x20}, {0x21, 4}, {0x21, 1}, {0x21, 0xFD}}) {
            early.out(word[0], 1, word[1]);
        }
        early.advanceTo(KILOHERTZ);
        assertThat(early.acknowledge()).isEqualTo(0x21);
        assertThat(early.in(0x60, 1)).isEqualTo(0x1E);
    }

    @Test
    void answersThatNobodyTakesAreNotHoardedWithoutEnd() {
        for (int i = 0; i < 1000; i++) {
            command(0xD2, i);
            board.out(0x60, 1, 0xEE);
        }
        assertThat(received()).hasSizeLessThan(40);
    }

    @Test
    void withoutTranslationTheGuestSeesSetTwo() {
        command(0x60, 0x25);
        board.typeKeys(text("a"));
        assertThat(received()).containsExactly(0x1C, 0xF0, 0x1C);
    }

    @Test
    void controlCharactersAreTypedWithTheControlKey() {
        board.typeKeys(new byte[] {3, 0x1B});
        assertThat(received()).containsExactly(0x1D, 0x2E, 0xAE, 0x9D, 0x01, 0x81);
    }

    @Test
    void theKeyboardAnswersItsCommands() {
        assertThat(keyboard(0xEE)).containsExactly(0xEE);
        assertThat(keyboard(0xF2)).as("identification, translated").containsExactly(0xFA, 0xAB, 0x41);
        assertThat(keyboard(0xFF)).containsExactly(0xFA, 0xAA);
        assertThat(keyboard(0xED)).containsExactly(0xFA);
        assertThat(keyboard(0x07)).containsExactly(0xFA);
        assertThat(keyboard(0xF3)).containsExactly(0xFA);
        assertThat(keyboard(0x00)).containsExactly(0xFA);
        assertThat(keyboard(0x01)).as("no such command").containsExactly(0xFE);
    }

    @Test
    void theScanCodeSetCanBeChosenAndAsked() {
        command(0x60, 0x25);
        keyboard(0xF0);
        keyboard(0x01);
        keyboard(0xF0);
        assertThat(keyboard(0x00)).containsExactly(0xFA, 0x01);
        board.typeKeys(text("a"));
        assertThat(received()).containsExactly(0x1E, 0x9E);
    }

    @Test
    void aDisabledKeyboardKeepsWhatIsTyped() {
        keyboard(0xF5);
        board.typeKeys(text("x"));
        assertThat(received()).isEmpty();
        board.out(0x60, 1, 0xF4);
        assertThat(received()).containsExactly(0xFA, 0x2D, 0xAD);
    }

    @Test
    void eachByteInterruptsAnewOnceItsPredecessorIsRead() {
        initialisePics();
        board.typeKeys(text("a"));
        settle();
        assertThat(board.acknowledge()).isEqualTo(0x21);
        board.out(0x20, 1, 0x20);
        settle();
        assertThat(board.interruptRequested()).as("before the byte is read").isFalse();
        assertThat(board.in(0x60, 1)).isEqualTo(0x1E);
        settle();
        assertThat(board.acknowledge()).isEqualTo(0x21);
        assertThat(board.in(0x60, 1)).isEqualTo(0x9E);
    }

    @Test
    void theControllerTestsItselfAndItsLines() {
        assertThat(answer(0xAA)).isEqualTo(0x55);
        assertThat(answer(0xAB)).isZero();
        assertThat(answer(0x20)).isEqualTo(0x65);
        command(0x60, 0x44);
        assertThat(answer(0x20)).isEqualTo(0x44);
    }

    @Test
    void thereIsNoMouse() {
        command(0xD4, 0xFF);
        settle();
        assertThat(board.in(0x64, 1) & 0x61).as("timeout, auxiliary data").isEqualTo(0x61);
        assertThat(board.in(0x60, 1)).isEqualTo(0xFE);
    }

    @Test
    void theOutputPortAndPort92GateTheSameAddressLine() {
        assertThat(board.addressMask()).isEqualTo(-1);
        command(0xD1, 0xDD);
        assertThat(board.addressMask()).isEqualTo(~(1 << 20));
        assertThat(board.in(0x92, 1)).isZero();
        board.out(0x92, 1, 2);
        assertThat(board.addressMask()).isEqualTo(-1);
        assertThat(answer(0xD0) & 2).isEqualTo(2);
    }

    @Test
    void theResetLineCanBePulsed() {
        board.out(0x64, 1, 0xFE);
        assertThat(board.resetRequest()).contains("the keyboard controller");
    }

    @Test
    void port92AndCf9ResetOnARisingEdge() {
        board.out(0x92, 1, 3);
        assertThat(board.resetRequest()).contains("port 92");
        Board other = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withRestarts());
        other.out(0xCF9, 1, 2);
        assertThat(other.initRequested()).isFalse();
        other.out(0xCF9, 1, 6);
        assertThat(other.initRequested()).isTrue();
        assertThat(other.initRequested()).isFalse();
    }

    @Test
    void whatPort92HasResetCanResetItself() {
        Board restarting = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN.withRestarts());
        for (int i = 0; i < 2; i++) {
            restarting.out(0x92, 1, restarting.in(0x92, 1) | 1);
            assertThat(restarting.initRequested()).as("reset %d", i).isTrue();
        }
    }

    @Test
    void aRestoredKeyboardGoesOnTyping() {
        board.typeKeys(text("ab"));
        settle();
        board.in(0x60, 1);
        Board.State saved = board.save();
        List<Integer> rest = received();
        board = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN);
        board.restore(saved);
        assertThat(received()).isEqualTo(rest).containsExactly(0x9E, 0x30, 0xB0);
    }

    /** A board whose guest has looked at the keyboard. */
    private static Board attended() {
        Board pc = new Board(KILOHERTZ, TestMemory.of(1), BoardOptions.PLAIN);
        pc.in(0x64, 1);
        return pc;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void command(int command, int parameter) {
        board.out(0x64, 1, command);
        board.out(0x60, 1, parameter);
    }

    private int answer(int command) {
        board.out(0x64, 1, command);
        assertThat(board.in(0x64, 1) & 1).isOne();
        return board.in(0x60, 1);
    }

    private List<Integer> keyboard(int command) {
        board.out(0x60, 1, command);
        return received();
    }

    /** Everything that the keyboard has to say. */
    private List<Integer> received() {
        List<Integer> bytes = new ArrayList<>();
        settle();
        while ((board.in(0x64, 1) & 1) != 0) {
            bytes.add(board.in(0x60, 1));
            settle();
        }
        return bytes;
    }

    private void settle() {
        now += 10 * KILOHERTZ;
        board.advanceTo(now);
    }

    private void initialisePics() {
        for (int value : new int[] {0x11, 0x20, 0x04, 0x01}) board.out(value == 0x11 ? 0x20 : 0x21, 1, value);
        board.out(0x21, 1, 0xFD);
    }
}
