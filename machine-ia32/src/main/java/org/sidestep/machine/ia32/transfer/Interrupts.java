package org.sidestep.machine.ia32.transfer;

import org.sidestep.isa.Eflags;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.DebugRegisters;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Flow;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** Delivery of interrupts and exceptions through the IDT (SDM vol. 3, sections 5.11 to 5.13). */
public final class Interrupts {
    private static final int NO_ERROR_CODE = -1;

    /** In an error code: the index refers to the IDT. */
    private static final int IDT = 2;

    private static final int EXTERNAL = 1;
    private static final int CLEARED = Eflags.TF | Eflags.NT | Eflags.RF | Eflags.VM;

    /** GS, FS, DS, ES: what virtual-8086 mode pushes besides, in this order. */
    private static final int[] DATA = {5, 4, 3, 0};

    private final Cpu cpu;
    private final int vector;
    private final int errorCode;
    private final int returnEip;
    private final int flags;

    /** 1 if not the program itself asked for this, for the error codes of what goes wrong now. */
    private final int external;

    private Interrupts(Cpu cpu, int vector, int errorCode, int returnEip, int flags, int external) {
        this.cpu = cpu;
        this.vector = vector;
        this.errorCode = errorCode;
        this.returnEip = returnEip;
        this.flags = flags;
        this.external = external;
    }

    /** INT3 and INTO: software interrupts that count as exceptions. */
    public static void exception(Cpu cpu, int vector) {
        new Interrupts(cpu, vector, NO_ERROR_CODE, cpu.next, cpu.flags.value(), 0).deliver();
        cpu.notices.fault(vector, 0);
    }

    /** INT n: subject to the gate's privilege; returns behind the instruction. */
    public static void software(Cpu cpu, int vector) {
        if (cpu.virtual8086() && Virtual8086.redirects(cpu, vector)) return;
        new Interrupts(cpu, vector, NO_ERROR_CODE, cpu.next, cpu.flags.value(), 0).deliver();
    }

    /** INT1: a debug exception whose gate anyone may use. */
    public static void debug(Cpu cpu) {
        new Interrupts(cpu, Vector.DB, NO_ERROR_CODE, cpu.next, cpu.flags.value(), EXTERNAL).deliver();
    }

    /** An interrupt request, between instructions. */
    public static void external(Cpu cpu, int vector) {
        new Interrupts(cpu, vector, NO_ERROR_CODE, cpu.eip, resumeFlags(cpu), EXTERNAL).deliver();
        cpu.notices.interrupt(vector);
    }

    /**
     * A fault of the instruction at EIP, which will be restarted: with RF set, so that no breakpoint hits it twice. After
     * an instruction breakpoint, to set it is left to the handler (SDM vol. 3, section 17.3.1.1).
     */
    public static void fault(Cpu cpu, Fault fault) {
        if (fault.vector() == Vector.PF) cpu.control.cr2 = fault.address();
        if (fault.vector() == Vector.DB) cpu.debug.entered(fault.reasons());
        int errorCode = fault.hasErrorCode() ? fault.errorCode() : NO_ERROR_CODE;
        boolean breakpoint = fault.vector() == Vector.DB && (fault.reasons() & DebugRegisters.BD) == 0;
        int flags = cpu.flags.value() | (breakpoint ? 0 : Eflags.RF);
        new Interrupts(cpu, fault.vector(), errorCode, cpu.eip, flags, EXTERNAL).deliver();
        cpu.notices.fault(fault.vector(), fault.errorCode());
    }

    /** A trap after the instruction before EIP. */
    public static void trap(Cpu cpu, int vector) {
        new Interrupts(cpu, vector, NO_ERROR_CODE, cpu.eip, resumeFlags(cpu), EXTERNAL).deliver();
        cpu.notices.fault(vector, 0);
    }

    /** Between iterations of a string instruction, RF keeps a breakpoint from hitting it again. */
    private static int resumeFlags(Cpu cpu) {
        return cpu.flags.value() | (cpu.flow.resuming ? Eflags.RF : 0);
    }

    private void deliver() {
        cpu.flow.comparing = Flow.NOT_COMPARING;
        if (cpu.realMode()) {
            if (4 * vector + 3 > cpu.idtr.limit) throw Fault.gp(0);
            throughVectorTable(cpu, cpu.idtr.base + 4 * vector, returnEip, flags);
            cpu.flags.clear(Eflags.IF | Eflags.TF | Eflags.AC | Eflags.RF);
        } else {
            throughGate();
        }
        cpu.flow.stepping = false;
        cpu.flow.resuming = false;
    }

    /**
     * Real mode and redirected interrupts of virtual-8086 mode: FLAGS, CS and IP on the stack, and on at a far pointer of
     * the table (SDM vol. 3, section 20.1.4).
     */
    static void throughVectorTable(Cpu cpu, int entry, int returnIp, int flags) {
        int pointer = cpu.memory.load32(entry);
        cpu.probePush(3, 2);
        cpu.push(flags, 2);
        cpu.push(cpu.segments[Cpu.CS].selector, 2);
        cpu.push(returnIp, 2);
        Segmentation.loadParagraph(cpu, Cpu.CS, pointer >>> 16);
        cpu.next = pointer & 0xFFFF;
        cpu.timing.event(Timing.Event.INTERRUPT_SAME_LEVEL);
    }

