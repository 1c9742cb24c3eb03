package org.sidestep.machine.ia32.boot;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.AL;
import static org.sidestep.isa.Reg8.BL;

import java.nio.charset.StandardCharsets;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Seg;

/**
 * A Multiboot kernel with paging, a timer that switches between two tasks in ring 3, and system calls. What it prints does
 * not depend on how fast the machine is.
 */
final class PagedKernel extends Code {
    static final String TEXT = "kernel\nA saw 3 ticks\npage fault\nA wrote to the new page\nB saw 8 ticks\n";
    static final int EXIT_CODE = 42;

    // spotless:off
    private static final int LOAD = 0x100000, MAGIC = 0x1BADB002, STACK_A = 0x180000, STACK_B = 0x188000, USER_STACK_A = 0x190000, USER_STACK_B = 0x1A0000;
    private static final int DIRECTORY = 0x200000, TABLE = 0x201000, NEW_TABLE = 0x202000, NEW_FRAME = 0x210000, NEW_PAGE = 0x40003000, ALL_RIGHTS = 7;
    private static final int IDT = 0x203000, TSS = 0x204000, KERNEL_CODE = 0x08, KERNEL_DATA = 0x10, USER_CODE = 0x1B, USER_DATA = 0x23, TASK = 0x28;
    private static final int INTERRUPT_GATE = 0x8E00, USER_GATE = 0xEE00, PAGE_FAULT = 14, TIMER = 0x20, SYSTEM_CALL = 0x80;
    private static final int PRINT = 0, TICKS = 1, EXIT = 2, CR0_PG = 0x80000000, INTERRUPTS_ON = 0x202;
    private static final int COM1 = 0x3F8, LINE_STATUS = 0x3FD, TRANSMITTER_EMPTY = 0x20, EXIT_PORT = 0xF4, DIVISOR = 11932;
    // spotless:on

    private PagedKernel() {
        super(new Assembler());
    }

    static byte[] elf() {
        PagedKernel kernel = new PagedKernel();
        kernel.emit();
        return ElfImage.of(kernel.asm.link(), "entry");
    }

    private void emit() {
        asm.section("kernel", LOAD, LOAD);
        for (int word : new int[] {MAGIC, 3, -(MAGIC + 3)}) asm.word(imm(word));
        here("entry");
        mov(ESP, STACK_A);
        segments();
        gates();
        paging();
        devices();
        mov(ESI, label("hello"));
        call(label("print"));
        startTasks();
        handlers();
        tasks();
        data();
    }

