package org.sidestep.machine.ia32.timing.p6;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * What the instructions of the P6 family are made of, in figures of the Pentium III (Coppermine); where another part
 * differs, its {@link P6Part} has a row of its own.
 *
 * <p>Marks of the sources: S = micro-op counts and ports published by Agner Fog ("Instruction tables", Pentium Pro, II and
 * III); M = latency or throughput measured on the real part (InstLatx64, CPUID 00000683 and 00000686); D = derived from
 * such figures; R = textbook knowledge or an estimate, not checked.
 */
final class P6Clocks {

    /** Cost of a repeated string instruction: cycles before the first iteration, sixteenths of a cycle per iteration. */
    record Repeat(int setup, int sixteenths) {}

    private static final Map<String, P6Row> ROWS = new LinkedHashMap<>();
    /** Those of which a row speaks. */
    private static final Set<String> CLASSES = new HashSet<>();

    private static final Map<String, String> SOURCES = new LinkedHashMap<>();
    private static final Map<String, Repeat> REPEATS = new LinkedHashMap<>();

    private static final String LATENCY = "latency.";
    private static final String DECODE = "decode.";
    private static final String SERIAL = "serial.";
    private static final String REREADS = "rereads.";
    private static final String REPEAT = "repeat.";
    private static final String SETUP = ".setup";
    private static final String SIXTEENTHS = ".sixteenths";

    private P6Clocks() {}

