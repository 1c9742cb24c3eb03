package org.sidestep.isa;

/** An immediate operand, sign-extended to 32 bits. */
public record Imm(int value) implements Operand {
    public static Imm imm(int value) {
        return new Imm(value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
