package org.sidestep.machine;

/** {@link Machine#peek} found no memory at a linear address. */
public final class NotMapped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotMapped(int linear) {
        super("nothing is mapped at %08x".formatted(linear));
    }
}
