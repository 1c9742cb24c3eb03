package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Singles;

/** Movement and arrangement of singles, MXCSR, and hints to the caches. */
final class SseMoves {
    /** Of MXCSR; a Pentium III has no denormals-are-zeros. */
    private static final int MXCSR_RESERVED = 0xFFFF0040;

    private SseMoves() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("movaps",   SseMoves::move);
        set.put("movups",   SseMoves::move);
        set.put("movntps",  SseMoves::move);
        set.put("movss",    SseMoves::scalar);
        set.put("movlps",   i -> half(i, 0));
        set.put("movhps",   i -> half(i, 2));
        set.put("movhlps",  Binder.always(Sse.sse((cpu, op) -> copyHalf(cpu, op, 2, 0))));
        set.put("movlhps",  Binder.always(Sse.sse((cpu, op) -> copyHalf(cpu, op, 0, 2))));
        set.put("unpcklps", i -> arrange(i, (n, a, b, op) -> n % 2 == 0 ? a[n / 2] : b[n / 2]));
        set.put("unpckhps", i -> arrange(i, (n, a, b, op) -> n % 2 == 0 ? a[2 + n / 2] : b[2 + n / 2]));
        set.put("shufps",   i -> arrange(i, (n, a, b, op) -> (n < 2 ? a : b)[op.imm >> 2 * n & 3]));
        set.put("movmskps", Binder.always(Sse.sse(SseMoves::signs)));
        set.put("ldmxcsr",  Binder.always(Sse.sse(SseMoves::loadMxcsr)));
        set.put("stmxcsr",  Binder.always(Sse.sse((cpu, op) -> cpu.store32(op, cpu.singles.mxcsr()))));
        set.put("sfence",   Binder.always((cpu, op) -> cpu.timing.fence()));
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
        boolean aligned = !i.form.mnemonic().equals("movups");
        boolean nonTemporal = i.form.mnemonic().equals("movntps");
        if (Operands.isMemory(i, 0)) {
            return Sse.sse((cpu, op) -> {
                if (aligned) Sse.checkAlignment(cpu, op);
                cpu.probeStore(op, 16);
                if (nonTemporal) cpu.timing.nonTemporal();
                cpu.store64(op, pair(cpu, op.src, 0));
                cpu.store64(op, 8, pair(cpu, op.src, 2));
            });
        }
        Sse.Source source = Sse.source(i, 1);
        return Sse.sse((cpu, op) -> {
            int[] lanes = new int[Sse.LANES];
            source.read(cpu, op, lanes);
            for (int n = 0; n < Sse.LANES; n++) cpu.singles.setLane(op.dst, n, lanes[n]);
        });
    }

    /** Two lanes as a quadword. */
    private static long pair(Cpu cpu, int register, int lane) {
        return Integer.toUnsignedLong(cpu.singles.lane(register, lane))
                | (long) cpu.singles.lane(register, lane + 1) << 32;
    }

    private static void setPair(Cpu cpu, int register, int lane, long value) {
        cpu.singles.setLane(register, lane, (int) value);
        cpu.singles.setLane(register, lane + 1, (int) (value >>> 32));
    }

    /** From memory, the other lanes become zero; between registers they stay. */
    private static Semantics scalar(Instruction i) {
        if (Operands.isMemory(i, 0)) return Sse.sse((cpu, op) -> cpu.store32(op, cpu.singles.lane(op.src, 0)));
        if (!Operands.isMemory(i, 1)) {
            return Sse.sse((cpu, op) -> cpu.singles.setLane(op.dst, 0, cpu.singles.lane(op.src, 0)));
        }
        return Sse.sse((cpu, op) -> {
            setPair(cpu, op.dst, 0, Integer.toUnsignedLong(cpu.load32(op)));
            setPair(cpu, op.dst, 2, 0);
        });
    }

    private static Semantics half(Instruction i, int lane) {
        return Operands.kind(i, 0) == Kind.M
                ? Sse.sse((cpu, op) -> cpu.store64(op, pair(cpu, op.src, lane)))
                : Sse.sse((cpu, op) -> setPair(cpu, op.dst, lane, cpu.load64(op)));
    }

    private static void copyHalf(Cpu cpu, Op op, int from, int to) {
        setPair(cpu, op.dst, to, pair(cpu, op.src, from));
    }

    /** Which lane of the operands a lane of the result is. */
    @FunctionalInterface
    private interface Arrangement {
        int lane(int number, int[] first, int[] second, Op op);
    }

    private static Semantics arrange(Instruction i, Arrangement arrangement) {
        Sse.Source source = Sse.source(i, 1);
        return Sse.sse((cpu, op) -> {
            Singles unit = cpu.singles;
            int[] first = new int[Sse.LANES];
            int[] second = new int[Sse.LANES];
            source.read(cpu, op, second);
            for (int n = 0; n < Sse.LANES; n++) first[n] = unit.lane(op.dst, n);
            for (int n = 0; n < Sse.LANES; n++) unit.setLane(op.dst, n, arrangement.lane(n, first, second, op));
        });
    }

    private static void signs(Cpu cpu, Op op) {
        int signs = 0;
        for (int n = 0; n < Sse.LANES; n++) signs |= (cpu.singles.lane(op.src, n) >>> 31) << n;
        cpu.r[op.dst] = signs;
    }

    private static void loadMxcsr(Cpu cpu, Op op) {
        cpu.singles.setMxcsr(checked(cpu.load32(op)));
    }

    /** A value for MXCSR, or #GP if a reserved bit is set. */
    static int checked(int mxcsr) {
        if ((mxcsr & MXCSR_RESERVED) != 0) throw Fault.gp(0);
        return mxcsr;
    }
}
