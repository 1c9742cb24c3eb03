package org.sidestep.verify;

import java.util.Arrays;
import java.util.List;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Debugger;
import org.sidestep.machine.Machine;

/** The registers of a processor, as its debugger shows them. */
final class Processor {

    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;
    private static final int FIRST_SYSENTER = 0x174;
    private static final int LAST_SYSENTER = 0x176;

    private static final List<Cr> CONTROL = List.of(Cr.CR0, Cr.CR3, Cr.CR4);

    private Processor() {}

    /** A hash of all registers that a program can have set, but for CR2. Different ones have different hashes for all practical purposes. */
    static long hash(Machine machine) {
        Debugger debugger = machine.debugger();
        long hash = mixed(machine.eip(), machine.eflags());
        for (Reg32 register : Reg32.values()) hash = mixed(hash, machine.register(register));
        for (Cr register : CONTROL) hash = mixed(hash, machine.control(register));
        for (Seg register : Seg.values())
            hash = mixed(hash, debugger.segment(register).hashCode());
        hash = mixed(hash, debugger.ldtr().hashCode());
        hash = mixed(hash, debugger.tr().hashCode());
        hash = mixed(hash, debugger.gdtr().hashCode());
        hash = mixed(hash, debugger.idtr().hashCode());
        for (Dr register : Dr.values()) hash = mixed(hash, debugger.debug(register));
        for (int msr = FIRST_SYSENTER; msr <= LAST_SYSENTER; msr++) hash = mixed(hash, modelSpecific(debugger, msr));
        return mixed(hash, Arrays.hashCode(debugger.floatingPoint().image()));
    }

    private static long modelSpecific(Debugger debugger, int number) {
        try {
            return debugger.modelSpecific(number);
        } catch (IllegalArgumentException withoutSysenter) {
            return 0;
        }
    }

    private static long mixed(long hash, long value) {
        long product = (hash ^ value) * FACTOR;
        return product ^ product >>> 29 ^ Long.rotateLeft(hash, 17);
    }
}
