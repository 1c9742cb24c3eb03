package org.sidestep.machine.ia32.timing.netburst;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * What instructions cost on the Pentium 4: places in the trace cache's stream of three a cycle, the unit that computes
 * them, cycles from the operands to the result, and cycles for which the unit is busy. Loads and stores come on top as
 * they happen. Marks of the sources as in {@code P6Clocks}; M is InstLatx64, CPUID 00000F24.
 */
final class NetBurstClocks {

    /** Times are counted in twelfths of a cycle: a place in the stream is four, a simple operation six. */
    static final int TWELFTHS = 12;

    /** What computes a result. */
    enum Unit {
        /** Nothing but a load, a store or a renamed register. */
        NONE,
        /** The two double-pumped arithmetic units together. */
        ALU,
        /** The one of them that does logic as well. */
        LOGIC,
        /** The slow integer unit: shifts. */
        SLOW,
        /** Multiplication and division. */
        MULTIPLY,
        /** The microcode, one instruction at a time. */
        MICROCODE,
        /** Floating-point and packed arithmetic. */
        FLOAT,
        /** Nothing before overlaps with it, and nothing behind. */
        SERIAL
    }

    /** @param latency in twelfths of a cycle; busy likewise */
    record Row(Unit unit, int places, int latency, int busy) {}

    private record Line(Unit unit, int places, double latency, double busy, String source) {}

    private static final String LATENCY = "latency.";
    private static final String BUSY = "busy.";
    private static final int HUNDRED = 100;

    /** What is no instruction of the part. */
    private static final String OTHER = "other";

    private static final Map<String, Line> LINES = new LinkedHashMap<>();

    private NetBurstClocks() {}

