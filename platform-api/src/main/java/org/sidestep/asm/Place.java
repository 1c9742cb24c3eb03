package org.sidestep.asm;

import java.util.Locale;
import java.util.Optional;

/**
 * Where an address lies in a linked program, as a person reads it.
 *
 * @param label the last label at or before it, in its section
 * @param offset bytes from there
 * @param source {@code File.java:line} that emitted it; empty if nothing was emitted there
 */
public record Place(String label, int offset, String source) {

    /** The place of a linear address, of code or data; empty if the program has nothing there. */
    public static Optional<Place> of(Program program, int address) {
        Program.Line label = null;
        for (Program.Line line : program.lines()) {
            switch (line.kind()) {
                case SECTION -> label = null;
                case LABEL -> {
                    if (Integer.compareUnsigned(line.address(), address) <= 0) label = line;
                }
                case CODE, DATA -> {
                    int within = address - line.address();
                    if (label != null && within >= 0 && within < line.length()) {
                        return Optional.of(new Place(label.text(), address - label.address(), line.source()));
                    }
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    /** {@code routine.place+offset (File.java:line)}, or the bare address where the program has nothing. */
    public static String describe(Program program, int address) {
        return of(program, address).map(Place::toString).orElseGet(() -> String.format(Locale.ROOT, "%08x", address));
    }

    @Override
    public String toString() {
        String at = offset == 0 ? label : label + "+" + offset;
        return source.isEmpty() ? at : at + " (" + source + ")";
    }
}
