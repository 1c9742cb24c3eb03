package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.I2L;
import static org.objectweb.asm.Opcodes.I2S;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.L2I;
import static org.objectweb.asm.Opcodes.LAND;
import static org.objectweb.asm.Opcodes.LCMP;
import static org.objectweb.asm.Opcodes.LDIV;
import static org.objectweb.asm.Opcodes.LLOAD;
import static org.objectweb.asm.Opcodes.LMUL;
import static org.objectweb.asm.Opcodes.LOR;
import static org.objectweb.asm.Opcodes.LREM;
import static org.objectweb.asm.Opcodes.LSHL;
import static org.objectweb.asm.Opcodes.LSHR;
import static org.objectweb.asm.Opcodes.LSTORE;
import static org.sidestep.machine.ia32.translator.Body.B;
import static org.sidestep.machine.ia32.translator.Body.CARRIES;
import static org.sidestep.machine.ia32.translator.Body.EAX;
import static org.sidestep.machine.ia32.translator.Body.RESULT;
import static org.sidestep.machine.ia32.translator.Body.WIDE;
import static org.sidestep.machine.ia32.translator.Body.WIDE_2;

import java.util.Map;
import org.objectweb.asm.Label;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.translator.Inlined.Choice;

/** Multiplication, division and sign extension of 32-bit operands. */
final class MultiplicationInlines {
    private static final int EDX = EAX + 2;

    private MultiplicationInlines() {}

    static void define(Map<String, Choice> set) {
        // spotless:off
        set.put("mul",  i -> widening(i, false));
        set.put("imul", i -> i.form.operands().size() == 1 ? widening(i, true) : truncating(i));
        set.put("div",  i -> division(i, false));
        set.put("idiv", i -> division(i, true));
        set.put("cwde", i -> i.operandSize == 4 ? (b, op) -> {
            b.load(EAX);
            b.op(I2S);
            b.store(EAX);
        } : PureInlines.register(i));
        set.put("cdq",  i -> i.operandSize == 4 ? (b, op) -> {
            b.load(EAX);
            b.push(31);
            b.op(ISHR);
            b.store(EDX);
        } : PureInlines.register(i));
        // spotless:on
    }

    /** Puts the operand where operations expect it. */
    private static void operand(BlockBody b, Op op, int number) {
        if (Inlined.isMemory(op.instruction, number)) {
            b.address(op.instruction, false);
            b.loadMemory(4);
        } else {
            Inlined.read(b, op, number, 4);
        }
        b.store(B);
    }

    private static Inline widening(Instruction i, boolean signed) {
        if (!Inlined.isPlain(i, 0)) return null;
        if (Inlined.bytes(i, 0) != 4) return PureInlines.register(i);
        return (b, op) -> {
            operand(b, op, 0);
            b.load(EAX);
            wide(b, signed);
            b.load(B);
            wide(b, signed);
            b.op(LMUL);
            b.code.visitVarInsn(LSTORE, WIDE);
            low(b);
            b.store(EAX);
            b.code.visitVarInsn(LLOAD, WIDE);
            b.push(32);
            b.ops(LSHR, L2I);
            b.store(EDX);
            b.compared = false;
            if (!b.flagsSeen) return;
            b.resultFlags(EAX);
            b.load(EDX);
            if (signed) {
                b.load(EAX);
                b.push(31);
                b.ops(ISHR, org.objectweb.asm.Opcodes.IXOR);
            }
            lost(b);
        };
    }

    private static void wide(BlockBody b, boolean signed) {
        b.op(I2L);
        if (signed) return;
        b.code.visitLdcInsn(0xFFFF_FFFFL);
        b.op(LAND);
    }

    private static void low(BlockBody b) {
        b.code.visitVarInsn(LLOAD, WIDE);
        b.op(L2I);
    }

    /** CF and OF are set unless the number on the stack is zero. */
    private static void lost(BlockBody b) {
        Label end = new Label();
        b.store(CARRIES);
        b.load(CARRIES);
        b.branch(IFEQ, end);
        b.push(Integer.MIN_VALUE);
        b.store(CARRIES);
        b.code.visitLabel(end);
    }

    private static Inline truncating(Instruction i) {
        boolean three = i.form.operands().size() == 3;
        if (!Inlined.isPlain(i, 1)) return null;
        if (Inlined.bytes(i, 0) != 4) return Inlined.isMemory(i, 1) ? null : PureInlines.register(i);
        return (b, op) -> {
            operand(b, op, 1);
            if (three) b.push(op.imm);
            else b.load(EAX + op.dst);
            b.op(I2L);
            b.load(B);
            b.ops(I2L, LMUL);
            b.code.visitVarInsn(LSTORE, WIDE);
            low(b);
            b.store(RESULT);
            b.load(RESULT);
            b.setReg(op.dst, 4);
            b.compared = false;
            if (!b.flagsSeen) return;
            b.resultFlags(RESULT);
            b.code.visitVarInsn(LLOAD, WIDE);
            b.load(RESULT);
            b.ops(I2L, LCMP);
            lost(b);
        };
    }

    /** What faults, and what overflows, is the interpreter's. */
    private static Inline division(Instruction i, boolean signed) {
        if (!Inlined.isPlain(i, 0) || Inlined.bytes(i, 0) != 4) return null;
        return (b, op) -> {
            operand(b, op, 0);
            b.load(B);
            b.branch(IFEQ, b.exit());
            if (!signed) smallQuotient(b);
            b.load(EDX);
            b.op(I2L);
            b.push(32);
            b.op(LSHL);
            b.load(EAX);
            wide(b, false);
            b.op(LOR);
            b.code.visitVarInsn(LSTORE, WIDE);
            divide(b, signed, LDIV);
            b.code.visitVarInsn(LSTORE, WIDE_2);
            if (signed) fits(b);
            divide(b, signed, LREM);
            b.op(L2I);
            b.store(EDX);
            b.code.visitVarInsn(LLOAD, WIDE_2);
            b.op(L2I);
            b.store(EAX);
        };
    }

    /** The host divides signed numbers. */
    private static void smallQuotient(BlockBody b) {
        b.load(EDX);
        b.branch(IFLT, b.exit());
        b.load(EDX);
        b.push(Integer.MIN_VALUE);
        b.op(org.objectweb.asm.Opcodes.IADD);
        b.load(B);
        b.push(Integer.MIN_VALUE);
        b.op(org.objectweb.asm.Opcodes.IADD);
        b.branch(IF_ICMPGE, b.exit());
    }

    private static void divide(BlockBody b, boolean signed, int opcode) {
        b.code.visitVarInsn(LLOAD, WIDE);
        b.load(B);
        wide(b, signed);
        b.op(opcode);
    }

    private static void fits(BlockBody b) {
        b.code.visitVarInsn(LLOAD, WIDE_2);
        b.code.visitVarInsn(LLOAD, WIDE_2);
        b.ops(L2I, I2L, LCMP);
        b.branch(IFNE, b.exit());
    }
}
