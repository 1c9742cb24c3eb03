package org.sidestep.isa;

/** What follows opcode and modrm: the immediates of a row (SDM vol. 2, section 2.1.5). */
enum Tail {
    NONE,
    BYTE,
    SIGNED_BYTE,
    WORD,
    OPERAND,
    BRANCH,
    FAR,
    OFFSET,
    WORD_BYTE;

    private static final Tail[] BY_ROW = new Tail[InstructionTable.rows().size()];

    static {
        for (InstructionForm row : InstructionTable.rows()) BY_ROW[row.index()] = scan(row);
    }

    static Tail of(InstructionForm form) {
        return BY_ROW[form.index()];
    }

    private static Tail scan(InstructionForm form) {
        Tail tail = NONE;
        for (OperandForm operand : form.operands()) {
            Tail own = of(operand);
            if (own != NONE) tail = tail == WORD && own == BYTE ? WORD_BYTE : own;
        }
        return tail;
    }

    private static Tail of(OperandForm operand) {
        return switch (operand.kind()) {
            case I ->
                switch (operand.size()) {
                    case B -> BYTE;
                    case BS -> SIGNED_BYTE;
                    case W -> WORD;
                    default -> OPERAND;
                };
            case J -> operand.size() == OperandForm.Size.B ? SIGNED_BYTE : BRANCH;
            case A -> FAR;
            case O -> OFFSET;
            default -> NONE;
        };
    }
}
