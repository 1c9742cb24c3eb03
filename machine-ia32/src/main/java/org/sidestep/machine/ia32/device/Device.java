package org.sidestep.machine.ia32.device;

/** What answers at some I/O ports. The board tells the time before every access and at every {@link #nextEvent}. */
interface Device {

    /** The byte at {@code port}, 0..255. */
    int in(int port);

    void out(int port, int value);

    /** Makes everything happen that is due up to {@code cycle}, which never goes back. */
    default void advanceTo(long cycle) {}

    /** The cycle at which this device changes by itself. */
    default long nextEvent() {
        return Clock.NEVER;
    }
}
