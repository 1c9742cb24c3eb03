package org.sidestep.kernel;

import org.sidestep.asm.Label;
import org.sidestep.layout.Field;

/** A running kernel's memory, as questions about its structures read it: without any effect on the guest. */
public interface KernelMemory {

    /** The word at a linear address that the kernel uses. */
    int word(int address);

    /** {@code count} words that lie one behind the other. */
    default int[] words(int address, int count) {
        int[] words = new int[count];
        for (int i = 0; i < count; i++) words[i] = word(address + Integer.BYTES * i);
        return words;
    }

    /** A word of a structure. */
    default int word(int structure, Field field) {
        return word(structure + field.offset());
    }

    /** Where a label of the kernel's code or data is. */
    int address(Label label);
}
