package org.sidestep.machine.ia32.device;

/**
 * The configuration space of the chips that join processor, memory and ISA bus (82441FX PMC and 82371SB PIIX3 data sheets;
 * PCI Local Bus Specification 2.1, section 3.7.4.1). Firmware finds here how to make its shadow in memory writable, and
 * that the ATA channel is at its old place. No chip has registers of its own in memory or port space.
 */
final class PciBus implements Device {
    static final int ADDRESS = 0xCF8;
    static final int DATA = 0xCFC;

    // spotless:off
    private static final int ENABLE = 0x80000000, SPACE = 256;
    private static final int[][] IDENTITIES = {
        // device, function, vendor and device, class and revision, header type
        {0, 0, 0x12378086, 0x06000002, 0x00},
        {1, 0, 0x70008086, 0x06010000, 0x80},
        {1, 1, 0x70108086, 0x01018000, 0x00},
    };
    private static final int COMMAND = 0x04, HEADER_TYPE = 0x0E, CLASS = 0x08, INTERRUPT = 0x3C, OWN = 0x40;
    private static final int PAM = 0x59, PAM_END = 0x5F, WRITE_ENABLE = 2;
    private static final int SHADOW = 0xC0000, SHADOW_STEP = 0x4000, SYSTEM = 0xF0000, SYSTEM_END = 0x100000;
    // spotless:on

    private final BusMaster memory;
    private final byte[][] spaces = new byte[IDENTITIES.length][SPACE];
    private int address;
    /** Whether the PAM registers have been written; until then memory is as it was found. */
    private boolean shadowed;

    PciBus(BusMaster memory) {
        this.memory = memory;
        for (int chip = 0; chip < spaces.length; chip++) {
            word(spaces[chip], 0, IDENTITIES[chip][2]);
            word(spaces[chip], CLASS, IDENTITIES[chip][3]);
            spaces[chip][HEADER_TYPE] = (byte) IDENTITIES[chip][4];
        }
    }

    PciBus(PciBus other, BusMaster memory) {
        this.memory = memory;
        address = other.address;
        shadowed = other.shadowed;
        for (int chip = 0; chip < spaces.length; chip++) spaces[chip] = other.spaces[chip].clone();
    }

    private static void word(byte[] space, int at, int value) {
        for (int i = 0; i < 4; i++) space[at + i] = (byte) (value >> 8 * i);
    }

    /** The address register is a doubleword; narrower accesses go to what else is at these ports. */
    @Override
    public void connect(Ports ports) {
        ports.whole(this, ADDRESS, 4);
        ports.bytes(this, DATA, DATA + 3);
    }

    @Override
    public int read(int port, int size) {
        return address;
    }

    @Override
    public void write(int port, int size, int value) {
        address = value;
    }

    /** The byte at {@code port} of the data window. */
    @Override
    public int in(int port) {
        byte[] space = selected();
        return space == null ? 0xFF : space[register(port)] & 0xFF;
    }

    @Override
    public void out(int port, int value) {
        byte[] space = selected();
        int register = register(port);
        boolean writable = register >= COMMAND && register < COMMAND + 2 || register == INTERRUPT || register >= OWN;
        if (space == null || !writable) return;
        space[register] = (byte) value;
        if (space != spaces[0] || register < PAM || register > PAM_END) return;
        shadowed = true;
        protect();
    }

    /** Tells memory which parts of the shadow area may be written. */
    void protect() {
        if (!shadowed) return;
        byte[] bridge = spaces[0];
        memory.protect(SYSTEM, SYSTEM_END, (bridge[PAM] >> 4 & WRITE_ENABLE) == 0);
        for (int half = 0; half < 2 * (PAM_END - PAM); half++) {
            int rights = bridge[PAM + 1 + half / 2] >> 4 * (half & 1);
            int from = SHADOW + half * SHADOW_STEP;
            memory.protect(from, from + SHADOW_STEP, (rights & WRITE_ENABLE) == 0);
        }
    }

    private int register(int port) {
        return address & 0xFC | port & 3;
    }

    private byte[] selected() {
        for (int chip = 0; chip < spaces.length; chip++) {
            int place = ENABLE | IDENTITIES[chip][0] << 11 | IDENTITIES[chip][1] << 8;
            if ((address & 0xFFFFFF00) == place) return spaces[chip];
        }
        return null;
    }
}
