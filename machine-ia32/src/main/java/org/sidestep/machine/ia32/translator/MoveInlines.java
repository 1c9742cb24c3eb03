package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.GOTO;
import static org.sidestep.machine.ia32.translator.Body.A;
import static org.sidestep.machine.ia32.translator.Body.B;

import java.util.Map;
import org.objectweb.asm.Label;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.translator.Inlined.Choice;

/** Data movement. */
final class MoveInlines {
    private MoveInlines() {}

    static void define(Map<String, Choice> set) {
        // spotless:off
        set.put("mov",   MoveInlines::mov);
        set.put("movzx", i -> extending(i, false));
        set.put("movsx", i -> extending(i, true));
        set.put("xchg",  MoveInlines::xchg);
        set.put("lea",   MoveInlines::lea);
        set.put("nop",   i -> (b, op) -> {});
        // spotless:on
    }

    private static Inline mov(Instruction i) {
        if (TransferInlines.loadsCr3(i)) return TransferInlines::loadCr3;
        int bytes = Inlined.bytes(i, 0);
        if (!Inlined.isPlain(i, 0) || !Inlined.isPlain(i, 1)) return null;
        if (Inlined.isMemory(i, 0)) {
            return (b, op) -> {
                b.address(op.instruction, true);
                Inlined.read(b, op, 1, bytes);
                b.store(A);
                b.storeMemory(bytes, A);
            };
        }
        return (b, op) -> {
            source(b, op, bytes);
            b.setReg(op.dst, bytes);
        };
    }

    /** Pushes the second operand. */
    private static void source(BlockBody b, Op op, int bytes) {
        if (Inlined.isMemory(op.instruction, 1)) {
            b.address(op.instruction, false);
            b.loadMemory(bytes);
        } else {
            Inlined.read(b, op, 1, bytes);
        }
    }

    private static Inline extending(Instruction i, boolean signed) {
        int bytes = Inlined.bytes(i, 0);
        int from = Inlined.bytes(i, 1);
        if (!Inlined.isPlain(i, 0) || !Inlined.isPlain(i, 1)) return null;
        return (b, op) -> {
            source(b, op, from);
            if (signed) b.extend(from);
            b.setReg(op.dst, bytes);
        };
    }

    private static Inline xchg(Instruction i) {
        int bytes = Inlined.bytes(i, 0);
        if (!Inlined.isPlain(i, 0) || !Inlined.isPlain(i, 1)) return null;
        boolean memory = Inlined.isMemory(i, 0);
        return (b, op) -> {
            if (memory) {
                b.address(op.instruction, true);
                b.updateMemory(bytes);
            } else {
                b.reg(op.dst, bytes);
            }
            b.store(A);
            b.reg(op.src, bytes);
            b.store(B);
            b.load(A);
            b.setReg(op.src, bytes);
            if (memory) {
                b.updated(bytes, B);
            } else {
                b.load(B);
                b.setReg(op.dst, bytes);
            }
        };
    }

    private static Inline lea(Instruction i) {
        return (b, op) -> {
            b.offset(i.base, i.index, i.scale, i.displacement);
            b.setReg(op.dst, i.operandSize);
        };
    }

    static Inline set(Instruction i, int condition) {
        if (!Inlined.isPlain(i, 0)) return null;
        boolean memory = Inlined.isMemory(i, 0);
        return (b, op) -> {
            if (memory) b.address(op.instruction, true);
            Label holds = new Label();
            Label end = new Label();
            b.branchIf(condition, holds);
            b.push(0);
            b.store(A);
            b.branch(GOTO, end);
            b.code.visitLabel(holds);
            b.push(1);
            b.store(A);
            b.code.visitLabel(end);
            if (memory) {
                b.storeMemory(1, A);
            } else {
                b.load(A);
                b.setReg(op.dst, 1);
            }
        };
    }

    /** The source is read even if the condition does not hold. */
    static Inline conditional(Instruction i, int condition) {
        int bytes = Inlined.bytes(i, 0);
        if (!Inlined.isPlain(i, 0) || !Inlined.isPlain(i, 1)) return null;
        return (b, op) -> {
            source(b, op, bytes);
            b.store(A);
            Label no = new Label();
            b.branchIf(condition ^ 1, no);
            b.load(A);
            b.setReg(op.dst, bytes);
            b.code.visitLabel(no);
        };
    }
}
