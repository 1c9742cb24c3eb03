package org.sidestep.isa;

/** A far pointer {@code selector:offset}; the offset may be a label. */
public record Far(int selector, Operand offset) implements Operand {
    @Override
    public String toString() {
        return selector + ":" + offset;
    }
}
