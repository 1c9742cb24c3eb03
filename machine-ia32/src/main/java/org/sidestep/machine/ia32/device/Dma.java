package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/**
 * The two 8237A DMA controllers of a PC/AT with their page registers (Intel 8237A data sheet, order number 231466). Devices
 * transfer whole blocks at once; channels 4 to 7 count in words.
 */
final class Dma implements Device {
    // spotless:off
    private static final int STATUS_COMMAND = 8, REQUEST = 9, MASK = 10, MODE = 11, CLEAR_FLIP_FLOP = 12, MASTER_CLEAR = 13, CLEAR_MASK = 14, ALL_MASKS = 15;
    private static final int MODE_AUTO_INITIALIZE = 0x10, MODE_DECREMENT = 0x20, MODE_WRITE_MEMORY = 0x04, MODE_READ_MEMORY = 0x08;
    private static final int CHANNELS = 8, SLAVE = 0xC0, PAGES = 0x80;
    /** The page register, counted from port 80h, of each channel. */
    private static final int[] PAGE = {0x7, 0x3, 0x1, 0x2, 0xF, 0xB, 0x9, 0xA};
    // spotless:on

    private final BusMaster memory;
    private final int[] baseAddress = new int[CHANNELS];
    private final int[] baseCount = new int[CHANNELS];
    private final int[] address = new int[CHANNELS];
    private final int[] count = new int[CHANNELS];
    private final int[] mode = new int[CHANNELS];
    private final int[] pages = new int[16];
    /** Per controller: whether the next access to a 16-bit register concerns its upper byte. */
    private final boolean[] upper = new boolean[2];

    private int masked = 0xFF;
    private int reached;

    Dma(BusMaster memory) {
        this.memory = memory;
    }

    Dma(Dma other, BusMaster memory) {
        this.memory = memory;
        for (int[][] pair : new int[][][] {
            {other.baseAddress, baseAddress}, {other.baseCount, baseCount}, {other.address, address},
            {other.count, count}, {other.mode, mode}, {other.pages, pages}
        }) {
            System.arraycopy(pair[0], 0, pair[1], 0, pair[0].length);
        }
        System.arraycopy(other.upper, 0, upper, 0, upper.length);
        masked = other.masked;
        reached = other.reached;
    }

    /** Of the page registers, port 80h is left to the firmware's codes. */
    @Override
    public void connect(Ports ports) {
        ports.bytes(this, 0, 0xF);
        ports.bytes(this, PAGES + 1, PAGES + 15);
        ports.bytes(this, SLAVE, SLAVE + 0x1F);
    }

    /** Whether channel {@code channel} is ready to move data from the device to memory, or the other way. */
    boolean ready(int channel, boolean toMemory) {
        int direction = toMemory ? MODE_WRITE_MEMORY : MODE_READ_MEMORY;
        return (masked >> channel & 1) == 0 && (mode[channel] & 0x0C) == direction;
    }

    /** Moves bytes from a device to memory; says whether the count has run out (terminal count). */
    boolean toMemory(int channel, byte[] bytes) {
        int length = Math.min(bytes.length, count[channel] + 1);
        memory.store(physical(channel), Arrays.copyOf(bytes, length));
        return advance(channel, length);
    }

    /** Fills {@code bytes}, as far as the count goes, from memory; says whether it has run out. */
    boolean fromMemory(int channel, byte[] bytes) {
        int length = Math.min(bytes.length, count[channel] + 1);
        System.arraycopy(memory.fetch(physical(channel), length), 0, bytes, 0, length);
        return advance(channel, length);
    }

    private int physical(int channel) {
        return pages[PAGE[channel]] << 16 | address[channel];
    }

    private boolean advance(int channel, int length) {
        int step = (mode[channel] & MODE_DECREMENT) != 0 ? -length : length;
        address[channel] = address[channel] + step & 0xFFFF;
        count[channel] -= length;
        if (count[channel] >= 0) return false;
        reached |= 1 << channel;
        count[channel] = 0xFFFF;
        if ((mode[channel] & MODE_AUTO_INITIALIZE) != 0) {
            address[channel] = baseAddress[channel];
            count[channel] = baseCount[channel];
        } else {
            masked |= 1 << channel;
        }
        return true;
    }

    @Override
    public int in(int port) {
        if (port >= PAGES && port < PAGES + 16) return pages[port - PAGES];
        int chip = port < SLAVE ? 0 : 1;
        int register = register(port);
        if (register < STATUS_COMMAND) {
            int channel = 4 * chip + register / 2;
            int value = (register & 1) == 0 ? address[channel] : count[channel];
            upper[chip] = !upper[chip];
            return upper[chip] ? value & 0xFF : value >> 8;
        }
        if (register == ALL_MASKS) return masked >> 4 * chip & 15;
        if (register != STATUS_COMMAND) return 0;
        int status = reached >> 4 * chip & 15;
        reached &= ~(15 << 4 * chip);
        return status;
    }

    @Override
    public void out(int port, int value) {
        if (port >= PAGES && port < PAGES + 16) {
            pages[port - PAGES] = value;
            return;
        }
        int chip = port < SLAVE ? 0 : 1;
        int register = register(port);
        int channel = 4 * chip + (value & 3);
        switch (register) {
            case STATUS_COMMAND, REQUEST -> {}
            case MASK -> masked = (value & 4) != 0 ? masked | 1 << channel : masked & ~(1 << channel);
            case MODE -> mode[channel] = value & ~3;
            case CLEAR_FLIP_FLOP -> upper[chip] = false;
            case MASTER_CLEAR -> {
                masked |= 15 << 4 * chip;
                reached &= ~(15 << 4 * chip);
                upper[chip] = false;
            }
            case CLEAR_MASK -> masked &= ~(15 << 4 * chip);
            case ALL_MASKS -> masked = masked & ~(15 << 4 * chip) | (value & 15) << 4 * chip;
            default -> load(chip, register, value);
        }
    }

    private void load(int chip, int register, int value) {
        int channel = 4 * chip + register / 2;
        int[] base = (register & 1) == 0 ? baseAddress : baseCount;
        base[channel] = upper[chip] ? base[channel] & 0xFF | value << 8 : base[channel] & 0xFF00 | value;
        upper[chip] = !upper[chip];
        if ((register & 1) == 0) address[channel] = base[channel];
        else count[channel] = base[channel];
    }

    private static int register(int port) {
        return port < SLAVE ? port : port - SLAVE >> 1;
    }
}
