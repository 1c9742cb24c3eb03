package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.FxImage;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Lane;

/** Movement and arrangement of XMM registers and their lanes, MXCSR, fences, and hints to the caches. */
final class SseMoves {
    private SseMoves() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        for (String name : new String[] {"movaps", "movapd", "movdqa", "movups", "movupd", "movdqu"}) set.put(name, SseMoves::move);
        for (String name : new String[] {"movntps", "movntpd", "movntdq"}) set.put(name, SseMoves::move);
        set.put("movss",    SseMoves::scalar);
        set.put("movsd",    SseMoves::scalar);
        set.put("movlps",   i -> half(i, 0));
        set.put("movlpd",   i -> half(i, 0));
        set.put("movhps",   i -> half(i, 1));
        set.put("movhpd",   i -> half(i, 1));
        set.put("movhlps",  Binder.always(Sse.sse((cpu, op) -> copyHalf(cpu, op, 1, 0))));
        set.put("movlhps",  Binder.always(Sse.sse((cpu, op) -> copyHalf(cpu, op, 0, 1))));
        set.put("unpcklps", i -> arrange(i, Lane.SINGLE, (n, a, b, op) -> (n % 2 == 0 ? a : b)[n / 2]));
        set.put("unpckhps", i -> arrange(i, Lane.SINGLE, (n, a, b, op) -> (n % 2 == 0 ? a : b)[2 + n / 2]));
        set.put("shufps",   i -> arrange(i, Lane.SINGLE, (n, a, b, op) -> (n < 2 ? a : b)[op.imm >> 2 * n & 3]));
        set.put("unpcklpd", i -> arrange(i, Lane.DOUBLE, (n, a, b, op) -> (n == 0 ? a : b)[0]));
        set.put("unpckhpd", i -> arrange(i, Lane.DOUBLE, (n, a, b, op) -> (n == 0 ? a : b)[1]));
        set.put("shufpd",   i -> arrange(i, Lane.DOUBLE, (n, a, b, op) -> (n == 0 ? a : b)[op.imm >> n & 1]));
        set.put("movmskps", Binder.always(Sse.sse((cpu, op) -> signs(cpu, op, Lane.SINGLE))));
        set.put("movmskpd", Binder.always(Sse.sse((cpu, op) -> signs(cpu, op, Lane.DOUBLE))));
        set.put("ldmxcsr",  Binder.always(Sse.sse(SseMoves::loadMxcsr)));
        set.put("stmxcsr",  Binder.always(Sse.sse((cpu, op) -> cpu.store32(op, cpu.simd.mxcsr()))));
        set.put("movnti",   Binder.always(SseMoves::storeNonTemporal));
        set.put("sfence",   Binder.always((cpu, op) -> cpu.timing.fence()));
        set.put("mfence",   Binder.always((cpu, op) -> cpu.timing.fence()));
        // Loads are done in order.
        set.put("lfence",   Binder.always((cpu, op) -> {}));
        // There is no data in caches: only the right to read is asked for (SDM vol. 2, CLFLUSH).
        set.put("clflush",  Binder.always((cpu, op) -> cpu.load8(op)));
        set.put("prefetcht0",  prefetch(true, true));
        set.put("prefetcht1",  prefetch(false, true));
        set.put("prefetcht2",  prefetch(false, true));
        set.put("prefetchnta", prefetch(true, false));
        // spotless:on
    }

    /** The levels of cache that the line is to come into. */
    private static Binder prefetch(boolean first, boolean second) {
        return Binder.always(
                (cpu, op) -> cpu.memory.prefetch(cpu.segments[op.segment].base + cpu.address(op), first, second));
    }

    private static Semantics move(Instruction i) {
        boolean aligned = Sse.isAligned(i);
        boolean nonTemporal = i.form.mnemonic().startsWith("movnt");
        if (Operands.isMemory(i, 0)) {
            return Sse.sse((cpu, op) -> {
                if (aligned) Sse.checkAlignment(cpu, op);
                cpu.probeStore(op, 16);
                if (nonTemporal) cpu.timing.nonTemporal();
                cpu.store64(op, cpu.simd.quadword(op.src, 0));
                cpu.store64(op, 8, cpu.simd.quadword(op.src, 1));
            });
        }
        return load(i);
    }

    /** Sets the whole register. */
    private static Semantics load(Instruction i) {
        Sse.Source source = Sse.source(i, 1);
        return Sse.sse((cpu, op) -> Sse.write(cpu, op, source.read(cpu, op)));
    }

    /** From memory, the other lanes become zero; between registers they stay. */
    private static Semantics scalar(Instruction i) {
        boolean single = i.form.mnemonic().equals("movss");
        if (Operands.isMemory(i, 0)) return Sse.sse(single ? SseMoves::storeLow32 : SseMoves::storeLow64);
        if (Operands.isMemory(i, 1)) return load(i);
        Lane lane = single ? Lane.SINGLE : Lane.DOUBLE;
        return Sse.change(i, (a, b, op) -> lane.set(a, 0, b[0]));
    }

    static void storeLow32(Cpu cpu, Op op) {
        cpu.store32(op, cpu.simd.doubleword(op.src, 0));
    }

    static void storeLow64(Cpu cpu, Op op) {
        cpu.store64(op, cpu.simd.quadword(op.src, 0));
    }

    private static Semantics half(Instruction i, int half) {
        return Operands.kind(i, 0) == Kind.M
                ? Sse.sse((cpu, op) -> cpu.store64(op, cpu.simd.quadword(op.src, half)))
                : Sse.sse((cpu, op) -> cpu.simd.setQuadword(op.dst, half, cpu.load64(op)));
    }

    private static void copyHalf(Cpu cpu, Op op, int from, int to) {
        cpu.simd.setQuadword(op.dst, to, cpu.simd.quadword(op.src, from));
    }

    /** Which lane of the operands a lane of the result is. */
    @FunctionalInterface
    interface Arrangement {
        long lane(int number, long[] first, long[] second, Op op);
    }

    static Semantics arrange(Instruction i, Lane lane, Arrangement arrangement) {
        return Sse.change(i, (a, b, op) -> {
            long[] first = lane.split(a);
            long[] second = lane.split(b);
            for (int n = 0; n < lane.count(); n++) lane.set(a, n, arrangement.lane(n, first, second, op));
        });
    }

    private static void signs(Cpu cpu, Op op, Lane lane) {
        long[] register = cpu.simd.register(op.src);
        int signs = 0;
        for (int n = 0; n < lane.count(); n++) if (lane.get(register, n) < 0) signs |= 1 << n;
        cpu.r[op.dst] = signs;
    }

    /** MOVNTI needs no unit. */
    private static void storeNonTemporal(Cpu cpu, Op op) {
        cpu.probeStore(op, 4);
        cpu.timing.nonTemporal();
        cpu.store32(op, cpu.r[op.src]);
    }

    private static void loadMxcsr(Cpu cpu, Op op) {
        cpu.simd.setMxcsr(checked(cpu, cpu.load32(op)));
    }

    /** A value for MXCSR, or #GP if a reserved bit is set. */
    static int checked(Cpu cpu, int mxcsr) {
        if ((mxcsr & ~FxImage.mxcsrBits(cpu)) != 0) throw Fault.gp(0);
        return mxcsr;
    }
}