    static {
        // spotless:off
        //   class           where     micro-ops                 latency decode source
        reg("nop",           "p01",                              1, 0, "S count; M throughput 0.5");
        reg("mov",           "p01",                              1, 0, "S; M 1");
        row("mov",           Shape.LOAD,   "p2",                 0, 0, "S; M 3, all of it the load");
        row("mov",           Shape.STORE,  "p34",                0, 0, "S; M throughput 1.17");
        reg("mov.from.sreg", "p01",                              1, 0, "S");
        reg("mov.sreg",      "8*p01",                            5, 12, "D 12 (Torvalds 2002); S count, delay 5");
        row("mov.sreg",      Shape.LOAD,   "7*p01 p2",           8, 12, "D as of a register; S count, delay 8");
        reg("movzx",         "p01",                              1, 0, "S; M 1");
        row("movzx",         Shape.LOAD,   "p2",                 0, 0, "S");
        reg("cmov",          "2*p01",                            2, 0, "S; M 2");
        reg("xchg",          "3*p01",                            2, 0, "S; M 1.8..2.3");
        row("xchg",          Shape.MODIFY, "4*p01 p2 p34",       2, 0, "S; locked");
        reg("xadd",          "4*p01",                            2, 0, "R count; M 2.3");
        reg("cmpxchg",       "6*p01",                            5, 5, "R count; M 5.2, throughput 5.1");
        row("cmpxchg8b",     Shape.MODIFY, "12*p01 p2 p34",      4, 8, "R count; M 11, throughput 8");
        reg("lea",           "p0",                               1, 0, "S; M 1");
        row("lds",           Shape.LOAD,   "8*p01 3*p2",         8, 0, "S");
        reg("xlat",          "p01 p2",                           4, 0, "S count; D a load behind an addition, AL alone");

        reg("push",          "p34",                              0, 0, "S with the step of ESP; M throughput 1");
        reg("push.sreg",     "p01 p34",                          1, 0, "S");
        reg("pop",           "p2",                               0, 0, "S with the step of ESP");
        row("pop",           Shape.STORE,  "4*p01 p2 p34",       0, 0, "S; M throughput 3");
        reg("pop.sreg",      "7*p01 p2",                         5, 12, "D as mov.sreg; S count");
        reg("pusha",         "p01 8*p34",                        1, 8, "S; M 14.8 with POPA");
        reg("popa",          "p01 8*p2",                         0, 7, "S; M 14.8 with PUSHA");
        reg("pushf",         "3*p0 10*p01 p34",                  1, 7, "S; M throughput 7.1");
        reg("popf",          "16*p01 p2",                        1, 17, "S; M throughput 17");
        reg("enter",         "10*p01 p34",                       5, 0, "S 14");
        reg("leave",         "p01 p2",                           0, 0, "S");

        reg("alu",           "p01",                              1, 0, "S; M 1");
        row("alu",           Shape.MODIFY, "p01 p2 p34",         2, 0, "S; M 6.3 through memory");
        reg("alu.carry",     "2*p01",                            2, 0, "S; M 2");
        row("alu.carry",     Shape.MODIFY, "3*p01 p2 p34",       3, 0, "S");
        reg("cmp",           "p01",                              1, 0, "S");
        reg("test",          "p01",                              1, 0, "S");
        reg("inc",           "p01",                              1, 0, "S; M 1");
        row("inc",           Shape.MODIFY, "p01 p2 p34",         2, 0, "S; as alu");
        reg("neg",           "p01",                              1, 0, "S; M 1");
        row("neg",           Shape.MODIFY, "p01 p2 p34",         2, 0, "S; as alu");
        reg("mul",           "p0",                               4, 0, "S; M 4, throughput 1");
        reg("mul.wide.8",    "p0",                               4, 0, "S; M 4");
        reg("mul.wide",      "p0 2*p01",                         5, 0, "R count; M 5");
        reg("div.8",         "2*p0:12 p01",                     19, 0, "S; M 19, throughput 12");
        reg("div.16",        "2*p0:21 p01",                     23, 0, "S; M 23, throughput 20.8");
        reg("div.32",        "2*p0:39 p01",                     39, 0, "S; M 39, throughput 39..40");
        reg("cwde",          "p01",                              1, 0, "M 1");
        reg("cdq",           "p0",                               1, 0, "M 1, throughput 1");
        reg("bcd",           "p01",                              1, 0, "M 1");
        reg("aam",           "p0 3*p01 19*-",                    7, 7, "D count, a third of a cycle each; M 7.67");
        reg("aad",           "p0 2*p01",                         4, 0, "R");
        reg("salc",          "2*p01",                            2, 0, "R");
        reg("lahf",          "p01",                              1, 0, "M 1");
        reg("sahf",          "p0",                               1, 0, "M 1, throughput 1");

        reg("shift",         "p0",                               1, 0, "S; M 1");
        reg("shift.cl",      "p0",                               1, 0, "S; M 1");
        reg("rotate",        "p0",                               1, 0, "S; M 1");
        reg("rotate.cl",     "p0",                               1, 0, "S; M 1");
        reg("rotate.carry",  "p0 p01",                           2, 0, "M 2");
        reg("rotate.carry.cl", "4*p0 4*p01",                     8, 8, "R count; M 8");
        reg("rcl.8",         "4*p0 4*p01",                       8, 8, "R count; M 9, throughput 8");
        reg("rcr.8",         "4*p0 5*p01",                       9, 9, "R count; M 10, throughput 9");
        reg("shift.double",  "2*p0",                             2, 0, "S count; M 2");
        reg("bt",            "p0",                               1, 0, "M throughput 1");
        reg("bts",           "p0",                               1, 0, "M 1");
        reg("bt.string",     "7*p01 p2",                         4, 0, "S count for BT");
        row("bt.string",     Shape.MODIFY, "8*p01 p2 p34",       4, 0, "R");
        reg("bsf",           "p1 p01",                           2, 0, "S; M 2");
        reg("bswap",         "p0 p01",                           2, 0, "S count; M 2");
        reg("setcc",         "p1",                               1, 0, "S; M 1");

        reg("fp.nop",        "p0",                               1, 0, "M throughput 1");
        reg("fp.move",       "p0",                               1, 0, "S");
        reg("fp.xch",        "-",                                0, 0, "S; renamed away, M FADD and FXCH 1 a clock");
        row("fp.load",       Shape.LOAD,   "p2",                 0, 0, "S");
        row("fp.load.80",    Shape.LOAD,   "2*p0 2*p2",          2, 0, "S");
        row("fp.load.int",   Shape.LOAD,   "3*p0 p2",            5, 0, "S");
        row("fp.load.bcd",   Shape.LOAD,   "38*p0 2*p2",        40, 0, "S");
        row("fp.store",      Shape.STORE,  "p34",                0, 0, "S");
        row("fp.store.80",   Shape.STORE,  "2*p0 2*p34",         2, 0, "S");
        row("fp.store.int",  Shape.STORE,  "2*p0 p34",           5, 0, "S");
        row("fp.store.bcd",  Shape.STORE,  "165*p01 2*p34",    150, 0, "S");
        reg("fp.cmov",       "2*p0",                             2, 0, "S");
        reg("fp.const.1",    "p0",                               1, 0, "S");
        reg("fp.const",      "2*p0",                             2, 0, "S");
        reg("fp.chs",        "2*p0",                             2, 0, "D count; M 2, throughput 2");
        reg("fp.abs",        "p0",                               1, 0, "S");
        reg("fp.com",        "p0",                               1, 0, "S; M throughput 1");
        reg("fp.com.int",    "3*p0",                             5, 0, "S");
        reg("fp.comi",       "p0",                               1, 0, "S");
        reg("fp.add",        "p0",                               3, 0, "S; M 3, throughput 1");
        reg("fp.add.int",    "3*p0",                             6, 0, "S");
        reg("fp.mul",        "p0:2",                             5, 0, "S; M 5, throughput 2");
        reg("fp.mul.int",    "2*p0:2 p01",                       8, 0, "S");
        reg("fp.div",        "p0:37",                           38, 0, "S; one less between two");
        reg("fp.div.double", "p0:31",                           32, 0, "S; M 32, throughput 31");
        reg("fp.div.single", "p0:17",                           18, 0, "S");
        reg("fp.div.power",  "p0:8",                             9, 0, "S; M 9, throughput 8");
        reg("fp.div.zero",   "p0:8",                             9, 0, "D as DIVSS");
        reg("fp.div.int",    "p0:37 2*p01",                     41, 0, "D from fp.div");
        reg("fp.sqrt",       "p0:68",                           69, 0, "S Intel; M 69, throughput 68");
        reg("fp.sqrt.double", "p0:57",                           58, 0, "S Intel 57");
        reg("fp.sqrt.single", "p0:28",                           29, 0, "S Intel; M 29, throughput 28");
        reg("fp.sqrt.power", "p0:8",                             9, 0, "M 9, throughput 8");
        reg("fp.sqrt.zero",  "p0:8",                             9, 0, "M 9, throughput 8");
        reg("fp.rndint",     "30*p01",                          30, 0, "S");
        reg("fp.rem",        "23*p01",                          30, 0, "S");
        reg("fp.scale",      "56*p01",                          50, 0, "S");
        reg("fp.xtract",     "15*p01",                          15, 0, "S");
        reg("fp.sin",        "p01",                             99, 104, "M 98..105, throughput 94..107");
        reg("fp.sin.small",  "p01",                             82, 71, "M 85 with FADD, throughput 72");
        reg("fp.sin.peak",   "p01",                             89, 74, "M 92 with FADD, throughput 73..76");
        reg("fp.sin.slope",  "p01",                             95, 94, "M 98 with FADD, throughput 94..96");
        reg("fp.sin.zero",   "p01",                             28, 28, "M 28, throughput 29");
        reg("fp.tan",        "p01",                            120, 100, "S 97..147");
        reg("fp.atan",       "p01",                            120, 100, "S 95..130");
        reg("fp.exp",        "p01",                             66, 60, "S");
        reg("fp.log",        "p01",                            103, 90, "S");
        reg("fp.stack",      "p0",                               1, 0, "M throughput 1");
        reg("fp.free",       "p01",                              1, 0, "S");
        reg("fp.clex",       "3*p01",                            3, 0, "S");
        reg("fp.init",       "13*p01",                          13, 0, "S");
        reg("fp.ldcw",       "p0 p2",                           10, 0, "S");
        reg("fp.stcw",       "3*p01 p34",                        3, 0, "S; micro-ops of the memory form");
        reg("fp.stsw",       "3*p0",                             7, 0, "S");
        reg("fp.ldenv",      "23*p01 7*p2",                     50, 0, "R");
        reg("fp.stenv",      "23*p01 7*p34",                    50, 0, "R");
        reg("fp.rstor",      "23*p01 27*p2",                    72, 72, "S 72 micro-ops");
        reg("fp.save",       "23*p01 27*p34",                  141, 141, "S 141 micro-ops");
        reg("fp.fxsave",     "23*p01 16*p34",                  116, 116, "S 116 micro-ops");
        reg("fp.fxrstor",    "23*p01 16*p2",                    89, 89, "S 89 micro-ops");
        reg("emms",          "11*p01",                           6, 0, "S");
        reg("movd",          "p01",                              1, 0, "M throughput 0.67");
        row("movd",          Shape.LOAD,   "p2",                 0, 0, "M throughput 1");
        row("movd",          Shape.STORE,  "p34",                1, 0, "D M 5 to a load of the same, throughput 1.17");
        reg("movq",          "p01",                              1, 0, "S");
        row("movq",          Shape.LOAD,   "p2",                 0, 0, "M throughput 1");
        row("movq",          Shape.STORE,  "p34",                1, 0, "D M 5 to a load of the same, throughput 1.17");
        reg("mmx.alu",       "p01",                              1, 0, "M 1, throughput 0.5");
        reg("mmx.mul",       "p0",                               3, 0, "M 3, throughput 1");
        reg("mmx.shift",     "p1",                               1, 0, "M 1, throughput 1");
        reg("mmx.pack",      "p1",                               1, 0, "M 1, throughput 1");
        reg("mmx.sad",       "2*p0 p01",                         5, 0, "M 5, throughput 2");
        reg("mmx.insert",    "p1",                               1, 0, "M throughput 1");
        reg("mmx.extract",   "p1 p01",                           2, 0, "M throughput 1.08");
        reg("mmx.mask",      "p1",                               1, 0, "S");
        reg("maskmovq",      "4*p01 2*p34",                      8, 10, "M throughput 10..46");
        reg("sse.mov",       "2*p01",                            1, 0, "M 1, throughput 1");
        row("sse.mov",       Shape.LOAD,   "2*p2",               0, 0, "M throughput 2");
        row("sse.mov",       Shape.STORE,  "2*p34",              0, 0, "M throughput 2.42");
        row("sse.mov.scalar", Shape.LOAD,  "p2",                 0, 0, "M throughput 1");
        row("sse.mov.scalar", Shape.STORE, "p34",                1, 0, "D M 5 to a load of the same, throughput 1.17");
        reg("sse.mov.unaligned", "2*p01",                        1, 0, "M 1, throughput 1");
        row("sse.mov.unaligned", Shape.LOAD, "2*p2 2*-",         0, 2, "D count; M throughput 2 if aligned, 10.75 if not, pair with a store 6");
        row("sse.mov.unaligned", Shape.STORE, "2*p01 2*p34 2*- 3*r", 1, 3, "D count; M throughput 6.25 if aligned, 4.33 of a register just loaded, 11.5 if not");
        reg("sse.mov.half",  "p1",                               1, 0, "M 1, throughput 1");
        row("sse.mov.half",  Shape.STORE,  "p34",                0, 0, "M throughput 1.17");
        reg("sse.mask",      "p0",                               1, 0, "S");
        reg("sse.add",       "p1",                               3, 0, "M 3, throughput 1");
        reg("sse.add.packed", "2*p1",                            3, 0, "M 3, throughput 2");
        reg("sse.mul",       "p0",                               4, 0, "M 4, throughput 1");
        reg("sse.mul.packed", "2*p0",                            4, 0, "M 4, throughput 2");
        reg("sse.div",       "p0:17",                           18, 0, "M 18, throughput 17");
        reg("sse.div.power", "p0:8",                             9, 0, "M 9, throughput 8");
        reg("sse.div.zero",  "p0:8",                             9, 0, "M 9, throughput 8");
        reg("sse.div.packed", "2*p0:34",                         34, 0, "M 34, throughput 34");
        reg("sse.div.packed.power", "2*p0:16",                         16, 0, "M 16, throughput 16");
        reg("sse.div.packed.zero", "2*p0:16",                         16, 0, "M 16, throughput 16");
        reg("sse.sqrt",      "p0:28",                           30, 0, "M 30, throughput 28");
        reg("sse.sqrt.power", "p0:8",                            10, 0, "M 10, throughput 8");
        reg("sse.sqrt.zero", "p0:8",                            10, 0, "D as of one");
        reg("sse.sqrt.packed", "2*p0:56",                         56, 0, "D from sse.sqrt");
        reg("sse.sqrt.packed.power", "2*p0:16",                         16, 0, "M 16, throughput 16");
        reg("sse.sqrt.packed.zero", "2*p0:16",                         16, 0, "D as of one");
        reg("sse.estimate",  "p1",                               1, 0, "M 1, throughput 1");
        reg("sse.estimate.packed", "2*p1",                       2, 0, "M 2, throughput 2");
        reg("sse.comi",      "p1",                               1, 0, "M throughput 1");
        reg("sse.logic",     "2*p1",                             2, 0, "M 2, throughput 2");
        reg("sse.shuffle",   "2*p1 p01",                         3, 0, "M 3.2, throughput 1.92");
        reg("sse.cvt.packed", "p1",                              3, 0, "M pair 6, throughput 1");
        reg("sse.cvt.int",   "2*p1",                             4, 0, "M pair 7, throughput 2.17");
        reg("sse.cvt.to.int", "p1 p01",                          3, 0, "D M pair 7, throughput 3.25..3.5");
        reg("ldmxcsr",       "10*p01",                          15, 15, "M throughput 15");
        reg("stmxcsr",       "5*p01",                           11, 11, "M pair with LDMXCSR 26");
        reg("sfence",        "2*p01 18*-",                       1, 6, "D count, a third of a cycle each; M 6.67");
        reg("clflush",           "p2 -",                             0, 0, "R no part of the family has it");
        reg("prefetch",      "p2 -",                             0, 0, "D count; M throughput 1");
        reg("fwait",         "2*p01",                            1, 0, "S");

        reg("jmp",           "p1",                               1, 0, "S");
        reg("jmp.indirect",  "p1",                               1, 0, "S");
        reg("jcc",           "p1",                               1, 0, "S");
        reg("call",          "p1 p34",                           1, 0, "S");
        reg("call.indirect", "p1 p01 p34",                       1, 0, "S");
        row("call.indirect", Shape.LOAD,   "p1 3*p01 p2 p34",    1, 0, "S");
        reg("ret",           "p1 p01 p2",                        1, 0, "S");
        reg("loop",          "p1 9*p01",                         2, 0, "S");
        reg("jecxz",         "p1 p01",                           2, 0, "S");
        reg("jmp.far",       "21*p01 p2",                        8, 0, "S");
        reg("call.far",      "28*p01 p2 2*p34",                  8, 0, "S");
        reg("ret.far",       "23*p01 3*p2",                      8, 0, "S");
        reg("bound",         "5*p01 2*p2",                       1, 0, "R");
        reg("into",          "4*p01",                            1, 0, "R; not taken");
        // The cost of these is that of the events they report.
        reg("int",           "p01",                              1, 0, "D");
        reg("iret",          "p01",                              1, 0, "D");
        reg("sysenter",      "p01",                              1, 0, "D");
        reg("sysexit",       "p01",                              1, 0, "D");
        reg("ud2",           "p01",                              1, 0, "R");
        reg("none",          "p01",                              1, 0, "R; bytes that are no instruction");

        reg("lods",          "p01 p2",                           1, 4, "S count; M 4");
        reg("stos",          "p34",                              0, 3, "S count; M 3");
        reg("movs",          "p2 p34 8*-",                       0, 4, "D count, a third of a cycle each; M 4.2..4.7");
        reg("scas",          "p01 p2",                           1, 4, "R count; M 3.9");
        reg("cmps",          "p01 2*p2 9*-",                     1, 4, "D count, a third of a cycle each; M 4.2..4.9");

        reg("clc",           "p0",                               1, 0, "S count; M throughput 1");
        reg("cld",           "4*p01 15*-",                       1, 6, "D count, a third of a cycle each; M 6.33");
        reg("std",           "4*p01 18*-",                       1, 7, "D count; M 7.33");
        reg("cli",           "9*p01",                            1, 9, "S count; D as POPF, a cycle for each");
        reg("sti",           "17*p01",                           1, 17, "S count; D as POPF, a cycle for each");
        reg("rdtsc",         "31*p01",                           1, 31, "S count; M 31");
        reg("rdpmc",         "31*p01",                           1, 31, "R; as RDTSC");
        reg("mov.from.cr",   "10*p01",                           5, 0, "R");
        reg("mov.from.dr",   "10*p01",                           5, 0, "R");
        reg("sldt",          "4*p01",                            4, 0, "R");
        reg("str",           "4*p01",                            4, 0, "R");
        reg("sgdt",          "4*p01",                            4, 0, "R");
        reg("smsw",          "4*p01",                            4, 0, "R");
        reg("verr",          "10*p01",                           8, 0, "R");
        reg("lar",           "10*p01",                           8, 0, "R");
        reg("arpl",          "8*p01",                            5, 0, "R");

        serial("cpuid",   106, "M 106..108");
        serial("rdmsr",    35, "R");
        serial("wrmsr",    60, "R");
        serial("mov.cr",   25, "R; CR0 and CR4");
        serial("mov.cr3",   0, "D the event says");
        serial("mov.dr",   25, "R");
        serial("clts",     10, "R");
        serial("lgdt",     30, "R");
        serial("lldt",     30, "R");
        serial("ltr",      40, "R");
        serial("invlpg",   30, "R");
        serial("wbinvd", 2000, "R; without the write-backs");
        serial("invd",   1000, "R");
        serial("hlt",      10, "R");
        serial("in",        0, "D plus io.cycles");
        serial("out",       0, "D plus io.cycles");
        serial("ins",       0, "D plus io.cycles");
        serial("outs",      0, "D plus io.cycles");

        //     class    operand  setup  sixteenths
        repeat("movs",   32,      30,       7,     "M 9.5 bytes a cycle; R setup");
        repeat("movs",   16,      30,      64,     "D as single ones");
        repeat("movs",    8,      30,      64,     "D as single ones");
        repeat("stos",   32,      30,       7,     "R; as MOVS");
        repeat("stos",   16,      30,      48,     "D as single ones");
        repeat("stos",    8,      30,      48,     "D as single ones");
        repeat("lods",    0,      10,      64,     "D as single ones");
        repeat("scas",    0,      10,      64,     "D as single ones");
        repeat("cmps",    0,      10,      72,     "D as single ones");
        repeat("ins",     0,      10,       0,     "D plus io.cycles for each");
        repeat("outs",    0,      10,       0,     "D plus io.cycles for each");
        // spotless:on
    }

