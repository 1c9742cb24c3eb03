package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.observe.Notices;

/** SYSENTER and SYSEXIT: system calls that make up flat segments instead of reading descriptors. */
public final class Sysenter {
    /** Flat segments as SYSENTER and SYSEXIT make them up. */
    private static final int FLAT_LOW = 0x0000FFFF;

    private static final int FLAT_CODE = 0x00CF9B00;
    private static final int FLAT_DATA = 0x00CF9300;
    private static final int DPL3 = 3 << 13;

    private static final Descriptor KERNEL_CODE = new Descriptor(FLAT_LOW, FLAT_CODE);
    private static final Descriptor KERNEL_DATA = new Descriptor(FLAT_LOW, FLAT_DATA);
    private static final Descriptor USER_CODE = new Descriptor(FLAT_LOW, FLAT_CODE | DPL3);
    private static final Descriptor USER_DATA = new Descriptor(FLAT_LOW, FLAT_DATA | DPL3);

    private Sysenter() {}

    static void define(Map<String, Binder> set) {
        set.put("sysenter", Binder.always(Sysenter::sysenter));
        set.put("sysexit", Binder.always(Sysenter::sysexit));
    }

    private static void sysenter(Cpu cpu, Op op) {
        if (!isReady(cpu)) throw Fault.gp(0);
        int from = cpu.cpl();
        enter(cpu);
        cpu.timing.event(Timing.Event.SYSENTER);
        cpu.notices.privilegeChanged(from, 0, Notices.BY_SYSENTER);
    }

    private static void sysexit(Cpu cpu, Op op) {
        if (!isReady(cpu)) throw Fault.gp(0);
        exit(cpu);
        cpu.timing.event(Timing.Event.SYSEXIT);
        cpu.notices.privilegeChanged(0, 3, Notices.BY_RETURN);
    }

    /** Whether SYSENTER and SYSEXIT do not fault, but for the level. */
    public static boolean isReady(Cpu cpu) {
        return selector(cpu) != 0 && !cpu.realMode();
    }

    /** What SYSENTER does to the processor, without time and notice. */
    public static void enter(Cpu cpu) {
        cpu.flags.clear(Eflags.VM | Eflags.IF | Eflags.RF);
        flat(cpu, selector(cpu), 0);
        cpu.r[Cpu.ESP] = cpu.msr.sysenterEsp;
        cpu.next = cpu.msr.sysenterEip;
    }

    /** What SYSEXIT does to the processor, likewise. */
    public static void exit(Cpu cpu) {
        flat(cpu, selector(cpu) + 16 | 3, 3);
        cpu.r[Cpu.ESP] = cpu.r[Cpu.ECX];
        cpu.next = cpu.r[Cpu.EDX];
    }

    private static int selector(Cpu cpu) {
        return cpu.msr.sysenterCs & 0xFFFC;
    }

    private static void flat(Cpu cpu, int selector, int level) {
        cpu.setCpl(level);
        cpu.segments[Cpu.CS].load(selector, level == 3 ? USER_CODE : KERNEL_CODE);
        cpu.segments[Cpu.SS].load(selector + 8, level == 3 ? USER_DATA : KERNEL_DATA);
    }
}
