package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import java.util.function.LongBinaryOperator;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fpu.Lane;
import org.sidestep.machine.ia32.fpu.Packed;

/**
 * Packed integers in XMM registers (SDM vol. 1, section 11.4.2). What goes by the name of an instruction on MMX registers is
 * bound in {@link Mmx}, which asks here for the wider form.
 */
final class SseIntegers {
    private static final int BYTES = 16;

    private SseIntegers() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("punpcklqdq", i -> SseMoves.arrange(i, Lane.DOUBLE, (n, a, b, op) -> (n == 0 ? a : b)[0]));
        set.put("punpckhqdq", i -> SseMoves.arrange(i, Lane.DOUBLE, (n, a, b, op) -> (n == 0 ? a : b)[1]));
        set.put("pshufd",     i -> SseMoves.arrange(i, Lane.INTEGER, (n, a, b, op) -> b[op.imm >> 2 * n & 3]));
        set.put("pshuflw",    i -> Sse.change(i, (a, b, op) -> set(a, Packed.shuffle(b[0], op.imm), b[1])));
        set.put("pshufhw",    i -> Sse.change(i, (a, b, op) -> set(a, b[0], Packed.shuffle(b[1], op.imm))));
        set.put("pslldq",     i -> Sse.change(i, (a, b, op) -> shiftBytesLeft(a, op.imm)));
        set.put("psrldq",     i -> Sse.change(i, (a, b, op) -> shiftBytesRight(a, op.imm)));
        set.put("movdq2q",    Binder.always(Sse.sse(SseIntegers::toMmx)));
        set.put("movq2dq",    Binder.always(Sse.sse(SseIntegers::fromMmx)));
        set.put("maskmovdqu", Binder.always(Sse.sse(SseIntegers::maskedStore)));
        // spotless:on
    }

    /** Whether an operand is an XMM register. */
    static boolean areMeant(Instruction i) {
        return i.form.operands().stream().anyMatch(o -> o.kind() == Kind.V || o.kind() == Kind.U);
    }

    private static void set(long[] register, long low, long high) {
        register[0] = low;
        register[1] = high;
    }

    /** A shift of both halves by one count. */
    static Binder shift(LongBinaryOperator operation) {
        return i -> Sse.change(
                i, (a, n, op) -> set(a, operation.applyAsLong(a[0], n[0]), operation.applyAsLong(a[1], n[0])));
    }

    /** Each register is narrowed to a half. */
    static Binder pack(LongBinaryOperator operation) {
        return i -> Sse.change(
                i, (a, b, op) -> set(a, operation.applyAsLong(a[0], a[1]), operation.applyAsLong(b[0], b[1])));
    }

    /** Lanes of the low or the high halves in turn. */
    static Binder interleave(int bits, int half) {
        return i -> Sse.change(
                i,
                (a, b, op) -> set(
                        a,
                        Packed.interleaveLow(bits, a[half], b[half]),
                        Packed.interleaveHigh(bits, a[half], b[half])));
    }

    private static void shiftBytesLeft(long[] a, int bytes) {
        int n = Integer.min(bytes, BYTES);
        if (n >= 8) set(a, 0, Packed.shiftLeft(64, a[0], 8L * n - 64));
        else if (n > 0) set(a, a[0] << 8 * n, a[1] << 8 * n | a[0] >>> 64 - 8 * n);
    }

    private static void shiftBytesRight(long[] a, int bytes) {
        int n = Integer.min(bytes, BYTES);
        if (n >= 8) set(a, Packed.shiftRight(64, a[1], 8L * n - 64), 0);
        else if (n > 0) set(a, a[0] >>> 8 * n | a[1] << 64 - 8 * n, a[1] >>> 8 * n);
    }

    static Semantics movd(Instruction i) {
        if (Operands.kind(i, 0) == Kind.V) {
            Operands.Source source = Operands.source(i);
            return Sse.sse((cpu, op) -> cpu.simd.setRegister(op.dst, Integer.toUnsignedLong(source.read(cpu, op)), 0));
        }
        if (Operands.isMemory(i, 0)) return Sse.sse(SseMoves::storeLow32);
        return Sse.sse((cpu, op) -> cpu.r[op.dst] = cpu.simd.doubleword(op.src, 0));
    }

    static Semantics movq(Instruction i) {
        if (Operands.isMemory(i, 0)) return Sse.sse(SseMoves::storeLow64);
        Sse.Source source = Sse.source(i, 1);
        return Sse.sse((cpu, op) -> cpu.simd.setRegister(op.dst, source.read(cpu, op)[0], 0));
    }

    private static void toMmx(Cpu cpu, Op op) {
        if (X87.isErrorFree(cpu)) Mmx.write(cpu, op.dst, cpu.simd.quadword(op.src, 0));
    }

    private static void fromMmx(Cpu cpu, Op op) {
        if (!X87.isErrorFree(cpu)) return;
        cpu.simd.setRegister(op.dst, cpu.fpu.mmx(op.src), 0);
        cpu.fpu.enterMmx();
    }

    static Semantics insert(Instruction i) {
        boolean memory = Operands.isMemory(i, 1);
        return Sse.sse((cpu, op) -> {
            long word = (memory ? cpu.load16(op) : cpu.r[op.src]) & 0xFFFFL;
            int half = op.imm >> 2 & 1;
            cpu.simd.setQuadword(op.dst, half, Packed.insert(cpu.simd.quadword(op.dst, half), word, op.imm));
        });
    }

    static Semantics extract(Instruction i) {
        return Sse.sse((cpu, op) -> cpu.r[op.dst] = Packed.extract(cpu.simd.quadword(op.src, op.imm >> 2 & 1), op.imm));
    }

    static Semantics signs(Instruction i) {
        return Sse.sse((cpu, op) -> cpu.r[op.dst] = signs(cpu, op.src));
    }

    private static int signs(Cpu cpu, int register) {
        return Packed.signs(cpu.simd.quadword(register, 0)) | Packed.signs(cpu.simd.quadword(register, 1)) << 8;
    }

    private static void maskedStore(Cpu cpu, Op op) {
        Mmx.maskedStore(cpu, op, signs(cpu, op.src), cpu.simd.register(op.dst));
    }
}
