package org.sidestep.lab.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How deep verification goes. */
public enum Bound {
    /** One disturbance at each boundary. */
    SINGLES,
    /** Also a second interrupt at each of the next hundred user instructions behind one in a stub. */
    NEAR,
    /** Also a second interrupt at each instruction of the stubs behind one in a stub. */
    PAIRS,
    /** Near, and several interrupts at places drawn at random. */
    PCT;

    /** As files and options write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them, as they are written. */
    public static List<String> words() {
        return Stream.of(values()).map(Bound::toString).toList();
    }

    /** The one that is written so. */
    static Optional<Bound> of(String word) {
        return Stream.of(values())
                .filter(bound -> bound.toString().equals(word))
                .findFirst();
    }
}
