package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.BP;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;
import static org.sidestep.isa.Reg8.BH;
import static org.sidestep.isa.Reg8.BL;
import static org.sidestep.isa.Reg8.CH;
import static org.sidestep.isa.Reg8.CL;
import static org.sidestep.isa.Reg8.DH;
import static org.sidestep.isa.Reg8.DL;

import org.sidestep.isa.Seg;
import org.sidestep.machine.ia32.device.Board;

/** INT 10h: a text screen of 80 by 25. What is written as on a teletype also leaves through the serial port. */
final class Video implements BiosService {
    // spotless:off
    private static final int SCREEN = 0xB8000, COLUMNS = 80, ROWS = 25, PAGE_BYTES = 0x1000, PAGES = 8, TEXT_MODE = 3, NO_CLEAR = 0x80, GREY = 0x07;
    private static final int CRTC = 0x3D4, CURSOR_START = 0x0A, START_ADDRESS = 0x0C, CURSOR_ADDRESS = 0x0E;
    private static final int BELL = 7, BACKSPACE = 8, LINE_FEED = 10, RETURN = 13;
    // spotless:on

    private final Board board;

    Video(Board board) {
        this.board = board;
    }

    @Override
    public boolean serve(BiosCall call) {
        GuestMemory memory = call.memory;
        switch (call.get(AH)) {
            case 0x00 -> setMode(memory, call.get(AL));
            case 0x01 -> setShape(memory, call.get(CX));
            case 0x02 -> setCursor(memory, call.get(BH), call.get(DX));
            case 0x03 -> {
                call.set(DX, cursor(memory, call.get(BH)));
                call.set(CX, memory.word(DataArea.CURSOR_SHAPE));
            }
            case 0x05 -> showPage(memory, call.get(AL) & PAGES - 1);
            case 0x06 -> scroll(call, call.get(AL));
            case 0x07 -> scroll(call, -call.get(AL));
            case 0x08 -> {
                int cell = memory.word(cell(call.get(BH), cursor(memory, call.get(BH))));
                call.set(AL, cell);
                call.set(AH, cell >> 8);
            }
            case 0x09 -> repeat(call, call.get(BL));
            case 0x0A -> repeat(call, -1);
            case 0x0E -> teletype(memory, memory.octet(DataArea.PAGE), call.get(AL), -1);
            case 0x0F -> {
                call.set(AL, memory.octet(DataArea.VIDEO_MODE));
                call.set(AH, COLUMNS);
                call.set(BH, memory.octet(DataArea.PAGE));
            }
            case 0x11 -> fontInformation(call);
            case 0x12 -> adapterInformation(call);
            case 0x13 -> string(call);
            case 0x1A -> {
                call.set(AL, 0x1A);
                if (call.get(BL) == 0 || call.get(AL) == 0) call.set(BX, 0x0008);
            }
            default -> {}
        }
        return false;
    }

    /** Text for the operator, as by the teletype service. */
    void print(GuestMemory memory, String text) {
        for (char character : text.toCharArray()) teletype(memory, memory.octet(DataArea.PAGE), character, -1);
    }

    /** Every mode is the text mode: there is no other. */
    void setMode(GuestMemory memory, int mode) {
        memory.octet(DataArea.VIDEO_MODE, TEXT_MODE);
        memory.word(DataArea.COLUMNS, COLUMNS);
        memory.word(DataArea.PAGE_SIZE, PAGE_BYTES);
        memory.octet(DataArea.LAST_ROW, ROWS - 1);
        memory.octet(DataArea.CHARACTER_HEIGHT, 16);
        memory.word(DataArea.CRTC, CRTC);
        for (int page = 0; page < PAGES; page++) memory.word(DataArea.CURSOR + 2 * page, 0);
        if ((mode & NO_CLEAR) == 0) memory.write(SCREEN, blanks(PAGES * PAGE_BYTES / 2, GREY));
        setShape(memory, 0x0607);
        showPage(memory, 0);
    }

    private static byte[] blanks(int cells, int attribute) {
        byte[] bytes = new byte[2 * cells];
        for (int i = 0; i < bytes.length; i += 2) {
            bytes[i] = ' ';
            bytes[i + 1] = (byte) attribute;
        }
        return bytes;
    }

    private void setShape(GuestMemory memory, int shape) {
        memory.word(DataArea.CURSOR_SHAPE, shape);
        crtc(CURSOR_START, shape);
    }

    private void showPage(GuestMemory memory, int page) {
        memory.octet(DataArea.PAGE, page);
        crtc(START_ADDRESS, page * PAGE_BYTES / 2);
        crtc(CURSOR_ADDRESS, (cell(page, cursor(memory, page)) - SCREEN) / 2);
    }

