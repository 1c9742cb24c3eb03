package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.IADD;
import static org.sidestep.machine.ia32.translator.Body.A;
import static org.sidestep.machine.ia32.translator.Body.EAX;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.translator.Inlined.Choice;

/** Push, pop and leave on a flat 32-bit stack. */
final class StackInlines {
    static final int SS = 2;
    static final int ESP = EAX + 4;
    private static final int EBP = EAX + 5;
    private static final int WORD = 4;

    private StackInlines() {}

    static void define(Map<String, Choice> set) {
        set.put("push", StackInlines::push);
        set.put("pop", StackInlines::pop);
        set.put("leave", StackInlines::leave);
    }

    private static Inline push(Instruction i) {
        if (i.operandSize != WORD || !Inlined.isPlain(i, 0) || Inlined.kind(i, 0) == Kind.FIXED) return null;
        boolean memory = Inlined.isMemory(i, 0);
        return (b, op) -> {
            if (memory) {
                b.address(op.instruction, false);
                b.loadMemory(WORD);
            } else {
                Inlined.read(b, op, 0, WORD);
            }
            b.store(A);
            push(b, A);
        };
    }

    /** Pushes a local of the host's onto the guest's stack. */
    static void push(BlockBody b, int local) {
        b.load(ESP);
        b.push(-WORD);
        b.op(IADD);
        b.linear(SS, true);
        b.storeMemory(WORD, local);
        b.load(ESP);
        b.push(-WORD);
        b.op(IADD);
        b.store(ESP);
    }

    private static Inline pop(Instruction i) {
        boolean register = Inlined.kind(i, 0) == Kind.Z || Inlined.kind(i, 0) == Kind.E && i.isRegisterForm();
        if (i.operandSize != WORD || !register) return null;
        return (b, op) -> {
            peek(b);
            b.store(A);
            release(b, WORD);
            b.load(A);
            b.setReg(op.dst, WORD);
        };
    }

    /** Reads the top of the guest's stack. */
    static void peek(BlockBody b) {
        b.load(ESP);
        b.linear(SS, false);
        b.loadMemory(WORD);
    }

    static void release(BlockBody b, int bytes) {
        b.load(ESP);
        b.push(bytes);
        b.op(IADD);
        b.store(ESP);
    }

    private static Inline leave(Instruction i) {
        if (i.operandSize != WORD) return null;
        return (b, op) -> {
            b.load(EBP);
            b.linear(SS, false);
            b.loadMemory(WORD);
            b.store(A);
            b.load(EBP);
            b.push(WORD);
            b.op(IADD);
            b.store(ESP);
            b.load(A);
            b.store(EBP);
        };
    }
}
