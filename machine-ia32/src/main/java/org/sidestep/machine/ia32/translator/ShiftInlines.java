package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.ISHR;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.IXOR;
import static org.sidestep.machine.ia32.translator.Body.A;
import static org.sidestep.machine.ia32.translator.Body.B;
import static org.sidestep.machine.ia32.translator.Body.CARRIES;
import static org.sidestep.machine.ia32.translator.Body.RESULT;

import java.util.Map;
import org.objectweb.asm.Label;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.translator.Inlined.Choice;
import org.sidestep.machine.ia32.translator.Integers.Operation;

/** Shifts and rotates of 32-bit operands; the others are the interpreter's. The count is in {@link Body#B}. */
final class ShiftInlines {
    private static final int ADJUST = 1 << 3;

    private ShiftInlines() {}

    static void define(Map<String, Choice> set) {
        // spotless:off
        set.put("shl", i -> shift(i, ShiftInlines::shl));
        set.put("shr", i -> shift(i, ShiftInlines::shr));
        set.put("sar", i -> shift(i, ShiftInlines::sar));
        set.put("rol", i -> rotate(i, ShiftInlines::rol));
        set.put("ror", i -> rotate(i, ShiftInlines::ror));
        set.put("rcl", PureInlines::register);
        set.put("rcr", PureInlines::register);
        // spotless:on
    }

    private static boolean isCounted(Instruction i) {
        return Inlined.kind(i, 1) == Kind.CONSTANT || Inlined.isImmediate(i, 1) && (i.imm & 31) != 0;
    }

    private static Inline shift(Instruction i, Operation operation) {
        if (Inlined.bytes(i, 0) != 4) return PureInlines.register(i);
        if (isCounted(i))
            return ArithmeticInlines.modify(i, (b, bytes) -> {
                masked(b);
                operation.write(b, bytes);
            });
        if (Inlined.kind(i, 1) != Kind.FIXED || Inlined.isMemory(i, 0)) return PureInlines.register(i);
        return (b, op) -> byCl(b, op, operation);
    }

    private static Inline rotate(Instruction i, Operation operation) {
        if (Inlined.bytes(i, 0) != 4 || !isCounted(i)) return PureInlines.register(i);
        return ArithmeticInlines.modify(i, (b, bytes) -> {
            masked(b);
            operation.write(b, bytes);
        });
    }

    private static void masked(BlockBody b) {
        b.load(B);
        b.push(31);
        b.op(IAND);
        b.store(B);
    }

    /** A count of zero changes nothing. */
    private static void byCl(BlockBody b, Op op, Operation operation) {
        Label nothing = new Label();
        b.load(Body.EAX + 1);
        b.push(31);
        b.op(IAND);
        b.store(B);
        b.load(B);
        b.branch(IFEQ, nothing);
        b.reg(op.dst, 4);
        b.store(A);
        operation.write(b, 4);
        b.load(RESULT);
        b.setReg(op.dst, 4);
        b.code.visitLabel(nothing);
        b.compared = false;
    }

    private static void shl(BlockBody b, int bytes) {
        simple(b, ISHL);
        if (!b.flagsSeen) return;
        b.resultFlags(RESULT);
        b.load(A);
        b.load(B);
        b.push(1);
        b.ops(ISUB, ISHL);
        top(b);
        b.load(RESULT);
        top(b);
        b.push(1);
        b.ops(IUSHR, IOR);
        b.store(CARRIES);
    }

    /** Of the last bit shifted out, as bit 31. */
    private static void lastOut(BlockBody b) {
        b.load(A);
        b.push(32);
        b.load(B);
        b.ops(ISUB, ISHL);
        top(b);
    }

    private static void top(BlockBody b) {
        b.push(Integer.MIN_VALUE);
        b.op(IAND);
    }

    /** OF is the old sign if the count is 1, else clear; bit 30 is CF ^ OF. */
    private static void shr(BlockBody b, int bytes) {
        simple(b, IUSHR);
        if (!b.flagsSeen) return;
        b.resultFlags(RESULT);
        Label more = new Label();
        lastOut(b);
        b.store(CARRIES);
        b.load(CARRIES);
        b.store(Body.TEMPORARY);
        b.load(B);
        b.push(1);
        b.branch(IF_ICMPNE, more);
        b.load(CARRIES);
        b.load(A);
        top(b);
        b.op(IXOR);
        b.store(Body.TEMPORARY);
        b.code.visitLabel(more);
        b.load(CARRIES);
        b.load(Body.TEMPORARY);
        b.push(1);
        b.ops(IUSHR, IOR);
        b.store(CARRIES);
    }

    private static void sar(BlockBody b, int bytes) {
        simple(b, ISHR);
        if (!b.flagsSeen) return;
        b.resultFlags(RESULT);
        lastOut(b);
        b.store(CARRIES);
        b.load(CARRIES);
        b.load(CARRIES);
        b.push(1);
        b.ops(IUSHR, IOR);
        b.store(CARRIES);
    }

    private static void simple(BlockBody b, int opcode) {
        b.load(A);
        b.load(B);
        b.op(opcode);
        b.store(RESULT);
        b.compared = false;
    }

    private static void rol(BlockBody b, int bytes) {
        rotated(b, "rotateLeft");
        if (!b.flagsSeen) return;
        b.load(RESULT);
        b.push(31);
        b.op(ISHL);
        b.load(RESULT);
        top(b);
        b.push(1);
        b.ops(IUSHR, IOR);
        keepAdjust(b);
    }

    private static void ror(BlockBody b, int bytes) {
        rotated(b, "rotateRight");
        if (!b.flagsSeen) return;
        b.load(RESULT);
        b.push(0xC000_0000);
        b.op(IAND);
        keepAdjust(b);
    }

    private static void rotated(BlockBody b, String name) {
        b.load(A);
        b.load(B);
        b.callStatic(Integer.class, name, "(II)I");
        b.store(RESULT);
        b.compared = false;
    }

    private static void keepAdjust(BlockBody b) {
        b.load(CARRIES);
        b.push(ADJUST);
        b.ops(IAND, IOR);
        b.store(CARRIES);
    }
}
