package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.inorder.Pipe.FX;
import static org.sidestep.machine.ia32.timing.inorder.Pipe.NP;
import static org.sidestep.machine.ia32.timing.inorder.Pipe.PU;
import static org.sidestep.machine.ia32.timing.inorder.Pipe.PV;
import static org.sidestep.machine.ia32.timing.inorder.Pipe.UV;

/** The Pentium P54C: clocks and pairing. S is Agner Fog ("Instruction tables", Pentium) unless said otherwise. */
final class P5Clocks {

    private P5Clocks() {}

    static Clocks clocks() {
        Clocks t = new Clocks();
        integer(t);
        floating(t);
        media(t);
        system(t);
        return t;
    }

    private static void integer(Clocks t) {
        // spotless:off
        //    class            pipe reg load modify source
        t.row("nop",           UV, "1",        "S; M 0.5");
        t.row("mov",           UV, "1 1 1",    "S; M 0.5");
        t.row("mov.from.sreg", NP, "1",        "S");
        t.row("mov.sreg",      NP, "3",        "S >= 2; D, low");
        t.row("movzx",         NP, "3",        "S; M 3");
        t.row("xchg",          NP, "3 15 15",  "S; M 3 and 15");
        t.row("xchg.acc",      NP, "3",        "M 3 on the mean over registers, S 2");
        t.row("xadd",          NP, "3 4 4",    "M 3; R memory");
        t.row("cmpxchg",       NP, "6 6 6",    "M 6");
        t.row("cmpxchg8b",     NP, "9",        "M 9");
        t.row("lea",           UV, "1",        "S; M 0.5");
        t.row("lds",           NP, "4",        "S");
        t.row("xlat",          NP, "4",        "S");

        t.row("push",          UV, "1",        "S");
        t.row("push.mem",      NP, "2",        "S; M pair with POP 5");
        t.row("push.sreg",     NP, "1",        "S");
        t.row("pop",           UV, "1",        "S");
        t.row("pop.mem",       NP, "3",        "S; M 3");
        t.row("pop.sreg",      NP, "3",        "S >= 3");
        t.row("pusha.32",      NP, "5",        "S; M pair with POPAD 10");
        t.row("pusha.16",      NP, "9",        "S; M pair with POPA 18");
        t.row("popa.32",       NP, "5",        "S");
        t.row("popa.16",       NP, "9",        "S");
        t.row("pushf",         NP, "3",        "S 3..5; M pair with POPF 7");
        t.row("popf",          NP, "4",        "S 4..6; M 4");
        t.row("enter",         NP, "11",       "R");
        t.row("leave",         NP, "3",        "S");

        t.row("alu",           UV, "1 2 3",    "S; M 0.5, 1, 2.5");
        t.row("alu.carry",     PU, "1 2 3",    "S; M 1");
        t.row("cmp",           UV, "1 2",      "S; M 0.5");
        t.row("test",          UV, "1 2",      "S; M 0.5");
        t.row("test.imm",      NP, "1 2",      "S");
        t.row("inc",           UV, "1",        "S; M 0.5");
        t.row("inc.mem",       UV, "3",        "S");
        t.row("neg",           NP, "1 3",      "S; M 1");
        t.row("mul.8",         NP, "11",       "S; M 11");
        t.row("mul.16",        NP, "11",       "S; M 11");
        t.row("mul.32",        NP, "9",        "S; M 9");
        t.row("mul.several",   NP, "9",        "S; M 9");
        t.row("div.8",         NP, "17",       "S; M 17");
        t.row("div.16",        NP, "25",       "S; M 25");
        t.row("div.32",        NP, "41",       "S; M 41");
        t.row("idiv.8",        NP, "22",       "S; M 22");
        t.row("idiv.16",       NP, "30",       "S; M 30");
        t.row("idiv.32",       NP, "46",       "S; M 46");
        t.row("cwde.16",       NP, "3",        "S");
        t.row("cwde.32",       NP, "3",        "S; M 3");
        t.row("cdq.16",        NP, "2",        "S; M 2");
        t.row("cdq.32",        NP, "2",        "S; M 2");
        t.row("bcd",           NP, "3",        "S; M 3");
        t.row("aam",           NP, "9",        "M 9, S 18");
        t.row("aad",           NP, "10",       "S");
        t.row("salc",          NP, "2",        "R");
        t.row("lahf",          NP, "3",        "M 3, S 2");
        t.row("sahf",          NP, "3",        "M 3, S 2");

        t.row("shift",         PU, "1 3 3",    "S; M 1");
        t.row("shift.cl",      NP, "4 5 5",    "S; M 4");
        t.row("rotate",        PU, "1 3 3",    "S; M 1");
        t.row("rotate.imm",    NP, "1 3 3",    "S; M 1");
        t.row("rotate.cl",     NP, "4 5 5",    "S; M 4");
        t.row("rotate.carry",  PU, "1 3 3",    "S; M 1");
        t.row("rotate.carry.imm", NP, "8 10 10",  "S; M 8");
        t.row("rotate.carry.cl", NP, "7 9 9",    "S; M 7");
        t.row("shift.double",  NP, "4 5 5",    "S; M 4");
        t.row("bt",            NP, "4 4",      "S; M 4");
        t.row("bt.string",     NP, "9",        "S");
        t.row("bts",           NP, "7 8 8",    "S; M 7");
        t.row("bts.string",    NP, "14",       "S");
        t.row("bsf",           NP, "6",        "M 6 where bit 0 is set; S 7..73");
        t.row("bsr",           NP, "7",        "M 7; S 7..72");
        t.row("bswap",         NP, "1",        "S; M 2 with the escape byte");
        t.row("setcc",         NP, "1 2 2",    "S; M 2 with the escape byte");

        t.row("jmp",           PV, "1",        "S");
        t.row("jmp.indirect",  NP, "2",        "S");
        t.row("jmp.indirect.mem", NP, "2",        "S");
        t.row("jcc",           PV, "1",        "S");
        t.row("call",          PV, "1",        "S");
        t.row("call.indirect", NP, "2",        "S");
        t.row("call.indirect.mem", NP, "2",        "S");
        t.row("ret",           NP, "2",        "S");
        t.row("ret.imm",       NP, "3",        "S");
        t.row("loop",          NP, "5",        "S 5..10");
        t.row("jecxz",         NP, "4",        "S 4..11");
        t.row("bound",         NP, "8",        "S");
        t.row("into",          NP, "4",        "R; not taken");

        t.row("lods",          NP, "2",        "S; M 2");
        t.row("stos",          NP, "3",        "S");
        t.row("movs",          NP, "4",        "S; M 4");
        t.row("scas",          NP, "4",        "S; M 3.8");
        t.row("cmps",          NP, "5",        "S; M 5");
        t.repeat("lods",  7, 3, "S");
        t.repeat("stos", 10, 1, "S");
        t.repeat("movs", 12, 1, "S");
        t.repeat("scas",  9, 4, "S");
        t.repeat("cmps",  8, 4, "S");
        t.repeat("ins",   9, 3, "R, plus parameter io for each");
        t.repeat("outs", 13, 4, "R, plus parameter io for each");
        // spotless:on
    }

