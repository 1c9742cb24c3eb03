package org.sidestep.asm;

import java.util.List;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Register;
import org.sidestep.isa.Seg;
import org.sidestep.isa.St;
import org.sidestep.isa.Target;
import org.sidestep.isa.Xmm;

/** Whether the operands of an instruction fit a row of the table, and at which operand size. */
final class Match {

    /** The row does not take these operands. */
    static final int NO = -1;

    /** The row takes them, but nothing tells the size of the memory operand. */
    static final int AMBIGUOUS = 0;

    private Match() {}

    /**
     * The operand size (2 or 4) at which {@code form} takes the operands, else {@link #NO} or {@link #AMBIGUOUS}.
     *
     * @param required operand size that the mnemonic fixes, or 0
     * @param codeSize operand size where nothing else tells
     */
    static int operandSize(InstructionForm form, Operand[] operands, int required, int codeSize) {
        List<OperandForm> patterns = form.operands();
        if (patterns.size() != operands.length) return NO;
        int size = required;
        boolean unsized = false;
        for (int i = 0; i < operands.length; i++) {
            int wants = size(form, patterns.get(i), operands[i]);
            if (wants == NO || (wants != 0 && size != 0 && size != wants)) return NO;
            if (wants != 0) size = wants;
            unsized |= operands[i] instanceof Mem mem
                    && mem.size() == 0
                    && isVariable(patterns.get(i).size());
        }
        if (size == 0) size = unsized && !usesCodeSize(form) ? AMBIGUOUS : codeSize;
        return immediatesFit(patterns, operands, size, codeSize) ? size : NO;
    }

    /** Bytes of memory that the form accesses through its explicit memory operand at that operand size. */
    static int memorySize(OperandForm pattern, int operandSize) {
        return switch (pattern.size()) {
            case B -> 1;
            case W, WV -> 2;
            case D -> 4;
            case P -> operandSize + 2;
            case A -> 2 * operandSize;
            case Q -> 8;
            case X -> 16;
            case T -> 10;
            case S -> 6;
            default -> operandSize;
        };
    }

    private static boolean isVariable(OperandForm.Size size) {
        return size == OperandForm.Size.V || size == OperandForm.Size.Z;
    }

    /** The stack and near branches work on operands of the code segment's size unless told otherwise. */
    private static boolean usesCodeSize(InstructionForm form) {
        return switch (form.mnemonic()) {
            case "push", "pop", "call", "jmp" -> true;
            default -> false;
        };
    }

    /** Operand size that this operand asks for, 0 if any will do, or {@link #NO}. */
    private static int size(InstructionForm form, OperandForm pattern, Operand operand) {
        return switch (pattern.kind()) {
            case E -> operand instanceof Mem mem ? memory(form, pattern, mem) : general(pattern.size(), operand);
            case G, R -> general(pattern.size(), operand);
            case Z -> isOpcodeRegister(form, operand) ? general(pattern.size(), operand) : NO;
            case M -> operand instanceof Mem mem ? memory(form, pattern, mem) : NO;
            case O -> operand instanceof Mem mem && isOffset(mem) ? memory(form, pattern, mem) : NO;
            case Q -> operand instanceof Mem mem ? memory(form, pattern, mem) : anyIf(operand instanceof Mm);
            case W -> operand instanceof Mem mem ? memory(form, pattern, mem) : anyIf(operand instanceof Xmm);
            case P, N -> anyIf(operand instanceof Mm);
            case V, U -> anyIf(operand instanceof Xmm);
            case STI -> anyIf(operand instanceof St);
            case S -> anyIf(operand instanceof Seg);
            case C -> anyIf(operand instanceof Cr);
            case D -> anyIf(operand instanceof Dr);
            case I -> anyIf(operand instanceof Imm || operand instanceof Target);
            case J -> anyIf(operand instanceof Target);
            case A -> anyIf(operand instanceof Far);
            case FIXED -> operand instanceof Register register ? fixed(pattern.register(), register) : NO;
            case CONSTANT -> anyIf(operand instanceof Imm imm && imm.value() == 1);
            case X, Y, T -> NO;
        };
    }

    private static int anyIf(boolean fits) {
        return fits ? 0 : NO;
    }

    private static boolean isOpcodeRegister(InstructionForm form, Operand operand) {
        return operand instanceof Register register && register.number() == (form.opcode() & 7);
    }

    private static boolean isOffset(Mem mem) {
        return mem.base() == null && mem.index() == null;
    }

    private static int general(OperandForm.Size size, Operand operand) {
        int width = operand instanceof Reg32 ? 4 : operand instanceof Reg16 ? 2 : operand instanceof Reg8 ? 1 : NO;
        return switch (size) {
            case B -> anyIf(width == 1);
            case W -> anyIf(width == 2);
            case WV -> anyIf(width == 2 || width == 4);
            case D -> anyIf(width == 4);
            case V -> width == 2 || width == 4 ? width : NO;
            default -> NO;
        };
    }

    private static int fixed(String name, Register register) {
        if (name.equals("eAX")) return register == Reg32.EAX ? 4 : register == Reg16.AX ? 2 : NO;
        if (name.equals("st")) return anyIf(register == St.ST0);
        return anyIf(name.equals(register.text()));
    }

    private static int memory(InstructionForm form, OperandForm pattern, Mem mem) {
        int size = mem.size();
        return switch (pattern.size()) {
            case S -> size == 6 ? 4 : anyIf(size == 0);
            case B, W, WV, D, Q, X, T -> anyIf(size == 0 || size == memorySize(pattern, 4));
            case V -> size == 0 || size == 2 || size == 4 ? size : NO;
            case P -> size == 6 ? 4 : usesCodeSize(form) ? NO : size == 4 ? 2 : anyIf(size == 0);
            case A -> size == 8 ? 4 : size == 4 ? 2 : anyIf(size == 0);
            default -> 0;
        };
    }

    private static boolean immediatesFit(List<OperandForm> patterns, Operand[] operands, int size, int codeSize) {
        for (int i = 0; i < operands.length; i++) {
            OperandForm pattern = patterns.get(i);
            if (pattern.kind() != OperandForm.Kind.I) continue;
            boolean fits = operands[i] instanceof Imm imm
                    ? fits(pattern.size(), imm.value(), size)
                    : pattern.size() == OperandForm.Size.Z && size >= codeSize;
            if (!fits) return false;
        }
        return true;
    }

    private static boolean fits(OperandForm.Size field, int value, int operandSize) {
        boolean word = (short) value == value || (value & 0xFFFF) == value;
        return switch (field) {
            case B -> value >= -128 && value <= 255;
            case W -> word;
            case BS -> operandSize == 2 ? word && (byte) value == (short) value : (byte) value == value;
            default -> operandSize != 2 || word;
        };
    }
}
