package org.sidestep.machine.ia32.transfer;

import org.sidestep.isa.Eflags;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.observe.Notices;

/** IRET and far RET (SDM vol. 2, IRET and RET; vol. 3, section 5.8.6). */
public final class Returns {
    private static final int ALWAYS = Eflags.ARITH | Eflags.TF | Eflags.DF | Eflags.NT;
    private static final int ALWAYS32 = ALWAYS | Eflags.AC | Eflags.ID;

    private Returns() {}

    /** Returns from an interrupt: within a level, to an outer one, to virtual-8086 mode, or to the task before (NT). */
    public static void iret(Cpu cpu, Op op) {
        // Even an IRET that faults lets the next one through (SDM vol. 3, section 6.7.1).
        if (cpu.nmiBlocked) cpu.attention();
        cpu.nmiBlocked = false;
        int system = cpu.flags.system;
        if (!cpu.protectedMode()) {
            toParagraph(cpu, op);
            return;
        }
        if ((cpu.flags.system & Eflags.NT) != 0) {
            TaskSwitch.back(cpu);
            return;
        }
        int bytes = op.size;
        int from = cpu.cpl();
        int image = cpu.peekStack(2 * bytes, bytes);
        if (bytes == 4 && from == 0 && (image & Eflags.VM) != 0) {
            Virtual8086.enter(cpu);
        } else {
            int writable = bytes == 4 && from == 0 ? kernelReturnedFlags(cpu) : returnedFlags(cpu, bytes);
            far(cpu, bytes, 3 * bytes, 0);
            cpu.flags.replace(image, writable);
        }
        cpu.flagsLoaded(system);
        boolean outward = cpu.cpl() != from;
        cpu.timing.event(outward ? Timing.Event.IRET_OUTWARD : Timing.Event.IRET_SAME_LEVEL);
        cpu.notices.privilegeChanged(from, cpu.cpl(), Notices.BY_RETURN);
    }

    /** IRET in real and virtual-8086 mode. */
    private static void toParagraph(Cpu cpu, Op op) {
        int image = cpu.peekStack(2 * op.size, op.size);
        boolean restricted = Virtual8086.restricted(cpu);
        if (restricted) Virtual8086.checkFlags(cpu, image, op.size);
        toParagraph(cpu, op.size, 3 * op.size);
        if (restricted) Virtual8086.loadFlags(cpu, image);
        else cpu.flags.replace(image, returnedFlags(cpu, op.size));
        cpu.attention();
        cpu.timing.event(Timing.Event.IRET_SAME_LEVEL);
    }

    /** Real and virtual-8086 mode: loads CS:EIP from the top of the stack, and drops {@code frame} bytes. */
    private static void toParagraph(Cpu cpu, int bytes, int frame) {
        int offset = cpu.peekStack(0, bytes);
        int selector = cpu.peekStack(bytes, bytes) & 0xFFFF;
        if (!cpu.segments[Cpu.CS].within(offset, 1)) throw Fault.gp(0);
        cpu.setStackPointer(cpu.r[Cpu.ESP] + frame);
        Segmentation.loadParagraph(cpu, Cpu.CS, selector);
        cpu.next = offset;
    }

    /** Returns from a far call, perhaps to an outer level. */
    public static void retf(Cpu cpu, Op op) {
        int from = cpu.cpl();
        if (cpu.protectedMode()) far(cpu, op.size, 2 * op.size + op.imm, op.imm);
        else toParagraph(cpu, op.size, 2 * op.size + op.imm);
        if (cpu.cpl() != from) cpu.timing.event(Timing.Event.FAR_TRANSFER_OUTWARD);
        cpu.notices.privilegeChanged(from, cpu.cpl(), Notices.BY_RETURN);
    }

    /** Which flags IRET and POPF may change at the current level. */
    public static int writableFlags(Cpu cpu, int bytes) {
        int mask = bytes == 4 ? ALWAYS32 : ALWAYS;
        if (cpu.cpl() <= cpu.flags.iopl()) mask |= Eflags.IF;
        if (cpu.cpl() == 0) mask |= Eflags.IOPL;
        return mask;
    }

    /** Which flags a 32-bit IRET may change at level 0. */
    public static int kernelReturnedFlags(Cpu cpu) {
        return returnedFlags(cpu, 4) | Eflags.VIF | Eflags.VIP;
    }

    private static int returnedFlags(Cpu cpu, int bytes) {
        return writableFlags(cpu, bytes) | (bytes == 4 ? Eflags.RF : 0);
    }

    /**
     * Loads CS:EIP from the top of the stack, and SS:ESP from {@code frame} bytes above if the level changes.
     *
     * @param release bytes of parameters to skip on the outer stack
     */
    private static void far(Cpu cpu, int bytes, int frame, int release) {
        int offset = cpu.peekStack(0, bytes);
        int selector = cpu.peekStack(bytes, bytes) & 0xFFFF;
        Descriptor code = returnTarget(cpu, selector);
        boolean outward = Segmentation.rpl(selector) > cpu.cpl();
        int pointer = outward ? cpu.peekStack(frame, bytes) : 0;
        int stackSelector = outward ? cpu.peekStack(frame + bytes, bytes) & 0xFFFF : 0;
        Descriptor stack = outward ? outerStack(cpu, stackSelector, Segmentation.rpl(selector)) : null;
        if (Integer.compareUnsigned(offset, code.limit()) > 0) throw Fault.gp(0);
        Descriptor touched = Segmentation.touch(cpu, selector, code);
        if (outward) {
            Descriptor touchedStack = Segmentation.touch(cpu, stackSelector, stack);
            cpu.setCpl(Segmentation.rpl(selector));
            cpu.segments[Cpu.SS].load(stackSelector, touchedStack);
            if (cpu.segments[Cpu.SS].big) cpu.r[Cpu.ESP] = pointer + release;
            else cpu.reg16(Cpu.ESP, pointer + release);
            Segmentation.dropInnerSegments(cpu);
        } else {
            cpu.setStackPointer(cpu.r[Cpu.ESP] + frame);
        }
        cpu.segments[Cpu.CS].load(selector, touched);
        cpu.next = offset;
    }

    private static Descriptor returnTarget(Cpu cpu, int selector) {
        Descriptor code = Segmentation.require(cpu, selector, 0);
        int rpl = Segmentation.rpl(selector);
        boolean level = code.conforming() ? code.dpl() <= rpl : code.dpl() == rpl;
        if (!code.code() || rpl < cpu.cpl() || !level) throw Fault.gp(Segmentation.code(selector));
        if (!code.present()) throw Fault.np(Segmentation.code(selector));
        return code;
    }

    private static Descriptor outerStack(Cpu cpu, int selector, int level) {
        Descriptor stack = Segmentation.require(cpu, selector, 0);
        boolean fits = Segmentation.rpl(selector) == level && stack.dpl() == level && stack.writable();
        if (!fits) throw Fault.gp(Segmentation.code(selector));
        if (!stack.present()) throw Fault.ss(Segmentation.code(selector));
        return stack;
    }
}