    /**
     * The figures of all rows, where a part's own rows come first: {@code latency.<class>}, {@code decode.<class>} and
     * {@code serial.<class>}, with {@code .load}, {@code .store} or {@code .modify} behind the class where the form with a
     * memory operand has a row of its own; {@code repeat.<class>.<bits>.setup} and {@code .sixteenths}.
     */
    static List<Parameter> parameters(Map<String, P6Row> own) {
        List<Parameter> all = new ArrayList<>();
        ROWS.forEach((entry, row) -> {
            boolean mine = own.containsKey(entry);
            parameters(all, entry, mine ? own.get(entry) : row, mine ? "M" : SOURCES.get(entry));
        });
        REPEATS.forEach((entry, repeat) -> {
            String name = REPEAT + entry;
            String source = SOURCES.get(name);
            all.add(Figures.instruction(name + SETUP, "cycles", repeat.setup, source, "before the first iteration"));
            all.add(Figures.instruction(name + SIXTEENTHS, "cycles/16", repeat.sixteenths, source, "each iteration"));
        });
        return all;
    }

    private static void parameters(List<Parameter> all, String entry, P6Row row, String source) {
        if (row.serial() >= 0) {
            all.add(Figures.instruction(
                    SERIAL + entry, "cycles", row.serial(), source, "after all before is complete"));
            return;
        }
        all.add(Figures.instruction(LATENCY + entry, "cycles", row.latency(), source, "operands to result"));
        if (row.rereads() != 0) all.add(rereads(entry, row.rereads()));
        if (row.decode() == 0) return;
        all.add(Figures.instruction(DECODE + entry, "cycles", row.decode(), source, "for which decoding is held up"));
    }

