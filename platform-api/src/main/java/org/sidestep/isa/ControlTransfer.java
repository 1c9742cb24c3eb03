package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ALL;
import static org.sidestep.isa.Eflags.IF;
import static org.sidestep.isa.Eflags.NT;
import static org.sidestep.isa.Eflags.OF;
import static org.sidestep.isa.Eflags.RF;
import static org.sidestep.isa.Eflags.TF;
import static org.sidestep.isa.Eflags.VM;
import static org.sidestep.isa.Eflags.ZF;
import static org.sidestep.isa.Trait.ENDS;
import static org.sidestep.isa.Trait.SUPERVISOR;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** Jumps, calls, loops, interrupts, system calls and returns. */
final class ControlTransfer {

    private static final int CLEARED_BY_INT = IF | TF | NT | RF | VM;

    private ControlTransfer() {}

    static void define(Rows t) {
        // spotless:off
        t.row("j",        "70+cc",    "Jb",    "jcc",      ENDS);
        t.row("j",        "0F 80+cc", "Jz",    "jcc",      ENDS);
        t.row("jmp",      "EB",       "Jb",    "jmp",      ENDS);
        t.row("jmp",      "E9",       "Jz",    "jmp",      ENDS);
        t.row("jmp",      "FF /4",    "Ev",    "jmp.indirect", ENDS);
        t.row("jmp",      "EA",       "Ap",    "jmp.far",  ENDS);
        t.row("jmp",      "FF /5",    "Mp",    "jmp.far",  ENDS);
        t.row("call",     "E8",       "Jz",    "call",     uses("@+esp"), ENDS);
        t.row("call",     "FF /2",    "Ev",    "call.indirect", uses("@+esp"), ENDS);
        t.row("call",     "9A",       "Ap",    "call.far", uses("@+esp"), ENDS);
        t.row("call",     "FF /3",    "Mp",    "call.far", uses("@+esp"), ENDS);
        t.row("ret",      "C3",       "",      "ret",      uses("@+esp"), ENDS);
        t.row("ret",      "C2",       "Iw",    "ret",      uses("@+esp"), ENDS);
        t.row("retf",     "CB",       "",      "ret.far",  uses("@+esp"), ENDS);
        t.row("retf",     "CA",       "Iw",    "ret.far",  uses("@+esp"), ENDS);
        t.row("loopne",   "E0",       "Jb",    "loop",     uses("ecx >ecx"), reads(ZF), ENDS);
        t.row("loope",    "E1",       "Jb",    "loop",     uses("ecx >ecx"), reads(ZF), ENDS);
        t.row("loop",     "E2",       "Jb",    "loop",     uses("ecx >ecx"), ENDS);
        t.row("jecxz",    "E3",       "Jb",    "jecxz",    uses("ecx"), ENDS);
        t.row("int3",     "CC",       "",      "int",      uses("@+esp"), reads(ALL), writes(CLEARED_BY_INT), ENDS);
        t.row("int",      "CD",       "Ib",    "int",      uses("@+esp"), reads(ALL), writes(CLEARED_BY_INT), ENDS);
        t.row("into",     "CE",       "",      "into",     reads(ALL | OF), writes(CLEARED_BY_INT), ENDS);
        t.row("int1",     "F1",       "",      "int",      uses("@+esp"), reads(ALL), writes(CLEARED_BY_INT), ENDS);
        t.row("iret",     "CF",       "",      "iret",     uses("@+esp"), reads(NT | VM), writes(ALL), ENDS);
        t.row("sysenter", "0F 34",    "",      "sysenter", uses(">esp"), writes(IF | VM), ENDS);
        t.row("sysexit",  "0F 35",    "",      "sysexit",  uses("ecx edx >esp"), SUPERVISOR, ENDS);
        t.row("bound",    "62",       "Gv Ma", "bound",    ENDS);
        t.row("ud2",      "0F 0B",    "",      "ud2",      ENDS);
        // spotless:on
    }
}
