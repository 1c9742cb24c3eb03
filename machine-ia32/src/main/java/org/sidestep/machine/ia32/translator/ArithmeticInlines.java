package org.sidestep.machine.ia32.translator;

import static org.sidestep.machine.ia32.translator.Body.A;
import static org.sidestep.machine.ia32.translator.Body.B;
import static org.sidestep.machine.ia32.translator.Body.RESULT;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.translator.Inlined.Choice;
import org.sidestep.machine.ia32.translator.Integers.Operation;

/** Addition, subtraction, logic and comparison. */
final class ArithmeticInlines {
    private ArithmeticInlines() {}

    static void define(Map<String, Choice> set) {
        // spotless:off
        set.put("add",  i -> modify(i, Integers::add));
        set.put("adc",  i -> modify(i, Integers::adc));
        set.put("sub",  i -> modify(i, Integers::sub));
        set.put("sbb",  i -> modify(i, Integers::sbb));
        set.put("and",  i -> modify(i, Integers::and));
        set.put("or",   i -> modify(i, Integers::or));
        set.put("xor",  i -> modify(i, Integers::xor));
        set.put("cmp",  i -> compare(i, Integers::sub));
        set.put("test", i -> compare(i, Integers::and));
        set.put("inc",  i -> single(i, Integers::inc));
        set.put("dec",  i -> single(i, Integers::dec));
        set.put("neg",  i -> single(i, Integers::neg));
        set.put("not",  i -> single(i, Integers::not));
        // spotless:on
    }

    static Inline modify(Instruction i, Operation operation) {
        if (!Inlined.isPlain(i, 0) || !Inlined.isPlain(i, 1)) return null;
        int bytes = Inlined.bytes(i, 0);
        if (Inlined.isMemory(i, 0)) {
            return (b, op) -> {
                b.address(op.instruction, true);
                b.updateMemory(bytes);
                b.store(A);
                Inlined.read(b, op, 1, bytes);
                b.store(B);
                operation.write(b, bytes);
                b.updated(bytes, RESULT);
            };
        }
        return (b, op) -> {
            second(b, op, bytes);
            b.reg(op.dst, bytes);
            b.store(A);
            operation.write(b, bytes);
            b.load(RESULT);
            b.setReg(op.dst, bytes);
        };
    }

    /** Puts the second operand where operations expect it. */
    private static void second(BlockBody b, org.sidestep.machine.ia32.cpu.Op op, int bytes) {
        if (Inlined.isMemory(op.instruction, 1)) {
            b.address(op.instruction, false);
            b.loadMemory(bytes);
        } else {
            Inlined.read(b, op, 1, bytes);
        }
        b.store(B);
    }

    private static Inline compare(Instruction i, Operation operation) {
        if (!Inlined.isPlain(i, 0) || !Inlined.isPlain(i, 1)) return null;
        int bytes = Inlined.bytes(i, 0);
        return (b, op) -> {
            if (Inlined.isMemory(op.instruction, 0)) {
                b.address(op.instruction, false);
                b.loadMemory(bytes);
            } else {
                b.reg(op.dst, bytes);
            }
            b.store(A);
            second(b, op, bytes);
            operation.write(b, bytes);
        };
    }

    static Inline single(Instruction i, Operation operation) {
        if (!Inlined.isPlain(i, 0)) return null;
        int bytes = Inlined.bytes(i, 0);
        if (Inlined.isMemory(i, 0)) {
            return (b, op) -> {
                b.address(op.instruction, true);
                b.updateMemory(bytes);
                b.store(A);
                operation.write(b, bytes);
                b.updated(bytes, RESULT);
            };
        }
        return (b, op) -> {
            b.reg(op.dst, bytes);
            b.store(A);
            operation.write(b, bytes);
            b.load(RESULT);
            b.setReg(op.dst, bytes);
        };
    }
}
