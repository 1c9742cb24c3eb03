package org.sidestep.machine.ia32.mmu;

/** Learns of accesses to data, in the middle of an instruction, after each has succeeded. */
public interface AccessListener {

    /** Whether the listener wants to know what an access finds; otherwise it may be told zero. */
    boolean wants(int linear, int bytes, boolean write);

    /**
     * {@code bytes} (up to 8) at a linear address have been read or written.
     *
     * @param before what was there, if it was wanted and is memory
     * @param after what is there now
     */
    void accessed(int linear, int bytes, boolean write, long before, long after);
}
