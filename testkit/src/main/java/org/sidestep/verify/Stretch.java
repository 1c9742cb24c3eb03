package org.sidestep.verify;

/**
 * A time in which interrupts are off.
 *
 * @param cycles how long it takes
 * @param from the kernel's place at which it begins
 * @param to the place at user level at which it ends
 */
public record Stretch(long cycles, String from, String to) {

    /** None at all. */
    public static final Stretch NONE = new Stretch(0, "", "");

    /** The longer one. */
    Stretch or(Stretch other) {
        return other.cycles > cycles ? other : this;
    }
}
