package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.OperandForm.Size;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Packed;

/** Packed integers in the registers of the floating-point unit; under the same names, in XMM registers as well. */
final class Mmx {
    private Mmx() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("emms", Binder.always(mmx((cpu, op) -> cpu.fpu.leaveMmx())));
        both(set, "movd", Mmx::movd, SseIntegers::movd);
        both(set, "movq", Mmx::movq, SseIntegers::movq);
        set.put("movntq", i -> store(Mmx::storeNonTemporal));
        lanes(set, "paddb",   8,  (a, b) -> a + b);
        lanes(set, "paddw",   16, (a, b) -> a + b);
        lanes(set, "paddd",   32, (a, b) -> a + b);
        lanes(set, "psubb",   8,  (a, b) -> a - b);
        lanes(set, "psubw",   16, (a, b) -> a - b);
        lanes(set, "psubd",   32, (a, b) -> a - b);
        binary(set, "paddq",  (a, b) -> a + b);
        binary(set, "psubq",  (a, b) -> a - b);
        lanes(set, "paddsb",  8,  (a, b) -> Packed.signedByte(a + b));
        lanes(set, "paddsw",  16, (a, b) -> Packed.signedWord(a + b));
        lanes(set, "psubsb",  8,  (a, b) -> Packed.signedByte(a - b));
        lanes(set, "psubsw",  16, (a, b) -> Packed.signedWord(a - b));
        lanes(set, "paddusb", 8,  (a, b) -> Packed.unsignedByte((a & 0xFF) + (b & 0xFF)));
        lanes(set, "paddusw", 16, (a, b) -> Packed.unsignedWord((a & 0xFFFF) + (b & 0xFFFF)));
        lanes(set, "psubusb", 8,  (a, b) -> Packed.unsignedByte((a & 0xFF) - (b & 0xFF)));
        lanes(set, "psubusw", 16, (a, b) -> Packed.unsignedWord((a & 0xFFFF) - (b & 0xFFFF)));
        lanes(set, "pcmpeqb", 8,  (a, b) -> a == b ? -1 : 0);
        lanes(set, "pcmpeqw", 16, (a, b) -> a == b ? -1 : 0);
        lanes(set, "pcmpeqd", 32, (a, b) -> a == b ? -1 : 0);
        lanes(set, "pcmpgtb", 8,  (a, b) -> a > b ? -1 : 0);
        lanes(set, "pcmpgtw", 16, (a, b) -> a > b ? -1 : 0);
        lanes(set, "pcmpgtd", 32, (a, b) -> a > b ? -1 : 0);
        lanes(set, "pmullw",  16, (a, b) -> a * b);
        lanes(set, "pmulhw",  16, (a, b) -> a * b >> 16);
        lanes(set, "pmulhuw", 16, (a, b) -> (a & 0xFFFF) * (b & 0xFFFF) >>> 16);
        lanes(set, "pavgb",   8,  (a, b) -> (a & 0xFF) + (b & 0xFF) + 1 >> 1);
        lanes(set, "pavgw",   16, (a, b) -> (a & 0xFFFF) + (b & 0xFFFF) + 1 >> 1);
        lanes(set, "pminub",  8,  (a, b) -> Math.min(a & 0xFF, b & 0xFF));
        lanes(set, "pmaxub",  8,  (a, b) -> Math.max(a & 0xFF, b & 0xFF));
        lanes(set, "pminsw",  16, Math::min);
        lanes(set, "pmaxsw",  16, Math::max);
        binary(set, "pand",   (a, b) -> a & b);
        binary(set, "pandn",  (a, b) -> ~a & b);
        binary(set, "por",    (a, b) -> a | b);
        binary(set, "pxor",   (a, b) -> a ^ b);
        binary(set, "pmaddwd", Packed::multiplyAdd);
        binary(set, "pmuludq", (a, b) -> (a & 0xFFFFFFFFL) * (b & 0xFFFFFFFFL));
        binary(set, "psadbw", Packed::sumOfDifferences);
        pack(set, "packsswb", (a, b) -> Packed.pack(16, a, b, (x, y) -> Packed.signedByte(x)));
        pack(set, "packuswb", (a, b) -> Packed.pack(16, a, b, (x, y) -> Packed.unsignedByte(x)));
        pack(set, "packssdw", (a, b) -> Packed.pack(32, a, b, (x, y) -> Packed.signedWord(x)));
        interleave(set, "punpcklbw", 8, 0);
        interleave(set, "punpcklwd", 16, 0);
        interleave(set, "punpckldq", 32, 0);
        interleave(set, "punpckhbw", 8, 1);
        interleave(set, "punpckhwd", 16, 1);
        interleave(set, "punpckhdq", 32, 1);
        shift(set, "psllw", (a, n) -> Packed.shiftLeft(16, a, n));
        shift(set, "pslld", (a, n) -> Packed.shiftLeft(32, a, n));
        shift(set, "psllq", (a, n) -> Packed.shiftLeft(64, a, n));
        shift(set, "psrlw", (a, n) -> Packed.shiftRight(16, a, n));
        shift(set, "psrld", (a, n) -> Packed.shiftRight(32, a, n));
        shift(set, "psrlq", (a, n) -> Packed.shiftRight(64, a, n));
        shift(set, "psraw", (a, n) -> Packed.shiftRightSigned(16, a, n));
        shift(set, "psrad", (a, n) -> Packed.shiftRightSigned(32, a, n));
        // spotless:on
        set.put("pshufw", i -> {
            Source source = source(i, 1);
            return mmx((cpu, op) -> write(cpu, op.dst, Packed.shuffle(source.read(cpu, op), op.imm)));
        });
        both(set, "pinsrw", Mmx::insert, SseIntegers::insert);
        both(set, "pextrw", i -> toGeneral((value, op) -> Packed.extract(value, op.imm)), SseIntegers::extract);
        both(set, "pmovmskb", i -> toGeneral((value, op) -> Packed.signs(value)), SseIntegers::signs);
        set.put("maskmovq", Binder.always(mmx(Mmx::maskedStore)));
    }

    /** Raises what every MMX instruction raises, and waits like one of the x87 (SDM vol. 3, table 12-1). */
    static Semantics mmx(Semantics body) {
        return (cpu, op) -> {
            if ((cpu.control.cr0 & ControlRegisters.EM) != 0) throw Fault.ud();
            X87.requireUnit(cpu);
            if (X87.isErrorFree(cpu)) body.execute(cpu, op);
        };
    }

    /** Reads a quadword operand. */
    @FunctionalInterface
    interface Source {
        long read(Cpu cpu, Op op);
    }

    /** An MMX register or memory; of a doubleword in memory, the upper half is zero. */
    static Source source(Instruction i, int operand) {
        if (Operands.isImmediate(i, operand)) return (cpu, op) -> op.imm;
        if (!Operands.isMemory(i, operand)) return (cpu, op) -> cpu.fpu.mmx(op.src);
        return i.form.operands().get(operand).size() == Size.D
                ? (cpu, op) -> Integer.toUnsignedLong(cpu.load32(op))
                : Cpu::load64;
    }

    static void write(Cpu cpu, int register, long value) {
        cpu.fpu.setMmx(register, value);
        cpu.fpu.enterMmx();
    }

    private static void both(Map<String, Binder> set, String name, Binder mmx, Binder xmm) {
        set.put(name, i -> (SseIntegers.areMeant(i) ? xmm : mmx).bind(i));
    }

    private static Binder binary(LongBinaryOperator operation) {
        return i -> {
            Source source = source(i, 1);
            return mmx(
                    (cpu, op) -> write(cpu, op.dst, operation.applyAsLong(cpu.fpu.mmx(op.dst), source.read(cpu, op))));
        };
    }

    private static void binary(Map<String, Binder> set, String name, LongBinaryOperator operation) {
        both(set, name, binary(operation), Sse.quadwords(operation));
    }

    private static void shift(Map<String, Binder> set, String name, LongBinaryOperator operation) {
        both(set, name, binary(operation), SseIntegers.shift(operation));
    }

    private static void pack(Map<String, Binder> set, String name, LongBinaryOperator operation) {
        both(set, name, binary(operation), SseIntegers.pack(operation));
    }

    private static void interleave(Map<String, Binder> set, String name, int bits, int half) {
        LongBinaryOperator operation =
                half == 0 ? (a, b) -> Packed.interleaveLow(bits, a, b) : (a, b) -> Packed.interleaveHigh(bits, a, b);
        both(set, name, binary(operation), SseIntegers.interleave(bits, half));
    }

    private static void lanes(Map<String, Binder> set, String name, int bits, IntBinaryOperator operation) {
        binary(set, name, (a, b) -> Packed.lanes(bits, a, b, operation));
    }

    private static Semantics movd(Instruction i) {
        if (Operands.kind(i, 0) == Kind.P) {
            Operands.Source source = Operands.source(i);
            return mmx((cpu, op) -> write(cpu, op.dst, Integer.toUnsignedLong(source.read(cpu, op))));
        }
        if (Operands.isMemory(i, 0)) return store((cpu, op, value) -> cpu.store32(op, (int) value));
        return mmx((cpu, op) -> {
            cpu.r[op.dst] = (int) cpu.fpu.mmx(op.src);
            cpu.fpu.enterMmx();
        });
    }

    private static Semantics movq(Instruction i) {
        if (Operands.isMemory(i, 0)) return store(Cpu::store64);
        Source source = source(i, 1);
        return mmx((cpu, op) -> write(cpu, op.dst, source.read(cpu, op)));
    }

    @FunctionalInterface
    private interface Store {
        void store(Cpu cpu, Op op, long value);
    }

    /** On the host's processor, even a store that faults has moved the top of the stack. */
    private static Semantics store(Store memory) {
        return mmx((cpu, op) -> {
            long value = cpu.fpu.mmx(op.src);
            cpu.fpu.resetTop();
            memory.store(cpu, op, value);
            cpu.fpu.enterMmx();
        });
    }

    private static void storeNonTemporal(Cpu cpu, Op op, long value) {
        cpu.probeStore(op, 8);
        cpu.timing.nonTemporal();
        cpu.store64(op, value);
    }

    private static Semantics insert(Instruction i) {
        boolean memory = Operands.isMemory(i, 1);
        return mmx((cpu, op) -> {
            long word = (memory ? cpu.load16(op) : cpu.r[op.src]) & 0xFFFFL;
            write(cpu, op.dst, Packed.insert(cpu.fpu.mmx(op.dst), word, op.imm));
        });
    }

    /** What of a register goes to a general one. */
    @FunctionalInterface
    private interface Extract {
        int of(long value, Op op);
    }

    private static Semantics toGeneral(Extract extract) {
        return mmx((cpu, op) -> {
            cpu.r[op.dst] = extract.of(cpu.fpu.mmx(op.src), op);
            cpu.fpu.enterMmx();
        });
    }

    private static void maskedStore(Cpu cpu, Op op) {
        int mask = Packed.signs(cpu.fpu.mmx(op.src));
        long value = cpu.fpu.mmx(op.dst);
        cpu.fpu.enterMmx();
        maskedStore(cpu, op, mask, value);
    }

    /** Bytes whose mask bit is set go to DS:EDI. The address is looked at even if there are none. */
    static void maskedStore(Cpu cpu, Op op, int mask, long... quadwords) {
        int bytes = 8 * quadwords.length;
        int offset = cpu.r[Cpu.EDI] & op.addressMask;
        cpu.memory.probeWrite(cpu.segments[op.segment].writable(offset, bytes), bytes);
        cpu.timing.nonTemporal();
        for (int n = 0; n < bytes; n++) {
            if ((mask >> n & 1) != 0) cpu.store(op.segment, offset + n, 1, (int) (quadwords[n >> 3] >>> 8 * (n & 7)));
        }
    }
}
