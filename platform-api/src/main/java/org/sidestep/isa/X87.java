package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ARITH;
import static org.sidestep.isa.Eflags.CF;
import static org.sidestep.isa.Eflags.PF;
import static org.sidestep.isa.Eflags.ZF;
import static org.sidestep.isa.Trait.reads;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** The floating-point unit, and the state it shares with MMX and SSE. Forms that wait first are FWAIT and the form without. */
final class X87 {

    private X87() {}

    static void define(Rows t) {
        // spotless:off
        arithmetic(t, "fadd",  "fp.add", 0, 0);
        arithmetic(t, "fmul",  "fp.mul", 1, 1);
        arithmetic(t, "fsub",  "fp.add", 4, 5);
        arithmetic(t, "fsubr", "fp.add", 5, 4);
        arithmetic(t, "fdiv",  "fp.div", 6, 7);
        arithmetic(t, "fdivr", "fp.div", 7, 6);

        t.row("fcom",        "D8 D0+i",        "st(i)",           "fp.com", uses("st"));
        t.row("fcom",        "DC D0+i",        "st(i)",           "fp.com", uses("st"));
        t.row("fcom",        "D8 /2",          "Md",              "fp.com", uses("st"));
        t.row("fcom",        "DC /2",          "Mq",              "fp.com", uses("st"));
        t.row("ficom",       "DA /2",          "Md",              "fp.com.int", uses("st"));
        t.row("ficom",       "DE /2",          "Mw",              "fp.com.int", uses("st"));
        t.row("fcomp",       "D8 D8+i",        "st(i)",           "fp.com", uses("st pop"));
        t.row("fcomp",       "DC D8+i",        "st(i)",           "fp.com", uses("st pop"));
        t.row("fcomp",       "D8 /3",          "Md",              "fp.com", uses("st pop"));
        t.row("fcomp",       "DC /3",          "Mq",              "fp.com", uses("st pop"));
        t.row("ficomp",      "DA /3",          "Md",              "fp.com.int", uses("st pop"));
        t.row("ficomp",      "DE /3",          "Mw",              "fp.com.int", uses("st pop"));
        t.row("fcomp",       "DE D0+i",        "st(i)",           "fp.com", uses("st pop"));
        t.row("fcompp",      "DE D9",          "",                "fp.com", uses("st st1 pop2"));
        t.row("fucom",       "DD E0+i",        "st(i)",           "fp.com", uses("st"));
        t.row("fucomp",      "DD E8+i",        "st(i)",           "fp.com", uses("st pop"));
        t.row("fucompp",     "DA E9",          "",                "fp.com", uses("st st1 pop2"));
        t.row("fucomi",      "DB E8+i",        "st st(i)",        "fp.comi", writes(ARITH));
        t.row("fcomi",       "DB F0+i",        "st st(i)",        "fp.comi", writes(ARITH));
        t.row("fucomip",     "DF E8+i",        "st st(i)",        "fp.comi", uses("pop"), writes(ARITH));
        t.row("fcomip",      "DF F0+i",        "st st(i)",        "fp.comi", uses("pop"), writes(ARITH));
        t.row("ftst",        "D9 E4",          "",                "fp.com", uses("st"));
        t.row("fxam",        "D9 E5",          "",                "fp.com", uses("st"));

        t.row("fld",         "D9 C0+i",        "st(i)",           "fp.move", uses(">st push"));
        t.row("fld",         "D9 /0",          "Md",              "fp.load", uses(">st push"));
        t.row("fld",         "DD /0",          "Mq",              "fp.load", uses(">st push"));
        t.row("fld",         "DB /5",          "Mt",              "fp.load.80", uses(">st push"));
        t.row("fst",         "DD D0+i",        "st(i):w",         "fp.move", uses("st"));
        t.row("fst",         "D9 /2",          "Md:w",            "fp.store", uses("st"));
        t.row("fst",         "DD /2",          "Mq:w",            "fp.store", uses("st"));
        t.row("fstp",        "DD D8+i",        "st(i):w",         "fp.move", uses("st pop"));
        t.row("fstp",        "D9 D8+i",        "st(i):w",         "fp.move", uses("st pop"));
        t.row("fstp",        "DF D0+i",        "st(i):w",         "fp.move", uses("st pop"));
        t.row("fstp",        "DF D8+i",        "st(i):w",         "fp.move", uses("st pop"));
        t.row("fstp",        "D9 /3",          "Md:w",            "fp.store", uses("st pop"));
        t.row("fstp",        "DD /3",          "Mq:w",            "fp.store", uses("st pop"));
        t.row("fstp",        "DB /7",          "Mt:w",            "fp.store.80", uses("st pop"));
        t.row("fild",        "DF /0",          "Mw",              "fp.load.int", uses(">st push"));
        t.row("fild",        "DB /0",          "Md",              "fp.load.int", uses(">st push"));
        t.row("fild",        "DF /5",          "Mq",              "fp.load.int", uses(">st push"));
        t.row("fist",        "DF /2",          "Mw:w",            "fp.store.int", uses("st"));
        t.row("fist",        "DB /2",          "Md:w",            "fp.store.int", uses("st"));
        t.row("fistp",       "DF /3",          "Mw:w",            "fp.store.int", uses("st pop"));
        t.row("fistp",       "DB /3",          "Md:w",            "fp.store.int", uses("st pop"));
        t.row("fistp",       "DF /7",          "Mq:w",            "fp.store.int", uses("st pop"));
        t.row("fbld",        "DF /4",          "Mt",              "fp.load.bcd", uses(">st push"));
        t.row("fbstp",       "DF /6",          "Mt:w",            "fp.store.bcd", uses("st pop"));
        t.row("fxch",        "D9 C8+i",        "st(i):rw",        "fp.xch", uses("st >st"));
        t.row("fxch",        "DD C8+i",        "st(i):rw",        "fp.xch", uses("st >st"));
        t.row("fxch",        "DF C8+i",        "st(i):rw",        "fp.xch", uses("st >st"));
        t.row("fcmovb",      "DA C0+i",        "st:rw st(i)",     "fp.cmov", reads(CF));
        t.row("fcmove",      "DA C8+i",        "st:rw st(i)",     "fp.cmov", reads(ZF));
        t.row("fcmovbe",     "DA D0+i",        "st:rw st(i)",     "fp.cmov", reads(CF | ZF));
        t.row("fcmovu",      "DA D8+i",        "st:rw st(i)",     "fp.cmov", reads(PF));
        t.row("fcmovnb",     "DB C0+i",        "st:rw st(i)",     "fp.cmov", reads(CF));
        t.row("fcmovne",     "DB C8+i",        "st:rw st(i)",     "fp.cmov", reads(ZF));
        t.row("fcmovnbe",    "DB D0+i",        "st:rw st(i)",     "fp.cmov", reads(CF | ZF));
        t.row("fcmovnu",     "DB D8+i",        "st:rw st(i)",     "fp.cmov", reads(PF));

        t.row("fchs",        "D9 E0",          "",                "fp.chs", uses("st >st"));
        t.row("fabs",        "D9 E1",          "",                "fp.abs", uses("st >st"));
        t.row("fld1",        "D9 E8",          "",                "fp.const.1", uses(">st push"));
        t.row("fldl2t",      "D9 E9",          "",                "fp.const", uses(">st push"));
        t.row("fldl2e",      "D9 EA",          "",                "fp.const", uses(">st push"));
        t.row("fldpi",       "D9 EB",          "",                "fp.const", uses(">st push"));
        t.row("fldlg2",      "D9 EC",          "",                "fp.const", uses(">st push"));
        t.row("fldln2",      "D9 ED",          "",                "fp.const", uses(">st push"));
        t.row("fldz",        "D9 EE",          "",                "fp.const.1", uses(">st push"));
        t.row("f2xm1",       "D9 F0",          "",                "fp.exp", uses("st >st"));
        t.row("fyl2x",       "D9 F1",          "",                "fp.log", uses("st st1 >st pop"));
        t.row("fptan",       "D9 F2",          "",                "fp.tan", uses("st >st push"));
        t.row("fpatan",      "D9 F3",          "",                "fp.atan", uses("st st1 >st pop"));
        t.row("fxtract",     "D9 F4",          "",                "fp.xtract", uses("st >st push"));
        t.row("fprem1",      "D9 F5",          "",                "fp.rem", uses("st st1 >st"));
        t.row("fdecstp",     "D9 F6",          "",                "fp.stack", uses("push"));
        t.row("fincstp",     "D9 F7",          "",                "fp.stack", uses("pop"));
        t.row("fprem",       "D9 F8",          "",                "fp.rem", uses("st st1 >st"));
        t.row("fyl2xp1",     "D9 F9",          "",                "fp.log", uses("st st1 >st pop"));
        t.row("fsqrt",       "D9 FA",          "",                "fp.sqrt", uses("st >st"));
        t.row("fsincos",     "D9 FB",          "",                "fp.sin", uses("st >st push"));
        t.row("frndint",     "D9 FC",          "",                "fp.rndint", uses("st >st"));
        t.row("fscale",      "D9 FD",          "",                "fp.scale", uses("st st1 >st"));
        t.row("fsin",        "D9 FE",          "",                "fp.sin", uses("st >st"));
        t.row("fcos",        "D9 FF",          "",                "fp.sin", uses("st >st"));

        t.row("fnop",        "D9 D0",          "",                "fp.nop");
        t.row("ffree",       "DD C0+i",        "st(i)",           "fp.free");
        t.row("ffreep",      "DF C0+i",        "st(i)",           "fp.free", uses("pop"));
        t.row("fneni",       "DB E0",          "",                "fp.nop");
        t.row("fndisi",      "DB E1",          "",                "fp.nop");
        t.row("fnclex",      "DB E2",          "",                "fp.clex");
        t.row("fninit",      "DB E3",          "",                "fp.init");
        t.row("fnsetpm",     "DB E4",          "",                "fp.nop");
        t.row("fldcw",       "D9 /5",          "Mw",              "fp.ldcw");
        t.row("fnstcw",      "D9 /7",          "Mw:w",            "fp.stcw");
        t.row("fnstsw",      "DF E0",          "ax:w",            "fp.stsw");
        t.row("fnstsw",      "DD /7",          "Mw:w",            "fp.stsw");
        t.row("fldenv",      "D9 /4",          "Mimage",          "fp.ldenv");
        t.row("fnstenv",     "D9 /6",          "Mimage:w",        "fp.stenv");
        t.row("frstor",      "DD /4",          "Mimage",          "fp.rstor");
        t.row("fnsave",      "DD /6",          "Mimage:w",        "fp.save");
        t.row("fxsave",      "NP 0F AE /0",    "Mimage:w",        "fp.fxsave");
        t.row("fxrstor",     "NP 0F AE /1",    "Mimage",          "fp.fxrstor");
        t.row("fwait",       "9B",             "",                "fwait");
        // spotless:on
    }

    /** The six forms of an arithmetic instruction; those with another destination swap the reverse ones. */
    private static void arithmetic(Rows t, String name, String timing, int digit, int swapped) {
        int direct = 0xC0 + 8 * digit;
        int other = 0xC0 + 8 * swapped;
        // spotless:off
        t.row(name,                      "D8 " + Rows.hex(direct) + "+i", "st:rw st(i)", timing);
        t.row(name,                      "DC " + Rows.hex(other) + "+i",  "st(i):rw st", timing);
        t.row(name + "p",                "DE " + Rows.hex(other) + "+i",  "st(i):rw st", timing, uses("pop"));
        t.row(name,                      "D8 /" + digit,              "Md",          timing, uses("st >st"));
        t.row(name,                      "DC /" + digit,              "Mq",          timing, uses("st >st"));
        t.row("fi" + name.substring(1),  "DA /" + digit,              "Md",          timing + ".int", uses("st >st"));
        t.row("fi" + name.substring(1),  "DE /" + digit,              "Mw",          timing + ".int", uses("st >st"));
        // spotless:on
    }
}
