package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.inorder.Pipe.NP;

/** The 486: clocks. S is Intel ("i486 Programmer's Reference Manual"). */
final class I486Clocks {

    private I486Clocks() {}

    static Clocks clocks() {
        Clocks t = new Clocks();
        integer(t);
        floating(t);
        system(t);
        return t;
    }

    private static void integer(Clocks t) {
        // spotless:off
        //    class            pipe reg load modify source
        t.row("nop",           NP, "1",        "S");
        t.row("mov",           NP, "1 1 1",    "S");
        t.row("mov.from.sreg", NP, "3",        "S");
        t.row("mov.sreg",      NP, "9",        "S; protected mode");
        t.row("movzx",         NP, "3",        "S");
        t.row("xchg",          NP, "3 5 5",    "S");
        t.row("xchg.acc",      NP, "3",        "S");
        t.row("xadd",          NP, "3 4 4",    "S");
        t.row("cmpxchg",       NP, "6 7 7",    "S");
        t.row("lea",           NP, "1",        "S");
        t.row("lds",           NP, "12",       "S; protected mode");
        t.row("xlat",          NP, "4",        "S");

        t.row("push",          NP, "1",        "S");
        t.row("push.mem",      NP, "4",        "S");
        t.row("push.sreg",     NP, "3",        "S");
        t.row("pop",           NP, "1",        "S");
        t.row("pop.mem",       NP, "5",        "S");
        t.row("pop.sreg",      NP, "9",        "S; protected mode");
        t.row("pusha.16",      NP, "11",       "S");
        t.row("pusha.32",      NP, "11",       "S");
        t.row("popa.16",       NP, "9",        "S");
        t.row("popa.32",       NP, "9",        "S");
        t.row("pushf",         NP, "4",        "S");
        t.row("popf",          NP, "5",        "S");
        t.row("enter",         NP, "14",       "S");
        t.row("leave",         NP, "5",        "S");

        t.row("alu",           NP, "1 2 3",    "S");
        t.row("alu.carry",     NP, "1 2 3",    "S");
        t.row("cmp",           NP, "1 2",      "S");
        t.row("test",          NP, "1 2",      "S");
        t.row("test.imm",      NP, "1 2",      "S");
        t.row("inc",           NP, "1",        "S");
        t.row("inc.mem",       NP, "3",        "S");
        t.row("neg",           NP, "1 3",      "S");
        t.row("mul.8",         NP, "13",       "S 13..18, early out");
        t.row("mul.16",        NP, "13",       "S 13..26, early out");
        t.row("mul.32",        NP, "13",       "S 13..42, early out");
        t.row("mul.several",   NP, "13",       "S 13..42, early out");
        t.row("div.8",         NP, "16",       "S");
        t.row("div.16",        NP, "24",       "S");
        t.row("div.32",        NP, "40",       "S");
        t.row("idiv.8",        NP, "19",       "S");
        t.row("idiv.16",       NP, "27",       "S");
        t.row("idiv.32",       NP, "43",       "S");
        t.row("cwde.16",       NP, "3",        "S");
        t.row("cwde.32",       NP, "3",        "S");
        t.row("cdq.16",        NP, "3",        "S");
        t.row("cdq.32",        NP, "3",        "S");
        t.row("bcd",           NP, "3",        "S");
        t.row("aam",           NP, "15",       "S");
        t.row("aad",           NP, "14",       "S");
        t.row("salc",          NP, "2",        "R");
        t.row("lahf",          NP, "3",        "S");
        t.row("sahf",          NP, "2",        "S");

        t.row("shift",         NP, "2 4 4",    "S; by immediate");
        t.row("shift.cl",      NP, "3 4 4",    "S");
        t.row("rotate",        NP, "3 4 4",    "S");
        t.row("rotate.imm",    NP, "2 4 4",    "S");
        t.row("rotate.cl",     NP, "3 4 4",    "S");
        t.row("rotate.carry",  NP, "3 4 4",    "S");
        t.row("rotate.carry.imm", NP, "8 9 9",    "S 8..30");
        t.row("rotate.carry.cl", NP, "8 9 9",    "S 8..30");
        t.row("shift.double",  NP, "3 4 4",    "S");
        t.row("bt",            NP, "3 3",      "S");
        t.row("bt.string",     NP, "8",        "S");
        t.row("bts",           NP, "6 8 8",    "S");
        t.row("bts.string",    NP, "13",       "S");
        t.row("bsf",           NP, "6",        "S 6..42");
        t.row("bsr",           NP, "7",        "S 6..103");
        t.row("bswap",         NP, "1",        "S");
        t.row("setcc",         NP, "3 4 4",    "S");

        // A taken branch costs the parameter branch.taken more.
        t.row("jmp",           NP, "1",        "S 3");
        t.row("jmp.indirect",  NP, "3",        "S 5");
        t.row("jmp.indirect.mem", NP, "3",        "S 5");
        t.row("jcc",           NP, "1",        "S 1, taken 3");
        t.row("call",          NP, "1",        "S 3");
        t.row("call.indirect", NP, "3",        "S 5");
        t.row("call.indirect.mem", NP, "3",        "S 5");
        t.row("ret",           NP, "3",        "S 5");
        t.row("ret.imm",       NP, "3",        "S 5");
        t.row("loop",          NP, "5",        "S 6, taken 7");
        t.row("jecxz",         NP, "5",        "S 5, taken 8");
        t.row("bound",         NP, "7",        "S");
        t.row("into",          NP, "3",        "S; not taken");

        t.row("lods",          NP, "5",        "S");
        t.row("stos",          NP, "5",        "S");
        t.row("movs",          NP, "7",        "S");
        t.row("scas",          NP, "6",        "S");
        t.row("cmps",          NP, "8",        "S");
        t.repeat("lods",  7, 4, "S");
        t.repeat("stos",  7, 4, "S");
        t.repeat("movs", 12, 3, "S");
        t.repeat("scas",  7, 5, "S");
        t.repeat("cmps",  7, 7, "S");
        t.repeat("ins",  16, 8, "S, plus parameter io for each");
        t.repeat("outs", 17, 5, "S, plus parameter io for each");
        // spotless:on
    }

