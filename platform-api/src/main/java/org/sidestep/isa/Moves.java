package org.sidestep.isa;

import static org.sidestep.isa.Eflags.AF;
import static org.sidestep.isa.Eflags.CF;
import static org.sidestep.isa.Eflags.PF;
import static org.sidestep.isa.Eflags.SF;
import static org.sidestep.isa.Eflags.ZF;
import static org.sidestep.isa.Trait.ENDS;
import static org.sidestep.isa.Trait.LOCK;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** Data movement between registers and memory, segment registers included. */
final class Moves {

    private Moves() {}

    static void define(Rows t) {
        // spotless:off
        t.row("mov",   "88",     "Eb:w Gb",     "mov");
        t.row("mov",   "89",     "Ev:w Gv",     "mov");
        t.row("mov",   "8A",     "Gb:w Eb",     "mov");
        t.row("mov",   "8B",     "Gv:w Ev",     "mov");
        t.row("mov",   "A0",     "al:w Ob",     "mov");
        t.row("mov",   "A1",     "eAX:w Ov",    "mov");
        t.row("mov",   "A2",     "Ob:w al",     "mov");
        t.row("mov",   "A3",     "Ov:w eAX",    "mov");
        t.row("mov",   "B0+r",   "Zb:w Ib",     "mov");
        t.row("mov",   "B8+r",   "Zv:w Iz",     "mov");
        t.row("mov",   "C6 /0",  "Eb:w Ib",     "mov");
        t.row("mov",   "C7 /0",  "Ev:w Iz",     "mov");
        t.row("mov",   "8C",     "Rv:w Sw",     "mov.from.sreg");
        t.row("mov",   "8C",     "Mw:w Sw",     "mov.from.sreg");
        t.row("mov",   "8E",     "Sw:w Ewv",    "mov.sreg", ENDS);

        t.row("movzx", "0F B6",  "Gv:w Eb",     "movzx");
        t.row("movzx", "0F B7",  "Gv:w Ew",     "movzx");
        t.row("movsx", "0F BE",  "Gv:w Eb",     "movzx");
        t.row("movsx", "0F BF",  "Gv:w Ew",     "movzx");
        t.row("cmov",  "0F 40+cc", "Gv:rw Ev",  "cmov");
        t.row("set",   "0F 90+cc", "Eb:w",      "setcc");

        t.row("nop",   "90",     "",            "nop");
        // A part that does not know it makes it a NOP: it has no feature bit.
        t.row("pause", "F3 90",  "",            "nop");
        t.row("xchg",  "90+r",   "Zv:rw eAX:rw", "xchg");
        t.row("xchg",  "86",     "Eb:rw Gb:rw", "xchg", LOCK);
        t.row("xchg",  "87",     "Ev:rw Gv:rw", "xchg", LOCK);
        t.row("nop",   "0F 1F",  "Ev:a",        "nop");

        t.row("lea",   "8D",     "Gv:w M:a",    "lea");
        t.row("les",   "C4",     "Gv:w Mp",     "lds", ENDS);
        t.row("lds",   "C5",     "Gv:w Mp",     "lds", ENDS);
        t.row("lss",   "0F B2",  "Gv:w Mp",     "lds", ENDS);
        t.row("lfs",   "0F B4",  "Gv:w Mp",     "lds", ENDS);
        t.row("lgs",   "0F B5",  "Gv:w Mp",     "lds", ENDS);
        t.row("xlat",  "D7",     "Tb",          "xlat", uses("@ebx eax >eax"));

        t.row("lahf",  "9F",     "",            "lahf", uses("eax >eax"), reads(SF | ZF | AF | PF | CF));
        t.row("sahf",  "9E",     "",            "sahf", uses("eax"), writes(SF | ZF | AF | PF | CF));
        // spotless:on
    }
}