    private static void floating(Clocks t) {
        // spotless:off
        //   class           pipe cycles latency busy        source
        t.fp("fp.nop",         NP,   1,   1,   1, "S; M 1");
        t.fp("fp.move",        FX,   1,   1,   1, "S");
        t.fp("fp.xch",         PV,   1,   1,   1, "S");
        t.fp("fp.load",        FX,   1,   1,   1, "S");
        t.fp("fp.load.80",     NP,   3,   3,   3, "S");
        t.fp("fp.load.int",    NP,   1,   3,   1, "S");
        t.fp("fp.load.bcd",    NP,  53,  53,  53, "S 48..58");
        t.fp("fp.store",       NP,   2,   2,   2, "S");
        t.fp("fp.store.80",    NP,   3,   3,   3, "S");
        t.fp("fp.store.int",   NP,   6,   6,   6, "S");
        t.fp("fp.store.bcd",   NP, 151, 151, 151, "S 148..154");
        t.fp("fp.const.1",     NP,   2,   2,   2, "S");
        t.fp("fp.const",       NP,   5,   5,   5, "S");
        t.fp("fp.chs",         FX,   1,   1,   1, "S; M 1");
        t.fp("fp.abs",         FX,   1,   1,   1, "S");
        t.fp("fp.com",         FX,   1,   1,   1, "S; M 1");
        t.fp("fp.com.int",     NP,   4,   4,   4, "S");
        t.fp("fp.xam",         NP,  17,  17,  17, "S 17..21; M 17");
        t.fp("fp.add",         FX,   1,   3,   1, "S; M 3, throughput 1");
        t.fp("fp.add.int",     NP,   4,   6,   4, "S");
        t.fp("fp.mul",         FX,   1,   3,   2, "S; M 3, throughput 2");
        t.fp("fp.mul.int",     NP,   4,   6,   5, "S");
        t.fp("fp.div",         FX,   1,  39,  38, "S; M 39, throughput 38");
        t.fp("fp.div.double",  FX,   1,  33,  32, "S; M 33, throughput 32");
        t.fp("fp.div.single",  FX,   1,  19,  18, "S");
        t.fp("fp.div.zero",    FX,   1,   4,   3, "D as the root of zero; so it is on the P6");
        t.fp("fp.div.int",     NP,   4,  42,  41, "S");
        t.fp("fp.sqrt",        NP,   1,  70,  69, "S; M 70, throughput 69");
        t.fp("fp.sqrt.zero",   NP,   1,   4,   3, "M 4, throughput 3");
        t.fp("fp.rndint",      NP,  15,  15,  15, "S 9..20");
        t.fp("fp.rem",         NP,  40,  40,  40, "S 16..70");
        t.fp("fp.scale",       NP,  26,  26,  26, "S 20..32");
        t.fp("fp.xtract",      NP,  13,  13,  13, "S 12..66");
        t.fp("fp.sin",         NP,  90,  90,  90, "S 65..100; M 83..99");
        t.fp("fp.sin.small",   NP,  68,  68,  68, "M 63..73, more beyond half a right angle");
        t.fp("fp.sin.peak",    NP,  68,  68,  68, "D as fp.sin.small; M 66 where no multiple is taken away");
        t.fp("fp.sin.zero",    NP,  16,  16,  16, "M 16");
        t.fp("fp.tan",         NP, 130, 130, 130, "S 120..147");
        t.fp("fp.atan",        NP, 120, 120, 120, "S 112..134");
        t.fp("fp.exp",         NP,  56,  56,  56, "S 53..59");
        t.fp("fp.log",         NP, 104, 104, 104, "S 103..105");
        t.fp("fp.stack",       NP,   1,   1,   1, "M 1, S 2");
        t.fp("fp.free",        NP,   2,   2,   2, "S");
        t.fp("fp.clex",        NP,   8,   8,   8, "S 6..9");
        t.fp("fp.init",        NP,  17,  17,  17, "S 12..22");
        t.fp("fp.ldcw",        NP,   8,   8,   8, "S");
        t.fp("fp.stcw",        NP,   2,   2,   2, "S");
        t.fp("fp.stsw",        NP,   6,   6,   6, "S");
        t.fp("fp.ldenv",       NP,  37,  37,  37, "R");
        t.fp("fp.stenv",       NP,  50,  50,  50, "R");
        t.fp("fp.rstor",       NP,  80,  80,  80, "S 70..95");
        t.fp("fp.save",        NP, 150, 150, 150, "S 124..300");
        t.fp("fwait",          NP,   1,   1,   1, "S");
        // spotless:on
    }