    static {
        // spotless:off
        //  class             unit          places latency busy   source
        row("nop",            Unit.ALU,       1,   0.5,  0.25, "M throughput 0.34");
        row("mov",            Unit.ALU,       1,   0.5,  0.25, "M 0.5, throughput 0.34");
        row("move",           Unit.NONE,      1,   0,    0,    "D from or to memory");
        row("mov.from.sreg",  Unit.ALU,       4,   2,    2,    "R");
        row("mov.sreg",       Unit.MICROCODE, 4,  14,   14,    "R");
        row("movzx",          Unit.LOGIC,     1,   0.5,  0.5,  "M 0.5");
        row("cmov",           Unit.SLOW,      3,   6,    1,    "M 6.3, throughput 1.08");
        row("xchg",           Unit.ALU,       3,   1,    0.75, "M 1");
        row("xadd",           Unit.ALU,       3,   1,    0.75, "M 1");
        row("cmpxchg",        Unit.MICROCODE, 4,  11,    8.9,  "M 11, throughput 8.9");
        row("cmpxchg8b",      Unit.MICROCODE, 4, 154,  180,    "M 154, throughput 208");
        row("lea",            Unit.ALU,       1,   0.5,  0.25, "M 0.5, throughput 0.34");
        row("lea.scaled",     Unit.SLOW,      2,   4,    1,    "M 4, throughput 1");
        row("lea.16",         Unit.SLOW,      3,   5.5,  2.08, "M 5.5, throughput 2.08");
        row("lds",            Unit.MICROCODE, 4,  30,   30,    "R");
        row("xlat",           Unit.ALU,       3,   1,    1,    "R");

        row("push",           Unit.NONE,      2,   0,    0,    "R count; M throughput 2");
        row("push.mem",       Unit.MICROCODE, 3,   0,    1.9,  "M throughput 1.92");
        row("push.sreg",      Unit.ALU,       4,   2,    2,    "R");
        row("pop",            Unit.NONE,      2,   0,    0,    "M with PUSH 1.83");
        row("pop.mem",        Unit.MICROCODE, 4,   1,   10,    "M throughput 10");
        row("pop.sreg",       Unit.MICROCODE, 4,  14,   14,    "R");
        row("pusha",          Unit.MICROCODE, 4,   1,   10,    "D 24 with POPA");
        row("popa",           Unit.MICROCODE, 4,   1,   14,    "M throughput 14");
        row("pushf",          Unit.MICROCODE, 4,   4,    6,    "M throughput 6");
        row("popf",           Unit.MICROCODE, 4,  52,   56,    "M throughput 52, with PUSHF 66");
        row("enter",          Unit.MICROCODE, 4,  20,   20,    "R");
        row("leave",          Unit.ALU,       3,   1,    1,    "R");

        row("add",            Unit.ALU,       1,   0.5,  0.25, "M 0.5, throughput 0.34");
        row("logic",          Unit.LOGIC,     1,   0.5,  0.5,  "M 0.5");
        row("alu.carry",      Unit.MICROCODE, 3,   7,    7,    "M 7");
        row("cmp",            Unit.ALU,       1,   0.5,  0.25, "M throughput 0.34");
        row("test",           Unit.LOGIC,     1,   0.5,  0.5,  "M throughput 0.5");
        row("inc",            Unit.ALU,       2,   0.5,  0.5,  "M 0.7");
        row("neg",            Unit.LOGIC,     1,   0.5,  0.5,  "M 0.5");
        row("mul.8",          Unit.MULTIPLY,  3,  16.4, 15,    "M 16 by way of AL, 18 of AH, throughput 15");
        row("mul.16",         Unit.MULTIPLY,  3,  16,   16,    "M 19 by way of DX, throughput 16, which is a chain through AX");
        row("mul.32",         Unit.MULTIPLY,  3,  15,   14,    "M 16 by way of EAX, throughput 14, which is a chain through it");
        row("mul.several.16", Unit.MULTIPLY,  2,  15.5,  8,    "M 15..16, throughput 7.7..8.1");
        row("mul.several.32", Unit.MULTIPLY,  2,  14.5,  4.4,  "M 14..15, throughput 4.2..4.5");
        row("div.8",          Unit.MULTIPLY,  4,  61,   61,    "M 61");
        row("div.16",         Unit.MULTIPLY,  4,  60,   60,    "M 60");
        row("div.32",         Unit.MULTIPLY,  4,  57,   26,    "M 57, throughput 26 where EAX and EDX are new");
        row("idiv.8",         Unit.MULTIPLY,  4,  65,   63,    "M 65, throughput 61..64");
        row("idiv.16",        Unit.MULTIPLY,  4,  65,   64,    "M 65, throughput 61..65");
        row("idiv.32",        Unit.MULTIPLY,  4,  57,   26,    "M 57, throughput 26 where EAX and EDX are new");
        row("cwde",           Unit.LOGIC,     1,   0.5,  0.5,  "M 0.5");
        row("cdq",            Unit.LOGIC,     2,   1,    1,    "M 1");
        row("bcd",            Unit.MICROCODE, 4,  97.6, 97.6,  "M DAA and DAS 97.6");
        row("bcd.ascii",      Unit.MICROCODE, 4,  88,   88,    "M AAA 88");
        row("aam",            Unit.MICROCODE, 4,  26.5, 26.5,  "M 26.5");
        row("aad",            Unit.MICROCODE, 4,  20,   20,    "R");
        row("salc",           Unit.MICROCODE, 4,   8,    8,    "R");
        row("lahf",           Unit.MICROCODE, 4,  97.6, 97.6,  "M 97.6");
        row("sahf",           Unit.MICROCODE, 4,  97.6, 97.1,  "M 98.6, throughput 97.1");

        row("shift",          Unit.SLOW,      1,   4,    1,    "M 4, throughput 1");
        row("shift.8",        Unit.SLOW,      1,   4,    4,    "M 4, throughput 4");
        row("shift.cl",       Unit.MICROCODE, 4,   6,    6,    "M 6");
        row("rotate",         Unit.SLOW,      1,   4,    4,    "M 4, throughput 4");
        row("rotate.cl",      Unit.MICROCODE, 4,   6,    6,    "M 6");
        row("rotate.carry",   Unit.SLOW,      1,   4,    4,    "M 4, throughput 4");
        row("rotate.carry.cl", Unit.MICROCODE, 4, 19,   19,    "M 19");
        row("shld",           Unit.MICROCODE, 4,  14,   14,    "M 14");
        row("shrd",           Unit.MICROCODE, 4,  12,   12,    "M 12");
        row("bt",             Unit.MICROCODE, 4,   6,    6,    "M throughput 6");
        row("bts",            Unit.MICROCODE, 4,   6,    6,    "M 6");
        row("bsf",            Unit.SLOW,      2,   8,    2,    "M 8, throughput 2");
        row("bswap",          Unit.SLOW,      2,   7,    0.83, "M 7, throughput 0.83");
        row("setcc",          Unit.ALU,       3,   1,    1,    "M 1");

        row("jmp",            Unit.ALU,       1,   0.5,  0.5,  "R");
        row("jmp.indirect",   Unit.ALU,       2,   1,    1,    "R");
        row("jcc",            Unit.ALU,       1,   0.5,  0.5,  "R");
        row("call",           Unit.ALU,       2,   1,    1,    "R");
        row("call.indirect",  Unit.ALU,       3,   1,    1,    "R");
        row("ret",            Unit.ALU,       3,   1,    1,    "R");
        row("loop",           Unit.ALU,       4,   1,    1,    "R");
        row("jecxz",          Unit.ALU,       4,   1,    1,    "R");
        row("jmp.far",        Unit.MICROCODE, 4,  40,   40,    "R");
        row("call.far",       Unit.MICROCODE, 4,  60,   60,    "R");
        row("ret.far",        Unit.MICROCODE, 4,  60,   60,    "R");
        row("bound",          Unit.MICROCODE, 4,  14,   14,    "R");
        row("into",           Unit.ALU,       4,   1,    1,    "R; not taken");

        row("lods",           Unit.MICROCODE, 4,   0,    6,    "M 6");
        row("stos",           Unit.MICROCODE, 4,   0,    6,    "M 6");
        row("movs",           Unit.MICROCODE, 4,   0,    6,    "M 6");
        row("scas",           Unit.MICROCODE, 4,   0.5,  6,    "M 6");
        row("cmps",           Unit.MICROCODE, 4,   0.5,  8,    "M 8");

        row("clc",            Unit.MICROCODE, 4,  10,   10,    "M 10");
        row("cld",            Unit.MICROCODE, 4,  50,   50,    "M 52 and 48");
        row("cli",            Unit.MICROCODE, 4,  38,   38,    "D with STI 88 (Fiasco's kernel debugger)");
        row("sti",            Unit.MICROCODE, 4,  50,   50,    "D with CLI 88");
        row("rdtsc",          Unit.MICROCODE, 4,  80,   80,    "M throughput 80");
        row("rdpmc",          Unit.MICROCODE, 4, 100,  100,    "R");
        row("cpuid",          Unit.SERIAL,    4, 260,  260,    "M 260");
        row("rdmsr",          Unit.SERIAL,    4,  60,   60,    "R");
        row("wrmsr",          Unit.SERIAL,    4, 120,  120,    "R");
        row("mov.cr",         Unit.SERIAL,    4,  90,   90,    "R");
        row("mov.cr3",        Unit.SERIAL,    4,   0,    0,    "D the event says");
        row("mov.dr",         Unit.SERIAL,    4,  60,   60,    "R");
        row("mov.from.cr",    Unit.MICROCODE, 4,  12,   12,    "R");
        row("mov.from.dr",    Unit.MICROCODE, 4,  12,   12,    "R");
        row("clts",           Unit.SERIAL,    4,  40,   40,    "R");
        row("lgdt",           Unit.SERIAL,    4, 100,  100,    "R");
        row("lldt",           Unit.SERIAL,    4, 100,  100,    "R");
        row("ltr",            Unit.SERIAL,    4, 120,  120,    "R");
        row("invlpg",         Unit.SERIAL,    4, 520,  520,    "S 520, Fiasco's kernel debugger");
        row("invd",           Unit.SERIAL,    4, 2000, 2000,   "R");
        row("wbinvd",         Unit.SERIAL,    4, 4000, 4000,   "R; without the write-backs");
        row("hlt",            Unit.SERIAL,    4,  20,   20,    "R");
        row("in",             Unit.SERIAL,    4,   0,    0,    "R, plus io.cycles");
        row("out",            Unit.SERIAL,    4,   0,    0,    "R, plus io.cycles");
        row("ins",            Unit.SERIAL,    4,   0,    0,    "R, plus io.cycles");
        row("outs",           Unit.SERIAL,    4,   0,    0,    "R, plus io.cycles");

        row("sldt",           Unit.MICROCODE, 4,  10,   10,    "R");
        row("str",            Unit.MICROCODE, 4,  10,   10,    "R");
        row("sgdt",           Unit.MICROCODE, 4,  20,   20,    "R");
        row("smsw",           Unit.MICROCODE, 4,  10,   10,    "R");
        row("verr",           Unit.MICROCODE, 4,  40,   40,    "R as LAR");
        row("lar",            Unit.MICROCODE, 4,  40,   40,    "R a descriptor is fetched and tested, as for a segment register, without loading it");
        row("arpl",           Unit.MICROCODE, 4,  20,   20,    "R");
        // The cost of these is that of the events they report.
        row("int",            Unit.ALU,       2,   1,    1,    "D");
        row("iret",           Unit.ALU,       2,   1,    1,    "D");
        row("sysenter",       Unit.ALU,       2,   1,    1,    "D");
        row("sysexit",        Unit.ALU,       2,   1,    1,    "D");
        row("ud2",            Unit.ALU,       2,   1,    1,    "D");

        // What is neither measured nor derived from what is: R as far as remembered from Intel's optimization manual and
        // Agner Fog's tables.
        row("fp.move",        Unit.FLOAT,     1,   6,    1,    "R");
        row("fp.xch",         Unit.FLOAT,     1,   0,    0.33, "M throughput with FADD 1.33");
        row("fp.load",        Unit.NONE,      1,   4,    0,    "R");
        row("fp.load.80",     Unit.MICROCODE, 4,   6,    6,    "R throughput 6");
        row("fp.load.int",    Unit.FLOAT,     2,   8,    2.5,  "R 10 with the load, throughput 2..6");
        row("fp.load.bcd",    Unit.MICROCODE, 4,  90,   90,    "R throughput 90");
        row("fp.store",       Unit.FLOAT,     1,   6,    1,    "R");
        row("fp.store.80",    Unit.MICROCODE, 4,   8,    8,    "R throughput 8");
        row("fp.store.int",   Unit.FLOAT,     3,   8,    3,    "R 10, throughput 2..4");
        row("fp.store.bcd",   Unit.MICROCODE, 4, 400,  400,    "R throughput 400");
        row("fp.const.1",     Unit.FLOAT,     1,   2,    2,    "R throughput 2");
        row("fp.const",       Unit.FLOAT,     2,   2,    2,    "R throughput 2");
        row("fp.chs",         Unit.FLOAT,     1,   2,    1,    "M 2");
        row("fp.abs",         Unit.FLOAT,     1,   2,    1,    "R as FCHS");
        row("fp.com",         Unit.FLOAT,     1,   3,    1,    "M throughput 1");
        row("fp.com.int",     Unit.FLOAT,     3,  11,    3,    "D as FILD and FCOM");
        row("fp.comi",        Unit.FLOAT,     2,   3,    1,    "S 3");
        row("fp.cmov",        Unit.FLOAT,     3,   4.4,  4.2,  "M 4.4, throughput 4.25");
        row("fp.add",         Unit.FLOAT,     1,   5,    1,    "M 5, throughput 1");
        row("fp.add.int",     Unit.FLOAT,     3,  13,    3,    "D as FILD and FADD");
        row("fp.mul",         Unit.FLOAT,     1,   7,    2,    "M 7, throughput 2");
        row("fp.mul.int",     Unit.FLOAT,     3,  15,    3,    "D as FILD and FMUL");
        row("fp.div",         Unit.FLOAT,     1,  43,   43,   "M 43");
        row("fp.div.double",  Unit.FLOAT,     1,  38,   38,   "M 38");
        row("fp.div.single",  Unit.FLOAT,     1,  23,   23,   "S");
        row("fp.div.int",     Unit.FLOAT,     3,  51,   43,    "D as FILD and FDIV");
        row("fp.sqrt",        Unit.FLOAT,     1,  43,   43,   "M 43");
        row("fp.sqrt.double", Unit.FLOAT,     1,  38,   38,   "S");
        row("fp.sqrt.single", Unit.FLOAT,     1,  23,   23,   "M 23");
        row("fp.sqrt.zero",   Unit.FLOAT,     1,  23,   23,   "M 23");
        row("fp.sin",         Unit.MICROCODE, 4, 207,  208,   "M 208..212");
        row("fp.sin.small",   Unit.MICROCODE, 4, 178,  174,   "M 182 with FADD, throughput 174");
        row("fp.sin.peak",    Unit.MICROCODE, 4, 231,  236,   "M 236 with FADD, throughput 236");
        row("fp.sin.slope",   Unit.MICROCODE, 4, 143,  133,   "M 148 with FADD, throughput 133");
        row("fp.sin.zero",    Unit.MICROCODE, 4, 133,  136,   "M 136");
        row("fp.nop",         Unit.FLOAT,     1,   1,    1,    "M throughput 1");
        row("fp.stack",       Unit.FLOAT,     1,   1,    1,    "M throughput 1");
        row("fp.free",        Unit.FLOAT,     3,   4,    4,    "R throughput 4");
        row("fp.rndint",      Unit.MICROCODE, 4,  30,   11,    "R 30, throughput 11");
        row("fp.rem",         Unit.MICROCODE, 4, 100,  100,    "R");
        row("fp.scale",       Unit.MICROCODE, 4,  60,    7,    "R 60, throughput 7");
        row("fp.xtract",      Unit.MICROCODE, 4,  40,   40,    "R");
        row("fp.tan",         Unit.MICROCODE, 4, 270,  170,    "R 240..300, throughput 170");
        row("fp.atan",        Unit.MICROCODE, 4, 260,  140,    "R 220..300, throughput 140");
        row("fp.exp",         Unit.MICROCODE, 4, 120,   60,    "R 90..150, throughput 60");
        row("fp.log",         Unit.MICROCODE, 4, 170,   85,    "R 140..190, throughput 85");
        row("fp.clex",        Unit.MICROCODE, 4,  90,   90,    "R");
        row("fp.init",        Unit.MICROCODE, 4, 200,  200,    "R");
        row("fp.ldcw",        Unit.MICROCODE, 4,  11,   11,    "R where two control words take turns; 143 else");
        row("fp.stcw",        Unit.MICROCODE, 4,   6,    6,    "R");
        row("fp.stsw",        Unit.FLOAT,     4,  11,    3,    "R 11, throughput 3");
        row("fp.ldenv",       Unit.MICROCODE, 4, 120,  120,    "R");
        row("fp.stenv",       Unit.MICROCODE, 4, 120,  120,    "R");
        row("fp.rstor",       Unit.MICROCODE, 4, 570,  570,    "R 570");
        row("fp.save",        Unit.MICROCODE, 4, 500,  500,    "R 500");
        row("fp.fxsave",      Unit.MICROCODE, 4, 160,  160,    "R 160");
        row("fp.fxrstor",     Unit.MICROCODE, 4, 244,  244,    "R 244");
        row("fwait",          Unit.ALU,       2,   1,    1,    "R throughput 1");
        row("emms",           Unit.MICROCODE, 4,  12,   12,    "R");
        row("movd",           Unit.FLOAT,     1,   6,    1,    "M throughput 1");
        row("movq",           Unit.FLOAT,     1,   6,    1,    "R as MOVD");
        row("mmx.alu",        Unit.FLOAT,     1,   2,    1,    "M 2, throughput 1");
        row("mmx.mul",        Unit.FLOAT,     1,   6,    1,    "M 6, throughput 1");
        row("mmx.sad",        Unit.FLOAT,     1,   4,    1,    "M 4, throughput 1");
        row("mmx.shift",      Unit.FLOAT,     1,   2,    1,    "M 2, throughput 1");
        row("mmx.pack",       Unit.FLOAT,     1,   2,    1,    "M 2, throughput 1");
        row("mmx.insert",     Unit.FLOAT,     2,   4,    2,    "M throughput 2");
        row("mmx.extract",    Unit.FLOAT,     3,   7,    2.67, "M throughput 2.67");
        row("mmx.mask",       Unit.FLOAT,     2,   7,    2,    "R");
        row("maskmovq",       Unit.MICROCODE, 4,   6,    6,    "M throughput 6");
        row("sse.mov",        Unit.FLOAT,     1,   6,    1,    "M 6, throughput 1");
        row("sse.mov.unaligned", Unit.FLOAT,  4,   6,    2,    "M throughput 2");
        row("sse.mov.unaligned.store", Unit.MICROCODE, 4, 14, 8, "M throughput 8, 6.3 where some cross a line; D pair with a load 28");
        row("sse.mov.scalar", Unit.FLOAT,     1,   6,    1,    "M throughput 1; latency R as of the whole register");
        row("sse.mov.low",    Unit.FLOAT,     1,   4,    2,    "D as MOVSD, which is merged likewise");
        row("sse.mov.half",   Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse.mov.half.load", Unit.FLOAT,  1,  12,    2,    "D M pair with a store 26, throughput 2");
        row("sse.mask",       Unit.FLOAT,     2,   6,    3,    "R");
        row("sse.add",        Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse.mul",        Unit.FLOAT,     1,   6,    2,    "M 6, throughput 2");
        row("sse.div",        Unit.FLOAT,     1,  23,   23,    "M 23");
        row("sse.div.packed", Unit.FLOAT,     1,  39,   39,    "M 39");
        row("sse.sqrt",       Unit.FLOAT,     1,  23,   23,    "M 23");
        row("sse.sqrt.packed", Unit.FLOAT,    1,  39,   39,    "M 39");
        row("sse.estimate",   Unit.FLOAT,     1,   4,    3,    "M 4, throughput 3");
        row("sse.estimate.packed", Unit.FLOAT, 1,  4,    4,    "M 4, throughput 4");
        row("sse.comi",       Unit.FLOAT,     2,   6,    3,    "M throughput 3");
        row("sse.logic",      Unit.FLOAT,     1,   2,    2,    "M 2, throughput 2");
        row("sse.shuffle",    Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse.unpack.low", Unit.FLOAT,     1,   2,    2,    "M 2, throughput 2");
        row("sse.cvt.packed", Unit.FLOAT,     3,   9,    4.5,  "M pair 18, throughput 4.58");
        row("sse.cvt.to.packed", Unit.FLOAT,  2,   9,    2,    "M pair 18, throughput 2");
        row("sse.cvt.int",    Unit.FLOAT,     3,  10,    3.2,  "M pair 20, throughput 3.25");
        row("sse.cvt.to.int", Unit.FLOAT,     2,  10,    2,    "D M pair 20, throughput of the pair 5.2");
        row("sse2.mov",       Unit.FLOAT,     1,   6,    1,    "M 6, throughput 1");
        row("sse2.mov.scalar", Unit.FLOAT,    1,   6,    1,    "D M pair of load and store 21, throughput 1");
        row("sse2.mov.low",   Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse2.mov.unaligned", Unit.FLOAT, 4,   6,    2,    "M throughput 2");
        row("sse2.mov.unaligned.store", Unit.MICROCODE, 4, 12.7, 8, "M throughput 8, 6 where some cross a line; D pairs with a load 25.3 and 28");
        row("sse2.mov.half.load", Unit.FLOAT, 1,  12,    2,    "D M pair with a store 26, throughput 2");
        row("sse2.mov.mmx",   Unit.FLOAT,     1,   9,    2,    "M pair 18, throughput 2");
        row("sse2.movd",      Unit.FLOAT,     1,   6,    2,    "M throughput 2; latency S Intel's optimization manual");
        row("sse2.movd.from", Unit.FLOAT,     1,  10,    1,    "M throughput 1; latency S Intel's optimization manual");
        row("sse2.movq",      Unit.FLOAT,     1,   2,    2,    "S Intel's optimization manual");
        row("sse2.movnti",    Unit.NONE,      1,   0,    0,    "R as a plain store");
        row("sse2.maskmov",   Unit.MICROCODE, 4,   8,    8,    "M throughput 8");
        row("sse2.mask",      Unit.FLOAT,     2,   7,    3,    "M throughput 3");
        row("sse2.insert",    Unit.FLOAT,     2,   4,    2,    "M throughput 2");
        row("sse2.extract",   Unit.FLOAT,     2,   7,    2,    "M throughput 2");
        row("sse2.add",       Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse2.mul",       Unit.FLOAT,     1,   6,    2,    "M 6, throughput 2");
        row("sse2.div",       Unit.FLOAT,     1,  38,   38,    "M 38");
        row("sse2.div.packed", Unit.FLOAT,    1,  69,   69,    "M 69");
        row("sse2.sqrt",      Unit.FLOAT,     1,  38,   38,    "M 38");
        row("sse2.sqrt.packed", Unit.FLOAT,   1,  69,   69,    "M 69");
        row("sse2.comi",      Unit.FLOAT,     2,   6,    3,    "M throughput 3");
        row("sse2.logic",     Unit.FLOAT,     1,   2,    2,    "M 2, throughput 2");
        row("sse2.shuffle",   Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse2.shuffle.words", Unit.FLOAT, 1,   2,    2,    "S Intel's optimization manual");
        row("sse2.unpack.low", Unit.FLOAT,    1,   2,    2,    "M 2, throughput 2");
        row("sse2.unpack.high", Unit.FLOAT,   1,   4,    2,    "M 4, throughput 2");
        row("sse2.int",       Unit.FLOAT,     1,   2,    2,    "M 2, throughput 2");
        row("sse2.int.quad",  Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse2.int.mul",   Unit.FLOAT,     1,   6,    2,    "M 6, throughput 2");
        row("sse2.int.sad",   Unit.FLOAT,     1,   4,    2,    "S Intel's optimization manual");
        row("sse2.int.shift", Unit.FLOAT,     1,   2,    2,    "M 2, throughput 2");
        row("sse2.int.pack",  Unit.FLOAT,     1,   4,    2,    "M 4, throughput 2");
        row("sse2.mmx.quad",  Unit.FLOAT,     1,   2,    1,    "M 2, throughput 1");
        row("sse2.mmx.mul",   Unit.FLOAT,     1,   6,    1,    "R as other products");
        row("sse2.cvt.single", Unit.FLOAT,    1,   4,    2,    "M pair 8, throughput 2; alone 8.8");
        row("sse2.cvt.to.packed", Unit.FLOAT, 3,   9.5,  4,    "M 10, pair 18, throughput 4");
        row("sse2.cvt.packed", Unit.FLOAT,    2,   9.5,  2,    "M 10, pair 18, throughput 2");
        row("sse2.cvt.widen", Unit.FLOAT,     2,   3,    2,    "S Intel's optimization manual");
        row("sse2.cvt.to.scalar", Unit.FLOAT, 3,  10,    6,    "M 10, throughput 6");
        row("sse2.cvt.scalar", Unit.FLOAT,    3,  14,    5.5,  "M 14, throughput 5.5");
        row("sse2.cvt.mmx",   Unit.FLOAT,     3,  11,    4,    "S Intel's optimization manual");
        row("sse2.cvt.to.mmx", Unit.FLOAT,    3,  11,    3,    "M throughput 3.08; latency S Intel's optimization manual");
        row("sse2.cvt.int",   Unit.FLOAT,     3,  10,    3.2,  "R as to singles");
        row("sse2.cvt.to.int", Unit.FLOAT,    2,  10,    2.5,  "M throughput 2.5; latency R as from singles");
        row("ldmxcsr",        Unit.MICROCODE, 4, 100,  100,    "M throughput 100");
        row("stmxcsr",        Unit.MICROCODE, 4,  28,   28,    "M with LDMXCSR 128");
        row("sfence",         Unit.MICROCODE, 4,  39,   39,    "M 39");
        row("lfence",         Unit.MICROCODE, 4,  39,   39,    "R as SFENCE");
        row("mfence",         Unit.MICROCODE, 4, 124,  124,    "R as a locked access, which orders as much");
        row("pause",          Unit.MICROCODE, 4,  38,   38,    "M 38");
        row("clflush",        Unit.MICROCODE, 4, 124,  124,    "R as a locked access, which asks the bus too; nothing is published");
        row("prefetch",       Unit.SLOW,      4,   6,    6,    "M throughput 6");
        row(OTHER,            Unit.ALU,       2,   1,    1,    "R");
        // spotless:on
    }

    private static void row(String timing, Unit unit, int places, double latency, double busy, String source) {
        if (LINES.put(timing, new Line(unit, places, latency, busy, source)) != null) {
            throw new IllegalStateException("two rows for " + timing);
        }
    }

    static boolean has(String timing) {
        return LINES.containsKey(timing);
    }

    /** The figures of all rows: {@code latency.<class>} and {@code busy.<class>}, in hundredths of a cycle. */
    static List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        LINES.forEach((timing, line) -> {
            all.add(figure(LATENCY + timing, line.latency, line.source, "operands to result"));
            all.add(figure(BUSY + timing, line.busy, line.source, "for which the unit is busy"));
        });
        return all;
    }

    private static Parameter figure(String name, double cycles, String source, String summary) {
        return Figures.instruction(name, "cycles/100", Math.round(HUNDRED * cycles), source, summary);
    }

    /** The row of a class, with its figures as they are in one cell. */
    static Row row(String timing, Parameters cell) {
        String entry = has(timing) ? timing : OTHER;
        Line line = LINES.get(entry);
        return new Row(
                line.unit,
                line.places,
                cell.integer(LATENCY + entry) * TWELFTHS / HUNDRED,
                cell.integer(BUSY + entry) * TWELFTHS / HUNDRED);
    }
}
