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
        /** P: MMX register in modrm.reg. */
        P,
        /** N: MMX register only, in modrm.rm. */
        N,
        /** Q: MMX register or memory by modrm. */
        Q,
        /** V: XMM register in modrm.reg. */
        V,
        /** U: XMM register only, in modrm.rm. */
        U,
        /** W: XMM register or memory by modrm. */
        W,
        /** st(i): x87 register only, in modrm.rm. */
        STI,
        /** Z: general register in the low three opcode bits. */
        Z,
        /** A register named by the opcode. */
        FIXED,
        /** The constant 1 of the D0/D1 shifts. */
        CONSTANT;

        boolean inModrm() {
            return switch (this) {
                case E, G, M, R, S, C, D, P, N, Q, V, U, W, STI -> true;
                default -> false;
            };
        }

        /** Whether only a register can be named in modrm.rm. */
        public boolean isRegisterInRm() {
            return this == R || this == N || this == U || this == STI;
        }

        /** Whether modrm.rm names a register or memory. */
        public boolean isRegisterOrMemory() {
            return this == E || this == Q || this == W;
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
        /** x: 16 bytes. */
        X,
        /** t: 10 bytes, an extended real or packed decimal number. */
        T,
        /** An image of floating-point state whose size the instruction knows. */
        IMAGE,
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
            case STI -> "st(i)";
            default ->
                size == Size.NONE ? kind.name() : kind.name() + size.name().toLowerCase(Locale.ROOT);
        };
    }
}
