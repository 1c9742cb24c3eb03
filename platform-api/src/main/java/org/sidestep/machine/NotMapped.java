package org.sidestep.machine;

import java.util.Locale;

/** {@link Machine#peek} found no memory at a linear address. */
public final class NotMapped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotMapped(int linear) {
        super(String.format(Locale.ROOT, "nothing is mapped at %08x", linear));
    }
}
