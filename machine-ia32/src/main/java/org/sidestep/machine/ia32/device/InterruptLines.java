package org.sidestep.machine.ia32.device;

/** The interrupt request lines of the ISA bus. */
@FunctionalInterface
interface InterruptLines {

    // spotless:off
    int TIMER = 0, KEYBOARD = 1, COM1 = 4, FLOPPY = 6, RTC = 8, AUX = 12, COPROCESSOR = 13, PRIMARY_DISKS = 14, SECONDARY_DISKS = 15;
    // spotless:on

    /** Line {@code irq} is up, or down. */
    void set(int irq, boolean up);
}