    private static Parameter rereads(String entry, int cycles) {
        String source = "D throughput alone, and with a load of the same register";
        return Figures.instruction(
                REREADS + entry, "cycles", cycles, source, "decoding held up if what is stored has retired");
    }

    /** The row of a class for a shape; a memory operand adds its micro-ops unless a row of its own says otherwise. */
    static P6Row row(String timing, Shape shape) {
        String entry = entry(timing, shape);
        if (entry == null) return null;
        P6Row row = ROWS.get(entry);
        return entry.equals(timing) ? row.with(shape) : row;
    }

    /** The name of the row that speaks of a class for a shape, or null. */
    static String entry(String timing, Shape shape) {
        if (ROWS.containsKey(key(timing, shape))) return key(timing, shape);
        if (ROWS.containsKey(timing)) return timing;
        for (Shape other : Shape.values()) {
            if (ROWS.containsKey(key(timing, other))) return key(timing, other);
        }
        return null;
    }

    /** A row with its figures as they are in one cell. */
    static P6Row inCell(P6Row row, String entry, Parameters parameters) {
        boolean serial = row.serial() >= 0;
        return row.with(
                row.rereads() == 0 ? 0 : parameters.integer(REREADS + entry),
                serial ? row.latency() : parameters.integer(LATENCY + entry),
                row.decode() == 0 ? 0 : parameters.integer(DECODE + entry),
                serial ? parameters.integer(SERIAL + entry) : row.serial());
    }

