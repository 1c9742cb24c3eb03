package org.sidestep.isa;

import static org.sidestep.isa.Trait.uses;

/** Packed integers in the registers of the floating-point unit (SDM vol. 1, chapter 9, and section 10.4.4). */
final class Mmx {

    private Mmx() {}

    static void define(Rows t) {
        // spotless:off
        t.row("emms",        "NP 0F 77",       "",                "emms");
        t.row("movd",        "NP 0F 6E",       "Pq:w Ed",         "movd");
        t.row("movd",        "NP 0F 7E",       "Ed:w Pq",         "movd");
        t.row("movq",        "NP 0F 6F",       "Pq:w Qq",         "movq");
        t.row("movq",        "NP 0F 7F",       "Qq:w Pq",         "movq");
        t.row("punpcklbw",   "NP 0F 60",       "Pq:rw Qd",        "mmx.pack");
        t.row("punpcklwd",   "NP 0F 61",       "Pq:rw Qd",        "mmx.pack");
        t.row("punpckldq",   "NP 0F 62",       "Pq:rw Qd",        "mmx.pack");
        t.row("packsswb",    "NP 0F 63",       "Pq:rw Qq",        "mmx.pack");
        t.row("packuswb",    "NP 0F 67",       "Pq:rw Qq",        "mmx.pack");
        t.row("punpckhbw",   "NP 0F 68",       "Pq:rw Qq",        "mmx.pack");
        t.row("punpckhwd",   "NP 0F 69",       "Pq:rw Qq",        "mmx.pack");
        t.row("punpckhdq",   "NP 0F 6A",       "Pq:rw Qq",        "mmx.pack");
        t.row("packssdw",    "NP 0F 6B",       "Pq:rw Qq",        "mmx.pack");
        t.row("pcmpgtb",     "NP 0F 64",       "Pq:rw Qq",        "mmx.alu");
        t.row("pcmpgtw",     "NP 0F 65",       "Pq:rw Qq",        "mmx.alu");
        t.row("pcmpgtd",     "NP 0F 66",       "Pq:rw Qq",        "mmx.alu");
        t.row("pcmpeqb",     "NP 0F 74",       "Pq:rw Qq",        "mmx.alu");
        t.row("pcmpeqw",     "NP 0F 75",       "Pq:rw Qq",        "mmx.alu");
        t.row("pcmpeqd",     "NP 0F 76",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubusb",     "NP 0F D8",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubusw",     "NP 0F D9",       "Pq:rw Qq",        "mmx.alu");
        t.row("pand",        "NP 0F DB",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddusb",     "NP 0F DC",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddusw",     "NP 0F DD",       "Pq:rw Qq",        "mmx.alu");
        t.row("pandn",       "NP 0F DF",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubsb",      "NP 0F E8",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubsw",      "NP 0F E9",       "Pq:rw Qq",        "mmx.alu");
        t.row("por",         "NP 0F EB",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddsb",      "NP 0F EC",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddsw",      "NP 0F ED",       "Pq:rw Qq",        "mmx.alu");
        t.row("pxor",        "NP 0F EF",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubb",       "NP 0F F8",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubw",       "NP 0F F9",       "Pq:rw Qq",        "mmx.alu");
        t.row("psubd",       "NP 0F FA",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddb",       "NP 0F FC",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddw",       "NP 0F FD",       "Pq:rw Qq",        "mmx.alu");
        t.row("paddd",       "NP 0F FE",       "Pq:rw Qq",        "mmx.alu");
        t.row("pmullw",      "NP 0F D5",       "Pq:rw Qq",        "mmx.mul");
        t.row("pmulhw",      "NP 0F E5",       "Pq:rw Qq",        "mmx.mul");
        t.row("pmaddwd",     "NP 0F F5",       "Pq:rw Qq",        "mmx.mul");
        t.row("psrlw",       "NP 0F D1",       "Pq:rw Qq",        "mmx.shift");
        t.row("psrld",       "NP 0F D2",       "Pq:rw Qq",        "mmx.shift");
        t.row("psrlq",       "NP 0F D3",       "Pq:rw Qq",        "mmx.shift");
        t.row("psraw",       "NP 0F E1",       "Pq:rw Qq",        "mmx.shift");
        t.row("psrad",       "NP 0F E2",       "Pq:rw Qq",        "mmx.shift");
        t.row("psllw",       "NP 0F F1",       "Pq:rw Qq",        "mmx.shift");
        t.row("pslld",       "NP 0F F2",       "Pq:rw Qq",        "mmx.shift");
        t.row("psllq",       "NP 0F F3",       "Pq:rw Qq",        "mmx.shift");
        t.row("psrlw",       "NP 0F 71 /2",    "Nq:rw Ib",        "mmx.shift");
        t.row("psraw",       "NP 0F 71 /4",    "Nq:rw Ib",        "mmx.shift");
        t.row("psllw",       "NP 0F 71 /6",    "Nq:rw Ib",        "mmx.shift");
        t.row("psrld",       "NP 0F 72 /2",    "Nq:rw Ib",        "mmx.shift");
        t.row("psrad",       "NP 0F 72 /4",    "Nq:rw Ib",        "mmx.shift");
        t.row("pslld",       "NP 0F 72 /6",    "Nq:rw Ib",        "mmx.shift");
        t.row("psrlq",       "NP 0F 73 /2",    "Nq:rw Ib",        "mmx.shift");
        t.row("psllq",       "NP 0F 73 /6",    "Nq:rw Ib",        "mmx.shift");

        // What the Pentium III added.
        t.row("pavgb",       "NP 0F E0",       "Pq:rw Qq",        "mmx.alu");
        t.row("pavgw",       "NP 0F E3",       "Pq:rw Qq",        "mmx.alu");
        t.row("pminub",      "NP 0F DA",       "Pq:rw Qq",        "mmx.alu");
        t.row("pmaxub",      "NP 0F DE",       "Pq:rw Qq",        "mmx.alu");
        t.row("pminsw",      "NP 0F EA",       "Pq:rw Qq",        "mmx.alu");
        t.row("pmaxsw",      "NP 0F EE",       "Pq:rw Qq",        "mmx.alu");
        t.row("pmulhuw",     "NP 0F E4",       "Pq:rw Qq",        "mmx.mul");
        t.row("psadbw",      "NP 0F F6",       "Pq:rw Qq",        "mmx.sad");
        t.row("pshufw",      "NP 0F 70",       "Pq:w Qq Ib",      "mmx.pack");
        t.row("pinsrw",      "NP 0F C4",       "Pq:rw Rd Ib",     "mmx.insert");
        t.row("pinsrw",      "NP 0F C4",       "Pq:rw Mw Ib",     "mmx.insert");
        t.row("pextrw",      "NP 0F C5",       "Gd:w Nq Ib",      "mmx.extract");
        t.row("pmovmskb",    "NP 0F D7",       "Gd:w Nq",         "mmx.mask");
        t.row("movntq",      "NP 0F E7",       "Mq:w Pq",         "movq");
        t.row("maskmovq",    "NP 0F F7",       "Pq Nq",           "maskmovq", uses("@edi"));
        // spotless:on
    }
}
