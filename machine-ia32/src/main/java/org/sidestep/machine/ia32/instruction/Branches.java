package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;

/** Near jumps, calls, returns and loops. */
final class Branches {
    private Branches() {}

    static void define(Map<String, Binder> set) {
        conditional(set);
        // spotless:off
        set.put("jmp",    i -> isFar(i) ? FarBranches.jump(i) : jump(i));
        set.put("call",   i -> isFar(i) ? FarBranches.call(i) : call(i));
        set.put("ret",    Binder.always(Branches::ret));
        set.put("loop",   Binder.always((cpu, op) -> loop(cpu, op, true)));
        set.put("loope",  Binder.always((cpu, op) -> loop(cpu, op, cpu.flags.zf())));
        set.put("loopne", Binder.always((cpu, op) -> loop(cpu, op, !cpu.flags.zf())));
        set.put("jecxz",  Binder.always(
                (cpu, op) -> conditional(cpu, op, (cpu.r[Cpu.ECX] & op.addressMask) == 0)));
        // spotless:on
    }

    private static void conditional(Map<String, Binder> set) {
        for (Condition condition : Condition.values()) {
            int code = condition.ordinal();
            set.put("j" + condition.text(), Binder.always((cpu, op) -> conditional(cpu, op, cpu.flags.test(code))));
        }
    }

    private static boolean isFar(Instruction instruction) {
        return Operands.kind(instruction, 0) == Kind.A
                || instruction.form.operands().get(0).size() == Size.P;
    }

    static void conditional(Cpu cpu, Op op, boolean taken) {
        int behind = cpu.next;
        if (taken) cpu.branch(behind + op.imm, op.size);
        int base = cpu.linearCode(0);
        cpu.timing.branch(Branch.CONDITIONAL, base + cpu.eip, base + behind, base + behind + op.imm, taken);
    }

    private static void loop(Cpu cpu, Op op, boolean condition) {
        int count = cpu.r[Cpu.ECX] - 1 & op.addressMask;
        conditional(cpu, op, count != 0 && condition);
        cpu.r[Cpu.ECX] = cpu.r[Cpu.ECX] & ~op.addressMask | count;
    }

    private static Semantics jump(Instruction instruction) {
        if (Operands.kind(instruction, 0) == Kind.J) {
            return (cpu, op) -> jump(cpu, op, cpu.next + op.imm, Branch.DIRECT);
        }
        Operands.Source target = Operands.first(instruction);
        return (cpu, op) -> jump(cpu, op, target.read(cpu, op), Branch.INDIRECT);
    }

    private static Semantics call(Instruction instruction) {
        if (Operands.kind(instruction, 0) == Kind.J) {
            return (cpu, op) -> call(cpu, op, cpu.next + op.imm, Branch.CALL);
        }
        Operands.Source target = Operands.first(instruction);
        return (cpu, op) -> call(cpu, op, target.read(cpu, op), Branch.INDIRECT_CALL);
    }

    static void jump(Cpu cpu, Op op, int target, Branch kind) {
        int behind = cpu.next;
        cpu.branch(target, op.size);
        report(cpu, kind, behind);
    }

    static void call(Cpu cpu, Op op, int target, Branch kind) {
        int behind = cpu.next;
        cpu.branch(target, op.size);
        cpu.push(behind, op.size);
        report(cpu, kind, behind);
    }

    static void ret(Cpu cpu, Op op) {
        int behind = cpu.next;
        cpu.branch(cpu.peekStack(0, op.size), op.size);
        cpu.setStackPointer(cpu.r[Cpu.ESP] + op.size + op.imm);
        report(cpu, Branch.RETURN, behind);
    }

    private static void report(Cpu cpu, Branch kind, int behind) {
        int base = cpu.linearCode(0);
        cpu.timing.branch(kind, base + cpu.eip, base + behind, base + cpu.next, true);
    }
}
