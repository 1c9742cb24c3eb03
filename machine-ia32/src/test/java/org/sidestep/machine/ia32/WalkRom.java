package org.sidestep.machine.ia32;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DI;
import static org.sidestep.isa.Reg16.SI;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.AL;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;
import org.sidestep.isa.Target;

/**
 * A ROM that walks from the reset vector through protected mode, paging and virtual-8086 mode back to real mode, and
 * writes a letter to the debug console at each station.
 */
final class WalkRom {
    /** The stations: real, protected, paged, virtual-8086, its monitor, back in it, its fault, 16-bit protected, real. */
    static final String STATIONS = "RPGVMvHSB";

    private static final int ROM = 0xF0000;
    private static final int SIZE = 0x10000;
    private static final int RESET = 0xFFFF0;
    private static final int CONSOLE = 0xE9;
    private static final int EXIT = 0xF4;
    private static final int GDT = 0x1000;
    private static final int IDT = 0x2000;
    private static final int TSS = 0x3000;
    private static final int STACK = 0x7C00;
    private static final int KERNEL_STACK = 0x9000;
    private static final int DIRECTORY = 0x10000;
    private static final int TABLE = 0x11000;
    private static final int SEGMENT = 0xF000;
    private static final int V86_EFLAGS = 0x23002;
    private static final int REAL_TABLE = 0x1040;

    private static final int CODE32 = 0x08, DATA32 = 0x10, TASK = 0x18, CODE16 = 0x20, DATA16 = 0x28;

    private final Assembler a = new Assembler();

    private WalkRom() {
        a.section("rom", ROM, ROM);
        realMode();
        protectedMode();
        virtual8086();
        monitor();
        backToRealMode();
        tables();
        a.section("reset", RESET, RESET);
        a.bits(16);
        a.emit("jmp", new Far(SEGMENT, a.label("real")));
    }

    /** 64 KB, to end at 1 MB and at 4 GB. */
    static byte[] image() {
        byte[] image = new byte[SIZE];
        for (Program.Segment segment : new WalkRom().a.link().segments()) {
            System.arraycopy(segment.bytes(), 0, image, segment.physical() - ROM, segment.bytes().length);
        }
        return image;
    }

