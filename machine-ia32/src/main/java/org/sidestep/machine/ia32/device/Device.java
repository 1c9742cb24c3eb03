package org.sidestep.machine.ia32.device;

/**
 * What stands on the board. The board tells the time before every access and at every {@link #nextEvent}, and after each asks
 * for the interrupt lines.
 */
interface Device {

    /** Registers this at its I/O ports, once the board is built. */
    default void connect(Ports ports) {}

    /** Sets the interrupt request lines that this drives. */
    default void drive(InterruptLines lines) {}

    /** The byte at {@code port}, 0..255. */
    default int in(int port) {
        return 0xFF;
    }

    /** Writes a byte, 0..255, at {@code port}. */
    default void out(int port, int value) {}

    /** A bus cycle of {@code size} bytes at a port where this takes them {@linkplain Ports#whole in one piece}. */
    default int read(int port, int size) {
        return -1;
    }

    /** As {@link #read}, for a write. */
    default void write(int port, int size, int value) {}

    /** Makes everything happen that is due up to {@code cycle}, which never goes back. */
    default void advanceTo(long cycle) {}

    /** The cycle at which this device changes by itself. */
    default long nextEvent() {
        return Clock.NEVER;
    }
}
