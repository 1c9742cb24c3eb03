package org.sidestep.isa;

import static org.sidestep.isa.Eflags.AF;
import static org.sidestep.isa.Eflags.ARITH;
import static org.sidestep.isa.Eflags.CF;
import static org.sidestep.isa.Eflags.OF;
import static org.sidestep.isa.Eflags.PF;
import static org.sidestep.isa.Eflags.SF;
import static org.sidestep.isa.Eflags.ZF;
import static org.sidestep.isa.Trait.LOCK;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.undefined;
import static org.sidestep.isa.Trait.writes;

/** Shifts, rotates, single bits, bit scans. */
final class BitsAndShifts {

    /** What BT and its kin leave undefined. */
    private static final int BT = OF | SF | AF | PF;

    private static final int BSF = ARITH & ~ZF;

    private BitsAndShifts() {}

    static void define(Rows t) {
        // spotless:off
        shift(t, "rol", 0, "rotate",       writes(CF | OF));
        shift(t, "ror", 1, "rotate",       writes(CF | OF));
        shift(t, "rcl", 2, "rotate.carry", reads(CF), writes(CF | OF));
        shift(t, "rcr", 3, "rotate.carry", reads(CF), writes(CF | OF));
        shift(t, "shl", 4, "shift",        writes(ARITH & ~AF), undefined(AF));
        shift(t, "shr", 5, "shift",        writes(ARITH & ~AF), undefined(AF));
        shift(t, "shl", 6, "shift",        writes(ARITH & ~AF), undefined(AF));
        shift(t, "sar", 7, "shift",        writes(ARITH & ~AF), undefined(AF));

        t.row("shld", "0F A4",    "Ev:rw Gv Ib", "shift.double", writes(ARITH & ~AF), undefined(AF));
        t.row("shld", "0F A5",    "Ev:rw Gv cl", "shift.double", writes(ARITH & ~AF), undefined(AF));
        t.row("shrd", "0F AC",    "Ev:rw Gv Ib", "shift.double", writes(ARITH & ~AF), undefined(AF));
        t.row("shrd", "0F AD",    "Ev:rw Gv cl", "shift.double", writes(ARITH & ~AF), undefined(AF));

        t.row("bt",   "0F A3",    "Ev Gv",       "bt",           writes(CF), undefined(BT));
        t.row("bts",  "0F AB",    "Ev:rw Gv",    "bts",          writes(CF), undefined(BT), LOCK);
        t.row("btr",  "0F B3",    "Ev:rw Gv",    "bts",          writes(CF), undefined(BT), LOCK);
        t.row("btc",  "0F BB",    "Ev:rw Gv",    "bts",          writes(CF), undefined(BT), LOCK);
        t.row("bt",   "0F BA /4", "Ev Ib",       "bt",           writes(CF), undefined(BT));
        t.row("bts",  "0F BA /5", "Ev:rw Ib",    "bts",          writes(CF), undefined(BT), LOCK);
        t.row("btr",  "0F BA /6", "Ev:rw Ib",    "bts",          writes(CF), undefined(BT), LOCK);
        t.row("btc",  "0F BA /7", "Ev:rw Ib",    "bts",          writes(CF), undefined(BT), LOCK);
        t.row("bsf",  "0F BC",    "Gv:w Ev",     "bsf",          writes(ZF), undefined(BSF));
        t.row("bsr",  "0F BD",    "Gv:w Ev",     "bsf",          writes(ZF), undefined(BSF));
        t.row("bswap", "0F C8+r", "Zv:rw",       "bswap");
        // spotless:on
    }

    private static void shift(Rows t, String name, int digit, String timing, Trait... traits) {
        // spotless:off
        t.row(name, "D0 /" + digit, "Eb:rw 1",  timing, traits);
        t.row(name, "D1 /" + digit, "Ev:rw 1",  timing, traits);
        t.row(name, "C0 /" + digit, "Eb:rw Ib", timing, traits);
        t.row(name, "C1 /" + digit, "Ev:rw Ib", timing, traits);
        t.row(name, "D2 /" + digit, "Eb:rw cl", timing + ".cl", traits);
        t.row(name, "D3 /" + digit, "Ev:rw cl", timing + ".cl", traits);
        // spotless:on
    }
}
