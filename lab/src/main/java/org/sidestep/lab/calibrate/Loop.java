package org.sidestep.lab.calibrate;

import static org.sidestep.isa.Imm.imm;

import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Xmm;
import org.sidestep.machine.Machine;

/**
 * A Multiboot image that runs an unrolled sequence over and over, flat and without paging.
 */
final class Loop {

    private static final int CODE = 0x100000;
    /** What all address registers point to: pushes grow below, pops and string instructions above. */
    private static final int MIDDLE = 0x250000;
    /** Pushes and pops have as much on either side; more than any first-level cache. */
    private static final int HALF = 0x20000;
    /** String instructions walk through as much, round after round, so that they miss the first level but not the second. */
    private static final int WINDOW = 0x10000;
    /** More than any first-level cache. */
    private static final int EVICTING = 0x8000;

    private static final int LINE = 32;
    /** What rows that do not step through memory access. */
    private static final int CACHED = 0x100;

    private static final int POINTER = 0x2B0000;
    private static final int COUNTER = 0x2B1000;

    private static final int VALUES = 0x2B2000;
    // Where the values of registers are among these: doubles, the control word, packed singles, and packed doubles.
    private static final int FIRST = 0;
    private static final int OTHERS = 8;
    private static final int LAST = 16;
    private static final int CONTROL = 24;
    private static final int PACKED = 32;
    private static final int PACKED_DOUBLES = 64;

    private static final int MAGIC = 0x1BADB002;

    private static final int PIC = 0x21;
    private static final int MASKED = 0xFF;

    private static final int EM = 1 << 2;
    private static final int TS = 1 << 3;
    private static final int OSFXSR = 1 << 9;

    private final byte[] elf;
    private final int head;

    /**
     * @param again whether string instructions begin where they began the last round; else they go on
     * @param copies the sequence, copy by copy
     */
    Loop(String row, Kind kind, boolean again, List<byte[]> copies) {
        Assembler asm = new Assembler();
        asm.section("code", CODE, CODE);
        for (int word : new int[] {MAGIC, 0, -MAGIC}) asm.word(imm(word));
        asm.bind(asm.label("entry"));
        asm.emit("mov", Mem.absolute(COUNTER).dword(), imm(Rounds.ALL));
        if (kind != Kind.INTEGER) floatingPoint(asm, kind, row);
        prepare(asm, row);
        align(asm, "round");
        asm.emit("mov", Reg32.ESP, imm(MIDDLE));
        if (Notation.isString(row) && !again) walk(asm);
        else point(asm, row);
        align(asm, "copies");
        for (byte[] copy : copies) asm.bytes(copy);
        asm.emit("dec", Mem.absolute(COUNTER).dword());
        asm.emit("jnz", asm.label("round"));
        asm.emit("hlt");
        data(asm, row, kind);
        Program program = asm.link();
        elf = ElfImage.of(program, "entry");
        head = program.address("round");
    }

    /** Goes on at an aligned label; what fills the gap before it may be no instruction on an old part. */
    private static void align(Assembler asm, String label) {
        asm.emit("jmp", asm.label(label));
        asm.align(32);
        asm.bind(asm.label(label));
    }

    /** The units are switched on, and what registers there are have values, as far as it matters. */
    private static void floatingPoint(Assembler asm, Kind kind, String row) {
        asm.emit("mov", Reg32.EAX, Cr.CR0);
        asm.emit("and", Reg32.EAX, imm(~(EM | TS)));
        asm.emit("mov", Cr.CR0, Reg32.EAX);
        boolean xmm = kind == Kind.SSE || kind == Kind.SSE2;
        if (xmm) {
            asm.emit("mov", Reg32.EAX, imm(OSFXSR));
            asm.emit("mov", Cr.CR4, Reg32.EAX);
        }
        asm.emit("fninit");
        if (kind == Kind.X87) {
            asm.emit("fldcw", Mem.absolute(VALUES + CONTROL));
            for (int place : new int[] {LAST, OTHERS, OTHERS, OTHERS, OTHERS, OTHERS, OTHERS, FIRST}) {
                asm.emit("fld", Mem.absolute(VALUES + place).sized(8));
            }
        }
        if (xmm && row.matches("(DIV|SQRT)[SP][SD].*")) {
            int values = VALUES + (kind == Kind.SSE ? PACKED : PACKED_DOUBLES);
            for (Xmm register : Xmm.values()) {
                int place = register == Xmm.XMM7 ? FIRST : OTHERS;
                asm.emit("movups", register, Mem.absolute(values + 2 * place));
            }
        }
    }

