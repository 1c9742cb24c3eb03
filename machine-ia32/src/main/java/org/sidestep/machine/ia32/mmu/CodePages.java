package org.sidestep.machine.ia32.mmu;

/** Knows which physical memory code has been decoded from, and hears when it is overwritten. */
public interface CodePages {

    /** Whether anything in the 4 KB page around {@code physical} has ever been decoded. */
    boolean holdsCode(int physical);

    /** Whether anything in the 32-byte line around {@code physical}, which is in such a page, may ever have been decoded. */
    boolean holdsCodeInLine(int physical);

    /** Bytes in such a page are about to change. */
    void written(int physical, int bytes);
}
