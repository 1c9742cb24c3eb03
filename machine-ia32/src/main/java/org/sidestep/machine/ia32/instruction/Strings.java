package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Flow;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.mmu.LinearMemory;

/**
 * String instructions. A repeated one keeps ECX, ESI and EDI up to date after every iteration, so it can be interrupted
 * or fault between two and go on. It lets the clock catch up, and interrupts in, every {@link Cpu#stretch} iterations.
 */
public final class Strings {
    private static final int REPNE = 0xF2;

    private Strings() {}

    /** One iteration, or several of up to {@code most} that are alike; returns how many. */
    @FunctionalInterface
    private interface Step {
        int run(Cpu cpu, Op op, int bytes, int most);
    }

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("movs", i -> repeated(i, Strings::movs, false));
        set.put("stos", i -> repeated(i, Strings::stos, false));
        set.put("lods", i -> repeated(i, Strings::lods, false));
        set.put("ins",  i -> permitted(i, repeated(i, Strings::ins, false)));
        set.put("outs", i -> permitted(i, repeated(i, Strings::outs, false)));
        set.put("cmps", i -> repeated(i, Strings::cmps, true));
        set.put("scas", i -> repeated(i, Strings::scas, true));
        // spotless:on
    }

    private static Semantics repeated(Instruction instruction, Step step, boolean comparing) {
        int bytes = bytes(instruction);
        if (instruction.repeat == 0) return (cpu, op) -> step.run(cpu, op, bytes, 1);
        if (!comparing) return (cpu, op) -> repeat(cpu, op, step, bytes, false, false);
        boolean whileEqual = instruction.repeat != REPNE;
        return (cpu, op) -> compare(cpu, op, step, bytes, whileEqual);
    }

    /** INS and OUTS name DX too; the port's width is that of the memory operand. */
    private static int bytes(Instruction instruction) {
        boolean byteForm = (instruction.form.opcode() & 1) == 0;
        return byteForm ? 1 : instruction.operandSize;
    }

    /** The port is checked first, even if ECX asks for no iteration at all. */
    private static Semantics permitted(Instruction instruction, Semantics transfer) {
        int bytes = bytes(instruction);
        return (cpu, op) -> {
            InputOutput.check(cpu, cpu.reg16(Cpu.EDX), bytes);
            transfer.execute(cpu, op);
        };
    }

    /** A fault leaves the flags as they were before the instruction (SDM vol. 2, REP). */
    private static void compare(Cpu cpu, Op op, Step step, int bytes, boolean whileEqual) {
        if (cpu.flow.comparing == Flow.NOT_COMPARING) cpu.flow.comparing = cpu.flags.value();
        try {
            repeat(cpu, op, step, bytes, true, whileEqual);
            if (!cpu.flow.unfinished) cpu.flow.comparing = Flow.NOT_COMPARING;
        } catch (Fault fault) {
            cpu.flags.replace(cpu.flow.comparing, Eflags.ARITH);
            cpu.flow.comparing = Flow.NOT_COMPARING;
            throw fault;
        }
    }

    private static void repeat(Cpu cpu, Op op, Step step, int bytes, boolean comparing, boolean whileEqual) {
        int mask = op.addressMask;
        int left = cpu.r[Cpu.ECX] & mask;
        int stretch = Integer.compareUnsigned(left, cpu.flow.stretch) < 0 ? left : cpu.flow.stretch;
        int done = 0;
        boolean ended = left == 0;
        while (done < stretch && !ended) {
            int steps = step.run(cpu, op, bytes, stretch - done);
            left -= steps;
            done += steps;
            cpu.r[Cpu.ECX] = cpu.r[Cpu.ECX] & ~mask | left & mask;
            ended = left == 0 || comparing && cpu.flags.zf() != whileEqual;
        }
        cpu.flow.iterations = done;
        cpu.flow.unfinished = !ended;
        if (!ended) cpu.next = cpu.eip;
    }

    private static int source(Cpu cpu, Op op, int bytes) {
        return cpu.load(op.segment, cpu.r[Cpu.ESI] & op.addressMask, bytes);
    }

    private static int destination(Cpu cpu, Op op) {
        return cpu.r[Cpu.EDI] & op.addressMask;
    }

    private static void advance(Cpu cpu, Op op, int register, int bytes) {
        int mask = op.addressMask;
        int value = cpu.r[register] + (cpu.flags.df() ? -bytes : bytes);
        cpu.r[register] = cpu.r[register] & ~mask | value & mask;
    }

    private static int movs(Cpu cpu, Op op, int bytes, int most) {
        cpu.store(Cpu.ES, destination(cpu, op), bytes, source(cpu, op, bytes));
        advance(cpu, op, Cpu.ESI, bytes);
        advance(cpu, op, Cpu.EDI, bytes);
        return 1;
    }

    private static int stos(Cpu cpu, Op op, int bytes, int most) {
        int linear = destination(cpu, op);
        cpu.store(Cpu.ES, linear, bytes, cpu.r[Cpu.EAX]);
        int more = 0;
        boolean plain = op.addressMask == -1 && cpu.segments[Cpu.ES].isFlatData() && !cpu.flags.df();
        if (most > 1 && plain) more = cpu.memory.storeOn(linear, bytes, cpu.r[Cpu.EAX], most - 1);
        advance(cpu, op, Cpu.EDI, (1 + more) * bytes);
        return 1 + more;
    }

    private static int lods(Cpu cpu, Op op, int bytes, int most) {
        cpu.reg(Cpu.EAX, bytes, source(cpu, op, bytes));
        advance(cpu, op, Cpu.ESI, bytes);
        return 1;
    }

    private static int cmps(Cpu cpu, Op op, int bytes, int most) {
        int b = cpu.load(Cpu.ES, destination(cpu, op), bytes);
        int a = source(cpu, op, bytes);
        Alu.sub(cpu.flags, a, b, Operands.shift(bytes));
        advance(cpu, op, Cpu.ESI, bytes);
        advance(cpu, op, Cpu.EDI, bytes);
        return 1;
    }

    private static int scas(Cpu cpu, Op op, int bytes, int most) {
        int b = cpu.load(Cpu.ES, destination(cpu, op), bytes);
        Alu.sub(cpu.flags, cpu.r[Cpu.EAX], b, Operands.shift(bytes));
        advance(cpu, op, Cpu.EDI, bytes);
        return 1;
    }

    /** The destination must be known to be writable before the device gives its value away. */
    private static int ins(Cpu cpu, Op op, int bytes, int most) {
        int port = cpu.reg16(Cpu.EDX);
        int linear = cpu.segments[Cpu.ES].writable(destination(cpu, op), bytes);
        LinearMemory memory = cpu.memory;
        memory.probeWrite(linear, bytes);
        int value = InputOutput.in(cpu, port, bytes);
        cpu.store(Cpu.ES, destination(cpu, op), bytes, value);
        advance(cpu, op, Cpu.EDI, bytes);
        return 1;
    }

    private static int outs(Cpu cpu, Op op, int bytes, int most) {
        InputOutput.out(cpu, cpu.reg16(Cpu.EDX), bytes, source(cpu, op, bytes));
        advance(cpu, op, Cpu.ESI, bytes);
        return 1;
    }
}
