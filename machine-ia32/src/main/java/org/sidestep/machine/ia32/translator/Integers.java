package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IOR;
import static org.objectweb.asm.Opcodes.ISUB;
import static org.objectweb.asm.Opcodes.IUSHR;
import static org.objectweb.asm.Opcodes.IXOR;
import static org.sidestep.machine.ia32.translator.Body.A;
import static org.sidestep.machine.ia32.translator.Body.B;
import static org.sidestep.machine.ia32.translator.Body.CARRIES;
import static org.sidestep.machine.ia32.translator.Body.KEPT;
import static org.sidestep.machine.ia32.translator.Body.LEFT;
import static org.sidestep.machine.ia32.translator.Body.RESULT;
import static org.sidestep.machine.ia32.translator.Body.RIGHT;
import static org.sidestep.machine.ia32.translator.Body.TEMPORARY;

/** Integer operations on {@link Body#A} and {@link Body#B}, with their flags; the result, sign-extended, is in {@link Body#RESULT}. */
final class Integers {
    private static final int ADJUST = 1 << 3;

    private Integers() {}

    /** An operation of the kind that {@code Alu} defines. */
    @FunctionalInterface
    interface Operation {
        void write(BlockBody body, int bytes);
    }

    static void add(BlockBody b, int bytes) {
        sum(b, bytes, false);
    }

    static void adc(BlockBody b, int bytes) {
        sum(b, bytes, true);
    }

    private static void sum(BlockBody b, int bytes, boolean carry) {
        b.load(A);
        b.load(B);
        b.op(IADD);
        if (carry) carryIn(b, IADD);
        b.store(TEMPORARY);
        result(b, bytes);
        b.compared = false;
        if (!b.flagsSeen) return;
        b.resultFlags(RESULT);
        carriesOfSum(b);
        carries(b, bytes);
    }

    private static void carryIn(BlockBody b, int opcode) {
        b.load(CARRIES);
        b.push(31);
        b.op(IUSHR);
        b.op(opcode);
    }

    /** Of what is on the stack. */
    private static void carriesOfSum(BlockBody b) {
        triple(b);
        b.callStatic(Integers.class, "sum", "(III)I");
    }

    private static void triple(BlockBody b) {
        b.load(A);
        b.load(B);
        b.load(TEMPORARY);
    }

    /** The carries out of the bits of a sum. */
    static int sum(int a, int b, int sum) {
        return a & b | (a | b) & ~sum;
    }

    /** The borrows out of the bits of a difference. */
    static int difference(int a, int b, int difference) {
        return ~a & b | (~a | b) & difference;
    }

    /** Carries of an operation on less than four bytes. */
    static int shifted(int carries, int shift) {
        return carries & ADJUST | carries << shift;
    }

    /** Carries of which CF is to be as it was before. */
    static int kept(int before, int carries) {
        int cf = before & Integer.MIN_VALUE;
        int of = (carries ^ carries << 1) & Integer.MIN_VALUE;
        return cf | (cf ^ of) >>> 1 | carries & ADJUST;
    }

    static void sub(BlockBody b, int bytes) {
        difference(b, bytes, false);
        if (b.flagsSeen) remember(b, bytes);
    }

    static void sbb(BlockBody b, int bytes) {
        difference(b, bytes, true);
    }

    private static void difference(BlockBody b, int bytes, boolean carry) {
        b.load(A);
        b.load(B);
        b.op(ISUB);
        if (carry) carryIn(b, ISUB);
        b.store(TEMPORARY);
        result(b, bytes);
        b.compared = false;
        if (!b.flagsSeen) return;
        b.resultFlags(RESULT);
        carriesOfDifference(b);
        carries(b, bytes);
    }

    /** For a condition that is asked for next. */
    private static void remember(BlockBody b, int bytes) {
        b.load(A);
        b.extend(bytes);
        b.store(LEFT);
        b.load(B);
        b.extend(bytes);
        b.store(RIGHT);
        b.compared = true;
    }

    private static void carriesOfDifference(BlockBody b) {
        triple(b);
        b.callStatic(Integers.class, "difference", "(III)I");
    }

    private static void result(BlockBody b, int bytes) {
        b.load(TEMPORARY);
        b.extend(bytes);
        b.store(RESULT);
    }

    /** The carries out of bits are on the stack. */
    private static void carries(BlockBody b, int bytes) {
        if (bytes < 4) {
            b.push(32 - 8 * bytes);
            b.callStatic(Integers.class, "shifted", "(II)I");
        }
        b.store(CARRIES);
    }

    static void and(BlockBody b, int bytes) {
        logic(b, bytes, IAND);
    }

    static void or(BlockBody b, int bytes) {
        logic(b, bytes, IOR);
    }

    static void xor(BlockBody b, int bytes) {
        logic(b, bytes, IXOR);
    }

    private static void logic(BlockBody b, int bytes, int opcode) {
        b.load(A);
        b.load(B);
        b.op(opcode);
        b.extend(bytes);
        b.store(RESULT);
        b.logicFlags(RESULT);
    }

    static void inc(BlockBody b, int bytes) {
        keepingCarry(b, bytes, Integers::add);
    }

    static void dec(BlockBody b, int bytes) {
        keepingCarry(b, bytes, (body, size) -> difference(body, size, false));
    }

    private static void keepingCarry(BlockBody b, int bytes, Operation operation) {
        b.push(1);
        b.store(B);
        if (b.flagsSeen) {
            b.load(CARRIES);
            b.store(KEPT);
        }
        operation.write(b, bytes);
        if (!b.flagsSeen) return;
        b.load(KEPT);
        b.load(CARRIES);
        b.callStatic(Integers.class, "kept", "(II)I");
        b.store(CARRIES);
    }

    static void neg(BlockBody b, int bytes) {
        b.load(A);
        b.store(B);
        b.op(ICONST_0);
        b.store(A);
        sub(b, bytes);
    }

    static void not(BlockBody b, int bytes) {
        b.load(A);
        b.push(-1);
        b.op(IXOR);
        b.extend(bytes);
        b.store(RESULT);
    }
}
