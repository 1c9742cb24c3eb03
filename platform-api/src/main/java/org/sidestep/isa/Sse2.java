package org.sidestep.isa;

import static org.sidestep.isa.Eflags.ARITH;
import static org.sidestep.isa.Trait.uses;
import static org.sidestep.isa.Trait.writes;

/** Packed and scalar doubles, packed integers in XMM registers, and what came with them (SDM vol. 1, chapter 11). */
final class Sse2 {

    private Sse2() {}

    static void define(Rows t) {
        // spotless:off
        t.row("addpd",       "66 0F 58",        "Vx:rw Wx",        "sse2.add.packed");
        t.row("addsd",       "F2 0F 58",        "Vx:rw Wq",        "sse2.add");
        t.row("mulpd",       "66 0F 59",        "Vx:rw Wx",        "sse2.mul.packed");
        t.row("mulsd",       "F2 0F 59",        "Vx:rw Wq",        "sse2.mul");
        t.row("subpd",       "66 0F 5C",        "Vx:rw Wx",        "sse2.add.packed");
        t.row("subsd",       "F2 0F 5C",        "Vx:rw Wq",        "sse2.add");
        t.row("minpd",       "66 0F 5D",        "Vx:rw Wx",        "sse2.add.packed");
        t.row("minsd",       "F2 0F 5D",        "Vx:rw Wq",        "sse2.add");
        t.row("divpd",       "66 0F 5E",        "Vx:rw Wx",        "sse2.div.packed");
        t.row("divsd",       "F2 0F 5E",        "Vx:rw Wq",        "sse2.div");
        t.row("maxpd",       "66 0F 5F",        "Vx:rw Wx",        "sse2.add.packed");
        t.row("maxsd",       "F2 0F 5F",        "Vx:rw Wq",        "sse2.add");
        t.row("sqrtpd",      "66 0F 51",        "Vx:w Wx",         "sse2.sqrt.packed");
        t.row("sqrtsd",      "F2 0F 51",        "Vx:rw Wq",        "sse2.sqrt");
        t.row("cmppd",       "66 0F C2",        "Vx:rw Wx Ib",     "sse2.add.packed");
        t.row("cmpsd",       "F2 0F C2",        "Vx:rw Wq Ib",     "sse2.add");
        t.row("ucomisd",     "66 0F 2E",        "Vx Wq",           "sse2.comi", writes(ARITH));
        t.row("comisd",      "66 0F 2F",        "Vx Wq",           "sse2.comi", writes(ARITH));
        t.row("andpd",       "66 0F 54",        "Vx:rw Wx",        "sse2.logic");
        t.row("andnpd",      "66 0F 55",        "Vx:rw Wx",        "sse2.logic");
        t.row("orpd",        "66 0F 56",        "Vx:rw Wx",        "sse2.logic");
        t.row("xorpd",       "66 0F 57",        "Vx:rw Wx",        "sse2.logic");
        t.row("unpcklpd",    "66 0F 14",        "Vx:rw Wx",        "sse2.unpack.low");
        t.row("unpckhpd",    "66 0F 15",        "Vx:rw Wx",        "sse2.unpack.high");
        t.row("shufpd",      "66 0F C6",        "Vx:rw Wx Ib",     "sse2.shuffle");

        t.row("movupd",      "66 0F 10",        "Vx:w Wx",         "sse2.mov.unaligned");
        t.row("movupd",      "66 0F 11",        "Wx:w Vx",         "sse2.mov.unaligned");
        t.row("movsd",       "F2 0F 10",        "Vx:rw Uq",        "sse2.mov.low");
        t.row("movsd",       "F2 0F 10",        "Vx:w Mq",         "sse2.mov.scalar");
        t.row("movsd",       "F2 0F 11",        "Uq:rw Vx",        "sse2.mov.low");
        t.row("movsd",       "F2 0F 11",        "Mq:w Vx",         "sse2.mov.scalar");
        t.row("movapd",      "66 0F 28",        "Vx:w Wx",         "sse2.mov");
        t.row("movapd",      "66 0F 29",        "Wx:w Vx",         "sse2.mov");
        t.row("movlpd",      "66 0F 12",        "Vx:rw Mq",        "sse2.mov.half");
        t.row("movlpd",      "66 0F 13",        "Mq:w Vx",         "sse2.mov.half");
        t.row("movhpd",      "66 0F 16",        "Vx:rw Mq",        "sse2.mov.half");
        t.row("movhpd",      "66 0F 17",        "Mq:w Vx",         "sse2.mov.half");
        t.row("movmskpd",    "66 0F 50",        "Gd:w Ux",         "sse2.mask");
        t.row("movntpd",     "66 0F 2B",        "Mx:w Vx",         "sse2.mov");

        t.row("cvtdq2ps",    "NP 0F 5B",        "Vx:w Wx",         "sse2.cvt.single");
        t.row("cvtps2dq",    "66 0F 5B",        "Vx:w Wx",         "sse2.cvt.single");
        t.row("cvttps2dq",   "F3 0F 5B",        "Vx:w Wx",         "sse2.cvt.single");
        t.row("cvtdq2pd",    "F3 0F E6",        "Vx:w Wq",         "sse2.cvt.to.packed");
        t.row("cvtpd2dq",    "F2 0F E6",        "Vx:w Wx",         "sse2.cvt.packed");
        t.row("cvttpd2dq",   "66 0F E6",        "Vx:w Wx",         "sse2.cvt.packed");
        t.row("cvtps2pd",    "NP 0F 5A",        "Vx:w Wq",         "sse2.cvt.widen");
        t.row("cvtpd2ps",    "66 0F 5A",        "Vx:w Wx",         "sse2.cvt.packed");
        t.row("cvtss2sd",    "F3 0F 5A",        "Vx:rw Wd",        "sse2.cvt.to.scalar");
        t.row("cvtsd2ss",    "F2 0F 5A",        "Vx:rw Wq",        "sse2.cvt.scalar");
        t.row("cvtpi2pd",    "66 0F 2A",        "Vx:w Qq",         "sse2.cvt.mmx");
        t.row("cvttpd2pi",   "66 0F 2C",        "Pq:w Wx",         "sse2.cvt.to.mmx");
        t.row("cvtpd2pi",    "66 0F 2D",        "Pq:w Wx",         "sse2.cvt.to.mmx");
        t.row("cvtsi2sd",    "F2 0F 2A",        "Vx:rw Ed",        "sse2.cvt.int");
        t.row("cvttsd2si",   "F2 0F 2C",        "Gd:w Wq",         "sse2.cvt.to.int");
        t.row("cvtsd2si",    "F2 0F 2D",        "Gd:w Wq",         "sse2.cvt.to.int");

        // Packed integers: what MMX has, twice as wide.
        t.row("punpcklbw",   "66 0F 60",        "Vx:rw Wx",        "sse2.unpack.low");
        t.row("punpcklwd",   "66 0F 61",        "Vx:rw Wx",        "sse2.unpack.low");
        t.row("punpckldq",   "66 0F 62",        "Vx:rw Wx",        "sse2.unpack.low");
        t.row("packsswb",    "66 0F 63",        "Vx:rw Wx",        "sse2.int.pack");
        t.row("packuswb",    "66 0F 67",        "Vx:rw Wx",        "sse2.int.pack");
        t.row("punpckhbw",   "66 0F 68",        "Vx:rw Wx",        "sse2.unpack.high");
        t.row("punpckhwd",   "66 0F 69",        "Vx:rw Wx",        "sse2.unpack.high");
        t.row("punpckhdq",   "66 0F 6A",        "Vx:rw Wx",        "sse2.unpack.high");
        t.row("packssdw",    "66 0F 6B",        "Vx:rw Wx",        "sse2.int.pack");
        t.row("pcmpgtb",     "66 0F 64",        "Vx:rw Wx",        "sse2.int");
        t.row("pcmpgtw",     "66 0F 65",        "Vx:rw Wx",        "sse2.int");
        t.row("pcmpgtd",     "66 0F 66",        "Vx:rw Wx",        "sse2.int");
        t.row("pcmpeqb",     "66 0F 74",        "Vx:rw Wx",        "sse2.int");
        t.row("pcmpeqw",     "66 0F 75",        "Vx:rw Wx",        "sse2.int");
        t.row("pcmpeqd",     "66 0F 76",        "Vx:rw Wx",        "sse2.int");
        t.row("psubusb",     "66 0F D8",        "Vx:rw Wx",        "sse2.int");
        t.row("psubusw",     "66 0F D9",        "Vx:rw Wx",        "sse2.int");
        t.row("pand",        "66 0F DB",        "Vx:rw Wx",        "sse2.int");
        t.row("paddusb",     "66 0F DC",        "Vx:rw Wx",        "sse2.int");
        t.row("paddusw",     "66 0F DD",        "Vx:rw Wx",        "sse2.int");
        t.row("pandn",       "66 0F DF",        "Vx:rw Wx",        "sse2.int");
        t.row("psubsb",      "66 0F E8",        "Vx:rw Wx",        "sse2.int");
        t.row("psubsw",      "66 0F E9",        "Vx:rw Wx",        "sse2.int");
        t.row("por",         "66 0F EB",        "Vx:rw Wx",        "sse2.int");
        t.row("paddsb",      "66 0F EC",        "Vx:rw Wx",        "sse2.int");
        t.row("paddsw",      "66 0F ED",        "Vx:rw Wx",        "sse2.int");
        t.row("pxor",        "66 0F EF",        "Vx:rw Wx",        "sse2.int");
        t.row("psubb",       "66 0F F8",        "Vx:rw Wx",        "sse2.int");
        t.row("psubw",       "66 0F F9",        "Vx:rw Wx",        "sse2.int");
        t.row("psubd",       "66 0F FA",        "Vx:rw Wx",        "sse2.int");
        t.row("paddb",       "66 0F FC",        "Vx:rw Wx",        "sse2.int");
        t.row("paddw",       "66 0F FD",        "Vx:rw Wx",        "sse2.int");
        t.row("paddd",       "66 0F FE",        "Vx:rw Wx",        "sse2.int");
        t.row("pmullw",      "66 0F D5",        "Vx:rw Wx",        "sse2.int.mul");
        t.row("pmulhw",      "66 0F E5",        "Vx:rw Wx",        "sse2.int.mul");
        t.row("pmaddwd",     "66 0F F5",        "Vx:rw Wx",        "sse2.int.mul");
        t.row("psrlw",       "66 0F D1",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psrld",       "66 0F D2",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psrlq",       "66 0F D3",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psraw",       "66 0F E1",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psrad",       "66 0F E2",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psllw",       "66 0F F1",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("pslld",       "66 0F F2",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psllq",       "66 0F F3",        "Vx:rw Wx",        "sse2.int.shift");
        t.row("psrlw",       "66 0F 71 /2",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("psraw",       "66 0F 71 /4",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("psllw",       "66 0F 71 /6",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("psrld",       "66 0F 72 /2",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("psrad",       "66 0F 72 /4",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("pslld",       "66 0F 72 /6",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("psrlq",       "66 0F 73 /2",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("psllq",       "66 0F 73 /6",     "Ux:rw Ib",        "sse2.int.shift");
        t.row("pavgb",       "66 0F E0",        "Vx:rw Wx",        "sse2.int");
        t.row("pavgw",       "66 0F E3",        "Vx:rw Wx",        "sse2.int");
        t.row("pminub",      "66 0F DA",        "Vx:rw Wx",        "sse2.int");
        t.row("pmaxub",      "66 0F DE",        "Vx:rw Wx",        "sse2.int");
        t.row("pminsw",      "66 0F EA",        "Vx:rw Wx",        "sse2.int");
        t.row("pmaxsw",      "66 0F EE",        "Vx:rw Wx",        "sse2.int");
        t.row("pmulhuw",     "66 0F E4",        "Vx:rw Wx",        "sse2.int.mul");
        t.row("psadbw",      "66 0F F6",        "Vx:rw Wx",        "sse2.int.sad");

        // Packed integers: what SSE2 added.
        t.row("punpcklqdq",  "66 0F 6C",        "Vx:rw Wx",        "sse2.unpack.low");
        t.row("punpckhqdq",  "66 0F 6D",        "Vx:rw Wx",        "sse2.unpack.high");
        t.row("paddq",       "66 0F D4",        "Vx:rw Wx",        "sse2.int.quad");
        t.row("paddq",       "NP 0F D4",        "Pq:rw Qq",        "sse2.mmx.quad");
        t.row("psubq",       "66 0F FB",        "Vx:rw Wx",        "sse2.int.quad");
        t.row("psubq",       "NP 0F FB",        "Pq:rw Qq",        "sse2.mmx.quad");
        t.row("pmuludq",     "66 0F F4",        "Vx:rw Wx",        "sse2.int.mul");
        t.row("pmuludq",     "NP 0F F4",        "Pq:rw Qq",        "sse2.mmx.mul");
        t.row("pslldq",      "66 0F 73 /7",     "Ux:rw Ib",        "sse2.shuffle");
        t.row("psrldq",      "66 0F 73 /3",     "Ux:rw Ib",        "sse2.shuffle");
        t.row("pshufd",      "66 0F 70",        "Vx:w Wx Ib",      "sse2.shuffle");
        t.row("pshuflw",     "F2 0F 70",        "Vx:w Wx Ib",      "sse2.shuffle.words");
        t.row("pshufhw",     "F3 0F 70",        "Vx:w Wx Ib",      "sse2.shuffle.words");
        t.row("pinsrw",      "66 0F C4",        "Vx:rw Rd Ib",     "sse2.insert");
        t.row("pinsrw",      "66 0F C4",        "Vx:rw Mw Ib",     "sse2.insert");
        t.row("pextrw",      "66 0F C5",        "Gd:w Ux Ib",      "sse2.extract");
        t.row("pmovmskb",    "66 0F D7",        "Gd:w Ux",         "sse2.mask");

        // Moves of integers.
        t.row("movd",        "66 0F 6E",        "Vx:w Ed",         "sse2.movd");
        t.row("movd",        "66 0F 7E",        "Ed:w Vx",         "sse2.movd");
        t.row("movq",        "F3 0F 7E",        "Vx:w Wq",         "sse2.movq");
        t.row("movq",        "66 0F D6",        "Wq:w Vx",         "sse2.movq");
        t.row("movdqa",      "66 0F 6F",        "Vx:w Wx",         "sse2.mov");
        t.row("movdqa",      "66 0F 7F",        "Wx:w Vx",         "sse2.mov");
        t.row("movdqu",      "F3 0F 6F",        "Vx:w Wx",         "sse2.mov.unaligned");
        t.row("movdqu",      "F3 0F 7F",        "Wx:w Vx",         "sse2.mov.unaligned");
        t.row("movdq2q",     "F2 0F D6",        "Pq:w Ux",         "sse2.mov.mmx");
        t.row("movq2dq",     "F3 0F D6",        "Vx:w Nq",         "sse2.mov.mmx");
        t.row("movntdq",     "66 0F E7",        "Mx:w Vx",         "sse2.mov");
        t.row("movnti",      "NP 0F C3",        "Md:w Gd",         "sse2.movnti");
        t.row("maskmovdqu",  "66 0F F7",        "Vx Ux",           "sse2.maskmov", uses("@edi"));

        Sse.fence(t, "lfence", 0xE8);
        Sse.fence(t, "mfence", 0xF0);
        // spotless:on
    }
}
