package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/**
 * A VGA adapter in 80 x 25 text mode (IBM PS/2 Hardware Interface Technical Reference, video subsystem). Its registers keep
 * what is written to them; of what they mean, the text screen follows the start address and the height of characters.
 * Memory at A0000 to BFFFF is plain memory.
 */
final class Vga implements Device {
    static final int BASE = 0x3C0;

    // spotless:off
    private static final int ATTRIBUTE = 0x3C0, ATTRIBUTE_READ = 0x3C1, MISC = 0x3C2, SEQUENCER = 0x3C4, PEL_MASK = 0x3C6;
    private static final int DAC_READ = 0x3C7, DAC_WRITE = 0x3C8, DAC_DATA = 0x3C9, FEATURE = 0x3CA, MISC_READ = 0x3CC;
    private static final int GRAPHICS = 0x3CE, CRTC = 0x3D4, STATUS = 0x3DA;
    private static final int MAX_SCAN_LINE = 0x09, START_HIGH = 0x0C, START_LOW = 0x0D;
    private static final int BLANKED = 0x01, VERTICAL_RETRACE = 0x08;

    /** The registers of mode 3 (same reference, video mode tables). */
    private static final int[] CRTC_MODE_3 = {
        0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00, 0x00, 0x00, 0x00,
        0x9C, 0x8E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF,
    };
    private static final int[] SEQUENCER_MODE_3 = {0x03, 0x00, 0x03, 0x00, 0x02};
    private static final int[] GRAPHICS_MODE_3 = {0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0E, 0x00, 0xFF};
    private static final int[] ATTRIBUTE_MODE_3 = {
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F,
        0x0C, 0x00, 0x0F, 0x08, 0x00,
    };
    private static final int MISC_MODE_3 = 0x67;

    private static final int TEXT = 0xB8000, TEXT_SIZE = 0x8000, COLUMNS = 80, LINES = 400;
    private static final int LINES_PER_SECOND = 31_469, LINES_PER_FRAME = 449, RETRACE_LINE = 412, RETRACE_LINES = 2;
    private static final int CLOCKS_PER_LINE = 100;
    // spotless:on

    /** The characters of code page 437 from 80h. */
    private static final String UPPER_HALF = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
            + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";

    private final BusMaster memory;
    private final Clock characterClock;
    private final int[] crtc = Arrays.copyOf(CRTC_MODE_3, 256);
    private final int[] sequencer = Arrays.copyOf(SEQUENCER_MODE_3, 256);
    private final int[] graphics = Arrays.copyOf(GRAPHICS_MODE_3, 256);
    private final int[] attribute = Arrays.copyOf(ATTRIBUTE_MODE_3, 32);
    private final int[] palette = new int[768];
    /** The index registers, by port. */
    private final int[] index = new int[32];

    private boolean attributeData;
    private int misc = MISC_MODE_3;
    private int pelMask = 0xFF;
    private int paletteRead;
    private int paletteWrite;
    private long now;

    Vga(int kiloHertz, BusMaster memory) {
        this.memory = memory;
        characterClock = new Clock(kiloHertz * 1000L, (long) LINES_PER_SECOND * CLOCKS_PER_LINE);
    }

    Vga(Vga other, BusMaster memory) {
        this.memory = memory;
        characterClock = other.characterClock;
        copy(other.crtc, crtc);
        copy(other.sequencer, sequencer);
        copy(other.graphics, graphics);
        copy(other.attribute, attribute);
        copy(other.palette, palette);
        copy(other.index, index);
        attributeData = other.attributeData;
        misc = other.misc;
        pelMask = other.pelMask;
        paletteRead = other.paletteRead;
        paletteWrite = other.paletteWrite;
        now = other.now;
    }

    private static void copy(int[] from, int[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    @Override
    public void advanceTo(long cycle) {
        now = cycle;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, BASE, BASE + 0x1F);
    }

    @Override
    public int in(int port) {
        return switch (port) {
            case ATTRIBUTE, SEQUENCER, GRAPHICS, CRTC -> index[port - BASE];
            case ATTRIBUTE_READ -> attribute[index[0] & 31];
            case MISC, FEATURE -> 0;
            case MISC_READ -> misc;
            case SEQUENCER + 1 -> sequencer[index[SEQUENCER - BASE]];
            case GRAPHICS + 1 -> graphics[index[GRAPHICS - BASE]];
            case CRTC + 1 -> crtc[index[CRTC - BASE]];
            case PEL_MASK -> pelMask;
            case DAC_READ -> 0;
            case DAC_WRITE -> paletteWrite / 3;
            case DAC_DATA -> palette[paletteRead++ % palette.length];
            case STATUS -> status();
            default -> 0xFF;
        };
    }

    @Override
    public void out(int port, int value) {
        switch (port) {
            case ATTRIBUTE -> writeAttribute(value);
            case SEQUENCER, GRAPHICS, CRTC -> index[port - BASE] = value;
            case MISC -> misc = value;
            case SEQUENCER + 1 -> sequencer[index[SEQUENCER - BASE]] = value;
            case GRAPHICS + 1 -> graphics[index[GRAPHICS - BASE]] = value;
            case CRTC + 1 -> crtc[index[CRTC - BASE]] = value;
            case PEL_MASK -> pelMask = value;
            case DAC_READ -> paletteRead = 3 * value;
            case DAC_WRITE -> paletteWrite = 3 * value;
            case DAC_DATA -> palette[paletteWrite++ % palette.length] = value & 0x3F;
            default -> {}
        }
    }

    /** Index and data alternate at one port; reading the status starts over. */
    private void writeAttribute(int value) {
        if (attributeData) attribute[index[0] & 31] = value;
        else index[0] = value;
        attributeData = !attributeData;
    }

    private int status() {
        attributeData = false;
        long clock = characterClock.ticksAt(now);
        int line = (int) (clock / CLOCKS_PER_LINE % LINES_PER_FRAME);
        boolean shown = line < LINES && clock % CLOCKS_PER_LINE < COLUMNS;
        boolean retrace = line >= RETRACE_LINE && line < RETRACE_LINE + RETRACE_LINES;
        return (shown ? 0 : BLANKED) | (retrace ? VERTICAL_RETRACE : 0);
    }

    /** The lines of the screen, without trailing blanks. */
    String text() {
        byte[] cells = memory.fetch(TEXT, TEXT_SIZE);
        int start = (crtc[START_HIGH] << 8 | crtc[START_LOW]) & 0x3FFF;
        int rows = LINES / ((crtc[MAX_SCAN_LINE] & 31) + 1);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < rows; row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < COLUMNS; column++) {
                line.append(character(cells[2 * (start + row * COLUMNS + column) & TEXT_SIZE - 1] & 0xFF));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static char character(int code) {
        if (code >= 0x80) return UPPER_HALF.charAt(code - 0x80);
        return code < ' ' || code == 0x7F ? ' ' : (char) code;
    }
}