    private void segments() {
        op("lgdt", Mem.at(label("gdtr")));
        op("jmp", new Far(KERNEL_CODE, label("reloaded")));
        here("reloaded");
        mov(EAX, USER_DATA);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS}) mov(segment, EAX);
        mov(EAX, KERNEL_DATA);
        mov(Seg.SS, EAX);
        mov(Mem.absolute(TSS + 4).dword(), STACK_A);
        mov(Mem.absolute(TSS + 8).dword(), KERNEL_DATA);
        mov(Mem.absolute(TSS + 100).dword(), 0x68 << 16);
        mov(EAX, TASK);
        op("ltr", Reg16.AX);
    }

    private void gates() {
        gate(PAGE_FAULT, "page.fault", INTERRUPT_GATE);
        gate(TIMER, "timer", INTERRUPT_GATE);
        gate(SYSTEM_CALL, "system.call", USER_GATE);
        op("lidt", Mem.at(label("idtr")));
    }

    private void gate(int vector, String handler, int rights) {
        mov(EAX, label(handler));
        mov(EBX, EAX);
        and(EAX, 0xFFFF);
        or(EAX, KERNEL_CODE << 16);
        and(EBX, 0xFFFF0000);
        or(EBX, rights);
        mov(Mem.absolute(IDT + 8 * vector), EAX);
        mov(Mem.absolute(IDT + 8 * vector + 4), EBX);
    }

    private void paging() {
        Label next = label("next.page");
        mov(EAX, ALL_RIGHTS);
        mov(EDI, TABLE);
        here(next);
        op("stosd");
        add(EAX, 0x1000);
        cmp(EDI, TABLE + 0x1000);
        jne(next);
        mov(Mem.absolute(DIRECTORY).dword(), TABLE | ALL_RIGHTS);
        mov(EAX, DIRECTORY);
        mov(Cr.CR3, EAX);
        mov(EAX, Cr.CR0);
        or(EAX, CR0_PG);
        mov(Cr.CR0, EAX);
    }

    private void devices() {
        int[][] settings = {
            {0x20, 0x11},
            {0x21, TIMER},
            {0x21, 4},
            {0x21, 1},
            {0x21, 0xFE},
            {0xA1, 0xFF},
            {0x43, 0x34},
            {0x40, DIVISOR & 0xFF},
            {0x40, DIVISOR >> 8}
        };
        for (int[] setting : settings) {
            mov(AL, setting[1]);
            op("out", imm(setting[0]), AL);
        }
    }

    /** Task B waits on its kernel stack as if the timer had interrupted it; A is entered. */
    private void startTasks() {
        mov(ESP, STACK_B);
        frame("task.b", USER_STACK_B);
        for (int i = 0; i < 8; i++) push(0);
        mov(Mem.at(label("saved")).plus(4), ESP);
        mov(ESP, STACK_A);
        frame("task.a", USER_STACK_A);
        op("iret");
    }

    private void frame(String entry, int stack) {
        push(USER_DATA);
        push(stack);
        push(INTERRUPTS_ON);
        push(USER_CODE);
        push(label(entry));
    }

    private void handlers() {
        here("timer");
        op("pusha");
        inc(Mem.at(label("ticks")).dword());
        mov(AL, 0x20);
        op("out", imm(0x20), AL);
        mov(EAX, Mem.at(label("current")));
        mov(Mem.at(label("saved"), EAX, 4), ESP);
        xor(EAX, imm(1));
        mov(Mem.at(label("current")), EAX);
        mov(ESP, Mem.at(label("saved"), EAX, 4));
        mov(ECX, Mem.at(label("tops"), EAX, 4));
        mov(Mem.absolute(TSS + 4), ECX);
        op("popa");
        op("iret");

        here("system.call");
        cmp(EAX, EXIT);
        je(label("exit"));
        cmp(EAX, TICKS);
        je(label("read.ticks"));
        call(label("print"));
        op("iret");
        here("read.ticks");
        mov(EAX, Mem.at(label("ticks")));
        op("iret");
        here("exit");
        mov(EAX, EBX);
        op("out", imm(EXIT_PORT), AL);
        op("hlt");

        here("page.fault");
        op("pusha");
        mov(EAX, Cr.CR2);
        cmp(EAX, NEW_PAGE);
        jne(label("exit"));
        mov(Mem.absolute(DIRECTORY + 4 * (NEW_PAGE >>> 22)).dword(), NEW_TABLE | ALL_RIGHTS);
        mov(Mem.absolute(NEW_TABLE + 4 * (NEW_PAGE >>> 12 & 0x3FF)).dword(), NEW_FRAME | ALL_RIGHTS);
        mov(ESI, label("faulted"));
        call(label("print"));
        op("popa");
        add(ESP, 4);
        op("iret");
        print();
    }

    private void print() {
        Label wait = label("transmitting");
        Label done = label("printed");
        here("print");
        op("lodsb");
        test(AL, AL);
        je(done);
        mov(BL, AL);
        mov(EDX, LINE_STATUS);
        here(wait);
        op("in", AL, Reg16.DX);
        test(AL, TRANSMITTER_EMPTY);
        je(wait);
        mov(AL, BL);
        mov(EDX, COM1);
        op("out", Reg16.DX, AL);
        jmp(label("print"));
        here(done);
        ret();
    }

    private void tasks() {
        here("task.a");
        waitForTick(3);
        system(PRINT, "a.text");
        mov(Mem.absolute(NEW_PAGE).dword(), 0x1234);
        cmp(Mem.absolute(NEW_FRAME).dword(), 0x1234);
        jne(label("task.a"));
        system(PRINT, "a.wrote");
        here("idle");
        jmp(label("idle"));

        here("task.b");
        waitForTick(8);
        system(PRINT, "b.text");
        mov(EBX, EXIT_CODE);
        mov(EAX, EXIT);
        op("int", imm(SYSTEM_CALL));
    }

    private void waitForTick(int tick) {
        Label again = here(fresh("wait"));
        mov(EAX, TICKS);
        op("int", imm(SYSTEM_CALL));
        cmp(EAX, tick);
        op("jb", again);
    }

    private void system(int call, String text) {
        mov(EAX, call);
        mov(ESI, label(text));
        op("int", imm(SYSTEM_CALL));
    }

    private void data() {
        text("hello", "kernel\n");
        text("a.text", "A saw 3 ticks\n");
        text("faulted", "page fault\n");
        text("a.wrote", "A wrote to the new page\n");
        text("b.text", "B saw 8 ticks\n");
        asm.align(8);
        here("gdt");
        int[] descriptors = {
            0,
            0,
            0xFFFF,
            0x00CF9A00,
            0xFFFF,
            0x00CF9200,
            0xFFFF,
            0x00CFFA00,
            0xFFFF,
            0x00CFF200,
            (TSS & 0xFFFF) << 16 | 0x67,
            TSS >>> 24 << 24 | 0x8900 | TSS >>> 16 & 0xFF
        };
        for (int word : descriptors) asm.word(new Imm(word));
        here("tops");
        asm.word(imm(STACK_A));
        asm.word(imm(STACK_B));
        for (String variable : new String[] {"ticks", "current", "saved", "saved.b"}) {
            here(variable);
            asm.word(imm(0));
        }
        here("gdtr");
        asm.bytes((byte) 0x2F, (byte) 0);
        asm.word(label("gdt"));
        here("idtr");
        asm.bytes((byte) 0xFF, (byte) 0x07);
        asm.word(imm(IDT));
    }

    private void text(String name, String text) {
        here(name);
        asm.bytes((text + '\0').getBytes(StandardCharsets.US_ASCII));
    }
}
