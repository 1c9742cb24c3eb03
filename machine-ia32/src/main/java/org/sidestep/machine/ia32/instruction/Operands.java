package org.sidestep.machine.ia32.instruction;

import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;

/** Reads operand patterns of the table, and reads and writes operands where speed does not call for more. */
final class Operands {
    private Operands() {}

    /** Reads a source operand. */
    @FunctionalInterface
    interface Source {
        int read(Cpu cpu, Op op);
    }

    /** Bytes of an operand: 1, 2 or 4. */
    static int bytes(Instruction instruction, int operand) {
        OperandForm form = instruction.form.operands().get(operand);
        return switch (form.size()) {
            case B -> 1;
            case W, WV -> 2;
            case D -> 4;
            default -> instruction.operandSize;
        };
    }

    static OperandForm.Kind kind(Instruction instruction, int operand) {
        return instruction.form.operands().get(operand).kind();
    }

    static boolean isMemory(Instruction instruction, int operand) {
        return switch (kind(instruction, operand)) {
            case E, M, O, Q, W -> !instruction.isRegisterForm();
            default -> false;
        };
    }

    static boolean isImmediate(Instruction instruction, int operand) {
        return kind(instruction, operand) == OperandForm.Kind.I;
    }

    /** How to read the second operand, zero-extended unless it is an immediate that the form sign-extends. */
    static Source source(Instruction instruction) {
        int bytes = bytes(instruction, 1);
        if (kind(instruction, 1) == OperandForm.Kind.CONSTANT) return (cpu, op) -> 1;
        if (isImmediate(instruction, 1)) return (cpu, op) -> op.imm;
        if (isMemory(instruction, 1)) return (cpu, op) -> load(cpu, op, bytes);
        return switch (bytes) {
            case 4 -> (cpu, op) -> cpu.r[op.src];
            case 2 -> (cpu, op) -> cpu.reg16(op.src);
            default -> (cpu, op) -> cpu.reg8(op.src);
        };
    }

    /** How to read the only or first operand. */
    static Source first(Instruction instruction) {
        int bytes = bytes(instruction, 0);
        if (isImmediate(instruction, 0)) return (cpu, op) -> op.imm;
        if (isMemory(instruction, 0)) return (cpu, op) -> load(cpu, op, bytes);
        return (cpu, op) -> cpu.reg(op.dst, bytes);
    }

    static int load(Cpu cpu, Op op, int bytes) {
        return bytes == 4 ? cpu.load32(op) : bytes == 2 ? cpu.load16(op) : cpu.load8(op);
    }

    static void store(Cpu cpu, Op op, int bytes, int value) {
        if (bytes == 4) cpu.store32(op, value);
        else if (bytes == 2) cpu.store16(op, value);
        else cpu.store8(op, value);
    }

    /** Loads the memory operand for modification by {@link #updated}. */
    static int update(Cpu cpu, Op op, int bytes) {
        return bytes == 4 ? cpu.update32(op) : bytes == 2 ? cpu.update16(op) : cpu.update8(op);
    }

    static void updated(Cpu cpu, int bytes, int value) {
        if (bytes == 4) cpu.memory.updated32(value);
        else if (bytes == 2) cpu.memory.updated16(value);
        else cpu.memory.updated8(value);
    }

    /** What to shift a value of {@code bytes} left by so that its top bit is bit 31. */
    static int shift(int bytes) {
        return 32 - 8 * bytes;
    }
}
