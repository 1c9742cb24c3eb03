package org.sidestep.machine.ia32.device;

/** A VGA adapter in text mode. */
final class Vga implements Device {
    static final int BASE = 0x3C0;
    private static final int TEXT = 0xB8000;
    private static final int COLUMNS = 80;
    private static final int ROWS = 25;

    private final BusMaster memory;

    Vga(BusMaster memory) {
        this.memory = memory;
    }

    Vga(Vga other, BusMaster memory) {
        this(memory);
    }

    @Override
    public int in(int port) {
        return 0xFF;
    }

    @Override
    public void out(int port, int value) {}

    /** The lines of the screen, without trailing blanks. */
    String text() {
        byte[] cells = memory.fetch(TEXT, 2 * COLUMNS * ROWS);
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < COLUMNS; column++) {
                int character = cells[2 * (row * COLUMNS + column)] & 0xFF;
                line.append(character < ' ' ? ' ' : (char) character);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
