package org.sidestep.machine.ia32.transfer;

import org.sidestep.isa.Eflags;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.fault.Fault;

/**
 * Virtual-8086 mode (SDM vol. 3, chapter 20): how it is entered, and what becomes of the instructions that ask about
 * interrupts while IOPL is below 3. With CR4.VME they use a virtual interrupt flag, and INT n can stay in the program.
 */
public final class Virtual8086 {
    private static final int FRAME = 9;
    private static final int BITMAP_POINTER = 102;
    private static final int REDIRECTION_BITMAP = 32;

    private Virtual8086() {}

    /** Whether the instructions that depend on IOPL may not touch the real flags. */
    public static boolean restricted(Cpu cpu) {
        return cpu.virtual8086() && cpu.flags.iopl() < 3;
    }

    private static boolean extended(Cpu cpu) {
        return (cpu.control.cr4 & ControlRegisters.VME) != 0;
    }

    /** Whether CLI and STI act on VIF, in this mode or, with CR4.PVI, at level 3 of protected mode. */
    public static boolean hasVirtualInterruptFlag(Cpu cpu) {
        int bit = cpu.virtual8086() ? ControlRegisters.VME : ControlRegisters.PVI;
        return cpu.cpl() == 3 && (cpu.control.cr4 & bit) != 0;
    }

    /** STI, where it acts on VIF. */
    public static void enableInterrupts(Cpu cpu) {
        if ((cpu.flags.system & Eflags.VIP) != 0) throw Fault.gp(0);
        cpu.flags.system |= Eflags.VIF;
    }

    /** What PUSHF pushes while {@link #restricted}. */
    public static int pushedFlags(Cpu cpu, int bytes) {
        if (!extended(cpu) || bytes != 2) throw Fault.gp(0);
        int flags = cpu.flags.value() | Eflags.IOPL;
        return (flags & Eflags.VIF) != 0 ? flags | Eflags.IF : flags & ~Eflags.IF;
    }

    /** Raises what POPF or IRET of these flags raise while {@link #restricted}. */
    public static void checkFlags(Cpu cpu, int image, int bytes) {
        boolean pending = (image & Eflags.IF) != 0 && (cpu.flags.system & Eflags.VIP) != 0;
        boolean allowed = extended(cpu) && bytes == 2 && (image & Eflags.TF) == 0 && !pending;
        if (!allowed) throw Fault.gp(0);
    }

    /** Loads flags that have passed {@link #checkFlags}. */
    public static void loadFlags(Cpu cpu, int image) {
        int virtual = (image & Eflags.IF) != 0 ? Eflags.VIF : 0;
        cpu.flags.replace(image & 0xFFFF | virtual, Eflags.ARITH | Eflags.TF | Eflags.DF | Eflags.NT | Eflags.VIF);
    }

    /**
     * INT n: delivers it through the program's own vector table if the TSS says so.
     *
     * @return whether it did; otherwise the IDT decides
     */
    static boolean redirects(Cpu cpu, int vector) {
        boolean restricted = restricted(cpu);
        if (!extended(cpu) || goesToMonitor(cpu, vector)) {
            if (restricted) throw Fault.gp(0);
            return false;
        }
        int flags = restricted ? pushedFlags(cpu, 2) : cpu.flags.value();
        Interrupts.throughVectorTable(cpu, 4 * vector, cpu.next, flags);
        cpu.flags.clear(Eflags.TF | Eflags.RF | (restricted ? Eflags.VIF : Eflags.IF));
        return true;
    }

    /** The bit of the interrupt redirection bitmap, which ends where the I/O permission bitmap begins. */
    private static boolean goesToMonitor(Cpu cpu, int vector) {
        SegmentRegister tss = cpu.tr;
        if (tss.isNull() || !tss.descriptor().is32() || !tss.within(BITMAP_POINTER, 2)) throw Fault.gp(0);
        int at = cpu.system.load16(tss.base + BITMAP_POINTER) - REDIRECTION_BITMAP + (vector >> 3);
        if (!tss.within(at, 1)) throw Fault.gp(0);
        return (cpu.system.load8(tss.base + at) >> (vector & 7) & 1) != 0;
    }

    /** IRET at level 0 with VM set in the image: nine doublewords, from EIP to GS. */
    static void enter(Cpu cpu) {
        int[] frame = new int[FRAME];
        for (int i = 0; i < FRAME; i++) frame[i] = cpu.peekStack(4 * i, 4);
        if (frame[0] >>> 16 != 0) throw Fault.gp(0);
        cpu.flags.replace(frame[2], Eflags.ALL);
        cpu.setCpl(3);
        cpu.r[Cpu.ESP] = frame[3];
        Segmentation.loadParagraph(cpu, Cpu.CS, frame[1] & 0xFFFF);
        Segmentation.loadParagraph(cpu, Cpu.SS, frame[4] & 0xFFFF);
        int[] others = {0, 3, 4, 5};
        for (int i = 0; i < others.length; i++) Segmentation.loadParagraph(cpu, others[i], frame[5 + i] & 0xFFFF);
        cpu.next = frame[0];
    }
}
