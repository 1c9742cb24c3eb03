package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import java.util.function.IntBinaryOperator;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Singles;

/** Arithmetic on packed and scalar singles. What only moves them is in {@link SseMoves}. */
final class Sse {
    static final int LANES = 4;

    private Sse() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        arithmetic(set, "add",   Singles.ADD);
        arithmetic(set, "sub",   Singles.SUB);
        arithmetic(set, "mul",   Singles.MUL);
        arithmetic(set, "div",   Singles.DIV);
        arithmetic(set, "min",   Singles.MIN);
        arithmetic(set, "max",   Singles.MAX);
        arithmetic(set, "sqrt",  Singles.SQRT);
        arithmetic(set, "rcp",   Singles.RCP);
        arithmetic(set, "rsqrt", Singles.RSQRT);
        set.put("cmpps",   i -> compute(i, (unit, op, a, b) -> unit.compare(op.imm, a, b)));
        set.put("cmpss",   i -> compute(i, (unit, op, a, b) -> unit.compare(op.imm, a, b)));
        set.put("comiss",  i -> compareForFlags(i, false));
        set.put("ucomiss", i -> compareForFlags(i, true));
        logic(set, "andps",  (a, b) -> a & b);
        logic(set, "andnps", (a, b) -> ~a & b);
        logic(set, "orps",   (a, b) -> a | b);
        logic(set, "xorps",  (a, b) -> a ^ b);
        set.put("cvtpi2ps",  Sse::packedFromIntegers);
        set.put("cvtps2pi",  i -> packedToIntegers(i, false));
        set.put("cvttps2pi", i -> packedToIntegers(i, true));
        set.put("cvtsi2ss",  Sse::fromInteger);
        set.put("cvtss2si",  i -> toInteger(i, false));
        set.put("cvttss2si", i -> toInteger(i, true));
        // spotless:on
    }

    /** Raises what every SSE instruction raises that is not (SDM vol. 3, table 13-1). */
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
        if (cpu.singles.end()) return;
        throw (cpu.control.cr4 & ControlRegisters.OSXMMEXCPT) != 0 ? Fault.xf() : Fault.ud();
    }

    /** Reads an operand into {@code lanes}: four of them, or one, or two. */
    @FunctionalInterface
    interface Source {
        void read(Cpu cpu, Op op, int[] lanes);
    }

    static Source source(Instruction i, int operand) {
        if (!Operands.isMemory(i, operand)) {
            return (cpu, op, lanes) -> {
                for (int n = 0; n < LANES; n++) lanes[n] = cpu.singles.lane(op.src, n);
            };
        }
        return switch (i.form.operands().get(operand).size()) {
            case D -> (cpu, op, lanes) -> lanes[0] = cpu.load32(op);
            case Q -> (cpu, op, lanes) -> split(cpu.load64(op), lanes, 0);
            default -> i.form.mnemonic().equals("movups") ? Sse::loadUnaligned : Sse::loadAligned;
        };
    }

    static void split(long value, int[] lanes, int at) {
        lanes[at] = (int) value;
        lanes[at + 1] = (int) (value >>> 32);
    }

    private static void loadAligned(Cpu cpu, Op op, int[] lanes) {
        checkAlignment(cpu, op);
        loadUnaligned(cpu, op, lanes);
    }

    private static void loadUnaligned(Cpu cpu, Op op, int[] lanes) {
        cpu.probeLoad(op, 16);
        split(cpu.load64(op), lanes, 0);
        split(cpu.load64(op, 8), lanes, 2);
    }

    static void checkAlignment(Cpu cpu, Op op) {
        if ((cpu.segments[op.segment].base + cpu.address(op) & 15) != 0) throw Fault.gp(0);
    }

    static boolean isScalar(Instruction i) {
        return i.form.operands().get(1).size() == Size.D;
    }

    /** What is computed for each lane. */
    @FunctionalInterface
    private interface Computation {
        int apply(Singles unit, Op op, int a, int b);
    }

    private static Semantics compute(Instruction i, Computation computation) {
        Source source = source(i, 1);
        int count = isScalar(i) ? 1 : LANES;
        return sse((cpu, op) -> {
            int[] lanes = new int[LANES];
            source.read(cpu, op, lanes);
            Singles unit = cpu.singles;
            unit.begin();
            for (int n = 0; n < count; n++) lanes[n] = computation.apply(unit, op, unit.lane(op.dst, n), lanes[n]);
            end(cpu);
            for (int n = 0; n < count; n++) unit.setLane(op.dst, n, lanes[n]);
            X87.report(cpu, unit.takeOperands());
        });
    }

    private static void arithmetic(Map<String, Binder> set, String name, Singles.Operation operation) {
        Binder binder = i -> compute(i, (unit, op, a, b) -> operation.apply(unit, a, b));
        set.put(name + "ps", binder);
        set.put(name + "ss", binder);
    }

    private static void logic(Map<String, Binder> set, String name, IntBinaryOperator operation) {
        set.put(name, i -> compute(i, (unit, op, a, b) -> operation.applyAsInt(a, b)));
    }

    private static Semantics compareForFlags(Instruction i, boolean quiet) {
        Source source = source(i, 1);
        return sse((cpu, op) -> {
            int[] lanes = new int[LANES];
            source.read(cpu, op, lanes);
            cpu.singles.begin();
            int flags = cpu.singles.compareForFlags(cpu.singles.lane(op.dst, 0), lanes[0], quiet);
            end(cpu);
            cpu.flags.replace(flags, Eflags.ARITH);
        });
    }

    /** From an MMX register this is an MMX instruction too. */
    private static Semantics packedFromIntegers(Instruction i) {
        Mmx.Source source = Mmx.source(i, 1);
        boolean memory = Operands.isMemory(i, 1);
        return sse((cpu, op) -> {
            if (!memory && !X87.isErrorFree(cpu)) return;
            long value = source.read(cpu, op);
            cpu.singles.begin();
            int low = cpu.singles.ofInteger((int) value);
            int high = cpu.singles.ofInteger((int) (value >>> 32));
            if (!memory) cpu.fpu.enterMmx();
            end(cpu);
            cpu.singles.setLane(op.dst, 0, low);
            cpu.singles.setLane(op.dst, 1, high);
        });
    }

    private static Semantics packedToIntegers(Instruction i, boolean truncating) {
        Source source = source(i, 1);
        return sse((cpu, op) -> {
            if (!X87.isErrorFree(cpu)) return;
            int[] lanes = new int[LANES];
            source.read(cpu, op, lanes);
            cpu.singles.begin();
            long low = Integer.toUnsignedLong(cpu.singles.toInteger(lanes[0], truncating));
            long high = cpu.singles.toInteger(lanes[1], truncating);
            cpu.fpu.enterMmx();
            end(cpu);
            cpu.fpu.setMmx(op.dst, high << 32 | low);
        });
    }

    private static Semantics fromInteger(Instruction i) {
        Operands.Source source = Operands.source(i);
        return sse((cpu, op) -> {
            int value = source.read(cpu, op);
            cpu.singles.begin();
            int single = cpu.singles.ofInteger(value);
            end(cpu);
            cpu.singles.setLane(op.dst, 0, single);
        });
    }

    private static Semantics toInteger(Instruction i, boolean truncating) {
        Source source = source(i, 1);
        return sse((cpu, op) -> {
            int[] lanes = new int[LANES];
            source.read(cpu, op, lanes);
            cpu.singles.begin();
            int value = cpu.singles.toInteger(lanes[0], truncating);
            end(cpu);
            cpu.r[op.dst] = value;
        });
    }
}
