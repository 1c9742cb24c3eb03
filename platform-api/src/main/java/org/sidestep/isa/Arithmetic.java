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
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** Binary and decimal arithmetic, logic, comparison. */
final class Arithmetic {

    private static final int NO_CARRY = ARITH & ~CF;
    private static final int NO_ADJUST = ARITH & ~AF;

    private Arithmetic() {}

    static void define(Rows t) {
        eight(t);
        // spotless:off
        t.row("inc",       "40+r",  "Zv:rw",         "inc",        writes(NO_CARRY));
        t.row("inc",       "FE /0", "Eb:rw",         "inc",        writes(NO_CARRY), LOCK);
        t.row("inc",       "FF /0", "Ev:rw",         "inc",        writes(NO_CARRY), LOCK);
        t.row("dec",       "48+r",  "Zv:rw",         "inc",        writes(NO_CARRY));
        t.row("dec",       "FE /1", "Eb:rw",         "inc",        writes(NO_CARRY), LOCK);
        t.row("dec",       "FF /1", "Ev:rw",         "inc",        writes(NO_CARRY), LOCK);
        t.row("not",       "F6 /2", "Eb:rw",         "neg",        LOCK);
        t.row("not",       "F7 /2", "Ev:rw",         "neg",        LOCK);
        t.row("neg",       "F6 /3", "Eb:rw",         "neg",        writes(ARITH), LOCK);
        t.row("neg",       "F7 /3", "Ev:rw",         "neg",        writes(ARITH), LOCK);

        t.row("test",      "84",    "Eb Gb",         "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "85",    "Ev Gv",         "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "A8",    "al Ib",         "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "A9",    "eAX Iz",        "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "F6 /0", "Eb Ib",         "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "F7 /0", "Ev Iz",         "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "F6 /1", "Eb Ib",         "test",       writes(NO_ADJUST), undefined(AF));
        t.row("test",      "F7 /1", "Ev Iz",         "test",       writes(NO_ADJUST), undefined(AF));

        t.row("mul",       "F6 /4", "Eb",            "mul",        uses("eax >eax"), writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("mul",       "F7 /4", "Ev",            "mul",        uses("eax >eax >edx"), writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("imul",      "F6 /5", "Eb",            "mul",        uses("eax >eax"), writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("imul",      "F7 /5", "Ev",            "mul",        uses("eax >eax >edx"), writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("imul",      "0F AF", "Gv:rw Ev",      "mul",        writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("imul",      "6B",    "Gv:w Ev Ibs",   "mul",        writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("imul",      "69",    "Gv:w Ev Iz",    "mul",        writes(CF | OF), undefined(SF | ZF | AF | PF));
        t.row("div",       "F6 /6", "Eb",            "div",        uses("eax >eax"), undefined(ARITH));
        t.row("div",       "F7 /6", "Ev",            "div",        uses("eax edx >eax >edx"), undefined(ARITH));
        t.row("idiv",      "F6 /7", "Eb",            "div",        uses("eax >eax"), undefined(ARITH));
        t.row("idiv",      "F7 /7", "Ev",            "div",        uses("eax edx >eax >edx"), undefined(ARITH));
        t.row("cwde",      "98",    "",              "cwde", uses("eax >eax"));
        t.row("cdq",       "99",    "",              "cdq", uses("eax >edx"));

        t.row("xadd",      "0F C0", "Eb:rw Gb:rw",   "xadd",       writes(ARITH), LOCK);
        t.row("xadd",      "0F C1", "Ev:rw Gv:rw",   "xadd",       writes(ARITH), LOCK);
        t.row("cmpxchg",   "0F B0", "Eb:rw Gb",      "cmpxchg",    uses("eax >eax"), writes(ARITH), LOCK);
        t.row("cmpxchg",   "0F B1", "Ev:rw Gv",      "cmpxchg",    uses("eax >eax"), writes(ARITH), LOCK);
        t.row("cmpxchg8b", "0F C7 /1", "Mq:rw",      "cmpxchg8b",  uses("eax edx ebx ecx >eax >edx"), writes(ZF), LOCK);

        t.row("daa",       "27",    "",              "bcd",        uses("eax >eax"), reads(CF | AF), writes(NO_OVERFLOW), undefined(OF));
        t.row("das",       "2F",    "",              "bcd",        uses("eax >eax"), reads(CF | AF), writes(NO_OVERFLOW), undefined(OF));
        t.row("aaa",       "37",    "",              "bcd",        uses("eax >eax"), reads(AF), writes(CF | AF), undefined(OF | SF | ZF | PF));
        t.row("aas",       "3F",    "",              "bcd",        uses("eax >eax"), reads(AF), writes(CF | AF), undefined(OF | SF | ZF | PF));
        t.row("aam",       "D4",    "Ib",            "aam",        uses("eax >eax"), writes(SF | ZF | PF), undefined(OF | AF | CF));
        t.row("aad",       "D5",    "Ib",            "aad",        uses("eax >eax"), writes(SF | ZF | PF), undefined(OF | AF | CF));
        t.row("salc",      "D6",    "",              "salc",       uses(">eax"), reads(CF));
        // spotless:on
    }

    private static final int NO_OVERFLOW = ARITH & ~OF;

    /** The eight operations of opcodes 00..3F and of group 1. */
    private static void eight(Rows t) {
        // spotless:off
        eightForms(t, "add", 0, "rw", "alu",       writes(ARITH), LOCK);
        eightForms(t, "or",  1, "rw", "alu",       writes(NO_ADJUST), undefined(AF), LOCK);
        eightForms(t, "adc", 2, "rw", "alu.carry", reads(CF), writes(ARITH), LOCK);
        eightForms(t, "sbb", 3, "rw", "alu.carry", reads(CF), writes(ARITH), LOCK);
        eightForms(t, "and", 4, "rw", "alu",       writes(NO_ADJUST), undefined(AF), LOCK);
        eightForms(t, "sub", 5, "rw", "alu",       writes(ARITH), LOCK);
        eightForms(t, "xor", 6, "rw", "alu",       writes(NO_ADJUST), undefined(AF), LOCK);
        eightForms(t, "cmp", 7, "r",  "cmp",       writes(ARITH));
        // spotless:on
    }

    private static void eightForms(Rows t, String name, int n, String access, String timing, Trait... traits) {
        // spotless:off
        t.row(name, Rows.hex(8 * n),       "Eb:" + access + " Gb",   timing, traits);
        t.row(name, Rows.hex(8 * n + 1),   "Ev:" + access + " Gv",   timing, traits);
        t.row(name, Rows.hex(8 * n + 2),   "Gb:" + access + " Eb",   timing, traits);
        t.row(name, Rows.hex(8 * n + 3),   "Gv:" + access + " Ev",   timing, traits);
        t.row(name, Rows.hex(8 * n + 4),   "al:" + access + " Ib",   timing, traits);
        t.row(name, "83 /" + n,       "Ev:" + access + " Ibs",  timing, traits);
        t.row(name, Rows.hex(8 * n + 5),   "eAX:" + access + " Iz",  timing, traits);
        t.row(name, "80 /" + n,       "Eb:" + access + " Ib",   timing, traits);
        t.row(name, "81 /" + n,       "Ev:" + access + " Iz",   timing, traits);
        t.row(name, "82 /" + n,       "Eb:" + access + " Ib",   timing, traits);
        // spotless:on
    }
}