    /** Whether the data sheet has a class. */
    static boolean has(String timing) {
        return CLASSES.contains(timing);
    }

    /** The name of the figure that a serialising class is charged with. */
    static String serialFigure(String timing) {
        return SERIAL + timing;
    }

    /** Cost of the repeated form, for an operand of {@code bits}. */
    static Repeat repeat(String timing, int bits, Parameters parameters) {
        String entry = REPEATS.containsKey(timing + "." + bits) ? timing + "." + bits : timing;
        if (!REPEATS.containsKey(entry)) return null;
        return new Repeat(parameters.integer(REPEAT + entry + SETUP), parameters.integer(REPEAT + entry + SIXTEENTHS));
    }

    private static void reg(String timing, String microOps, int latency, int decode, String source) {
        row(timing, Shape.REGISTER, microOps, latency, decode, source);
    }

    private static void row(String timing, Shape shape, String microOps, int latency, int decode, String source) {
        add(timing, shape, microOps, latency, decode, -1, source);
    }

    private static void serial(String timing, int cycles, String source) {
        add(timing, Shape.REGISTER, "p01", 1, 0, cycles, source);
    }

    private static void repeat(String timing, int bits, int setup, int sixteenths, String source) {
        String entry = bits == 0 ? timing : timing + "." + bits;
        REPEATS.put(entry, new Repeat(setup, sixteenths));
        SOURCES.put(REPEAT + entry, source);
    }

    private static void add(
            String timing, Shape shape, String microOps, int latency, int decode, int serial, String source) {
        P6Row row = P6Row.parse(microOps, latency, decode, serial);
        if (ROWS.put(key(timing, shape), row) != null) throw new IllegalStateException("two rows for " + timing);
        CLASSES.add(timing);
        SOURCES.put(key(timing, shape), source);
    }

    private static String key(String timing, Shape shape) {
        return shape == Shape.REGISTER ? timing : timing + "." + shape.name().toLowerCase(Locale.ROOT);
    }
}
