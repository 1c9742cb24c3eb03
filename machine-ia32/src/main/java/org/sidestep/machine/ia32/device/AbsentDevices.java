package org.sidestep.machine.ia32.device;

/** Ports at which software looks for devices that a PC may have and this one has not; they read all ones. */
final class AbsentDevices {

    // spotless:off
    /** First and last port. */
    private static final int[][] RANGES = {
        {0x022, 0x023}, // interrupt mode configuration register
        {0x0ED, 0x0ED}, // used for delays
        {0x0F0, 0x0F1}, // coprocessor
        {0x200, 0x207}, // joystick
        {0x278, 0x27F}, // LPT2, plug and play
        {0x2E8, 0x2EF}, // COM4
        {0x2F8, 0x2FF}, // COM2
        {0x377, 0x377}, // secondary ATA channel
        {0x378, 0x37F}, // LPT1
        {0x3B0, 0x3BF}, // monochrome adapter
        {0x3E8, 0x3EF}, // COM3
        {0xA79, 0xA79}, // plug and play
        {0xCF8, 0xCFF}, // PCI
    };
    // spotless:on

    private AbsentDevices() {}

    static boolean contain(int port) {
        for (int[] range : RANGES) if (port >= range[0] && port <= range[1]) return true;
        return false;
    }
}
