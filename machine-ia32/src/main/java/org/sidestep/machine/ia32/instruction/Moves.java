package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Flags;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;

/** Data movement between registers and memory. */
public final class Moves {
    private static final int LAHF = Eflags.SF | Eflags.ZF | Eflags.AF | Eflags.PF | Eflags.CF;

    private Moves() {}

    static void define(Map<String, Binder> set) {
        for (Condition condition : Condition.values()) {
            int code = condition.ordinal();
            set.put("set" + condition.text(), i -> set(i, code));
            set.put("cmov" + condition.text(), i -> conditional(i, code));
        }
        // spotless:off
        set.put("mov",   Moves::mov);
        set.put("movzx", Moves::movzx);
        set.put("movsx", Moves::movsx);
        set.put("xchg",  Moves::xchg);
        set.put("lea",   i -> lea(i.operandSize));
        set.put("nop",   Binder.always((cpu, op) -> {}));
        set.put("pause", Binder.always((cpu, op) -> {}));
        set.put("xlat",  Binder.always(Moves::xlat));
        set.put("lahf",  Binder.always((cpu, op) -> cpu.reg8(4, cpu.flags.value() & LAHF | Flags.FIXED)));
        set.put("sahf",  Binder.always((cpu, op) -> cpu.flags.replace(cpu.reg8(4), LAHF)));
        // spotless:on
    }

    private static Semantics mov(Instruction i) {
        Kind to = Operands.kind(i, 0);
        Kind from = Operands.kind(i, 1);
        if (to == Kind.S || from == Kind.S) return Protection.mov(i);
        if (to == Kind.C || from == Kind.C || to == Kind.D || from == Kind.D) return ProcessorControl.mov(i);
        int bytes = Operands.bytes(i, 0);
        Operands.Source source = Operands.source(i);
        return Operands.isMemory(i, 0)
                ? (cpu, op) -> Operands.store(cpu, op, bytes, source.read(cpu, op))
                : (cpu, op) -> cpu.reg(op.dst, bytes, source.read(cpu, op));
    }

    private static Semantics lea(int bytes) {
        return (cpu, op) -> cpu.reg(op.dst, bytes, cpu.address(op));
    }

    private static Semantics movzx(Instruction i) {
        int bytes = Operands.bytes(i, 0);
        Operands.Source source = Operands.source(i);
        return (cpu, op) -> cpu.reg(op.dst, bytes, source.read(cpu, op));
    }

    private static Semantics movsx(Instruction i) {
        int bytes = Operands.bytes(i, 0);
        int shift = Operands.shift(Operands.bytes(i, 1));
        Operands.Source source = Operands.source(i);
        return (cpu, op) -> cpu.reg(op.dst, bytes, source.read(cpu, op) << shift >> shift);
    }

    private static Semantics xchg(Instruction i) {
        int bytes = Operands.bytes(i, 0);
        boolean memory = Operands.isMemory(i, 0);
        return (cpu, op) -> {
            int old = memory ? Operands.update(cpu, op, bytes) : cpu.reg(op.dst, bytes);
            int value = cpu.reg(op.src, bytes);
            cpu.reg(op.src, bytes, old);
            if (memory) Operands.updated(cpu, bytes, value);
            else cpu.reg(op.dst, bytes, value);
        };
    }

    /** The source is read, and may fault, even if the condition does not hold. */
    private static Semantics conditional(Instruction i, int condition) {
        int bytes = Operands.bytes(i, 0);
        Operands.Source source = Operands.source(i);
        return (cpu, op) -> {
            int value = source.read(cpu, op);
            if (cpu.flags.test(condition)) cpu.reg(op.dst, bytes, value);
        };
    }

    private static Semantics set(Instruction i, int condition) {
        return Operands.isMemory(i, 0)
                ? (cpu, op) -> cpu.store8(op, cpu.flags.test(condition) ? 1 : 0)
                : (cpu, op) -> cpu.reg8(op.dst, cpu.flags.test(condition) ? 1 : 0);
    }

    private static void xlat(Cpu cpu, Op op) {
        int offset = cpu.r[Cpu.EBX] + cpu.reg8(Cpu.EAX) & op.addressMask;
        cpu.reg8(Cpu.EAX, cpu.load(op.segment, offset, 1));
    }
}
