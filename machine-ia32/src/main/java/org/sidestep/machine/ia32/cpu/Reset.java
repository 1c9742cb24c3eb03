package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.ia32.fpu.Fpu;
import org.sidestep.machine.ia32.fpu.Simd;

/** The states in which a processor begins (SDM vol. 3, section 9.1 and table 9-1; Multiboot specification 0.6.96, section 3.2). */
final class Reset {
    private static final int FLAT_CS = 0x08;
    private static final int FLAT_DS = 0x10;
    private static final int RESET_CS = 0xF000;
    private static final int RESET_BASE = 0xFFFF0000;
    private static final int RESET_EIP = 0xFFF0;

    private Reset() {}

    /** The Multiboot machine state: protected mode, flat segments, paging and interrupts off. */
    static void flat(Cpu cpu) {
        Descriptor code = new Descriptor(0x0000FFFF, 0x00CF9B00);
        Descriptor data = new Descriptor(0x0000FFFF, 0x00CF9300);
        for (int i = 0; i < cpu.segments.length; i++) {
            cpu.segments[i].load(i == Cpu.CS ? FLAT_CS : FLAT_DS, i == Cpu.CS ? code : data);
        }
        cpu.ldtr.loadNull(0);
        cpu.tr.loadNull(0);
        cpu.setCpl(0);
    }

    static void powerOn(Cpu cpu) {
        begin(cpu, true);
        cpu.fpu.copy(new Fpu());
        cpu.simd.copy(new Simd());
        cpu.msr.copy(new ModelSpecificRegisters(cpu.identity));
        cpu.msr.write(ModelSpecificRegisters.TSC, 0, cpu.timing.cycles());
    }

    static void init(Cpu cpu) {
        begin(cpu, false);
    }

    private static void begin(Cpu cpu, boolean powerOn) {
        cpu.flags.replace(0, -1);
        cpu.control.reset(powerOn);
        cpu.debug.reset();
        for (int i = 0; i < cpu.segments.length; i++) cpu.segments[i].load(0, Descriptor.REAL);
        cpu.segments[Cpu.CS].load(RESET_CS, Descriptor.REAL.at(RESET_BASE));
        cpu.ldtr.loadNull(0);
        cpu.tr.loadNull(0);
        cpu.gdtr.copy(new TableRegister());
        cpu.idtr.copy(new TableRegister());
        cpu.setCpl(0);
        cpu.nmiBlocked = false;
        for (int n = Cpu.EAX; n <= Cpu.EDI; n++) cpu.r[n] = 0;
        cpu.r[Cpu.EDX] = cpu.identity.cpuid(1)[0];
        cpu.goTo(RESET_EIP);
        cpu.attention();
    }
}
