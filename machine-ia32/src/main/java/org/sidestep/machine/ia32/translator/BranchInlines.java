package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.sidestep.machine.ia32.translator.Body.A;
import static org.sidestep.machine.ia32.translator.Body.EAX;
import static org.sidestep.machine.ia32.translator.Body.TARGET;

import java.util.Map;
import org.objectweb.asm.Label;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.translator.Inlined.Choice;

/** Near branches in a flat code segment: each ends its block. */
final class BranchInlines {
    private static final int ECX = EAX + 1;
    private static final int WORD = 4;

    private BranchInlines() {}

    static void define(Map<String, Choice> set) {
        set.put("jmp", i -> isNear(i) ? jump(i) : null);
        set.put("call", i -> isNear(i) ? call(i) : null);
        set.put("ret", BranchInlines::ret);
        set.put("loop", BranchInlines::loop);
        set.put("jecxz", BranchInlines::jecxz);
    }

    private static boolean isNear(Instruction i) {
        return i.operandSize == WORD
                && Inlined.kind(i, 0) != Kind.A
                && i.form.operands().get(0).size() != Size.P;
    }

    static Inline conditional(Instruction i, int condition) {
        if (i.operandSize != WORD) return null;
        return (b, op) -> {
            Label taken = new Label();
            b.branchIf(condition, taken);
            b.fork(op, op.imm, taken);
        };
    }

    private static Inline loop(Instruction i) {
        if (i.operandSize != WORD) return null;
        return (b, op) -> {
            Label taken = new Label();
            b.load(ECX);
            b.push(-1);
            b.op(IADD);
            b.store(ECX);
            b.load(ECX);
            b.branch(IFNE, taken);
            b.fork(op, op.imm, taken);
        };
    }

    private static Inline jecxz(Instruction i) {
        if (i.operandSize != WORD) return null;
        return (b, op) -> {
            Label taken = new Label();
            b.load(ECX);
            b.branch(IFEQ, taken);
            b.fork(op, op.imm, taken);
        };
    }

    private static Inline jump(Instruction i) {
        if (Inlined.kind(i, 0) == Kind.J) {
            return (b, op) -> {
                b.branches(Branch.DIRECT, op, op.imm);
                b.end(b.behind(op) + op.imm);
            };
        }
        if (!Inlined.isPlain(i, 0)) return null;
        return (b, op) -> {
            target(b, op);
            b.endIndirect(b.branches(Branch.INDIRECT, op, 0), false);
        };
    }

    private static void target(BlockBody b, Op op) {
        if (Inlined.isMemory(op.instruction, 0)) {
            b.address(op.instruction, false);
            b.loadMemory(WORD);
        } else {
            b.reg(op.dst, WORD);
        }
        b.store(TARGET);
    }

    private static Inline call(Instruction i) {
        if (Inlined.kind(i, 0) == Kind.J) {
            return (b, op) -> {
                pushBehind(b, op);
                b.branches(Branch.CALL, op, op.imm);
                b.end(b.behind(op) + op.imm);
            };
        }
        if (!Inlined.isPlain(i, 0)) return null;
        return (b, op) -> {
            target(b, op);
            pushBehind(b, op);
            b.endIndirect(b.branches(Branch.INDIRECT_CALL, op, 0), false);
        };
    }

    private static void pushBehind(BlockBody b, Op op) {
        b.push(b.behind(op));
        b.store(A);
        StackInlines.push(b, A);
    }

    private static Inline ret(Instruction i) {
        if (i.operandSize != WORD) return null;
        return (b, op) -> {
            StackInlines.peek(b);
            b.store(TARGET);
            StackInlines.release(b, WORD + op.imm);
            b.endIndirect(b.branches(Branch.RETURN, op, 0), true);
        };
    }
}
