package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;

/** Addition, subtraction, logic, comparison, and the atomic read-modify-write instructions built on them. */
public final class Arithmetic {
    private Arithmetic() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("add",     i -> modify(i, Alu::add));
        set.put("adc",     i -> modify(i, Alu::adc));
        set.put("sub",     i -> modify(i, Alu::sub));
        set.put("sbb",     i -> modify(i, Alu::sbb));
        set.put("and",     i -> modify(i, Alu::and));
        set.put("or",      i -> modify(i, Alu::or));
        set.put("xor",     i -> modify(i, Alu::xor));
        set.put("cmp",     i -> compare(i, Alu::sub));
        set.put("test",    i -> compare(i, Alu::and));
        set.put("inc",     i -> modify(i, Alu::inc));
        set.put("dec",     i -> modify(i, Alu::dec));
        set.put("neg",     i -> modify(i, Alu::neg));
        set.put("not",     i -> modify(i, Alu::not));
        set.put("xadd",    Arithmetic::xadd);
        set.put("cmpxchg", Arithmetic::cmpxchg);
        set.put("cmpxchg8b", Binder.always(Arithmetic::cmpxchg8b));
        // spotless:on
    }

    /** destination := destination op source. */
    static Semantics modify(Instruction instruction, Alu.Binary alu) {
        int bytes = Operands.bytes(instruction, 0);
        int shift = Operands.shift(bytes);
        Operands.Source source = Operands.source(instruction);
        if (Operands.isMemory(instruction, 0)) {
            return (cpu, op) -> {
                int old = Operands.update(cpu, op, bytes);
                Operands.updated(cpu, bytes, alu.apply(cpu.flags, old, source.read(cpu, op), shift));
            };
        }
        return (cpu, op) -> {
            int value = source.read(cpu, op);
            cpu.reg(op.dst, bytes, alu.apply(cpu.flags, cpu.reg(op.dst, bytes), value, shift));
        };
    }

    /** Flags of destination op source. */
    static Semantics compare(Instruction instruction, Alu.Binary alu) {
        int bytes = Operands.bytes(instruction, 0);
        int shift = Operands.shift(bytes);
        Operands.Source first = Operands.first(instruction);
        Operands.Source source = Operands.source(instruction);
        return (cpu, op) -> {
            int value = first.read(cpu, op);
            alu.apply(cpu.flags, value, source.read(cpu, op), shift);
        };
    }

    /** destination := op destination. */
    static Semantics modify(Instruction instruction, Alu.Unary alu) {
        int bytes = Operands.bytes(instruction, 0);
        int shift = Operands.shift(bytes);
        if (Operands.isMemory(instruction, 0)) {
            return (cpu, op) -> {
                int old = Operands.update(cpu, op, bytes);
                Operands.updated(cpu, bytes, alu.apply(cpu.flags, old, shift));
            };
        }
        return (cpu, op) -> cpu.reg(op.dst, bytes, alu.apply(cpu.flags, cpu.reg(op.dst, bytes), shift));
    }

    private static Semantics xadd(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 0);
        int shift = Operands.shift(bytes);
        boolean memory = Operands.isMemory(instruction, 0);
        return (cpu, op) -> {
            int old = memory ? Operands.update(cpu, op, bytes) : cpu.reg(op.dst, bytes);
            int sum = Alu.add(cpu.flags, old, cpu.reg(op.src, bytes), shift);
            cpu.reg(op.src, bytes, old);
            if (memory) Operands.updated(cpu, bytes, sum);
            else cpu.reg(op.dst, bytes, sum);
        };
    }

    /** The destination is written in either case, so a read-only page faults even if the values differ. */
    private static Semantics cmpxchg(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 0);
        int shift = Operands.shift(bytes);
        boolean memory = Operands.isMemory(instruction, 0);
        return (cpu, op) -> {
            int old = memory ? Operands.update(cpu, op, bytes) : cpu.reg(op.dst, bytes);
            Alu.sub(cpu.flags, cpu.reg(Cpu.EAX, bytes), old, shift);
            boolean equal = cpu.flags.zf();
            int value = equal ? cpu.reg(op.src, bytes) : old;
            if (!equal) cpu.reg(Cpu.EAX, bytes, old);
            if (memory) Operands.updated(cpu, bytes, value);
            else if (equal) cpu.reg(op.dst, bytes, value);
        };
    }

    private static void cmpxchg8b(Cpu cpu, Op op) {
        int linear = cpu.segments[op.segment].writable(cpu.address(op), 8);
        cpu.memory.probeWrite(linear, 8);
        int low = cpu.memory.load32(linear);
        int high = cpu.memory.load32(linear + 4);
        boolean equal = low == cpu.r[Cpu.EAX] && high == cpu.r[Cpu.EDX];
        cpu.memory.store32(linear, equal ? cpu.r[Cpu.EBX] : low);
        cpu.memory.store32(linear + 4, equal ? cpu.r[Cpu.ECX] : high);
        if (!equal) {
            cpu.r[Cpu.EAX] = low;
            cpu.r[Cpu.EDX] = high;
        }
        cpu.flags.zero(equal);
    }
}
