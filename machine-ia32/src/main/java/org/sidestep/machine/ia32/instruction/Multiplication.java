package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;

/** Multiplication, division and sign extension. */
final class Multiplication {
    private Multiplication() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("mul",  i -> widening(i, false));
        set.put("imul", i -> i.form.operands().size() == 1 ? widening(i, true) : truncating(i));
        set.put("div",  Multiplication::div);
        set.put("idiv", Multiplication::idiv);
        set.put("cwde", i -> i.operandSize == 4
                ? (cpu, op) -> cpu.r[Cpu.EAX] = (short) cpu.r[Cpu.EAX]
                : (cpu, op) -> cpu.reg16(Cpu.EAX, (byte) cpu.r[Cpu.EAX]));
        set.put("cdq",  i -> i.operandSize == 4
                ? (cpu, op) -> cpu.r[Cpu.EDX] = cpu.r[Cpu.EAX] >> 31
                : (cpu, op) -> cpu.reg16(Cpu.EDX, (short) cpu.r[Cpu.EAX] >> 31));
        // spotless:on
    }

    /** rDX:rAX (or AX) := rAX * operand. */
    private static Semantics widening(Instruction instruction, boolean signed) {
        int bytes = Operands.bytes(instruction, 0);
        Operands.Source operand = Operands.first(instruction);
        return (cpu, op) -> {
            long a = extend(cpu.reg(Cpu.EAX, bytes), bytes, signed);
            long product = a * extend(operand.read(cpu, op), bytes, signed);
            setPair(cpu, bytes, product);
            boolean lost = product != extend((int) product, bytes, signed);
            cpu.flags.result((int) product << Operands.shift(bytes) >> Operands.shift(bytes));
            cpu.flags.carry(lost, lost, false);
        };
    }

    /** The two- and three-operand forms: the low half only. */
    private static Semantics truncating(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 0);
        int shift = Operands.shift(bytes);
        Operands.Source source = Operands.source(instruction);
        boolean three = instruction.form.operands().size() == 3;
        return (cpu, op) -> {
            int b = source.read(cpu, op) << shift >> shift;
            int a = (three ? op.imm : cpu.r[op.dst]) << shift >> shift;
            long product = (long) a * b;
            int result = (int) product << shift >> shift;
            cpu.reg(op.dst, bytes, result);
            cpu.flags.result(result);
            cpu.flags.carry(product != result, product != result, false);
        };
    }

    private static Semantics div(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 0);
        Operands.Source operand = Operands.first(instruction);
        long top = (1L << 8 * bytes) - 1;
        return (cpu, op) -> {
            long divisor = extend(operand.read(cpu, op), bytes, false);
            long dividend = pair(cpu, bytes);
            if (divisor == 0) throw Fault.de();
            long quotient = Long.divideUnsigned(dividend, divisor);
            if (Long.compareUnsigned(quotient, top) > 0) throw Fault.de();
            setQuotient(cpu, bytes, quotient, Long.remainderUnsigned(dividend, divisor));
        };
    }

    private static Semantics idiv(Instruction instruction) {
        int bytes = Operands.bytes(instruction, 0);
        Operands.Source operand = Operands.first(instruction);
        return (cpu, op) -> {
            long divisor = extend(operand.read(cpu, op), bytes, true);
            long dividend = bytes == 4 ? pair(cpu, 4) : bytes == 2 ? (int) pair(cpu, 2) : (short) pair(cpu, 1);
            // The one quotient that overflows even a long; it is out of range in any case.
            if (divisor == 0 || dividend == Long.MIN_VALUE) throw Fault.de();
            long quotient = dividend / divisor;
            if (quotient != extend((int) quotient, bytes, true)) throw Fault.de();
            setQuotient(cpu, bytes, quotient, dividend % divisor);
        };
    }

    private static long extend(int value, int bytes, boolean signed) {
        int shift = 64 - 8 * bytes;
        long top = (long) value << shift;
        return signed ? top >> shift : top >>> shift;
    }

    /** EDX:EAX, DX:AX or AX. */
    private static long pair(Cpu cpu, int bytes) {
        if (bytes == 1) return cpu.reg16(Cpu.EAX);
        long high = Integer.toUnsignedLong(cpu.reg(Cpu.EDX, bytes));
        return high << 8 * bytes | Integer.toUnsignedLong(cpu.reg(Cpu.EAX, bytes));
    }

    private static void setPair(Cpu cpu, int bytes, long value) {
        if (bytes == 1) {
            cpu.reg16(Cpu.EAX, (int) value);
        } else {
            cpu.reg(Cpu.EAX, bytes, (int) value);
            cpu.reg(Cpu.EDX, bytes, (int) (value >> 8 * bytes));
        }
    }

    private static void setQuotient(Cpu cpu, int bytes, long quotient, long remainder) {
        if (bytes == 1) {
            cpu.reg16(Cpu.EAX, (int) (quotient & 0xFF | remainder << 8));
        } else {
            cpu.reg(Cpu.EAX, bytes, (int) quotient);
            cpu.reg(Cpu.EDX, bytes, (int) remainder);
        }
    }
}