    private static void floating(Clocks t) {
        // spotless:off
        //   class           pipe cycles latency busy        source
        t.fp("fp.nop",         NP,   3,   3,   3, "S");
        t.fp("fp.move",        NP,   4,   4,   4, "S");
        t.fp("fp.xch",         NP,   4,   4,   4, "S");
        t.fp("fp.load",        NP,   3,   3,   3, "S");
        t.fp("fp.load.80",     NP,   6,   6,   6, "S");
        t.fp("fp.load.int",    NP,  12,  12,  12, "S 9..18");
        t.fp("fp.load.bcd",    NP,  75,  75,  75, "S 70..103");
        t.fp("fp.store",       NP,   7,   7,   7, "S 7..8");
        t.fp("fp.store.80",    NP,   6,   6,   6, "S");
        t.fp("fp.store.int",   NP,  31,  31,  31, "S 28..34");
        t.fp("fp.store.bcd",   NP, 175, 175, 175, "S 172..176");
        t.fp("fp.const.1",     NP,   4,   4,   4, "S");
        t.fp("fp.const",       NP,   8,   8,   8, "S");
        t.fp("fp.chs",         NP,   6,   6,   6, "S");
        t.fp("fp.abs",         NP,   3,   3,   3, "S");
        t.fp("fp.com",         NP,   4,   4,   4, "S");
        t.fp("fp.com.int",     NP,  18,  18,  18, "S 16..20");
        t.fp("fp.xam",         NP,   8,   8,   8, "S");
        t.fp("fp.add",         NP,   3,  10,  10, "S 8..20, of which 7 overlap with integers");
        t.fp("fp.add.int",     NP,  15,  22,  22, "S 20..35, of which 7 overlap");
        t.fp("fp.mul",         NP,   3,  16,  16, "S 16, of which 13 overlap");
        t.fp("fp.mul.int",     NP,  15,  23,  23, "S 22..27, of which 8 overlap");
        t.fp("fp.div",         NP,   3,  73,  73, "S 73, of which 70 overlap");
        t.fp("fp.div.int",     NP,  16,  86,  86, "S 84..89, of which 70 overlap");
        t.fp("fp.sqrt",        NP,  15,  85,  85, "S 83..87, of which 70 overlap");
        t.fp("fp.rndint",      NP,  25,  25,  25, "S 21..30");
        t.fp("fp.rem",         NP,  84,  84,  84, "S 70..138");
        t.fp("fp.scale",       NP,  31,  31,  31, "S 30..32");
        t.fp("fp.xtract",      NP,  19,  19,  19, "S 16..20");
        t.fp("fp.sin",         NP, 240, 240, 240, "S 193..279");
        t.fp("fp.tan",         NP, 244, 244, 244, "S 200..273");
        t.fp("fp.atan",        NP, 289, 289, 289, "S 218..303");
        t.fp("fp.exp",         NP, 242, 242, 242, "S 140..279");
        t.fp("fp.log",         NP, 311, 311, 311, "S 196..329");
        t.fp("fp.stack",       NP,   3,   3,   3, "S");
        t.fp("fp.free",        NP,   3,   3,   3, "S");
        t.fp("fp.clex",        NP,   7,   7,   7, "S");
        t.fp("fp.init",        NP,  17,  17,  17, "S");
        t.fp("fp.ldcw",        NP,   4,   4,   4, "S");
        t.fp("fp.stcw",        NP,   3,   3,   3, "S");
        t.fp("fp.stsw",        NP,   3,   3,   3, "S");
        t.fp("fp.ldenv",       NP,  34,  34,  34, "S");
        t.fp("fp.stenv",       NP,  56,  56,  56, "S");
        t.fp("fp.rstor",       NP, 120, 120, 120, "S");
        t.fp("fp.save",        NP, 143, 143, 143, "S");
        t.fp("fwait",          NP,   1,   1,   1, "S 1..3");
        // spotless:on
    }

