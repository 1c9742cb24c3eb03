package org.sidestep.machine.ia32.instruction;

import org.sidestep.machine.ia32.cpu.Flags;

/**
 * Integer operations with their flags. Operands may carry anything above their size; {@code shift} is 32 minus the size
 * in bits. Results are sign-extended.
 */
final class Alu {
    private Alu() {}

    /** An operation on a destination and a source. */
    @FunctionalInterface
    interface Binary {
        int apply(Flags flags, int a, int b, int shift);
    }

    /** An operation on one operand. */
    @FunctionalInterface
    interface Unary {
        int apply(Flags flags, int a, int shift);
    }

    static int add(Flags flags, int a, int b, int shift) {
        return sum(flags, a, b, a + b, shift);
    }

    static int adc(Flags flags, int a, int b, int shift) {
        return sum(flags, a, b, a + b + (flags.cf() ? 1 : 0), shift);
    }

    private static int sum(Flags flags, int a, int b, int sum, int shift) {
        int result = sum << shift >> shift;
        flags.set(result, a & b | (a | b) & ~sum, shift);
        return result;
    }

    static int sub(Flags flags, int a, int b, int shift) {
        return difference(flags, a, b, a - b, shift);
    }

    static int sbb(Flags flags, int a, int b, int shift) {
        return difference(flags, a, b, a - b - (flags.cf() ? 1 : 0), shift);
    }

    private static int difference(Flags flags, int a, int b, int difference, int shift) {
        int result = difference << shift >> shift;
        flags.set(result, ~a & b | (~a | b) & difference, shift);
        return result;
    }

    static int and(Flags flags, int a, int b, int shift) {
        return logic(flags, a & b, shift);
    }

    static int or(Flags flags, int a, int b, int shift) {
        return logic(flags, a | b, shift);
    }

    static int xor(Flags flags, int a, int b, int shift) {
        return logic(flags, a ^ b, shift);
    }

    private static int logic(Flags flags, int value, int shift) {
        int result = value << shift >> shift;
        flags.logic(result);
        return result;
    }

    /** INC keeps CF. */
    static int inc(Flags flags, int a, int shift) {
        boolean carry = flags.cf();
        int result = add(flags, a, 1, shift);
        flags.carry(carry);
        return result;
    }

    /** DEC keeps CF. */
    static int dec(Flags flags, int a, int shift) {
        boolean carry = flags.cf();
        int result = sub(flags, a, 1, shift);
        flags.carry(carry);
        return result;
    }

    static int neg(Flags flags, int a, int shift) {
        return sub(flags, 0, a, shift);
    }

    /** NOT leaves the flags alone. */
    static int not(Flags flags, int a, int shift) {
        return ~a << shift >> shift;
    }
}
