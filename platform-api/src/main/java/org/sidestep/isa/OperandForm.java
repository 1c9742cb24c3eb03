package org.sidestep.isa;

import java.util.Locale;

/**
 * An operand pattern: the manual's addressing and size letters (SDM vol. 2, appendix A.2), and how it is accessed.
 *
 * @param register the fixed register of {@link Kind#FIXED} operands ({@code al}, {@code dx}, {@code eAX}), else null
 */
public record OperandForm(Kind kind, Size size, Access access, String register) {

    /** Addressing method. */
    public enum Kind {
        /** E: general register or memory by modrm. */
        E,
        /** G: general register in modrm.reg. */
        G,
        /** M: memory only, by modrm. */
        M,
        /** R: general register only, in modrm.rm. */
        R,
        /** S: segment register in modrm.reg. */
        S,
        /** C: control register in modrm.reg. */
        C,
        /** D: debug register in modrm.reg. */
        D,
        /** I: immediate. */
        I,
        /** J: relative branch. */
        J,
        /** O: absolute memory offset without modrm. */
        O,
        /** A: far pointer. */
        A,
        /** X: memory at DS:rSI. */
        X,
        /** Y: memory at ES:rDI. */
        Y,
        /** T: XLAT's table byte at DS:rBX + AL. */
        T,
        /** Z: general register in the low three opcode bits. */
        Z,
        /** A register named by the opcode. */
        FIXED,
        /** The constant 1 of the D0/D1 shifts. */
        CONSTANT;

        boolean inModrm() {
            return this == E || this == G || this == M || this == R || this == S || this == C || this == D;
        }
    }

    /** Operand size. */
    public enum Size {
        /** b: byte. */
        B,
        /** w: word. */
        W,
        /** wv: word; a register is named by operand size, its upper half unused (MOV to a segment register, LAR, LSL). */
        WV,
        /** d: doubleword. */
        D,
        /** v: word or doubleword by operand size. */
        V,
        /** z: immediate of word or doubleword, by operand size. */
        Z,
        /** bs: byte immediate, sign-extended to the operand size. */
        BS,
        /** p: 32- or 48-bit far pointer. */
        P,
        /** a: pair of bounds. */
        A,
        /** s: 6-byte pseudo-descriptor. */
        S,
        /** q: quadword. */
        Q,
        /** No memory access (LEA, INVLPG). */
        NONE
    }

    /** How an operand is used. */
    public enum Access {
        READ,
        WRITE,
        READ_WRITE,
        /** Address computed only. */
        ADDRESS
    }

    /** The pattern as the table writes it: {@code Ev}. */
    public String letters() {
        return switch (kind) {
            case FIXED -> register;
            case CONSTANT -> "1";
            default ->
                size == Size.NONE ? kind.name() : kind.name() + size.name().toLowerCase(Locale.ROOT);
        };
    }
}
