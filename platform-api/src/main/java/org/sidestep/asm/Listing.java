package org.sidestep.asm;

/** Prints a linked program from its finished bytes: address, bytes, label, disassembly, field names, Java line. */
public final class Listing {

    private Listing() {}

    /** The listing of all code segments whose label names start with {@code prefix} ("" for all). */
    public static String of(Program program, String prefix) {
        throw new UnsupportedOperationException();
    }
}
