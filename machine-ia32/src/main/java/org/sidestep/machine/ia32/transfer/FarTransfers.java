package org.sidestep.machine.ia32.transfer;

import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.observe.Notices;

/** Far JMP and CALL: to a code segment, through a call gate, to a task (SDM vol. 3, section 5.8). */
public final class FarTransfers {
    private FarTransfers() {}

    /** Jumps to a segment, or through a call gate, task gate or TSS. */
    public static void jump(Cpu cpu, int selector, int offset, int bytes) {
        transfer(cpu, selector, offset, bytes, false);
    }

    /** Calls a segment, or through a call gate (perhaps to an inner level), task gate or TSS. */
    public static void call(Cpu cpu, int selector, int offset, int bytes) {
        transfer(cpu, selector, offset, bytes, true);
    }

    private static void transfer(Cpu cpu, int selector, int offset, int bytes, boolean call) {
        if (!cpu.protectedMode()) {
            toParagraph(cpu, selector, offset, bytes, call);
            return;
        }
        Descriptor target = Segmentation.require(cpu, selector, 0);
        if (target.code()) {
            toCode(cpu, selector, target, offset, bytes, call);
            return;
        }
        int code = Segmentation.code(selector);
        boolean visible = target.dpl() >= Math.max(cpu.cpl(), Segmentation.rpl(selector));
        if (!target.system() || !visible) throw Fault.gp(code);
        switch (target.type()) {
            case Descriptor.CALL_GATE16, Descriptor.CALL_GATE32 -> {
                if (!target.present()) throw Fault.np(code);
                throughGate(cpu, target, call);
            }
            case Descriptor.TASK_GATE -> {
                if (!target.present()) throw Fault.np(code);
                TaskSwitch.to(cpu, target.gateSelector(), call);
            }
            case Descriptor.TSS16_AVAILABLE, Descriptor.TSS32_AVAILABLE -> TaskSwitch.to(cpu, selector, call);
            default -> throw Fault.gp(code);
        }
    }

    private static void toParagraph(Cpu cpu, int selector, int offset, int bytes, boolean call) {
        if (!cpu.segments[Cpu.CS].within(offset, 1)) throw Fault.gp(0);
        if (call) {
            cpu.probePush(2, bytes);
            cpu.push(cpu.segments[Cpu.CS].selector, bytes);
            cpu.push(cpu.next, bytes);
        }
        Segmentation.loadParagraph(cpu, Cpu.CS, selector);
        cpu.next = offset;
    }

    private static void toCode(Cpu cpu, int selector, Descriptor target, int offset, int bytes, boolean call) {
        int code = Segmentation.code(selector);
        boolean allowed = target.conforming()
                ? target.dpl() <= cpu.cpl()
                : target.dpl() == cpu.cpl() && Segmentation.rpl(selector) <= cpu.cpl();
        if (!allowed) throw Fault.gp(code);
        if (!target.present()) throw Fault.np(code);
        enter(cpu, selector, target, bytes == 2 ? offset & 0xFFFF : offset, bytes, call);
    }

    private static void throughGate(Cpu cpu, Descriptor gate, boolean call) {
        int selector = gate.gateSelector();
        Descriptor target = Segmentation.require(cpu, selector, 0);
        int code = Segmentation.code(selector);
        if (!target.code() || target.dpl() > cpu.cpl()) throw Fault.gp(code);
        boolean inward = !target.conforming() && target.dpl() < cpu.cpl();
        if (inward && !call) throw Fault.gp(code);
        if (!target.present()) throw Fault.np(code);
        if (inward) inward(cpu, gate, target);
        else enter(cpu, selector, target, gate.gateOffset(), gate.is32() ? 4 : 2, call);
    }

    /** Goes on in another segment at the same level. */
    private static void enter(Cpu cpu, int selector, Descriptor target, int offset, int bytes, boolean call) {
        if (call) cpu.probePush(2, bytes);
        if (Integer.compareUnsigned(offset, target.limit()) > 0) throw Fault.gp(0);
        Descriptor touched = Segmentation.touch(cpu, selector, target);
        if (call) {
            cpu.push(cpu.segments[Cpu.CS].selector, bytes);
            cpu.push(cpu.next, bytes);
        }
        cpu.segments[Cpu.CS].load(selector & ~3 | cpu.cpl(), touched);
        cpu.next = offset;
    }

    /** A call gate to a more privileged level: other stack, parameters copied. */
    private static void inward(Cpu cpu, Descriptor gate, Descriptor target) {
        int from = cpu.cpl();
        int bytes = gate.is32() ? 4 : 2;
        int count = gate.parameters();
        InnerStack stack = InnerStack.open(cpu, target.dpl(), 0);
        stack.reserve(4 + count, bytes, 0);
        int[] parameters = new int[count];
        for (int i = 0; i < count; i++) parameters[i] = cpu.peekStack(i * bytes, bytes);
        if (Integer.compareUnsigned(gate.gateOffset(), target.limit()) > 0) throw Fault.gp(0);
        Descriptor touched = Segmentation.touch(cpu, gate.gateSelector(), target);
        stack.push(cpu.segments[Cpu.SS].selector, bytes);
        stack.push(cpu.r[Cpu.ESP], bytes);
        for (int i = count - 1; i >= 0; i--) stack.push(parameters[i], bytes);
        stack.push(cpu.segments[Cpu.CS].selector, bytes);
        stack.push(cpu.next, bytes);
        stack.commit();
        cpu.segments[Cpu.CS].load(gate.gateSelector() & ~3 | target.dpl(), touched);
        cpu.next = gate.gateOffset();
        cpu.timing.event(Timing.Event.FAR_TRANSFER_INWARD);
        cpu.notices.privilegeChanged(from, cpu.cpl(), Notices.BY_FAR_TRANSFER);
    }
}