    private static void values(Assembler asm, Values values) {
        asm.section("values", VALUES, VALUES);
        for (double value : new double[] {values.first(), values.others(), values.last()}) number(asm, value);
        asm.word(imm(values.control()));
        asm.word(imm(0));
        for (double value : new double[] {values.first(), values.others()}) {
            for (int i = 0; i < 4; i++) asm.word(imm(Float.floatToRawIntBits((float) value)));
        }
        for (double value : new double[] {values.first(), values.others()}) {
            for (int i = 0; i < 2; i++) number(asm, value);
        }
    }

    private static void number(Assembler asm, double value) {
        long bits = Double.doubleToRawLongBits(value);
        asm.word(imm((int) bits));
        asm.word(imm((int) (bits >>> 32)));
    }

    private static void point(Assembler asm, String row) {
        asm.emit("mov", Reg32.ESI, imm(Notation.isDivision(row) ? 1 : MIDDLE));
        asm.emit("mov", Reg32.EDI, imm(Notation.isDivision(row) ? 0 : MIDDLE));
    }

    /** Goes on where the last round ended, both pointers at the same place. */
    private static void walk(Assembler asm) {
        for (Reg32 pointer : List.of(Reg32.ESI, Reg32.EDI)) {
            asm.emit("and", pointer, imm(WINDOW - 1));
            asm.emit("add", pointer, imm(MIDDLE));
        }
    }

    /** Brings the window into the second-level cache, and out of the first. */
    private static void warm(Assembler asm) {
        asm.emit("mov", Reg32.EDX, imm(MIDDLE));
        asm.bind(asm.label("warm"));
        asm.emit("mov", Reg32.EAX, Reg32.EDX.at(0));
        asm.emit("add", Reg32.EDX, imm(LINE));
        asm.emit("cmp", Reg32.EDX, imm(MIDDLE + WINDOW + EVICTING));
        asm.emit("jb", asm.label("warm"));
    }

    private static void prepare(Assembler asm, String row) {
        // No interrupt comes, whatever the row does to the flag.
        asm.emit("mov", Reg8.AL, imm(MASKED));
        asm.emit("out", imm(PIC), Reg8.AL);
        if (Notation.isString(row)) warm(asm);
        // What a row accesses has been written before, which brings it into a cache that allocates for stores.
        asm.emit("xor", Reg32.EAX, Reg32.EAX);
        for (int at = 0; at < CACHED; at += LINE)
            asm.emit("mov", Mem.absolute(MIDDLE + at).dword(), Reg32.EAX);
        asm.emit("mov", Reg32.EAX, imm(Notation.isDivision(row) ? 1 : POINTER));
        asm.emit("mov", Reg32.EBX, imm(1));
        for (Reg32 r : List.of(Reg32.ECX, Reg32.EDX, Reg32.EBP, Reg32.ESI, Reg32.EDI)) asm.emit("xor", r, r);
    }

    /** A chain of MOV follows a pointer to itself; arithmetic leaves its address as it is by adding nothing. */
    private static void data(Assembler asm, String row, Kind kind) {
        asm.section("pointer", POINTER, POINTER);
        asm.word(imm(row.startsWith("MOV") ? POINTER : 0));
        if (kind != Kind.INTEGER) values(asm, Values.of(row));
        asm.zeroSection("data", MIDDLE - HALF, MIDDLE - HALF);
        asm.reserve(2 * HALF);
        asm.zeroSection("counter", COUNTER, COUNTER);
        asm.reserve(4);
    }

    /**
     * Cycles of a round, once warm.
     *
     * @throws NotExecuted if the machine does not get to the end
     */
    double cycles(Machine machine) {
        return Rounds.cycles(machine, elf, head);
    }
}
