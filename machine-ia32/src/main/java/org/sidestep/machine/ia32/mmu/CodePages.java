package org.sidestep.machine.ia32.mmu;

/** Knows which physical memory code has been decoded from, and hears when it is overwritten. */
public interface CodePages {

    /** Whether anything in the 4 KB page around {@code physical} has ever been decoded. */
    boolean holdsCode(int physical);

    /** Bytes in such a page are about to change. */
    void written(int physical, int bytes);
}