    /** What a Pentium with MMX has; two operations of its one multiplier, or of its one shifter, do not pair. */
    private static void media(Clocks t) {
        // spotless:off
        t.row("mmx.alu",       UV, "1",        "S");
        t.row("mmx.shift",     UV, "1",        "S");
        t.row("mmx.pack",      UV, "1",        "S");
        t.fp("mmx.mul",        UV,   1,   3,   1, "S latency 3, one a clock");
        t.row("movd",          PU, "1",        "S to and from memory and general registers in the U pipe");
        t.row("movq",          UV, "1",        "S");
        t.row("emms",          NP, "46",       "S");
        // spotless:on
    }

    private static void system(Clocks t) {
        // spotless:off
        // What these cost when they change the privilege level is that of the event that they report.
        t.row("int",           NP, "0",        "S; the event says");
        t.row("iret",          NP, "0",        "S; the event says");
        t.row("sysenter",      NP, "0",        "S; the event says");
        t.row("sysexit",       NP, "0",        "S; the event says");
        t.row("mov.cr3",       NP, "0",        "S; the event says");
        t.row("jmp.far",       NP, "3",        "S 3; same level");
        t.row("call.far",      NP, "4",        "S 4; same level");
        t.row("ret.far",       NP, "4",        "S 4; same level");
        t.row("clc",           NP, "2",        "S; M 2");
        t.row("cld",           NP, "2",        "S; M 2");
        t.row("cli",           NP, "7",        "S 6..9");
        t.row("sti",           NP, "7",        "S 6..9");
        t.row("rdtsc",         NP, "12",       "S 6..13; M 12");
        t.row("cpuid",         NP, "17",       "S 13..16; M 17");
        t.row("rdmsr",         NP, "22",       "S Intel 20..24");
        t.row("wrmsr",         NP, "37",       "S Intel 30..45");
        t.row("mov.cr",        NP, "22",       "S Intel, CR0");
        t.row("mov.from.cr",   NP, "4",        "S Intel");
        t.row("mov.dr",        NP, "11",       "S Intel");
        t.row("mov.from.dr",   NP, "11",       "S Intel");
        t.row("clts",          NP, "10",       "S Intel");
        t.row("lgdt",          NP, "6",        "S Intel");
        t.row("lldt",          NP, "9",        "S Intel");
        t.row("ltr",           NP, "10",       "S Intel");
        t.row("sldt",          NP, "2",        "S Intel");
        t.row("str",           NP, "2",        "S Intel");
        t.row("sgdt",          NP, "4",        "S Intel");
        t.row("smsw",          NP, "4",        "S Intel");
        t.row("verr",          NP, "7",        "S Intel");
        t.row("lar",           NP, "8",        "S Intel");
        t.row("arpl",          NP, "7",        "S Intel");
        t.row("invlpg",        NP, "25",       "S Intel");
        t.row("invd",          NP, "15",       "S Intel");
        t.row("wbinvd",        NP, "2000",     "S Intel; without the write-backs 2000");
        t.row("hlt",           NP, "12",       "S Intel");
        t.row("in",            NP, "4",        "S Intel, plus parameter io");
        t.row("out",           NP, "9",        "S Intel, plus parameter io");
        t.row("ins",           NP, "9",        "S Intel, plus parameter io");
        t.row("outs",          NP, "13",       "S Intel, plus parameter io");
        t.row(Clocks.OTHER,     NP, "1",        "R; what a Pentium does not have");
        // spotless:on
    }
}
