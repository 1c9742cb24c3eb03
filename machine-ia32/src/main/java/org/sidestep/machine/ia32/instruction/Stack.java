package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.transfer.Returns;
import org.sidestep.machine.ia32.transfer.Virtual8086;

/** Push, pop and stack frames. */
final class Stack {
    private Stack() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("push",  Stack::push);
        set.put("pop",   Stack::pop);
        set.put("pusha", Binder.always(Stack::pusha));
        set.put("popa",  Binder.always(Stack::popa));
        set.put("pushf", Binder.always(Stack::pushf));
        set.put("popf",  Binder.always(Stack::popf));
        set.put("enter", Binder.always(Stack::enter));
        set.put("leave", Binder.always(Stack::leave));
        // spotless:on
    }

    private static Semantics push(Instruction i) {
        Kind kind = Operands.kind(i, 0);
        if (kind == Kind.FIXED) return Stack::pushSegment;
        if (kind == Kind.I) return (cpu, op) -> cpu.push(op.imm, op.size);
        if (Operands.isMemory(i, 0)) return (cpu, op) -> cpu.push(Operands.load(cpu, op, op.size), op.size);
        return (cpu, op) -> cpu.push(cpu.r[op.dst], op.size);
    }

    private static Semantics pop(Instruction i) {
        if (Operands.kind(i, 0) == Kind.FIXED) return Stack::popSegment;
        if (Operands.isMemory(i, 0)) return Stack::popMemory;
        return (cpu, op) -> cpu.reg(op.dst, op.size, cpu.pop(op.size));
    }

    /** The P6 family writes, and reads, two bytes of the four (SDM vol. 3, chapter 18, "Selector Pushes and Pops"). */
    private static void pushSegment(Cpu cpu, Op op) {
        int sp = cpu.r[Cpu.ESP] - op.size & cpu.stackMask();
        cpu.store(Cpu.SS, sp, 2, cpu.segments[op.dst].selector);
        cpu.setStackPointer(sp);
    }

    /** POP SS takes the word from the old stack, whose width also says how the stack pointer moves. */
    private static void popSegment(Cpu cpu, Op op) {
        int mask = cpu.stackMask();
        Segmentation.load(cpu, op.dst, cpu.peekStack(0, 2));
        cpu.r[Cpu.ESP] = cpu.r[Cpu.ESP] & ~mask | cpu.r[Cpu.ESP] + op.size & mask;
        if (op.dst == Cpu.SS) Protection.shadow(cpu);
    }

    /** An address that is based on ESP uses its value after the pop. */
    private static void popMemory(Cpu cpu, Op op) {
        int value = cpu.peekStack(0, op.size);
        int before = cpu.r[Cpu.ESP];
        cpu.setStackPointer(before + op.size);
        try {
            Operands.store(cpu, op, op.size, value);
        } catch (Fault fault) {
            cpu.r[Cpu.ESP] = before;
            throw fault;
        }
    }

    /**
     * The stack pointer changes last, after a fault not at all. Where selectors are paragraphs, a stack that ends in the
     * middle of a register is a #GP (SDM vol. 2, PUSHA).
     */
    private static void pusha(Cpu cpu, Op op) {
        int mask = cpu.stackMask();
        int sp = cpu.r[Cpu.ESP] & mask;
        if (!cpu.protectedMode() && sp >= 7 && sp <= 15 && (sp & 1) != 0) throw Fault.gp(0);
        for (int n = Cpu.EAX; n <= Cpu.EDI; n++) cpu.store(Cpu.SS, sp - (n + 1) * op.size & mask, op.size, cpu.r[n]);
        cpu.setStackPointer(sp - 8 * op.size);
    }

    /** What was popped before a fault stays popped; the stack pointer changes last. */
    private static void popa(Cpu cpu, Op op) {
        for (int n = Cpu.EDI; n >= Cpu.EAX; n--) {
            int value = cpu.peekStack((Cpu.EDI - n) * op.size, op.size);
            if (n != Cpu.ESP) cpu.reg(n, op.size, value);
        }
        cpu.setStackPointer(cpu.r[Cpu.ESP] + 8 * op.size);
    }

    private static void pushf(Cpu cpu, Op op) {
        int flags = Virtual8086.restricted(cpu) ? Virtual8086.pushedFlags(cpu, op.size) : cpu.flags.value();
        cpu.push(flags & ~(Eflags.VM | Eflags.RF), op.size);
    }

    /** Outside virtual-8086 mode, POPFD clears VIF and VIP. */
    private static void popf(Cpu cpu, Op op) {
        int image = cpu.peekStack(0, op.size);
        int system = cpu.flags.system;
        if (Virtual8086.restricted(cpu)) {
            Virtual8086.checkFlags(cpu, image, op.size);
            Virtual8086.loadFlags(cpu, image);
        } else {
            int cleared = op.size == 4 && !cpu.virtual8086() ? Eflags.VIF | Eflags.VIP : 0;
            cpu.flags.replace(image & ~cleared, Returns.writableFlags(cpu, op.size) | cleared);
        }
        cpu.setStackPointer(cpu.r[Cpu.ESP] + op.size);
        cpu.flagsLoaded(system);
    }

    /**
     * Registers change last; what a fault on the way leaves below the stack pointer is what the processor leaves. A frame
     * that could not be written to at its final top faults.
     */
    private static void enter(Cpu cpu, Op op) {
        int level = op.imm2 & 31;
        int mask = cpu.stackMask();
        int sp = cpu.r[Cpu.ESP] - op.size & mask;
        int frame = cpu.r[Cpu.ESP] & ~mask | sp;
        cpu.store(Cpu.SS, sp, op.size, cpu.r[Cpu.EBP]);
        for (int n = 1; n < level; n++) {
            int link = cpu.load(Cpu.SS, cpu.r[Cpu.EBP] - n * op.size & mask, op.size);
            sp = sp - op.size & mask;
            cpu.store(Cpu.SS, sp, op.size, link);
        }
        if (level > 0) {
            sp = sp - op.size & mask;
            cpu.store(Cpu.SS, sp, op.size, frame);
        }
        sp = sp - op.imm & mask;
        cpu.memory.probeWrite(cpu.segments[Cpu.SS].writable(sp, op.size), op.size);
        cpu.reg(Cpu.EBP, op.size, frame);
        cpu.setStackPointer(sp);
    }

    /** Where selectors are paragraphs, a frame outside the segment is a #GP, not a #SS (SDM vol. 2, LEAVE). */
    private static void leave(Cpu cpu, Op op) {
        int frame = cpu.r[Cpu.EBP];
        boolean inside = cpu.segments[Cpu.SS].within(frame & cpu.stackMask(), op.size);
        if (!inside && !cpu.protectedMode()) throw Fault.gp(0);
        int value = cpu.load(Cpu.SS, frame & cpu.stackMask(), op.size);
        cpu.setStackPointer(frame + op.size);
        cpu.reg(Cpu.EBP, op.size, value);
    }
}
