package org.sidestep.asm;

/**
 * A run of bytes that is loaded together.
 *
 * <p>A section has a linear address (where its code believes it is) and a physical address (where the loader puts it).
 */
public final class Section {

    private final String name;
    private final int address;
    private final int physical;
    private final boolean zero;

    Section(String name, int address, int physical, boolean zero) {
        this.name = name;
        this.address = address;
        this.physical = physical;
        this.zero = zero;
    }

    public String name() {
        return name;
    }

    /** Linear address of the first byte. */
    public int address() {
        return address;
    }

    /** Physical load address of the first byte. */
    public int physical() {
        return physical;
    }

    /** Whether the section holds only reserved, zeroed space. */
    public boolean isZero() {
        return zero;
    }
}
