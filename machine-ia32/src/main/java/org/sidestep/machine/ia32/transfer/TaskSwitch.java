package org.sidestep.machine.ia32.transfer;

import org.sidestep.isa.Eflags;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.DebugRegisters;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.observe.Notices;

/**
 * Hardware task switching (SDM vol. 3, section 7.3). Whatever is wrong with the two TSSs themselves, page faults in them
 * included, is found before anything changes, as a fault of the old task. From {@link #commit} on, the processor is in the
 * new task, and a segment that cannot be loaded is that task's fault.
 */
final class TaskSwitch {
    private static final int LAST16 = 43;
    private static final int LAST32 = 103;

    /** What makes the processor switch; calls and interrupts nest. */
    private enum Cause {
        JUMP,
        CALL,
        INTERRUPT,
        RETURN
    }

    private final Cpu cpu;
    private final Cause cause;
    private final int eip;
    private final int flags;
    private final int external;

    /** @param eip where the old task goes on when it is resumed, with {@code flags} */
    private TaskSwitch(Cpu cpu, Cause cause, int eip, int flags, int external) {
        this.cpu = cpu;
        this.cause = cause;
        this.eip = eip;
        this.flags = flags;
        this.external = external;
    }

    /** A far JMP or CALL to a TSS, or to a task gate for one. */
    static void to(Cpu cpu, int selector, boolean call) {
        new TaskSwitch(cpu, call ? Cause.CALL : Cause.JUMP, cpu.next, cpu.flags.value(), 0).enter(selector);
    }

    /** An interrupt or exception through a task gate. */
    static void interrupt(Cpu cpu, int selector, int eip, int flags, int external) {
        new TaskSwitch(cpu, Cause.INTERRUPT, eip, flags, external).enter(selector);
    }

    /** IRET from a nested task. */
    static void back(Cpu cpu) {
        int code = Segmentation.code(cpu.tr.selector);
        if (cpu.tr.isNull()) throw Fault.ts(code);
        int selector = cpu.system.load16(cpu.tr.base);
        TaskSwitch task = new TaskSwitch(cpu, Cause.RETURN, cpu.next, cpu.flags.value() & ~Eflags.NT, 0);
        Descriptor tss = global(cpu, selector) ? Segmentation.find(cpu, selector) : null;
        if (tss == null || !tss.tss() || !tss.tssBusy()) throw Fault.ts(Segmentation.code(selector));
        task.change(selector, tss);
    }

    private static boolean global(Cpu cpu, int selector) {
        return (selector & 4) == 0 && !Segmentation.isNull(selector);
    }

    private void enter(int selector) {
        int code = Segmentation.code(selector) | external;
        if (!global(cpu, selector)) throw Fault.gp(code);
        Descriptor tss = Segmentation.require(cpu, selector, external);
        if (!tss.tss() || tss.tssBusy()) throw Fault.gp(code);
        change(selector, tss);
    }

    private void change(int selector, Descriptor tss) {
        int code = Segmentation.code(selector) | external;
        if (!tss.present()) throw Fault.np(code);
        if (!holdsTask(tss.limit(), tss.is32())) throw Fault.ts(code);
        TaskState task = new TaskState(cpu.system, tss.base(), tss.is32());
        Descriptor outgoing = outgoing();
        if (nests()) cpu.system.probeWrite(tss.base(), 2);
        if (cause != Cause.RETURN) Segmentation.probeRewrite(cpu, selector);

        int from = cpu.cpl();
        if (!nests()) Segmentation.setBusy(cpu, cpu.tr.selector, outgoing, false);
        TaskState.save(cpu, cpu.tr.base, cpu.tr.descriptor().is32(), eip, flags);
        if (nests()) cpu.system.store16(tss.base(), cpu.tr.selector);
        boolean marked = cause == Cause.RETURN;
        cpu.tr.load(selector, marked ? tss : Segmentation.setBusy(cpu, selector, tss, true));
        commit(task);
        cpu.notices.privilegeChanged(from, cpu.cpl(), Notices.BY_FAR_TRANSFER);
        TaskSegments.load(cpu, task, external);
        if (task.trap) cpu.debugTrap(DebugRegisters.BT);
    }

    /** The descriptor of the running task, which must have room for its state. */
    private Descriptor outgoing() {
        int code = Segmentation.code(cpu.tr.selector) | external;
        SegmentRegister tr = cpu.tr;
        if (tr.isNull() || !holdsTask(tr.limit, tr.descriptor().is32())) throw Fault.ts(code);
        Descriptor descriptor = Segmentation.find(cpu, tr.selector);
        if (descriptor == null) throw Fault.ts(code);
        TaskState.probe(cpu.system, tr.base, tr.descriptor().is32());
        if (!nests()) Segmentation.probeRewrite(cpu, tr.selector);
        return descriptor;
    }

    private static boolean holdsTask(int limit, boolean is32) {
        return Integer.compareUnsigned(limit, is32 ? LAST32 : LAST16) >= 0;
    }

    private boolean nests() {
        return cause == Cause.CALL || cause == Cause.INTERRUPT;
    }

    /** Loads what cannot fail; no segment can be used until {@link TaskSegments} has looked at its descriptor. */
    private void commit(TaskState task) {
        ControlRegisters control = cpu.control;
        control.cr0 |= ControlRegisters.TS;
        cpu.debug.disableLocal();
        boolean otherSpace = task.is32 && (control.cr0 & ControlRegisters.PG) != 0 && task.cr3 != control.cr3;
        if (otherSpace) control.writeCr3(task.cr3);
        cpu.flags.replace(nests() ? task.eflags | Eflags.NT : task.eflags, Eflags.ALL);
        System.arraycopy(task.registers, 0, cpu.r, 0, task.registers.length);
        cpu.eip = task.eip;
        cpu.next = task.eip;
        cpu.flow.stepping = false;
        cpu.flow.shadow = false;
        cpu.flow.resuming = false;
        cpu.ldtr.loadNull(task.ldt);
        for (int i = 0; i < task.selectors.length; i++) cpu.segments[i].loadNull(task.selectors[i]);
        cpu.setCpl(cpu.virtual8086() ? 3 : Segmentation.rpl(task.selectors[Cpu.CS]));
        cpu.timing.event(Timing.Event.FAR_TRANSFER_INWARD);
        cpu.attention();
    }
}
