package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.ia32.fpu.Fpu;
import org.sidestep.machine.ia32.fpu.Simd;

/** A copy of the processor's state, TLBs included, for a snapshot. */
public final class CpuState {
    private final int[] r;
    private final Flags flags = new Flags();
    private final int eip;
    private final int cpl;
    private final boolean halted;
    private final boolean nmiBlocked;
    private final Flow flow = new Flow();
    private final SegmentRegister[] segments = new SegmentRegister[6];
    private final SegmentRegister ldtr = new SegmentRegister(false);
    private final SegmentRegister tr = new SegmentRegister(false);
    private final TableRegister gdtr = new TableRegister();
    private final TableRegister idtr = new TableRegister();
    private final ControlRegisters control = new ControlRegisters(null, 0);
    private final DebugRegisters debug = new DebugRegisters(null);
    private final ModelSpecificRegisters msr;
    private final Fpu fpu = new Fpu();
    private final Simd simd = new Simd();

    CpuState(Cpu cpu) {
        r = cpu.r.clone();
        // The values that the flags derive from may differ where the flags do not.
        flags.replace(cpu.flags.value(), -1);
        eip = cpu.eip;
        cpl = cpu.cpl();
        halted = cpu.halted;
        nmiBlocked = cpu.nmiBlocked;
        flow.copy(cpu.flow);
        for (int i = 0; i < segments.length; i++) {
            segments[i] = new SegmentRegister(i == Cpu.SS);
            segments[i].copy(cpu.segments[i]);
        }
        ldtr.copy(cpu.ldtr);
        tr.copy(cpu.tr);
        gdtr.copy(cpu.gdtr);
        idtr.copy(cpu.idtr);
        control.copy(cpu.control);
        debug.copy(cpu.debug);
        msr = new ModelSpecificRegisters(cpu.identity);
        msr.copy(cpu.msr);
        fpu.copy(cpu.fpu);
        simd.copy(cpu.simd);
    }

    void applyTo(Cpu cpu) {
        System.arraycopy(r, 0, cpu.r, 0, r.length);
        cpu.flags.copy(flags);
        cpu.eip = eip;
        cpu.setCpl(cpl);
        cpu.halted = halted;
        cpu.nmiBlocked = nmiBlocked;
        cpu.flow.copy(flow);
        for (int i = 0; i < segments.length; i++) cpu.segments[i].copy(segments[i]);
        cpu.ldtr.copy(ldtr);
        cpu.tr.copy(tr);
        cpu.gdtr.copy(gdtr);
        cpu.idtr.copy(idtr);
        cpu.control.copy(control);
        cpu.debug.copy(debug);
        cpu.msr.copy(msr);
        cpu.fpu.copy(fpu);
        cpu.simd.copy(simd);
        cpu.notices.clear();
        cpu.attention();
    }
}
