package org.sidestep.isa;

import java.util.List;

/**
 * Decodes instructions through the table (SDM vol. 2, chapter 2). A decoder keeps the fields of the instruction in
 * progress, so each processor has its own; what it returns is immutable.
 */
public final class Decoder {

    /** The answer to bytes that are no instruction, an illegal LOCK included: the processor raises #UD. */
    public static final Instruction UNDEFINED = pseudo("(bad)");

    /** The answer to more than 15 bytes of one instruction: the processor raises #GP(0). */
    public static final Instruction TOO_LONG = pseudo("(too long)");

    private static final int LONGEST = 15;
    private static final int OPERAND_SIZE = 0x66;
    private static final int SS = 2;
    private static final int DS = 3;
    private static final int SP = 4;
    private static final int BP = 5;

    /** Base and index of the eight 16-bit address forms (SDM vol. 2, table 2-1): BX 3, BP 5, SI 6, DI 7. */
    private static final int[] BASE16 = {3, 3, 5, 5, 6, 7, 5, 3};

    private static final int[] INDEX16 = {6, 7, 6, 7, -1, -1, -1, -1};

    /** Leaves a decoding that has run past the longest instruction. */
    private static final class PastLongest extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PastLongest() {
            super(null, null, false, false);
        }
    }

    private static final PastLongest PAST_LONGEST = new PastLongest();

    private ByteSource code;
    private int length;
    private int codeSize;
    private int prefixes;
    private int operandSize;
    private boolean operandPrefix;
    private int addressSize;
    private int override;
    private int repeat;
    private boolean lock;
    private int modrm;
    private int base;
    private int index;
    private int scale;
    private int displacement;
    private int imm;
    private int imm2;

    private static Instruction pseudo(String name) {
        InstructionForm form = new InstructionForm(
                -1,
                name,
                InstructionForm.ANY_PREFIX,
                0,
                0,
                -1,
                -1,
                List.of(),
                0,
                0,
                0,
                InstructionForm.Privilege.ANY,
                true,
                false,
                "none",
                Unnamed.NOTHING);
        return new Instruction(form, 1, 4, 4, 4, DS, -1, 0, false, 0, -1, -1, -1, 0, 0, 0, 0);
    }

    /**
     * Decodes one instruction.
     *
     * @param default32 the D bit of the code segment
     * @return the instruction, {@link #UNDEFINED} or {@link #TOO_LONG}; never null
     */
    public Instruction decode(ByteSource source, boolean default32) {
        code = source;
        length = 0;
        codeSize = default32 ? 4 : 2;
        operandSize = codeSize;
        operandPrefix = false;
        addressSize = operandSize;
        override = -1;
        repeat = 0;
        lock = false;
        modrm = -1;
        base = -1;
        index = -1;
        scale = 0;
        displacement = 0;
        imm = 0;
        imm2 = 0;
        try {
            return instruction();
        } catch (PastLongest tooLong) {
            return TOO_LONG;
        } finally {
            code = null;
        }
    }

    private Instruction instruction() {
        int octet = afterPrefixes();
        int opcode = octet == 0x0F ? OpcodeMap.opcode(0x0F, fetch()) : octet;
        if (OpcodeMap.hasModrm(opcode)) modrm = fetch();
        InstructionForm form = OpcodeMap.form(opcode, modrm, selector());
        if (form == null || !prefixAllows(form)) return UNDEFINED;
        if (modrm >= 0 && modrm < 0xC0) {
            if (OpcodeMap.ignoresMod(form)) modrm |= 0xC0;
            else memory();
        }
        if (lock && !(form.lockable() && modrm >= 0 && modrm < 0xC0)) return UNDEFINED;
        tail(Tail.of(form));
        return new Instruction(
                form,
                length,
                codeSize,
                operandSize,
                addressSize,
                override >= 0 ? override : defaultSegment(),
                override,
                repeat,
                lock,
                prefixes,
                modrm,
                base,
                index,
                scale,
                displacement,
                imm,
                imm2);
    }

    /** The prefix that may be part of the opcode: F2 and F3 before 66 (SDM vol. 2, section 2.1.2 and appendix A.2.4). */
    private int selector() {
        if (repeat != 0) return repeat;
        return operandPrefix ? OPERAND_SIZE : 0;
    }

    /** Whether the row is the one that the prefixes select; a prefix that is part of the opcode means nothing else. */
    private boolean prefixAllows(InstructionForm form) {
        if (form.prefix() == InstructionForm.NO_PREFIX) return repeat == 0 && !operandPrefix;
        if (form.prefix() == repeat) repeat = 0;
        if (form.prefix() == OPERAND_SIZE) operandSize = codeSize;
        return true;
    }

    /** Reads prefixes and returns the byte after them; of several of a group the last counts. */
    private int afterPrefixes() {
        int full = operandSize;
        while (true) {
            int octet = fetch();
            switch (octet) {
                case 0x26, 0x2E, 0x36, 0x3E -> override = octet >> 3 & 3;
                case 0x64, 0x65 -> override = octet & 7;
                case OPERAND_SIZE -> {
                    operandSize = 6 - full;
                    operandPrefix = true;
                }
                case 0x67 -> addressSize = 6 - full;
                case 0xF0 -> lock = true;
                case 0xF2, 0xF3 -> repeat = octet;
                default -> {
                    prefixes = length - 1;
                    return octet;
                }
            }
        }
    }

    private void memory() {
        if (addressSize == 4) memory32();
        else memory16();
    }

    private void memory32() {
        int mod = modrm >> 6;
        base = modrm & 7;
        if (base == SP) {
            int sib = fetch();
            base = sib & 7;
            index = sib >> 3 & 7;
            scale = sib >> 6;
            if (index == SP) index = -1;
        }
        if (mod == 0 && base == BP) {
            base = -1;
            displacement = signed(4);
        } else if (mod != 0) {
            displacement = signed(mod == 1 ? 1 : 4);
        }
    }

    private void memory16() {
        int mod = modrm >> 6;
        int rm = modrm & 7;
        if (mod == 0 && rm == 6) {
            displacement = unsigned(2);
            return;
        }
        base = BASE16[rm];
        index = INDEX16[rm];
        if (mod != 0) displacement = signed(mod);
    }

    /** Addresses based on the stack or frame pointer are in the stack segment (SDM vol. 1, section 3.7.4). */
    private int defaultSegment() {
        return base == BP || base == SP ? SS : DS;
    }

    private void tail(Tail tail) {
        switch (tail) {
            case NONE -> {}
            case BYTE -> imm = unsigned(1);
            case SIGNED_BYTE -> imm = signed(1);
            case WORD -> imm = unsigned(2);
            case OPERAND -> imm = unsigned(operandSize);
            case BRANCH -> imm = signed(operandSize);
            case OFFSET -> displacement = unsigned(addressSize);
            case FAR -> {
                imm = unsigned(operandSize);
                imm2 = unsigned(2);
            }
            case WORD_BYTE -> {
                imm = unsigned(2);
                imm2 = unsigned(1);
            }
        }
    }

    private int signed(int bytes) {
        int value = unsigned(bytes);
        return bytes == 1 ? (byte) value : bytes == 2 ? (short) value : value;
    }

    private int unsigned(int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) value |= fetch() << (8 * i);
        return value;
    }

    private int fetch() {
        if (length == LONGEST) throw PAST_LONGEST;
        int octet = code.next();
        length++;
        return octet;
    }
}
