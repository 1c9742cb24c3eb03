package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fpu.Lane;
import org.sidestep.machine.ia32.fpu.Simd;

/** Singles, doubles and doubleword integers made of each other, in XMM, MMX and general registers. */
final class SseConversions {
    private SseConversions() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        convert(set, "cvtpi2ps",  Lane.INTEGER, Lane.SINGLE,  2);
        convert(set, "cvtps2pi",  Lane.SINGLE,  Lane.INTEGER, 2);
        convert(set, "cvttps2pi", Lane.SINGLE,  Lane.INTEGER, 2);
        convert(set, "cvtsi2ss",  Lane.INTEGER, Lane.SINGLE,  1);
        convert(set, "cvtss2si",  Lane.SINGLE,  Lane.INTEGER, 1);
        convert(set, "cvttss2si", Lane.SINGLE,  Lane.INTEGER, 1);
        convert(set, "cvtdq2ps",  Lane.INTEGER, Lane.SINGLE,  4);
        convert(set, "cvtps2dq",  Lane.SINGLE,  Lane.INTEGER, 4);
        convert(set, "cvttps2dq", Lane.SINGLE,  Lane.INTEGER, 4);
        convert(set, "cvtpi2pd",  Lane.INTEGER, Lane.DOUBLE,  2);
        convert(set, "cvtpd2pi",  Lane.DOUBLE,  Lane.INTEGER, 2);
        convert(set, "cvttpd2pi", Lane.DOUBLE,  Lane.INTEGER, 2);
        convert(set, "cvtsi2sd",  Lane.INTEGER, Lane.DOUBLE,  1);
        convert(set, "cvtsd2si",  Lane.DOUBLE,  Lane.INTEGER, 1);
        convert(set, "cvttsd2si", Lane.DOUBLE,  Lane.INTEGER, 1);
        convert(set, "cvtdq2pd",  Lane.INTEGER, Lane.DOUBLE,  2);
        convert(set, "cvtpd2dq",  Lane.DOUBLE,  Lane.INTEGER, 2);
        convert(set, "cvttpd2dq", Lane.DOUBLE,  Lane.INTEGER, 2);
        convert(set, "cvtps2pd",  Lane.SINGLE,  Lane.DOUBLE,  2);
        convert(set, "cvtpd2ps",  Lane.DOUBLE,  Lane.SINGLE,  2);
        convert(set, "cvtss2sd",  Lane.SINGLE,  Lane.DOUBLE,  1);
        convert(set, "cvtsd2ss",  Lane.DOUBLE,  Lane.SINGLE,  1);
        // spotless:on
    }

    private static void convert(Map<String, Binder> set, String name, Lane from, Lane to, int count) {
        set.put(name, i -> convert(i, from, to, count));
    }

    /** From or to an MMX register it is an MMX instruction too. What is not converted stays if the row says so, or is zero. */
    private static Semantics convert(Instruction i, Lane from, Lane to, int count) {
        Sse.Source source = source(i);
        Sink sink = sink(i);
        boolean mmx = Operands.kind(i, 0) == Kind.P || Operands.kind(i, 1) == Kind.Q && !Operands.isMemory(i, 1);
        boolean truncating = i.form.mnemonic().startsWith("cvtt");
        boolean keeps = i.form.operands().get(0).access() == Access.READ_WRITE;
        return Sse.sse((cpu, op) -> {
            if (mmx && !X87.isErrorFree(cpu)) return;
            Simd unit = cpu.simd;
            long[] given = source.read(cpu, op);
            long[] result = keeps ? unit.register(op.dst) : new long[2];
            unit.begin();
            for (int n = 0; n < count; n++) {
                to.set(result, n, unit.convert(from, to, from.get(given, n), truncating));
            }
            if (mmx) cpu.fpu.enterMmx();
            Sse.end(cpu);
            sink.write(cpu, op, result);
        });
    }

    private static Sse.Source source(Instruction i) {
        switch (Operands.kind(i, 1)) {
            case E -> {
                Operands.Source general = Operands.source(i);
                return (cpu, op) -> new long[] {general.read(cpu, op), 0};
            }
            case Q -> {
                Mmx.Source mmx = Mmx.source(i, 1);
                return (cpu, op) -> new long[] {mmx.read(cpu, op), 0};
            }
            default -> {
                return Sse.source(i, 1);
            }
        }
    }

    @FunctionalInterface
    private interface Sink {
        void write(Cpu cpu, Op op, long[] quadwords);
    }

    private static Sink sink(Instruction i) {
        return switch (Operands.kind(i, 0)) {
            case G -> (cpu, op, quadwords) -> cpu.r[op.dst] = (int) quadwords[0];
            case P -> (cpu, op, quadwords) -> cpu.fpu.setMmx(op.dst, quadwords[0]);
            default -> Sse::write;
        };
    }
}
