package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ARITH;
import static org.sidestep.isa.Trait.writes;

/** Packed and scalar single-precision numbers (SDM vol. 1, chapter 10). */
final class Sse {

    private Sse() {}

    static void define(Rows t) {
        // spotless:off
        t.row("addps",       "NP 0F 58",       "Vx:rw Wx",        "sse.add.packed");
        t.row("addss",       "F3 0F 58",       "Vx:rw Wd",        "sse.add");
        t.row("mulps",       "NP 0F 59",       "Vx:rw Wx",        "sse.mul.packed");
        t.row("mulss",       "F3 0F 59",       "Vx:rw Wd",        "sse.mul");
        t.row("subps",       "NP 0F 5C",       "Vx:rw Wx",        "sse.add.packed");
        t.row("subss",       "F3 0F 5C",       "Vx:rw Wd",        "sse.add");
        t.row("minps",       "NP 0F 5D",       "Vx:rw Wx",        "sse.add.packed");
        t.row("minss",       "F3 0F 5D",       "Vx:rw Wd",        "sse.add");
        t.row("divps",       "NP 0F 5E",       "Vx:rw Wx",        "sse.div.packed");
        t.row("divss",       "F3 0F 5E",       "Vx:rw Wd",        "sse.div");
        t.row("maxps",       "NP 0F 5F",       "Vx:rw Wx",        "sse.add.packed");
        t.row("maxss",       "F3 0F 5F",       "Vx:rw Wd",        "sse.add");
        t.row("sqrtps",      "NP 0F 51",       "Vx:w Wx",         "sse.sqrt.packed");
        t.row("sqrtss",      "F3 0F 51",       "Vx:rw Wd",        "sse.sqrt");
        t.row("rsqrtps",     "NP 0F 52",       "Vx:w Wx",         "sse.estimate.packed");
        t.row("rsqrtss",     "F3 0F 52",       "Vx:rw Wd",        "sse.estimate");
        t.row("rcpps",       "NP 0F 53",       "Vx:w Wx",         "sse.estimate.packed");
        t.row("rcpss",       "F3 0F 53",       "Vx:rw Wd",        "sse.estimate");
        t.row("cmpps",       "NP 0F C2",       "Vx:rw Wx Ib",     "sse.add.packed");
        t.row("cmpss",       "F3 0F C2",       "Vx:rw Wd Ib",     "sse.add");
        t.row("ucomiss",     "NP 0F 2E",       "Vx Wd",           "sse.comi", writes(ARITH));
        t.row("comiss",      "NP 0F 2F",       "Vx Wd",           "sse.comi", writes(ARITH));
        t.row("andps",       "NP 0F 54",       "Vx:rw Wx",        "sse.logic");
        t.row("andnps",      "NP 0F 55",       "Vx:rw Wx",        "sse.logic");
        t.row("orps",        "NP 0F 56",       "Vx:rw Wx",        "sse.logic");
        t.row("xorps",       "NP 0F 57",       "Vx:rw Wx",        "sse.logic");
        t.row("unpcklps",    "NP 0F 14",       "Vx:rw Wx",        "sse.shuffle");
        t.row("unpckhps",    "NP 0F 15",       "Vx:rw Wx",        "sse.shuffle");
        t.row("shufps",      "NP 0F C6",       "Vx:rw Wx Ib",     "sse.shuffle");

        t.row("movups",      "NP 0F 10",       "Vx:w Wx",         "sse.mov.unaligned");
        t.row("movups",      "NP 0F 11",       "Wx:w Vx",         "sse.mov.unaligned");
        t.row("movss",       "F3 0F 10",       "Vx:rw Ud",        "sse.mov");
        t.row("movss",       "F3 0F 10",       "Vx:w Md",         "sse.mov.scalar");
        t.row("movss",       "F3 0F 11",       "Ud:rw Vx",        "sse.mov");
        t.row("movss",       "F3 0F 11",       "Md:w Vx",         "sse.mov.scalar");
        t.row("movaps",      "NP 0F 28",       "Vx:w Wx",         "sse.mov");
        t.row("movaps",      "NP 0F 29",       "Wx:w Vx",         "sse.mov");
        t.row("movhlps",     "NP 0F 12",       "Vx:rw Ux",        "sse.mov.half");
        t.row("movlps",      "NP 0F 12",       "Vx:rw Mq",        "sse.mov.half");
        t.row("movlps",      "NP 0F 13",       "Mq:w Vx",         "sse.mov.half");
        t.row("movlhps",     "NP 0F 16",       "Vx:rw Ux",        "sse.mov.half");
        t.row("movhps",      "NP 0F 16",       "Vx:rw Mq",        "sse.mov.half");
        t.row("movhps",      "NP 0F 17",       "Mq:w Vx",         "sse.mov.half");
        t.row("movmskps",    "NP 0F 50",       "Gd:w Ux",         "sse.mask");
        t.row("movntps",     "NP 0F 2B",       "Mx:w Vx",         "sse.mov");

        t.row("cvtpi2ps",    "NP 0F 2A",       "Vx:rw Qq",        "sse.cvt.packed");
        t.row("cvtsi2ss",    "F3 0F 2A",       "Vx:rw Ed",        "sse.cvt.int");
        t.row("cvttps2pi",   "NP 0F 2C",       "Pq:w Wq",         "sse.cvt.packed");
        t.row("cvtps2pi",    "NP 0F 2D",       "Pq:w Wq",         "sse.cvt.packed");
        t.row("cvttss2si",   "F3 0F 2C",       "Gd:w Wd",         "sse.cvt.int");
        t.row("cvtss2si",    "F3 0F 2D",       "Gd:w Wd",         "sse.cvt.int");

        t.row("ldmxcsr",     "NP 0F AE /2",    "Md",              "ldmxcsr");
        t.row("stmxcsr",     "NP 0F AE /3",    "Md:w",            "stmxcsr");
        fence(t, "sfence", 0xF8);
        t.row("clflush",     "NP 0F AE /7",    "M:a",             "clflush");
        t.row("prefetchnta", "0F 18 /0",       "M:a",             "prefetch");
        t.row("prefetcht0",  "0F 18 /1",       "M:a",             "prefetch");
        t.row("prefetcht1",  "0F 18 /2",       "M:a",             "prefetch");
        t.row("prefetcht2",  "0F 18 /3",       "M:a",             "prefetch");
        // Hint nops: what the P6 family leaves to later hints.
        for (int digit = 0; digit < 8; digit++) {
            t.row("nop",     "0F 18 /" + digit, digit < 4 ? "Rv:a" : "Ev:a", "nop");
        }
        for (int opcode = 0x19; opcode < 0x1F; opcode++) {
            t.row("nop",     "0F " + Rows.hex(opcode), "Ev:a",    "nop");
        }
        // spotless:on
    }

    /** The processor ignores the register that modrm names (SDM vol. 2, SFENCE). */
    static void fence(Rows t, String mnemonic, int modrm) {
        for (int rm = 0; rm < 8; rm++) {
            t.row(mnemonic, "NP 0F AE " + Rows.hex(modrm | rm), "", mnemonic);
        }
    }
}
