package org.sidestep.machine.ia32.cpu;

import org.sidestep.isa.Eflags;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** Delivery of interrupts and exceptions through the IDT (SDM vol. 3, sections 5.11 to 5.13). */
final class Interrupts {
    private static final int NO_ERROR_CODE = -1;

    /** In an error code: the index refers to the IDT. */
    private static final int IDT = 2;

    private static final int EXTERNAL = 1;
    private static final int CLEARED = Eflags.TF | Eflags.NT | Eflags.RF | Eflags.VM;

    private Interrupts() {}

    /** INT n, INT3, INTO: subject to the gate's privilege; returns behind the instruction. */
    static void software(Cpu cpu, int vector) {
        deliver(cpu, vector, NO_ERROR_CODE, cpu.next, 0, true);
    }

    /** INT1: a debug exception whose gate anyone may use. */
    static void debug(Cpu cpu) {
        deliver(cpu, Vector.DB, NO_ERROR_CODE, cpu.next, EXTERNAL, false);
    }

    /** An interrupt request, between instructions. */
    static void external(Cpu cpu, int vector) {
        deliver(cpu, vector, NO_ERROR_CODE, cpu.eip, EXTERNAL, false);
        cpu.notices.interrupt(vector);
    }

    /** A fault of the instruction at EIP, which will be restarted. */
    static void fault(Cpu cpu, Fault fault) {
        if (fault.vector() == Vector.PF) cpu.control.cr2 = fault.address();
        int errorCode = fault.hasErrorCode() ? fault.errorCode() : NO_ERROR_CODE;
        deliver(cpu, fault.vector(), errorCode, cpu.eip, EXTERNAL, false);
        cpu.notices.fault(fault.vector(), fault.errorCode());
    }

    /** A trap after the instruction before EIP. */
    static void trap(Cpu cpu, int vector) {
        deliver(cpu, vector, NO_ERROR_CODE, cpu.eip, EXTERNAL, false);
        cpu.notices.fault(vector, 0);
    }

    private static void deliver(Cpu cpu, int vector, int errorCode, int returnEip, int external, boolean software) {
        Descriptor gate = gate(cpu, vector, external, software);
        int selector = gate.gateSelector();
        Descriptor code = Segmentation.require(cpu, selector, external);
        if (!code.code() || code.dpl() > cpu.cpl()) throw Fault.gp(Segmentation.code(selector) | external);
        if (!code.present()) throw Fault.np(Segmentation.code(selector) | external);
        if (Integer.compareUnsigned(gate.gateOffset(), code.limit()) > 0) throw Fault.gp(external);
        int from = cpu.cpl();
        if (!code.conforming() && code.dpl() < from) {
            pushInner(cpu, gate, selector, code, errorCode, returnEip, external);
            cpu.timing.event(Timing.Event.INTERRUPT_INWARD);
        } else {
            pushSameLevel(cpu, gate, selector, code, errorCode, returnEip, external);
            cpu.timing.event(Timing.Event.INTERRUPT_SAME_LEVEL);
        }
        boolean interruptGate = (gate.type() & 1) == 0;
        cpu.flags.clear(interruptGate ? CLEARED | Eflags.IF : CLEARED);
        cpu.next = gate.gateOffset();
        cpu.stepping = false;
        cpu.notices.privilegeChanged(from, cpu.cpl(), vector);
    }

    private static Descriptor gate(Cpu cpu, int vector, int external, boolean software) {
        int code = vector * 8 + IDT + external;
        if (!cpu.idtr.contains(vector * 8)) throw Fault.gp(code);
        int address = cpu.idtr.base + vector * 8;
        Descriptor gate = new Descriptor(cpu.system.load32(address), cpu.system.load32(address + 4));
        boolean known = gate.system()
                && switch (gate.type()) {
                    case Descriptor.INTERRUPT_GATE16,
                            Descriptor.TRAP_GATE16,
                            Descriptor.INTERRUPT_GATE32,
                            Descriptor.TRAP_GATE32 -> true;
                    default -> false;
                };
        if (!known || software && gate.dpl() < cpu.cpl()) throw Fault.gp(code);
        if (!gate.present()) throw Fault.np(code);
        return gate;
    }

    private static void pushInner(
            Cpu cpu, Descriptor gate, int selector, Descriptor code, int errorCode, int returnEip, int external) {
        int bytes = gate.is32() ? 4 : 2;
        InnerStack stack = InnerStack.open(cpu, code.dpl(), external);
        stack.reserve(errorCode == NO_ERROR_CODE ? 5 : 6, bytes, external);
        Descriptor touched = Segmentation.touch(cpu, selector, code);
        stack.push(cpu.segments[Cpu.SS].selector, bytes);
        stack.push(cpu.r[Cpu.ESP], bytes);
        stack.push(cpu.flags.value(), bytes);
        stack.push(cpu.segments[Cpu.CS].selector, bytes);
        stack.push(returnEip, bytes);
        if (errorCode != NO_ERROR_CODE) stack.push(errorCode, bytes);
        stack.commit();
        cpu.segments[Cpu.CS].load(selector & ~3 | code.dpl(), touched);
    }

    private static void pushSameLevel(
            Cpu cpu, Descriptor gate, int selector, Descriptor code, int errorCode, int returnEip, int external) {
        int bytes = gate.is32() ? 4 : 2;
        int count = errorCode == NO_ERROR_CODE ? 3 : 4;
        int lowest = cpu.r[Cpu.ESP] - count * bytes & cpu.stackMask();
        if (!cpu.segments[Cpu.SS].within(lowest, bytes)) throw Fault.ss(external);
        cpu.probePush(count, bytes);
        Descriptor touched = Segmentation.touch(cpu, selector, code);
        cpu.push(cpu.flags.value(), bytes);
        cpu.push(cpu.segments[Cpu.CS].selector, bytes);
        cpu.push(returnEip, bytes);
        if (errorCode != NO_ERROR_CODE) cpu.push(errorCode, bytes);
        cpu.segments[Cpu.CS].load(selector & ~3 | cpu.cpl(), touched);
    }
}
