package org.sidestep.machine;

import java.util.Locale;

/**
 * GDTR or IDTR.
 *
 * @param limit the offset of the last byte, 0..FFFF
 */
public record DescriptorTable(int base, int limit) {
    public DescriptorTable {
        if ((limit & ~0xFFFF) != 0)
            throw new IllegalArgumentException(String.format(Locale.ROOT, "no table has a limit of %x", limit));
    }
}
