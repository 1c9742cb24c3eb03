package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.mmu.LinearMemory;

/** Single bits, bit scans, byte swap. */
final class Bits {
    private Bits() {}

    /** What becomes of the word that holds the bit. */
    @FunctionalInterface
    private interface Change {
        int apply(int word, int bit);
    }

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("bt",    i -> bit(i, null));
        set.put("bts",   i -> bit(i, (word, bit) -> word | bit));
        set.put("btr",   i -> bit(i, (word, bit) -> word & ~bit));
        set.put("btc",   i -> bit(i, (word, bit) -> word ^ bit));
        set.put("bsf",   i -> scan(i, true));
        set.put("bsr",   i -> scan(i, false));
        set.put("bswap", i -> i.operandSize == 4
                ? (cpu, op) -> cpu.r[op.dst] = Integer.reverseBytes(cpu.r[op.dst])
                : (cpu, op) -> cpu.reg16(op.dst, 0));
        // spotless:on
    }

    private static Semantics bit(Instruction instruction, Change change) {
        int bytes = Operands.bytes(instruction, 0);
        int mask = 8 * bytes - 1;
        Operands.Source number = Operands.source(instruction);
        if (Operands.isMemory(instruction, 0)) {
            boolean string = !Operands.isImmediate(instruction, 1);
            return (cpu, op) -> inMemory(cpu, op, bytes, number.read(cpu, op), string, change);
        }
        return (cpu, op) -> {
            int at = number.read(cpu, op) & mask;
            int word = cpu.reg(op.dst, bytes);
            if (change != null) cpu.reg(op.dst, bytes, change.apply(word, 1 << at));
            cpu.flags.carry((word >> at & 1) != 0);
        };
    }

    /** A bit number in a register reaches beyond the operand: memory is a string of bits. */
    private static void inMemory(Cpu cpu, Op op, int bytes, int number, boolean string, Change change) {
        int shift = Operands.shift(bytes);
        int beyond = string ? (number << shift >> shift) >> (bytes == 4 ? 5 : 4) : 0;
        int offset = cpu.address(op) + beyond * bytes & op.addressMask;
        int at = number & 8 * bytes - 1;
        int word;
        if (change == null) {
            word = cpu.load(op.segment, offset, bytes);
        } else {
            int linear = cpu.segments[op.segment].writable(offset, bytes);
            LinearMemory memory = cpu.memory;
            word = bytes == 4 ? memory.update32(linear) : memory.update16(linear);
            Operands.updated(cpu, bytes, change.apply(word, 1 << at));
        }
        cpu.flags.carry((word >> at & 1) != 0);
    }

    /** Of a zero source, the destination keeps its value. */
    private static Semantics scan(Instruction instruction, boolean forward) {
        int bytes = Operands.bytes(instruction, 0);
        Operands.Source source = Operands.source(instruction);
        return (cpu, op) -> {
            int value = source.read(cpu, op);
            if (value != 0) {
                int at = forward ? Integer.numberOfTrailingZeros(value) : 31 - Integer.numberOfLeadingZeros(value);
                cpu.reg(op.dst, bytes, at);
            }
            cpu.flags.zero(value == 0);
        };
    }
}