    private static void system(Clocks t) {
        // spotless:off
        // What these cost when they change the privilege level is that of the event that they report.
        t.row("int",           NP, "0",        "S; the event says");
        t.row("iret",          NP, "0",        "S; the event says");
        t.row("sysenter",      NP, "0",        "R; not on this part");
        t.row("sysexit",       NP, "0",        "R; not on this part");
        t.row("mov.cr3",       NP, "0",        "S; the event says");
        t.row("jmp.far",       NP, "17",       "S; same level");
        t.row("call.far",      NP, "18",       "S; same level");
        t.row("ret.far",       NP, "17",       "S; same level");
        t.row("clc",           NP, "2",        "S");
        t.row("cld",           NP, "2",        "S");
        t.row("cli",           NP, "5",        "S");
        t.row("sti",           NP, "5",        "S");
        t.row("cpuid",         NP, "14",       "R");
        t.row("mov.cr",        NP, "16",       "S, CR0");
        t.row("mov.from.cr",   NP, "4",        "S");
        t.row("mov.dr",        NP, "11",       "S");
        t.row("mov.from.dr",   NP, "10",       "S");
        t.row("clts",          NP, "7",        "S");
        t.row("lgdt",          NP, "11",       "S");
        t.row("lldt",          NP, "11",       "S");
        t.row("ltr",           NP, "20",       "S");
        t.row("sldt",          NP, "2",        "S");
        t.row("str",           NP, "2",        "S");
        t.row("sgdt",          NP, "10",       "S");
        t.row("smsw",          NP, "2",        "S");
        t.row("verr",          NP, "11",       "S");
        t.row("lar",           NP, "11",       "S");
        t.row("arpl",          NP, "9",        "S");
        t.row("invlpg",        NP, "12",       "S");
        t.row("invd",          NP, "4",        "S");
        t.row("wbinvd",        NP, "5",        "S");
        t.row("hlt",           NP, "4",        "S");
        t.row("in",            NP, "14",       "S, plus parameter io");
        t.row("out",           NP, "16",       "S, plus parameter io");
        t.row("ins",           NP, "17",       "S, plus parameter io");
        t.row("outs",          NP, "17",       "S, plus parameter io");
        t.row(Clocks.OTHER,     NP, "1",        "R; what a 486 does not have");
        // spotless:on
    }
}