    private void throughGate() {
        Descriptor gate = gate();
        if (gate.taskGate()) {
            toTask(gate.gateSelector());
            return;
        }
        Descriptor code = handler(gate);
        int from = cpu.cpl();
        if (!code.conforming() && code.dpl() < from) {
            pushInner(gate, code);
            cpu.timing.event(Timing.Event.INTERRUPT_INWARD);
        } else {
            pushSameLevel(gate, code);
            cpu.timing.event(Timing.Event.INTERRUPT_SAME_LEVEL);
        }
        clearFlags(cpu, (gate.type() & 1) == 0);
        cpu.next = gate.gateOffset();
        cpu.notices.privilegeChanged(from, cpu.cpl(), vector);
    }

    /** What a gate clears on the way to its handler. */
    public static void clearFlags(Cpu cpu, boolean interruptGate) {
        cpu.flags.clear(interruptGate ? CLEARED | Eflags.IF : CLEARED);
    }

    /** The code segment that a gate names; from virtual-8086 mode the only way leads to level 0. */
    private Descriptor handler(Descriptor gate) {
        int selector = gate.gateSelector();
        int error = Segmentation.code(selector) | external;
        Descriptor code = Segmentation.require(cpu, selector, external);
        boolean level = cpu.virtual8086() ? code.dpl() == 0 && !code.conforming() : code.dpl() <= cpu.cpl();
        if (!code.code() || !level) throw Fault.gp(error);
        if (!code.present()) throw Fault.np(error);
        return code;
    }

    /** The error code goes onto the stack of the new task, in the width of its TSS. */
    private void toTask(int selector) {
        TaskSwitch.interrupt(cpu, selector, returnEip, flags, external);
        if (errorCode != NO_ERROR_CODE) pushOne(errorCode, cpu.tr.descriptor().is32() ? 4 : 2);
        if (!cpu.segments[Cpu.CS].within(cpu.next, 1)) throw Fault.gp(external);
    }

    private void pushOne(int value, int bytes) {
        int offset = cpu.r[Cpu.ESP] - bytes & cpu.stackMask();
        if (!cpu.segments[Cpu.SS].within(offset, bytes)) throw Fault.ss(external);
        cpu.push(value, bytes);
    }

    private Descriptor gate() {
        int code = vector * 8 + IDT + external;
        if (!cpu.idtr.contains(vector * 8)) throw Fault.gp(code);
        int address = cpu.idtr.base + vector * 8;
        Descriptor gate = new Descriptor(cpu.system.load32(address), cpu.system.load32(address + 4));
        if (!gate.interruptOrTrapGate() && !gate.taskGate() || external == 0 && gate.dpl() < cpu.cpl())
            throw Fault.gp(code);
        if (!gate.present()) throw Fault.np(code);
        return gate;
    }

    /** Looked at only after the stack (SDM vol. 2, INT n). */
    private void requireTarget(Descriptor gate, Descriptor code) {
        if (Integer.compareUnsigned(gate.gateOffset(), code.limit()) > 0) throw Fault.gp(external);
    }

    private void pushInner(Descriptor gate, Descriptor code) {
        int bytes = gate.is32() ? 4 : 2;
        InnerStack stack = InnerStack.open(cpu, code.dpl(), external);
        boolean virtual = cpu.virtual8086();
        stack.reserve((errorCode == NO_ERROR_CODE ? 5 : 6) + (virtual ? 4 : 0), bytes, external);
        requireTarget(gate, code);
        Descriptor touched = Segmentation.touch(cpu, gate.gateSelector(), code);
        if (virtual) for (int segment : DATA) stack.push(cpu.segments[segment].selector, bytes);
        stack.push(cpu.segments[Cpu.SS].selector, bytes);
        stack.push(cpu.r[Cpu.ESP], bytes);
        stack.push(flags, bytes);
        stack.push(cpu.segments[Cpu.CS].selector, bytes);
        stack.push(returnEip, bytes);
        if (errorCode != NO_ERROR_CODE) stack.push(errorCode, bytes);
        stack.commit();
        if (virtual) for (int segment : DATA) cpu.segments[segment].loadNull(0);
        cpu.segments[Cpu.CS].load(gate.gateSelector() & ~3 | code.dpl(), touched);
    }

    private void pushSameLevel(Descriptor gate, Descriptor code) {
        int bytes = gate.is32() ? 4 : 2;
        int count = errorCode == NO_ERROR_CODE ? 3 : 4;
        int lowest = cpu.r[Cpu.ESP] - count * bytes & cpu.stackMask();
        if (!cpu.segments[Cpu.SS].within(lowest, bytes)) throw Fault.ss(external);
        cpu.probePush(count, bytes);
        requireTarget(gate, code);
        Descriptor touched = Segmentation.touch(cpu, gate.gateSelector(), code);
        cpu.push(flags, bytes);
        cpu.push(cpu.segments[Cpu.CS].selector, bytes);
        cpu.push(returnEip, bytes);
        if (errorCode != NO_ERROR_CODE) cpu.push(errorCode, bytes);
        cpu.segments[Cpu.CS].load(gate.gateSelector() & ~3 | cpu.cpl(), touched);
    }
}