    private void crtc(int register, int value) {
        board.out(CRTC, 2, value & 0xFF00 | register);
        board.out(CRTC, 2, value << 8 & 0xFF00 | register + 1);
    }

    /** Row and column, as in DH and DL. */
    private static int cursor(GuestMemory memory, int page) {
        return memory.word(DataArea.CURSOR + 2 * (page & PAGES - 1));
    }

    private void setCursor(GuestMemory memory, int page, int position) {
        memory.word(DataArea.CURSOR + 2 * (page & PAGES - 1), position);
        if (page == memory.octet(DataArea.PAGE)) crtc(CURSOR_ADDRESS, (cell(page, position) - SCREEN) / 2);
    }

    private static int cell(int page, int position) {
        return SCREEN + (page & PAGES - 1) * PAGE_BYTES + 2 * ((position >> 8) * COLUMNS + (position & 0xFF));
    }

    /** @param lines upwards if positive; zero clears the window */
    private static void scroll(BiosCall call, int lines) {
        int page = call.memory.octet(DataArea.PAGE);
        int bottom = Math.min(call.get(DH), ROWS - 1);
        int right = Math.min(call.get(DL), COLUMNS - 1);
        scroll(call.memory, page, call.get(CH), call.get(CL), bottom, right, lines, call.get(BH));
    }

    private static void scroll(
            GuestMemory memory, int page, int top, int left, int bottom, int right, int lines, int attribute) {
        int width = right - left + 1;
        int height = bottom - top + 1;
        if (width <= 0 || height <= 0) return;
        byte[][] rows = new byte[height][];
        for (int row = 0; row < height; row++) {
            int from = row + lines;
            boolean kept = lines != 0 && from >= 0 && from < height;
            rows[row] = kept ? memory.read(cell(page, top + from << 8 | left), 2 * width) : blanks(width, attribute);
        }
        for (int row = 0; row < height; row++) memory.write(cell(page, top + row << 8 | left), rows[row]);
    }

    /** Writes a character at the cursor, CX times, without moving it. */
    private static void repeat(BiosCall call, int attribute) {
        int at = cell(call.get(BH), cursor(call.memory, call.get(BH)));
        for (int i = 0; i < call.get(CX) && at + 2 * i < SCREEN + PAGES * PAGE_BYTES; i++) {
            put(call.memory, at + 2 * i, call.get(AL), attribute);
        }
    }

    private static void put(GuestMemory memory, int at, int character, int attribute) {
        memory.octet(at, character);
        if (attribute >= 0) memory.octet(at + 1, attribute);
    }

    /** @param attribute of the character, or -1 for the one that is there */
    private void teletype(GuestMemory memory, int page, int character, int attribute) {
        board.print(character);
        int position = cursor(memory, page);
        int row = position >> 8;
        int column = position & 0xFF;
        switch (character) {
            case BELL -> {}
            case BACKSPACE -> column = Math.max(0, column - 1);
            case LINE_FEED -> row++;
            case RETURN -> column = 0;
            default -> {
                put(memory, cell(page, position), character, attribute);
                column++;
            }
        }
        if (column >= COLUMNS) {
            column = 0;
            row++;
        }
        if (row >= ROWS) {
            scroll(memory, page, 0, 0, ROWS - 1, COLUMNS - 1, 1, memory.octet(cell(page, ROWS - 1 << 8) + 1));
            row = ROWS - 1;
        }
        setCursor(memory, page, row << 8 | column);
    }

    private void string(BiosCall call) {
        GuestMemory memory = call.memory;
        boolean moves = (call.get(AL) & 1) != 0;
        boolean withAttributes = (call.get(AL) & 2) != 0;
        int page = call.get(BH);
        int before = cursor(memory, page);
        setCursor(memory, page, call.get(DX));
        int at = call.address(Seg.ES, call.get(BP));
        for (int i = 0; i < call.get(CX); i++) {
            int character = memory.octet(at++);
            teletype(memory, page, character, withAttributes ? memory.octet(at++) : call.get(BL));
        }
        if (!moves) setCursor(memory, page, before);
    }

    private static void fontInformation(BiosCall call) {
        if (call.get(AL) != 0x30) return;
        call.set(CX, 16);
        call.set(DL, ROWS - 1);
    }

    private static void adapterInformation(BiosCall call) {
        if (call.get(BL) == 0x10) {
            call.set(BX, 0x0003);
            call.set(CX, 0x0009);
        } else if (call.get(BL) >= 0x30) {
            call.set(AL, 0x12);
        }
    }
}
