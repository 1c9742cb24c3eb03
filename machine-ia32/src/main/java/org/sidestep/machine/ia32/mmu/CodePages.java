package org.sidestep.machine.ia32.mmu;

/** Knows which physical memory holds decoded code, and hears when it is overwritten. */
public interface CodePages {

    /** Whether anything in the 4 KB page around {@code physical} has been decoded. */
    boolean holdsCode(int physical);

    /** Bytes in a page that holds code are about to change. */
    void written(int physical, int bytes);
}
