package org.sidestep.machine.ia32.emulator;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.machine.ia32.emulator.Layout.DIRECTORY;
import static org.sidestep.machine.ia32.emulator.Layout.GDT;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;

/** A Multiboot image that runs cases one after the other and records how each ends. */
final class CaseImage extends Code {
    private static final int EXIT_PORT = 0xF4;
    private static final int VM = 1 << 17;
    private static final int ERROR_CODES = 1 << 8 | 0x1F << 10 | 1 << 17;
    private static final int PAGES = 16;

    /** DE and PSE. */
    private static final int CR4 = 0x18;

    /** Where a TSS has SS, ESP, EFLAGS, CS and EIP. */
    private static final int[] SAVED_FRAME = {80, 56, 36, 76, 32};

    // Words of a case behind its pokes; see Case.words.
    private static final int EIP = 0;
    private static final int CS = 4;
    private static final int EFLAGS = 8;
    private static final int STACK_POINTER = 12;
    private static final int SS = 16;
    private static final int CR0 = 20;
    private static final int DR0 = 24;
    private static final int DR7 = 28;
    private static final int REGISTERS = 32;
    private static final int WATCHES = 48;

    private CaseImage(Assembler asm) {
        super(asm);
    }

    static byte[] of(List<Case> cases) {
        Program code = program(new byte[Layout.TABLES_END - GDT], new byte[0]);
        byte[] tables = Tables.bytes(code.symbols());
        Program whole = program(tables, words(cases, code.symbols()));
        return ElfImage.of(whole, "start");
    }

