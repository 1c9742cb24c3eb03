package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;

import org.sidestep.machine.ia32.device.Board;

/** INT 9 and INT 16h: keys go through a buffer of 16 words. The serial line, when nobody else uses it, is a keyboard too. */
final class Keys implements BiosService {
    // spotless:off
    private static final int RELEASED = 0x80, EXTENDED = 0xE0, DELETE = 0x53;
    private static final int RIGHT_SHIFT = 0x01, LEFT_SHIFT = 0x02, CONTROL = 0x04, ALT = 0x08, CAPS_LOCK = 0x40, NUM_LOCK = 0x20, SCROLL_LOCK = 0x10;
    private static final int UART_DATA = 0x3F8, UART_IER = 0x3F9, UART_LSR = 0x3FD, DATA_READY = 1;
    private static final int KEYBOARD_COMMAND = 0x64, PULSE_RESET = 0xFE;
    // spotless:on

    /** By scan code of set 1: the character alone, with shift; with control it is its low five bits. */
    private static final String PLAIN = "\0\0331234567890-=\b\tqwertyuiop[]\r\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";

    private static final String SHIFTED = "\0\033!@#$%^&*()_+\b\0QWERTYUIOP{}\r\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";
    private static final String PAD = "789-456+1230.";
    private static final int PAD_FIRST = 0x47;

    private final Board board;

    Keys(Board board) {
        this.board = board;
    }

    /** INT 16h. */
    @Override
    public boolean serve(BiosCall call) {
        GuestMemory memory = call.memory;
        takeFromSerialLine(memory);
        int function = call.get(AH);
        switch (function & ~0x30) {
            case 0x00 -> {
                if (isEmpty(memory)) return true;
                call.set(AX, head(memory));
                memory.word(DataArea.KEYBOARD_HEAD, next(memory, memory.word(DataArea.KEYBOARD_HEAD)));
            }
            case 0x01 -> {
                call.zero(isEmpty(memory));
                if (!isEmpty(memory)) call.set(AX, head(memory));
            }
            case 0x02 -> {
                call.set(AL, memory.octet(DataArea.SHIFT_FLAGS));
                if (function == 0x12) call.set(AH, 0);
            }
            case 0x05 -> call.set(AL, add(memory, call.get(CX)) ? 0 : 1);
            default -> {}
        }
        return false;
    }

    /** INT 9: a scan code, in AL, has come from the keyboard. */
    boolean pressed(BiosCall call) {
        GuestMemory memory = call.memory;
        int code = call.get(AL);
        if (code == EXTENDED) return false;
        int flags = memory.octet(DataArea.SHIFT_FLAGS);
        int modifier = modifier(code & ~RELEASED);
        if (modifier != 0) {
            memory.octet(DataArea.SHIFT_FLAGS, (code & RELEASED) != 0 ? flags & ~modifier : flags | modifier);
        } else if ((code & RELEASED) == 0) {
            key(memory, code, flags);
        }
        return false;
    }

    private void key(GuestMemory memory, int code, int flags) {
        int lock = code == 0x3A ? CAPS_LOCK : code == 0x45 ? NUM_LOCK : code == 0x46 ? SCROLL_LOCK : 0;
        if (lock != 0) memory.octet(DataArea.SHIFT_FLAGS, flags ^ lock);
        else if (code == DELETE && (flags & (CONTROL | ALT)) == (CONTROL | ALT))
            board.out(KEYBOARD_COMMAND, 1, PULSE_RESET);
        else add(memory, code << 8 | character(code, flags));
    }

    private static int modifier(int code) {
        return switch (code) {
            case 0x36 -> RIGHT_SHIFT;
            case 0x2A -> LEFT_SHIFT;
            case 0x1D -> CONTROL;
            case 0x38 -> ALT;
            default -> 0;
        };
    }

    private static int character(int code, int flags) {
        if ((flags & ALT) != 0) return 0;
        if (code >= PAD_FIRST && code < PAD_FIRST + PAD.length()) {
            return (flags & NUM_LOCK) != 0 ? PAD.charAt(code - PAD_FIRST) : 0;
        }
        if (code >= PLAIN.length()) return 0;
        char plain = PLAIN.charAt(code);
        boolean letter = plain >= 'a' && plain <= 'z';
        boolean shifted = (flags & (RIGHT_SHIFT | LEFT_SHIFT)) != 0 ^ (letter && (flags & CAPS_LOCK) != 0);
        int character = (shifted ? SHIFTED : PLAIN).charAt(code);
        return (flags & CONTROL) != 0 ? character & 0x1F : character;
    }

    private void takeFromSerialLine(GuestMemory memory) {
        boolean unused = board.in(UART_IER, 1) == 0;
        while (unused && !isFull(memory) && (board.in(UART_LSR, 1) & DATA_READY) != 0) {
            int character = board.in(UART_DATA, 1);
            if (character == '\n') character = '\r';
            add(memory, scanCode(character) << 8 | character);
        }
    }

    private static int scanCode(int character) {
        int code = PLAIN.indexOf(character);
        if (code < 0) code = SHIFTED.indexOf(character);
        if (code < 0 && character < ' ') code = PLAIN.indexOf(character | 0x60);
        return Math.max(code, 0);
    }

    private static int head(GuestMemory memory) {
        return memory.word(DataArea.BASE + memory.word(DataArea.KEYBOARD_HEAD));
    }

    private static boolean isEmpty(GuestMemory memory) {
        return memory.word(DataArea.KEYBOARD_HEAD) == memory.word(DataArea.KEYBOARD_TAIL);
    }

    private static boolean isFull(GuestMemory memory) {
        return next(memory, memory.word(DataArea.KEYBOARD_TAIL)) == memory.word(DataArea.KEYBOARD_HEAD);
    }

    private static int next(GuestMemory memory, int offset) {
        int behind = offset + 2;
        return behind >= memory.word(DataArea.KEYBOARD_END) ? memory.word(DataArea.KEYBOARD_START) : behind;
    }

    /** Whether there was room for a key. */
    private static boolean add(GuestMemory memory, int key) {
        if (isFull(memory)) return false;
        int tail = memory.word(DataArea.KEYBOARD_TAIL);
        memory.word(DataArea.BASE + tail, key);
        memory.word(DataArea.KEYBOARD_TAIL, next(memory, tail));
        return true;
    }
}
