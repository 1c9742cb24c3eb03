package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ARITH;
import static org.sidestep.isa.Eflags.DF;
import static org.sidestep.isa.Trait.IO_BITMAP;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** String instructions; the repeat prefix is part of the decoded instruction, not of the row. */
final class Strings {

    private Strings() {}

    static void define(Rows t) {
        // spotless:off
        t.row("movs", "A4", "Yb:w Xb",  "movs", uses("@+esi @+edi %ecx"), reads(DF));
        t.row("movs", "A5", "Yv:w Xv",  "movs", uses("@+esi @+edi %ecx"), reads(DF));
        t.row("cmps", "A6", "Xb Yb",    "cmps", uses("@+esi @+edi %ecx"), reads(DF), writes(ARITH));
        t.row("cmps", "A7", "Xv Yv",    "cmps", uses("@+esi @+edi %ecx"), reads(DF), writes(ARITH));
        t.row("stos", "AA", "Yb:w al",  "stos", uses("@+edi %ecx"), reads(DF));
        t.row("stos", "AB", "Yv:w eAX", "stos", uses("@+edi %ecx"), reads(DF));
        t.row("lods", "AC", "al:w Xb",  "lods", uses("@+esi %ecx"), reads(DF));
        t.row("lods", "AD", "eAX:w Xv", "lods", uses("@+esi %ecx"), reads(DF));
        t.row("scas", "AE", "al Yb",    "scas", uses("@+edi %ecx"), reads(DF), writes(ARITH));
        t.row("scas", "AF", "eAX Yv",   "scas", uses("@+edi %ecx"), reads(DF), writes(ARITH));
        t.row("ins",  "6C", "Yb:w dx",  "ins",  uses("@+edi %ecx"), reads(DF), IO_BITMAP);
        t.row("ins",  "6D", "Yv:w dx",  "ins",  uses("@+edi %ecx"), reads(DF), IO_BITMAP);
        t.row("outs", "6E", "dx Xb",    "outs", uses("@+esi %ecx"), reads(DF), IO_BITMAP);
        t.row("outs", "6F", "dx Xv",    "outs", uses("@+esi %ecx"), reads(DF), IO_BITMAP);
        // spotless:on
    }
}
