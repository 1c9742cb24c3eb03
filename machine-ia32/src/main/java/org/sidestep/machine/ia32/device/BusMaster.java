package org.sidestep.machine.ia32.device;

/** A device's way to physical memory. */
public interface BusMaster {

    /** Bytes of RAM. */
    int size();

    byte[] fetch(int address, int length);

    /** Writes as a device does: decoded code is refreshed. */
    void store(int address, byte[] bytes);

    /** Makes whole pages read-only to the processor, or writable again. */
    void protect(int from, int to, boolean readOnly);
}
