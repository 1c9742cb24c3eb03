package org.sidestep.machine.ia32.mmu;

/** Learns of accesses to data, in the middle of an instruction, after each has succeeded. */
@FunctionalInterface
public interface AccessListener {

    /** {@code bytes} (up to 8) at a linear address have been read or written. */
    void accessed(int linear, int bytes, boolean write);
}
