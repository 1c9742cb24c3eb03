package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import java.util.Set;
import java.util.function.LongBinaryOperator;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Lane;
import org.sidestep.machine.ia32.fpu.Simd;

/**
 * Arithmetic on packed and scalar singles and doubles. What only moves them is in {@link SseMoves}, what makes other numbers
 * of them in {@link SseConversions}.
 */
final class Sse {
    private static final Set<String> UNALIGNED = Set.of("movups", "movupd", "movdqu");

    private Sse() {}

    static void define(Map<String, Binder> set) {
        for (Lane lane : new Lane[] {Lane.SINGLE, Lane.DOUBLE}) {
            String kind = lane == Lane.SINGLE ? "s" : "d";
            // spotless:off
            arithmetic(set, "add",   kind, lane, Simd.ADD);
            arithmetic(set, "sub",   kind, lane, Simd.SUB);
            arithmetic(set, "mul",   kind, lane, Simd.MUL);
            arithmetic(set, "div",   kind, lane, Simd.DIV);
            arithmetic(set, "min",   kind, lane, Simd.MIN);
            arithmetic(set, "max",   kind, lane, Simd.MAX);
            arithmetic(set, "sqrt",  kind, lane, Simd.SQRT);
            set.put("cmpp" + kind,   i -> compute(i, lane, (unit, op, a, b) -> unit.compare(op.imm, lane, a, b)));
            set.put("cmps" + kind,   i -> compute(i, lane, (unit, op, a, b) -> unit.compare(op.imm, lane, a, b)));
            set.put("comis" + kind,  i -> compareForFlags(i, lane, false));
            set.put("ucomis" + kind, i -> compareForFlags(i, lane, true));
            set.put("andp" + kind,   quadwords((a, b) -> a & b));
            set.put("andnp" + kind,  quadwords((a, b) -> ~a & b));
            set.put("orp" + kind,    quadwords((a, b) -> a | b));
            set.put("xorp" + kind,   quadwords((a, b) -> a ^ b));
            // spotless:on
        }
        arithmetic(set, "rcp", "s", Lane.SINGLE, Simd.RCP);
        arithmetic(set, "rsqrt", "s", Lane.SINGLE, Simd.RSQRT);
    }

    /** Raises what every instruction on XMM registers raises that is not (SDM vol. 3, table 13-1). */
    static Semantics sse(Semantics body) {
        return (cpu, op) -> {
            boolean emulated = (cpu.control.cr0 & ControlRegisters.EM) != 0;
            if (emulated || (cpu.control.cr4 & ControlRegisters.OSFXSR) == 0) throw Fault.ud();
            X87.requireUnit(cpu);
            body.execute(cpu, op);
        };
    }

    /** Ends a computation; raises its unmasked exceptions. */
    static void end(Cpu cpu) {
        if (cpu.simd.end()) return;
        throw (cpu.control.cr4 & ControlRegisters.OSXMMEXCPT) != 0 ? Fault.xf() : Fault.ud();
    }

    /** Reads an operand as the quadwords of a register; of one that is shorter, the rest is zero. */
    @FunctionalInterface
    interface Source {
        long[] read(Cpu cpu, Op op);
    }

    static Source source(Instruction i, int operand) {
        if (Operands.isImmediate(i, operand)) return (cpu, op) -> new long[] {op.imm, 0};
        if (!Operands.isMemory(i, operand)) return (cpu, op) -> cpu.simd.register(op.src);
        return switch (i.form.operands().get(operand).size()) {
            case D -> (cpu, op) -> new long[] {Integer.toUnsignedLong(cpu.load32(op)), 0};
            case Q -> (cpu, op) -> new long[] {cpu.load64(op), 0};
            default -> UNALIGNED.contains(i.form.mnemonic()) ? Sse::loadUnaligned : Sse::loadAligned;
        };
    }

    static boolean isAligned(Instruction i) {
        return !UNALIGNED.contains(i.form.mnemonic());
    }

    private static long[] loadAligned(Cpu cpu, Op op) {
        checkAlignment(cpu, op);
        return loadUnaligned(cpu, op);
    }

    private static long[] loadUnaligned(Cpu cpu, Op op) {
        cpu.probeLoad(op, 16);
        long low = cpu.load64(op);
        return new long[] {low, cpu.load64(op, 8)};
    }

    static void checkAlignment(Cpu cpu, Op op) {
        if ((cpu.segments[op.segment].base + cpu.address(op) & 15) != 0) throw Fault.gp(0);
    }

    static void write(Cpu cpu, Op op, long[] quadwords) {
        cpu.simd.setRegister(op.dst, quadwords[0], quadwords[1]);
    }

    private static boolean isScalar(Instruction i) {
        return i.form.operands().get(1).size() != Size.X;
    }

    /** What is computed for each lane. */
    @FunctionalInterface
    private interface Computation {
        long apply(Simd unit, Op op, long a, long b);
    }

    private static Semantics compute(Instruction i, Lane lane, Computation computation) {
        Source source = source(i, 1);
        int count = isScalar(i) ? 1 : lane.count();
        return sse((cpu, op) -> {
            Simd unit = cpu.simd;
            long[] b = source.read(cpu, op);
            long[] result = unit.register(op.dst);
            unit.begin();
            for (int n = 0; n < count; n++) {
                lane.set(result, n, computation.apply(unit, op, lane.get(result, n), lane.get(b, n)));
            }
            end(cpu);
            write(cpu, op, result);
            X87.report(cpu, unit.takeOperands());
        });
    }

    private static void arithmetic(
            Map<String, Binder> set, String name, String kind, Lane lane, Simd.Operation operation) {
        Binder binder = i -> compute(i, lane, (unit, op, a, b) -> operation.apply(unit, lane, a, b));
        set.put(name + "p" + kind, binder);
        set.put(name + "s" + kind, binder);
    }

    /** What two registers become: the first is replaced. */
    @FunctionalInterface
    interface Change {
        void apply(long[] a, long[] b, Op op);
    }

    static Semantics change(Instruction i, Change change) {
        Source source = source(i, 1);
        return sse((cpu, op) -> {
            long[] b = source.read(cpu, op);
            long[] result = cpu.simd.register(op.dst);
            change.apply(result, b, op);
            write(cpu, op, result);
        });
    }

    /** An operation on each half of two registers. */
    static Binder quadwords(LongBinaryOperator operation) {
        return i -> change(i, (a, b, op) -> {
            a[0] = operation.applyAsLong(a[0], b[0]);
            a[1] = operation.applyAsLong(a[1], b[1]);
        });
    }

    private static Semantics compareForFlags(Instruction i, Lane lane, boolean quiet) {
        Source source = source(i, 1);
        return sse((cpu, op) -> {
            long[] b = source.read(cpu, op);
            Simd unit = cpu.simd;
            unit.begin();
            int flags = unit.compareForFlags(lane, lane.get(unit.register(op.dst), 0), lane.get(b, 0), quiet);
            end(cpu);
            cpu.flags.replace(flags, Eflags.ARITH);
        });
    }
}
