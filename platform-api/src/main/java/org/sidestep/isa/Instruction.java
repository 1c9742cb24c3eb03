package org.sidestep.isa;

/**
 * One decoded instruction: the row of the table it belongs to, its prefixes and its operand fields, as plain numbers so
 * that interpreter, translator and timing read them without indirection. Immutable after decoding; position-independent
 * (a branch's {@link #imm} is its displacement), so it can be cached by physical address.
 */
public final class Instruction {

    /** The row of the instruction table. */
    public final InstructionForm form;

    /** Bytes, 1..15. */
    public final int length;

    /** Operand and address size of the code segment, in bytes: 2 or 4; what there is without prefixes. */
    public final int codeSize;

    /** Effective operand size of v-type operands in bytes: 2 or 4. */
    public final int operandSize;

    /** Effective address size in bytes: 2 or 4. */
    public final int addressSize;

    /** Segment of the memory operand: override, or the default (SS for BP/ESP-based addresses, else DS), as {@link Seg} number. */
    public final int segment;

    /** The segment of an override prefix, present whether it matters or not, or -1. */
    public final int override;

    /** 0, or the prefix byte 0xF2 or 0xF3, unless it is part of the opcode. */
    public final int repeat;

    /** Whether a LOCK prefix is present. */
    public final boolean lock;

    /** Number of prefix bytes. */
    public final int prefixes;

    /** The modrm byte, or -1 if the form has none. */
    public final int modrm;

    /** Base register number of the memory operand (16-bit addressing included), or -1. */
    public final int base;

    /** Index register number, or -1. */
    public final int index;

    /** log2 of the scale: 0..3. */
    public final int scale;

    /** Displacement, sign-extended; the zero-extended offset of moffs forms and of 16-bit addresses without registers. */
    public final int displacement;

    /**
     * First immediate, sign-extended to 32 bits if the form says so (size {@code bs}), else zero-extended; a relative
     * branch's displacement, sign-extended; a far pointer's offset.
     */
    public final int imm;

    /** Second immediate: ENTER's nesting level, a far pointer's selector. */
    public final int imm2;

    /** Filled in by the decoder only. */
    Instruction(
            InstructionForm form,
            int length,
            int codeSize,
            int operandSize,
            int addressSize,
            int segment,
            int override,
            int repeat,
            boolean lock,
            int prefixes,
            int modrm,
            int base,
            int index,
            int scale,
            int displacement,
            int imm,
            int imm2) {
        this.form = form;
        this.length = length;
        this.codeSize = codeSize;
        this.operandSize = operandSize;
        this.addressSize = addressSize;
        this.segment = segment;
        this.override = override;
        this.repeat = repeat;
        this.lock = lock;
        this.prefixes = prefixes;
        this.modrm = modrm;
        this.base = base;
        this.index = index;
        this.scale = scale;
        this.displacement = displacement;
        this.imm = imm;
        this.imm2 = imm2;
    }

    /** The reg field of the modrm byte. */
    public int reg() {
        return modrm >> 3 & 7;
    }

    /** The r/m field of the modrm byte: a register number if {@link #isRegisterForm()}. */
    public int rm() {
        return modrm & 7;
    }

    /** Whether the modrm byte names a register (mod = 3) rather than memory. */
    public boolean isRegisterForm() {
        return modrm >= 0xC0;
    }

    /** The register in the low three bits of the opcode, of forms with a {@code Z} operand. */
    public int opcodeRegister() {
        return form.opcode() & 7;
    }

    /** The condition in the low four bits of the opcode, of jcc, setcc and cmovcc. */
    public Condition condition() {
        return Condition.of(form.opcode());
    }
}