    private static byte[] words(List<Case> cases, Map<String, Integer> labels) {
        List<Integer> words =
                cases.stream().flatMap(c -> c.words(labels).stream()).toList();
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.size()).order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(bytes::putInt);
        return bytes.array();
    }

    private static Program program(byte[] tables, byte[] cases) {
        Assembler asm = new Assembler();
        asm.section("code", Layout.IMAGE, Layout.IMAGE);
        CaseImage image = new CaseImage(asm);
        image.header();
        image.start();
        image.nextCase();
        image.enter();
        image.handlers();
        image.record();
        new Snippets(asm).emit();
        image.data(tables);
        asm.section("cases", Layout.CASES, Layout.CASES);
        image.here("cases");
        asm.bytes(cases);
        image.here("cases.end");
        return asm.link();
    }

    private void header() {
        asm.word(imm(0x1BADB002));
        asm.word(imm(0));
        asm.word(imm(-0x1BADB002));
    }

    private void data(byte[] tables) {
        asm.align(16);
        here("tables");
        asm.bytes(tables);
        here("gdt.pointer");
        asm.word(imm(GDT << 16 | Layout.GDT_LIMIT));
        asm.word(imm(GDT >>> 16));
        here("idt.pointer");
        asm.word(imm(Layout.IDT << 16 | Layout.IDT_LIMIT));
        asm.word(imm(Layout.IDT >>> 16));
        here("case");
        asm.word(label("cases"));
        here("context");
        asm.word(imm(0));
        here("record.end");
        asm.word(imm(Layout.RECORDS));
    }

    private void start() {
        routine("start", "once: page tables, the landing place, no interrupts");
        mov(ESP, Layout.MAIN_STACK);
        mov(Reg8.AL, 0xFF);
        op("out", imm(0x21), Reg8.AL);
        op("out", imm(0xA1), Reg8.AL);
        op("cld");
        fill(DIRECTORY, 0, 4 * 1024);
        pages(1024);
        int interrupt = 0xCD | Layout.END << 8;
        mov(Mem.absolute(Layout.LANDING).dword(), interrupt);
        mov(Mem.absolute(Layout.TEST_FRAME).dword(), interrupt);
        op("fninit");
    }

    private void fill(int address, int value, int words) {
        mov(EDI, address);
        mov(EAX, value);
        mov(ECX, words);
        op("rep stosd");
    }

    private void pages(int count) {
        mov(EDI, Layout.TABLE);
        mov(EAX, 7);
        mov(ECX, count);
        Label loop = here(fresh("page"));
        op("stosd");
        add(EAX, 0x1000);
        op("loop", loop);
    }

    private void nextCase() {
        routine("next.case", "restores everything that a case may have changed");
        mov(ESP, Layout.MAIN_STACK);
        push(2);
        op("popf");
        mov(EAX, Layout.PROTECTED);
        mov(Cr.CR0, EAX);
        op("cld");
        mov(ESI, label("tables"));
        mov(EDI, GDT);
        mov(ECX, (Layout.TABLES_END - GDT) / 4);
        op("rep movsd");
        fill(Layout.STACKS, 0, (Layout.STACKS_END - Layout.STACKS) / 4);
        pages(PAGES);
        mov(Mem.absolute(DIRECTORY).dword(), Layout.TABLE | 7);
        mov(Mem.absolute(DIRECTORY + 4).dword(), Layout.TEST_TABLE | 7);
        mov(Mem.absolute(Layout.TEST_TABLE).dword(), Layout.TEST_FRAME | 7);
        op("lgdt", Mem.at(label("gdt.pointer")));
        op("lidt", Mem.at(label("idt.pointer")));
        mov(EAX, Layout.DATA);
        mov(Seg.SS, EAX);
        xor(EAX, EAX);
        mov(Seg.FS, EAX);
        mov(Seg.GS, EAX);
        mov(Cr.CR2, EAX);
        mov(Dr.DR7, EAX);
        mov(Dr.DR6, EAX);
        mov(EAX, Layout.LOCAL_TABLE);
        op("lldt", Reg16.AX);
        mov(EAX, Layout.MAIN_TASK);
        op("ltr", Reg16.AX);
        mov(EAX, DIRECTORY);
        mov(Cr.CR3, EAX);
        mov(EAX, CR4);
        mov(Cr.CR4, EAX);
        mov(ESI, Mem.at(label("case")));
        op("lodsd");
        mov(ECX, EAX);
        Label done = fresh("poked");
        op("jecxz", done);
        Label poke = here(fresh("poke"));
        op("lodsd");
        mov(EDI, EAX);
        op("movsd");
        op("loop", poke);
        here(done);
        mov(Mem.at(label("context")), ESI);
    }

    private void enter() {
        routine("enter", "in: ESI context; starts the case");
        mov(EAX, Mem.base(ESI, CR0));
        mov(Cr.CR0, EAX);
        mov(EAX, Mem.base(ESI, DR0));
        mov(Dr.DR0, EAX);
        mov(EBX, Mem.base(ESI, DR7));
        mov(EAX, Layout.data(3));
        mov(Seg.DS, EAX);
        mov(Seg.ES, EAX);
        test(Mem.base(ESI, EFLAGS).dword(), VM);
        Label outward = fresh("outward");
        j(Condition.NZ, outward);
        test(Mem.base(ESI, CS).dword(), 3);
        j(Condition.NZ, outward);
        mov(ESP, Mem.base(ESI, STACK_POINTER));
        Label frame = fresh("frame");
        jmp(frame);
        here(outward);
        for (int i = 0; i < 4; i++) push(0);
        push(Mem.base(ESI, SS).dword());
        push(Mem.base(ESI, STACK_POINTER).dword());
        here(frame);
        push(Mem.base(ESI, EFLAGS).dword());
        push(Mem.base(ESI, CS).dword());
        push(Mem.base(ESI, EIP).dword());
        mov(Dr.DR7, EBX);
        mov(EAX, Mem.base(ESI, REGISTERS));
        mov(EBX, Mem.base(ESI, REGISTERS + 4));
        mov(ECX, Mem.base(ESI, REGISTERS + 8));
        mov(EDX, Mem.base(ESI, REGISTERS + 12));
        mov(ESI, 0x51515151);
        mov(EDI, 0x61616161);
        mov(EBP, 0x71717171);
        op("iret");
    }

    private void handlers() {
        for (int vector = 0; vector <= Layout.END; vector = vector == 31 ? Layout.END : vector + 1) {
            here("vector." + vector);
            boolean hasErrorCode = vector < 32 && (ERROR_CODES >> vector & 1) != 0;
            if (!hasErrorCode) push(0);
            push(vector);
            jmp(label("record"));
        }
        for (int vector : Layout.FAULT_TASKS) faultTask(vector);
    }

    /** A handler that is a task shows the saved state of the main task as other handlers show what they interrupted. */
    private void faultTask(int vector) {
        routine("task." + vector, "in: error code at the top of its own stack");
        pop(EDX);
        for (int i = 0; i < 4; i++) push(0);
        for (int saved : SAVED_FRAME) push(Mem.absolute(Layout.TSS + saved).dword());
        push(EDX);
        push(vector);
        jmp(label("record"));
    }

    private void record() {
        routine("record", "writes the record of a case; its layout is CaseOutcome");
        op("pusha");
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS}) {
            // PUSH of a selector may leave the upper half of the word alone.
            mov(EAX, segment);
            push(EAX);
        }
        op("cld");
        mov(EAX, Layout.DATA);
        mov(Seg.DS, EAX);
        mov(Seg.ES, EAX);
        xor(EBX, EBX);
        mov(Dr.DR7, EBX);
        mov(EBX, Cr.CR0);
        mov(EAX, Layout.PROTECTED);
        mov(Cr.CR0, EAX);
        mov(EDI, Mem.at(label("record.end")));
        // On a stack of 16 bits the upper half of ESP is no part of the address.
        op("movzx", ESI, Reg16.SP);
        mov(ECX, CaseOutcome.STACKED);
        op("rep movsd");
        mov(EAX, EBX);
        op("stosd");
        mov(EAX, Cr.CR2);
        op("stosd");
        xor(EAX, EAX);
        op("str", EAX);
        op("stosd");
        op("sldt", EAX);
        op("stosd");
        mov(EAX, Dr.DR6);
        op("stosd");
        mov(ESI, Mem.at(label("context")));
        add(ESI, WATCHES);
        op("lodsd");
        mov(ECX, EAX);
        Label done = fresh("watched");
        op("jecxz", done);
        Label watch = here(fresh("watch"));
        op("lodsd");
        mov(EAX, Mem.base(EAX, 0));
        op("stosd");
        op("loop", watch);
        here(done);
        add(Mem.at(label("record.end")).dword(), 4 * CaseOutcome.WORDS);
        mov(Mem.at(label("case")), ESI);
        cmp(ESI, label("cases.end"));
        j(Condition.B, label("next.case"));
        xor(EAX, EAX);
        op("out", imm(EXIT_PORT), Reg8.AL);
        op("hlt");
    }
}
