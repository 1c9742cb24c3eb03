package org.sidestep.machine.ia32.translator;

import java.util.HashMap;
import java.util.Map;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Op;

/** Which instructions are written out, by mnemonic and operand pattern; all others are the interpreter's. */
final class Inlined {

    /** Chooses how to write an instruction of one mnemonic; null if this form of it is the interpreter's. */
    @FunctionalInterface
    interface Choice {
        Inline of(Instruction instruction);
    }

    private static final Map<String, Choice> BY_MNEMONIC = choices();

    private Inlined() {}

    private static Map<String, Choice> choices() {
        Map<String, Choice> set = new HashMap<>();
        ArithmeticInlines.define(set);
        ShiftInlines.define(set);
        MultiplicationInlines.define(set);
        MoveInlines.define(set);
        StackInlines.define(set);
        BranchInlines.define(set);
        TransferInlines.define(set);
        PureInlines.define(set);
        for (Condition condition : Condition.values()) {
            int code = condition.ordinal();
            set.put("set" + condition.text(), i -> MoveInlines.set(i, code));
            set.put("cmov" + condition.text(), i -> MoveInlines.conditional(i, code));
            set.put("j" + condition.text(), i -> BranchInlines.conditional(i, code));
        }
        return set;
    }

    /** How to write an instruction, or null. */
    static Inline of(Op op) {
        Instruction i = op.instruction;
        if (i.form == null || i.repeat != 0 || i.lock || i.addressSize != 4 || i.codeSize != 4) return null;
        boolean isForAll = i.form.privilege() == InstructionForm.Privilege.ANY;
        if (!isForAll && !i.form.mnemonic().equals("sysexit") && !TransferInlines.loadsCr3(i)) return null;
        Choice choice = BY_MNEMONIC.get(i.form.mnemonic());
        return choice == null ? null : choice.of(i);
    }

    static boolean isMemory(Instruction i, int operand) {
        return switch (kind(i, operand)) {
            case E, M, O -> !i.isRegisterForm();
            default -> false;
        };
    }

    static Kind kind(Instruction i, int operand) {
        return i.form.operands().get(operand).kind();
    }

    static boolean isImmediate(Instruction i, int operand) {
        return kind(i, operand) == Kind.I;
    }

    /** Whether the operand is one that {@link #read} knows. */
    static boolean isPlain(Instruction i, int operand) {
        Kind kind = kind(i, operand);
        if (isMemory(i, operand)) return hasPlainSegment(i);
        return switch (kind) {
            case E, G, R, Z, I, CONSTANT -> true;
            case FIXED -> isGeneral(i.form.operands().get(operand).register());
            default -> false;
        };
    }

    /** The code segment as data is rare. */
    static boolean hasPlainSegment(Instruction i) {
        return i.segment != 1;
    }

    private static boolean isGeneral(String register) {
        return switch (register) {
            case "al", "ax", "eax", "eAX", "cl" -> true;
            default -> false;
        };
    }

    /** Bytes of an operand: 1, 2 or 4; 0 if it has another size. */
    static int bytes(Instruction i, int operand) {
        OperandForm form = i.form.operands().get(operand);
        return switch (form.size()) {
            case B -> 1;
            case W, WV -> 2;
            case D -> 4;
            case V, Z, BS, NONE -> i.operandSize;
            default -> 0;
        };
    }

    /** Pushes a register or immediate operand. */
    static void read(BlockBody b, Op op, int operand, int bytes) {
        Instruction i = op.instruction;
        switch (kind(i, operand)) {
            case I -> b.push(op.imm);
            case CONSTANT -> b.push(1);
            default -> b.reg(operand == 0 ? op.dst : op.src, bytes);
        }
    }
}
