package org.sidestep.machine.ia32.device;

/** A device with registers at physical addresses where there is no RAM. */
interface MappedDevice extends Device {

    /** Whether this answers at {@code physical}; registers may move. */
    boolean isAt(int physical);

    /** Reads {@code size} (1, 2 or 4) bytes. */
    int load(int physical, int size);

    /** Writes {@code size} (1, 2 or 4) bytes. */
    void store(int physical, int size, int value);
}
