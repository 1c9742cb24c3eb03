package org.sidestep.machine.ia32.cpu;

import java.util.List;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm;

/** A decoded instruction made ready to execute: its operands as plain numbers, its semantics and its clock handle. */
public final class Op {
    public final Instruction instruction;
    public final Semantics semantics;

    /** The number of a common form, or 0: what {@link #semantics} would find out. */
    public final int common;

    public final Object timing;
    public final int length;

    /** Operand size of v-type operands in bytes: 2 or 4. */
    public final int size;

    /** Register number of the first operand, if it is a register. */
    public final int dst;

    /** Register number of the second operand (of the first if there is no second), if it is a register. */
    public final int src;

    public final int imm;
    public final int imm2;

    /** Segment of the memory operand. */
    public final int segment;

    /** Base and index register number, {@link Cpu#NO_REGISTER} if absent. */
    final int base;

    final int index;
    final int scale;
    final int displacement;
    public final int addressMask;

    /** The physical 32-byte lines of the first and the last byte, as offsets from the line in which the block begins. */
    public final int firstLineOffset;

    public final int lastLineOffset;

    /** Makes a decoded instruction ready, once, when it is decoded; it is in no block yet. */
    public Op(Instruction instruction, Semantics semantics, int common, Object timing) {
        this.instruction = instruction;
        this.semantics = semantics;
        this.common = common;
        this.timing = timing;
        firstLineOffset = 0;
        lastLineOffset = 0;
        length = instruction.length;
        size = instruction.operandSize;
        dst = register(0);
        src = register(Math.min(1, instruction.form.operands().size() - 1));
        imm = instruction.imm;
        imm2 = instruction.imm2;
        segment = instruction.segment;
        base = instruction.base < 0 ? Cpu.NO_REGISTER : instruction.base;
        index = instruction.index < 0 ? Cpu.NO_REGISTER : instruction.index;
        scale = instruction.scale;
        displacement = instruction.displacement;
        addressMask = instruction.addressSize == 4 ? -1 : 0xFFFF;
    }

    private Op(Op other, int firstLineOffset, int lastLineOffset) {
        instruction = other.instruction;
        semantics = other.semantics;
        common = other.common;
        timing = other.timing;
        length = other.length;
        size = other.size;
        dst = other.dst;
        src = other.src;
        imm = other.imm;
        imm2 = other.imm2;
        segment = other.segment;
        base = other.base;
        index = other.index;
        scale = other.scale;
        displacement = other.displacement;
        addressMask = other.addressMask;
        this.firstLineOffset = firstLineOffset;
        this.lastLineOffset = lastLineOffset;
    }

    /** The same instruction in a block, where its first and its last byte come from these lines. */
    public Op inLines(int first, int last) {
        return new Op(this, first, last);
    }

    private int register(int operand) {
        List<OperandForm> operands = instruction.form.operands();
        if (operand < 0 || operand >= operands.size()) return 0;
        OperandForm form = operands.get(operand);
        return switch (form.kind()) {
            case E, R, N, Q, U, W, STI -> instruction.rm();
            case G, S, C, D, P, V -> instruction.reg();
            case Z -> instruction.form.opcode() & 7;
            case FIXED -> fixed(form.register());
            default -> 0;
        };
    }

    private static int fixed(String register) {
        return switch (register) {
            case "cl", "cs" -> 1;
            case "dx", "ss" -> 2;
            case "ds" -> 3;
            case "fs" -> 4;
            case "gs" -> 5;
            default -> 0;
        };
    }
}
