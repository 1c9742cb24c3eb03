package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.mmu.Paging;

/** CR0 to CR4 (SDM vol. 3, section 2.5). */
public final class ControlRegisters {
    public static final int PE = 1;
    public static final int MP = 1 << 1;
    public static final int EM = 1 << 2;
    public static final int TS = 1 << 3;
    static final int ET = 1 << 4;
    public static final int NE = 1 << 5;
    static final int WP = 1 << 16;
    static final int AM = 1 << 18;
    static final int NW = 1 << 29;
    static final int CD = 1 << 30;
    public static final int PG = 1 << 31;
    public static final int VME = 1;
    public static final int PVI = 1 << 1;
    public static final int TSD = 1 << 2;
    static final int DE = 1 << 3;
    static final int MCE = 1 << 6;
    public static final int PCE = 1 << 8;
    public static final int OSFXSR = 1 << 9;
    public static final int OSXMMEXCPT = 1 << 10;

    private static final int CR0_DEFINED = PE | MP | EM | TS | ET | NE | WP | AM | NW | CD | PG;

    /** Every second: bits of CR4, and the feature in CPUID leaf 1 without which they do not exist. */
    private static final int[] CR4_FEATURES = {
        VME | PVI,
        1 << 1,
        TSD,
        1 << 4,
        DE,
        1 << 2,
        Paging.CR4_PSE,
        1 << 3,
        Paging.CR4_PAE,
        1 << 6,
        MCE,
        1 << 7,
        Paging.CR4_PGE,
        1 << 13,
        // Performance counters came with CMOV, in the P6.
        PCE,
        1 << 15,
        OSFXSR,
        1 << 24,
        OSXMMEXCPT,
        1 << 25
    };

    private static final int CR3_DEFINED = 0xFFFFF018;
    private static final int CR3_EXTENDED = 0xFFFFFFF8;

    private final Cpu cpu;
    private final int cr4Defined;
    public int cr0 = PE | ET;
    public int cr2;
    public int cr3;
    public int cr4;

    /** {@code features} are those of CPUID leaf 1, EDX. */
    ControlRegisters(Cpu cpu, int features) {
        this.cpu = cpu;
        cr4Defined = defined(features);
    }

    private static int defined(int features) {
        int defined = 0;
        for (int i = 0; i < CR4_FEATURES.length; i += 2) {
            if ((features & CR4_FEATURES[i + 1]) != 0) defined |= CR4_FEATURES[i];
        }
        return defined;
    }

    /** MOV from a control register: raises #UD for one that does not exist. */
    public int read(int number) {
        return switch (number) {
            case 0 -> cr0;
            case 2 -> cr2;
            case 3 -> cr3;
            case 4 -> cr4;
            default -> throw Fault.ud();
        };
    }

    /** MOV to a control register: raises #UD for one that does not exist, #GP(0) for a value that it cannot have. */
    public void write(int number, int value) {
        switch (number) {
            case 0 -> writeCr0(value);
            case 2 -> cr2 = value;
            case 3 -> writeCr3(value);
            case 4 -> writeCr4(value);
            default -> throw Fault.ud();
        }
    }

    /** Raises #GP(0) for a combination that cannot be. */
    public void writeCr0(int value) {
        if ((value & (PG | PE)) == PG || (value & (NW | CD)) == NW) throw Fault.gp(0);
        boolean leaving = (cr0 & ~value & PE) != 0;
        cpu.mmu.setControl(value & CR0_DEFINED | ET, cr4);
        cr0 = value & CR0_DEFINED | ET;
        cpu.attention();
        // In real mode nothing is forbidden in the code segment, whatever it was before.
        SegmentRegister cs = cpu.segments[Cpu.CS];
        if (leaving) cs.load(cs.selector, cs.descriptor().unprotected());
    }

    /** As RESET and INIT leave them; INIT keeps the cache bits of CR0 (SDM vol. 3, table 9-1). */
    void reset(boolean powerOn) {
        cr0 = powerOn ? CD | NW | ET : cr0 & (CD | NW) | ET;
        cr2 = 0;
        cr3 = 0;
        cr4 = 0;
        cpu.mmu.setControl(cr0, cr4);
        cpu.mmu.setCr3(cr3);
    }

    /** Loads a register from outside: without time, count or notice. */
    public void set(int number, int value) {
        if (number == 3) setCr3(value);
        else write(number, value);
    }

    private void setCr3(int value) {
        int defined = value & ((cr4 & Paging.CR4_PAE) != 0 ? CR3_EXTENDED : CR3_DEFINED);
        cpu.mmu.setCr3(defined);
        cr3 = defined;
    }

    /** Switches the address space: drops what the TLBs hold, but for global pages. */
    public void writeCr3(int value) {
        loadCr3(value);
        cpu.timing.event(Timing.Event.CR3_LOAD);
    }

    /** The same without telling the clock, which is left to whoever calls. */
    public void loadCr3(int value) {
        setCr3(value);
        cpu.mmu.countCr3Load();
        cpu.notices.cr3Loaded(cr3);
    }

    private void writeCr4(int value) {
        if ((value & ~cr4Defined) != 0) throw Fault.gp(0);
        cpu.mmu.setControl(cr0, value);
        cr4 = value;
    }

    void copy(ControlRegisters other) {
        cr0 = other.cr0;
        cr2 = other.cr2;
        cr3 = other.cr3;
        cr4 = other.cr4;
    }
}
