package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Flags;
import org.sidestep.machine.ia32.cpu.Semantics;

/** Shifts and rotates. Counts are taken modulo 32; a count of zero changes nothing, not even a flag. */
final class Shifts {
    private Shifts() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("shl",  i -> Arithmetic.modify(i, counted(Shifts::shl)));
        set.put("shr",  i -> Arithmetic.modify(i, counted(Shifts::shr)));
        set.put("sar",  i -> Arithmetic.modify(i, counted(Shifts::sar)));
        set.put("rol",  i -> Arithmetic.modify(i, counted(Shifts::rol)));
        set.put("ror",  i -> Arithmetic.modify(i, counted(Shifts::ror)));
        set.put("rcl",  i -> Arithmetic.modify(i, counted(Shifts::rcl)));
        set.put("rcr",  i -> Arithmetic.modify(i, counted(Shifts::rcr)));
        set.put("shld", i -> doubled(i, true));
        set.put("shrd", i -> doubled(i, false));
        // spotless:on
    }

    private static Alu.Binary counted(Alu.Binary shift) {
        return (flags, a, b, size) -> (b & 31) == 0 ? a << size >> size : shift.apply(flags, a, b & 31, size);
    }

    private static long unsigned(int value, int shift) {
        return Integer.toUnsignedLong(value << shift >>> shift);
    }

    private static int signed(long value, int shift) {
        return (int) value << shift >> shift;
    }

    private static boolean bit(long value, int number) {
        return (value >> number & 1) != 0;
    }

    private static int shl(Flags flags, int a, int count, int shift) {
        long wide = unsigned(a, shift) << count;
        int result = signed(wide, shift);
        boolean carry = bit(wide, 32 - shift);
        flags.logic(result);
        flags.carry(carry, carry != result < 0, false);
        return result;
    }

    private static int shr(Flags flags, int a, int count, int shift) {
        long value = unsigned(a, shift);
        int result = signed(value >>> count, shift);
        flags.logic(result);
        flags.carry(bit(value, count - 1), count == 1 && bit(value, 31 - shift), false);
        return result;
    }

    private static int sar(Flags flags, int a, int count, int shift) {
        int value = a << shift >> shift;
        int result = value >> count;
        flags.logic(result);
        flags.carry(bit(value, count - 1), false, false);
        return result;
    }

    private static int rol(Flags flags, int a, int count, int shift) {
        int bits = 32 - shift;
        long value = unsigned(a, shift);
        int by = count & bits - 1;
        int result = signed(value << by | value >>> bits - by, shift);
        boolean carry = (result & 1) != 0;
        flags.carryAndOverflow(carry, carry != result < 0);
        return result;
    }

    private static int ror(Flags flags, int a, int count, int shift) {
        int bits = 32 - shift;
        long value = unsigned(a, shift);
        int by = count & bits - 1;
        int result = signed(value >>> by | value << bits - by, shift);
        flags.carryAndOverflow(result < 0, result < 0 != bit(result, bits - 2));
        return result;
    }

    /** Rotates through CF: a rotation of one bit more. */
    private static int rcl(Flags flags, int a, int count, int shift) {
        int bits = 33 - shift;
        int by = count % bits;
        long value = unsigned(a, shift) | (flags.cf() ? 1L << bits - 1 : 0);
        return throughCarry(flags, value << by | value >>> bits - by, shift, false);
    }

    private static int rcr(Flags flags, int a, int count, int shift) {
        int bits = 33 - shift;
        int by = count % bits;
        long value = unsigned(a, shift) | (flags.cf() ? 1L << bits - 1 : 0);
        return throughCarry(flags, value >>> by | value << bits - by, shift, true);
    }

    private static int throughCarry(Flags flags, long rotated, int shift, boolean right) {
        int result = signed(rotated, shift);
        boolean carry = bit(rotated, 32 - shift);
        flags.carryAndOverflow(carry, result < 0 != (right ? bit(result, 30 - shift) : carry));
        return result;
    }

    private static Semantics doubled(Instruction instruction, boolean left) {
        int bytes = Operands.bytes(instruction, 0);
        boolean memory = Operands.isMemory(instruction, 0);
        boolean immediate = Operands.isImmediate(instruction, 2);
        return (cpu, op) -> {
            int count = (immediate ? op.imm : cpu.r[Cpu.ECX]) & 31;
            int a = memory ? Operands.update(cpu, op, bytes) : cpu.reg(op.dst, bytes);
            int b = cpu.reg(op.src, bytes);
            int result = a;
            if (count != 0) result = left ? shld(cpu.flags, a, b, count, bytes) : shrd(cpu.flags, a, b, count, bytes);
            if (memory) Operands.updated(cpu, bytes, result);
            else if (count != 0) cpu.reg(op.dst, bytes, result);
        };
    }

    /** Of 16-bit operands shifted by more than 16, the bits repeat: a, b, a. */
    private static int shld(Flags flags, int a, int b, int count, int bytes) {
        int bits = 8 * bytes;
        long wide = Integer.toUnsignedLong(a) << bits | Integer.toUnsignedLong(b);
        long low = bits == 16 ? wide << 16 | Integer.toUnsignedLong(a) : wide;
        int width = bits == 16 ? 48 : 64;
        int result = signed(low >>> width - bits - count, 32 - bits);
        boolean carry = bit(low, width - count);
        flags.logic(result);
        flags.carry(carry, result < 0 != (a << 32 - bits < 0), false);
        return result;
    }

    private static int shrd(Flags flags, int a, int b, int count, int bytes) {
        int bits = 8 * bytes;
        long wide = Integer.toUnsignedLong(b) << bits | Integer.toUnsignedLong(a);
        if (bits == 16) wide |= Integer.toUnsignedLong(a) << 32;
        int result = signed(wide >>> count, 32 - bits);
        flags.logic(result);
        flags.carry(bit(wide, count - 1), result < 0 != (a << 32 - bits < 0), false);
        return result;
    }
}
