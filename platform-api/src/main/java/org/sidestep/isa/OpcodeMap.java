package org.sidestep.isa;

/**
 * The table arranged for decoding: by opcode map, opcode byte, modrm (which byte it is if it names registers, else its reg field)
 * and which prefix is part of the opcode. Built once
 * from the rows; where two rows claim the same place, the earlier one keeps it.
 */
final class OpcodeMap {

    /** Eight for memory, by digit; then one for each modrm byte with mod = 3. */
    private static final int PLACES = 8 + 64;

    /** Rows without a mandatory prefix; then those of each of 66, F2 and F3. */
    private static final InstructionForm[][] FORMS = new InstructionForm[4][512 * PLACES];

    private static final boolean[] MODRM = new boolean[512];

    static {
        for (InstructionForm form : InstructionTable.rows()) {
            int opcode = opcode(form.map(), form.opcode());
            MODRM[opcode] |= form.hasModrm();
            for (int digit = 0; digit < 8; digit++) {
                if (form.digit() >= 0 && form.digit() != digit) continue;
                if (!existsRegister(form, digit)) continue;
                if (takesMemory(form)) claim(opcode * PLACES + digit, form);
                if (takesRegister(form)) claimRegisters(opcode * PLACES + 8 + 8 * digit, form);
            }
        }
    }

    private OpcodeMap() {}

    private static void claimRegisters(int place, InstructionForm form) {
        for (int rm = 0; rm < 8; rm++) {
            if (form.rm() < 0 || form.rm() == rm) claim(place + rm, form);
        }
    }

    private static void claim(int place, InstructionForm form) {
        InstructionForm[] forms = forms(form.prefix());
        if (forms[place] == null) forms[place] = form;
    }

    private static InstructionForm[] forms(int prefix) {
        return switch (prefix) {
            case 0x66 -> FORMS[1];
            case 0xF2 -> FORMS[2];
            case 0xF3 -> FORMS[3];
            default -> FORMS[0];
        };
    }

    /** There are six segment registers, CS cannot be a destination; there are control registers 0, 2, 3 and 4. */
    private static boolean existsRegister(InstructionForm form, int reg) {
        for (OperandForm operand : form.operands()) {
            boolean written = operand.access() == OperandForm.Access.WRITE;
            if (operand.kind() == OperandForm.Kind.S && (reg > 5 || (reg == 1 && written))) return false;
            if (operand.kind() == OperandForm.Kind.C && (reg == 1 || reg > 4)) return false;
        }
        return true;
    }

    /** Moves to and from control and debug registers take any mod as register (SDM vol. 2, MOV CRn). */
    static boolean ignoresMod(InstructionForm form) {
        return has(form, OperandForm.Kind.C) || has(form, OperandForm.Kind.D);
    }

    private static boolean takesMemory(InstructionForm form) {
        boolean registerOnly = form.rm() >= 0;
        for (OperandForm operand : form.operands())
            registerOnly |= operand.kind().isRegisterInRm();
        return !registerOnly || ignoresMod(form);
    }

    private static boolean takesRegister(InstructionForm form) {
        return !has(form, OperandForm.Kind.M);
    }

    private static boolean has(InstructionForm form, OperandForm.Kind kind) {
        for (OperandForm operand : form.operands()) if (operand.kind() == kind) return true;
        return false;
    }

    static int opcode(int map, int octet) {
        return (map == 0 ? 0 : 256) + octet;
    }

    static boolean hasModrm(int opcode) {
        return MODRM[opcode];
    }

    /**
     * The row, or null if undefined; {@code modrm} is -1 for opcodes without.
     *
     * @param prefix 0, or one of 66, F2 and F3, which some rows want for themselves
     */
    static InstructionForm form(int opcode, int modrm, int prefix) {
        int place = opcode * PLACES + (modrm < 0 ? 0 : modrm >= 0xC0 ? modrm - 0xC0 + 8 : modrm >> 3 & 7);
        InstructionForm own = prefix == 0 ? null : forms(prefix)[place];
        return own != null ? own : FORMS[0][place];
    }
}
