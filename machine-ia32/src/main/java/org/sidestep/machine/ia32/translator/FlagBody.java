package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.DUP;
import static org.objectweb.asm.Opcodes.IADD;
import static org.objectweb.asm.Opcodes.IAND;
import static org.objectweb.asm.Opcodes.ICONST_0;
import static org.objectweb.asm.Opcodes.IFEQ;
import static org.objectweb.asm.Opcodes.IFGE;
import static org.objectweb.asm.Opcodes.IFLT;
import static org.objectweb.asm.Opcodes.IFNE;
import static org.objectweb.asm.Opcodes.IF_ICMPEQ;
import static org.objectweb.asm.Opcodes.IF_ICMPGE;
import static org.objectweb.asm.Opcodes.IF_ICMPGT;
import static org.objectweb.asm.Opcodes.IF_ICMPLE;
import static org.objectweb.asm.Opcodes.IF_ICMPLT;
import static org.objectweb.asm.Opcodes.IF_ICMPNE;
import static org.objectweb.asm.Opcodes.ISHL;
import static org.objectweb.asm.Opcodes.IXOR;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;

/** The words for the arithmetic flags, which are kept as the values they derive from, as in the processor's {@code Flags}. */
class FlagBody extends Body {

    /** Whether what the current instruction does to the arithmetic flags is seen by anybody. */
    boolean flagsSeen;

    /** The last instruction that wrote flags compared {@link #LEFT} with {@link #RIGHT}. */
    boolean compared;

    FlagBody(MethodVisitor code) {
        super(code);
    }

    /** ZF, SF and PF from the sign-extended result in a local; CF, OF and AF are clear. */
    final void logicFlags(int result) {
        compared = false;
        if (!flagsSeen) return;
        resultFlags(result);
        op(ICONST_0);
        store(CARRIES);
    }

    final void resultFlags(int result) {
        load(result);
        op(DUP);
        store(ZERO);
        store(SIGN);
    }

    /** Goes to {@code label} if a condition (in the manual's coding) holds. */
    final void branchIf(int condition, Label label) {
        if (compared && branchCompared(condition, label)) return;
        boolean negated = (condition & 1) != 0;
        switch (condition >> 1) {
            case 0 -> {
                overflow();
                branch(negated ? IFGE : IFLT, label);
            }
            case 1 -> {
                load(CARRIES);
                branch(negated ? IFGE : IFLT, label);
            }
            case 2 -> {
                load(ZERO);
                branch(negated ? IFNE : IFEQ, label);
            }
            case 3 -> either(negated, label, () -> load(CARRIES));
            case 4 -> {
                load(SIGN);
                branch(negated ? IFGE : IFLT, label);
            }
            case 5 -> {
                push(0x9669);
                load(SIGN);
                load(SIGN);
                push(4);
                op(org.objectweb.asm.Opcodes.ISHR);
                op(IXOR);
                push(15);
                op(IAND);
                op(org.objectweb.asm.Opcodes.ISHR);
                push(1);
                op(IAND);
                branch(negated ? IFEQ : IFNE, label);
            }
            case 6 -> {
                less();
                branch(negated ? IFGE : IFLT, label);
            }
            default -> either(negated, label, this::less);
        }
    }

    /** ZF, or what is negative. */
    private void either(boolean negated, Label label, Runnable pushed) {
        if (!negated) {
            load(ZERO);
            branch(IFEQ, label);
            pushed.run();
            branch(IFLT, label);
            return;
        }
        Label no = new Label();
        load(ZERO);
        branch(IFEQ, no);
        pushed.run();
        branch(IFGE, label);
        code.visitLabel(no);
    }

    private void overflow() {
        load(CARRIES);
        load(CARRIES);
        push(1);
        ops(ISHL, IXOR);
    }

    private void less() {
        load(SIGN);
        overflow();
        op(IXOR);
    }

    /** The host compares faster than flags are derived. */
    private boolean branchCompared(int condition, Label label) {
        int opcode = switch (condition) {
            case 2, 12 -> IF_ICMPLT;
            case 3, 13 -> IF_ICMPGE;
            case 4 -> IF_ICMPEQ;
            case 5 -> IF_ICMPNE;
            case 6, 14 -> IF_ICMPLE;
            case 7, 15 -> IF_ICMPGT;
            default -> -1;
        };
        if (opcode < 0) return false;
        boolean unsigned = condition < 8 && condition != 4 && condition != 5;
        compareOperand(LEFT, unsigned);
        compareOperand(RIGHT, unsigned);
        branch(opcode, label);
        return true;
    }

    private void compareOperand(int local, boolean unsigned) {
        load(local);
        if (!unsigned) return;
        push(Integer.MIN_VALUE);
        op(IADD);
    }
}