    private void realMode() {
        a.bits(16);
        a.bind(a.label("real"));
        a.emit("cli");
        a.emit("cld");
        a.emit("xor", EAX, EAX);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.SS}) a.emit("mov", segment, AX);
        a.emit("mov", ESP, imm(STACK));
        a.emit("mov", AX, a.label("print"));
        a.emit("mov", Mem.absolute(4 * 0x21), AX);
        a.emit("mov", Mem.absolute(4 * 0x21 + 2), Seg.CS);
        a.emit("mov", AL, imm('R'));
        a.emit("int", imm(0x21));
        a.emit("mov", SI, a.label("tables"));
        a.emit("mov", DI, imm(GDT));
        a.emit("mov", CX, imm(0x50));
        a.emit("cs rep movsb");
        a.emit("lgdt", Mem.absolute(GDT));
        a.emit("lidt", Mem.absolute(GDT + 0x30));
        a.emit("mov", EAX, Cr.CR0);
        a.emit("or", AL, imm(1));
        a.emit("mov", Cr.CR0, EAX);
        far(0x66, a.label("protected"), 0, CODE32);
        a.bind(a.label("print"));
        a.emit("out", imm(CONSOLE), AL);
        a.emit("iret");
    }

    private void protectedMode() {
        a.bits(32);
        a.bind(a.label("protected"));
        segments(DATA32);
        a.emit("mov", ESP, imm(STACK));
        print('P');
        gate(0x0D, "fault", 0x8E00);
        gate(0x30, "call", 0xEE00);
        a.emit("mov", Mem.absolute(TSS + 4).dword(), imm(KERNEL_STACK));
        a.emit("mov", Mem.absolute(TSS + 8).dword(), imm(DATA32));
        a.emit("mov", Mem.absolute(TSS + 0x66).word(), imm(0x68));
        a.emit("mov", EAX, imm(TASK));
        a.emit("ltr", AX);
        a.emit("mov", EDI, imm(TABLE));
        a.emit("mov", EAX, imm(7));
        a.emit("mov", ECX, imm(1024));
        a.bind(a.label("fill"));
        a.emit("stosd");
        a.emit("add", EAX, imm(0x1000));
        a.emit("loop", a.label("fill"));
        a.emit("mov", Mem.absolute(DIRECTORY).dword(), imm(TABLE | 7));
        a.emit("mov", EAX, imm(DIRECTORY));
        a.emit("mov", Cr.CR3, EAX);
        a.emit("mov", EAX, Cr.CR0);
        a.emit("or", EAX, imm(0x80000000));
        a.emit("mov", Cr.CR0, EAX);
        print('G');
        for (int word : new int[] {0, 0, 0, 0, 0, STACK - 0x400, V86_EFLAGS, SEGMENT}) a.emit("push", imm(word));
        a.emit("mov", EAX, a.label("virtual"));
        a.emit("and", EAX, imm(0xFFFF));
        a.emit("push", EAX);
        a.emit("iret");
    }

    private void virtual8086() {
        a.bits(16);
        a.bind(a.label("virtual"));
        print('V');
        a.emit("mov", AL, imm('M'));
        a.emit("int", imm(0x30));
        print('v');
        a.emit("hlt");
    }

    /** Level 0: INT 30h prints AL; a fault ends virtual-8086 mode. */
    private void monitor() {
        a.bits(32);
        a.bind(a.label("call"));
        a.emit("out", imm(CONSOLE), AL);
        a.emit("iret");
        a.bind(a.label("fault"));
        segments(DATA32);
        a.emit("mov", ESP, imm(STACK));
        print('H');
        a.emit("mov", EAX, Cr.CR0);
        a.emit("and", EAX, imm(0x7FFFFFFF));
        a.emit("mov", Cr.CR0, EAX);
        far(0, a.label("small"), -ROM, CODE16);
    }

    private void backToRealMode() {
        a.bits(16);
        a.bind(a.label("small"));
        segments(DATA16);
        print('S');
        a.emit("mov", EAX, Cr.CR0);
        a.emit("and", AL, imm(0xFE));
        a.emit("mov", Cr.CR0, EAX);
        a.emit("jmp", new Far(SEGMENT, a.label("end")));
        a.bind(a.label("end"));
        a.emit("xor", EAX, EAX);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.SS}) a.emit("mov", segment, AX);
        a.emit("lidt", Mem.absolute(REAL_TABLE));
        a.emit("mov", AL, imm('B'));
        a.emit("int", imm(0x21));
        a.emit("mov", AL, imm(0));
        a.emit("out", imm(EXIT), AL);
        a.emit("hlt");
    }

    /** The GDT, the pointers to the tables in and behind it. */
    private void tables() {
        a.bind(a.label("tables"));
        // spotless:off
        descriptor(GDT << 16 | 0x2F,        GDT >>> 16);
        descriptor(0x0000FFFF,              0x00CF9B00);
        descriptor(0x0000FFFF,              0x00CF9300);
        descriptor(TSS << 16 | 0x00E8,      0x00008900);
        descriptor(0x0000FFFF,              0x00009B0F);
        descriptor(0x0000FFFF,              0x00009300);
        descriptor(IDT << 16 | 0x3FF,       IDT >>> 16);
        descriptor(0, 0);
        descriptor(0x3FF, 0);
        // spotless:on
    }

    private void descriptor(int low, int high) {
        a.word(imm(low));
        a.word(imm(high));
    }

    private void print(char letter) {
        a.emit("mov", AL, imm(letter));
        a.emit("out", imm(CONSOLE), AL);
    }

    private void segments(int selector) {
        a.emit("mov", EAX, imm(selector));
        for (Seg segment : Seg.values()) if (segment != Seg.CS) a.emit("mov", segment, AX);
    }

    /** A far jump with an offset of 32 bits. */
    private void far(int prefix, Target target, int addend, int selector) {
        if (prefix != 0) a.bytes((byte) prefix);
        a.bytes((byte) 0xEA);
        a.word(target, addend);
        a.bytes((byte) selector, (byte) 0);
    }

    private void gate(int vector, String handler, int rights) {
        int entry = IDT + 8 * vector;
        a.emit("mov", EAX, a.label(handler));
        a.emit("mov", Mem.absolute(entry), AX);
        a.emit("mov", Mem.absolute(entry + 2).word(), imm(CODE32));
        a.emit("shr", EAX, imm(16));
        a.emit("mov", Mem.absolute(entry + 6), AX);
        a.emit("mov", Mem.absolute(entry + 4).word(), imm(rights));
    }
}
