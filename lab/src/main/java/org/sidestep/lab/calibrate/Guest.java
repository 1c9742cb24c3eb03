package org.sidestep.lab.calibrate;

import static org.sidestep.isa.Imm.imm;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Machine;

/**
 * A Multiboot image with segments for both privilege levels, a call gate, an interrupt gate, a task state segment and page
 * tables that map the first 8 MB to themselves, which repeats a round.
 */
class Guest {

    static final int USER_CODE = 0x1B;
    static final int USER_DATA = 0x23;
    static final int CALL_GATE = 0x33;
    static final int VECTOR = 0x30;
    /** Leads to the system call. */
    static final int SYSTEM_CALL = VECTOR + 2;

    /** What the page tables map, and what no guest needs more of. */
    static final int MEGABYTES = 8;

    static final int DIRECTORY = 0x120000;
    /** Free memory, in the second table's 4 MB. */
    static final int DATA = 0x400000;

    private static final int CODE = 0x100000;
    private static final int HANDLERS = 0x110000;
    /** Routines on pages of their own. */
    private static final int ELSEWHERE = 0x112000;

    /** How many of them there are. */
    static final int PAGES_OF_CODE = 2;

    private static final int TABLES = 0x121000;
    private static final int GDT = 0x130000;
    private static final int IDT = 0x131000;
    private static final int TSS = 0x132000;
    private static final int POINTERS = 0x133000;
    private static final int COUNTER = 0x134000;
    private static final int KERNEL_STACK = 0x138000;
    private static final int USER_STACK = 0x13A000;

    /** Where a handler is among the others. */
    private static final int STEP = 0x20;

    private static final int PIC = 0x21;
    private static final int MASKED = 0xFF;
    private static final int MAGIC = 0x1BADB002;
    static final int KERNEL_CODE = 0x08;
    static final int KERNEL_DATA = 0x10;
    private static final int TASK = 0x28;
    private static final int PAGING = 1 << 31;
    private static final int PRESENT_WRITABLE_USER = 7;
    private static final int MSR_SYSENTER_CS = 0x174;

    final Assembler asm = new Assembler();

    Guest() {
        asm.section("code", CODE, CODE);
        for (int word : new int[] {MAGIC, 0, -MAGIC}) asm.word(imm(word));
        asm.bind(asm.label("entry"));
        emit("lgdt", Mem.absolute(POINTERS));
        emit("lidt", Mem.absolute(POINTERS + 8));
        emit("jmp", new Far(KERNEL_CODE, asm.label("flat")));
        asm.bind(asm.label("flat"));
        emit("mov", Reg32.EAX, imm(KERNEL_DATA));
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.SS}) emit("mov", segment, Reg32.EAX);
        emit("mov", Reg32.ESP, imm(KERNEL_STACK));
        emit("mov", Reg32.EAX, imm(TASK));
        emit("ltr", Reg16.AX);
        emit("mov", Mem.absolute(COUNTER).dword(), imm(Rounds.ALL));
        // No interrupt comes, whatever a probe does to the flag.
        emit("mov", Reg8.AL, imm(MASKED));
        emit("out", imm(PIC), Reg8.AL);
    }

    final void emit(String mnemonic, Operand... operands) {
        asm.emit(mnemonic, operands);
    }

    /** Everything is mapped to itself, for both levels. */
    final void page() {
        emit("mov", Reg32.EAX, imm(DIRECTORY));
        emit("mov", Cr.CR3, Reg32.EAX);
        emit("mov", Reg32.EAX, Cr.CR0);
        emit("or", Reg32.EAX, imm(PAGING));
        emit("mov", Cr.CR0, Reg32.EAX);
    }

    /** SYSENTER leads to the handler of that name. */
    final void enableSysenter() {
        Operand[] values = {imm(KERNEL_CODE), imm(KERNEL_STACK), imm(HANDLERS + 2 * STEP)};
        for (int i = 0; i < values.length; i++) {
            emit("mov", Reg32.ECX, imm(MSR_SYSENTER_CS + i));
            emit("mov", Reg32.EAX, values[i]);
            emit("xor", Reg32.EDX, Reg32.EDX);
            emit("wrmsr");
        }
    }

    /** From here on at the outer level. */
    final void leaveKernel() {
        for (Imm word : new Imm[] {imm(USER_DATA), imm(USER_STACK), imm(2), imm(USER_CODE)}) emit("push", word);
        emit("push", asm.label("user"));
        emit("iret");
        asm.bind(asm.label("user"));
        emit("mov", Reg32.EAX, imm(USER_DATA));
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES}) emit("mov", segment, Reg32.EAX);
    }

    /** A round begins here. What fills the gap before it may be no instruction on an old part. */
    final void round() {
        emit("jmp", asm.label("round"));
        asm.align(32);
        asm.bind(asm.label("round"));
    }

    /** Ends the round; after the last one a call through the gate halts, at whatever level. */
    final void end(boolean user) {
        emit("dec", Mem.absolute(COUNTER).dword());
        emit("jnz", asm.label("round"));
        if (user) {
            emit("int", imm(VECTOR + 1));
        } else {
            emit("cli");
            emit("hlt");
        }
    }

    /**
     * Cycles of a round, once warm.
     *
     * @throws NotExecuted if the machine does not get to the end
     */
    final double cycles(Machine machine) {
        handlers();
        tables();
        Program program = asm.link();
        return Rounds.cycles(machine, ElfImage.of(program, "entry"), program.address("round"));
    }

    /** What leads inward comes back at once, but for the system call. */
    private void handlers() {
        asm.section("handlers", HANDLERS, HANDLERS);
        for (String way : new String[] {"iret", "retf", "sysexit", "hlt"}) {
            asm.align(STEP);
            emit(way);
        }
        asm.align(STEP);
        LinuxCall.emit(asm);
        for (int i = 0; i < PAGES_OF_CODE; i++) {
            asm.section("elsewhere." + i, ELSEWHERE + 0x1000 * i, ELSEWHERE + 0x1000 * i);
            asm.bind(elsewhere(i));
            emit("ret");
        }
    }

    /** A routine on a page of its own, which returns at once. */
    final Label elsewhere(int page) {
        return asm.label("elsewhere." + page + ".routine");
    }

    private void tables() {
        words("gdt", GDT, 0, 0, 0xFFFF, 0x00CF9B00, 0xFFFF, 0x00CF9300, 0xFFFF, 0x00CFFB00, 0xFFFF, 0x00CFF300);
        for (int word : new int[] {TSS << 16 | 0x67, 0x8900 | TSS >>> 16}) asm.word(imm(word));
        gate(HANDLERS + STEP, 0xEC00);
        asm.section("idt", IDT, IDT);
        for (int i = 0; i < 2 * VECTOR; i++) asm.word(imm(0));
        gate(HANDLERS, 0xEE00);
        gate(HANDLERS + 3 * STEP, 0xEE00);
        gate(HANDLERS + 4 * STEP, 0xEF00);
        words("tss", TSS, 0, KERNEL_STACK, KERNEL_DATA);
        for (int i = 0; i < 22; i++) asm.word(imm(0));
        asm.word(imm(0x680000));
        words("pointers", POINTERS, GDT << 16 | 0x37, GDT >>> 16, IDT << 16 | 8 * (SYSTEM_CALL + 1) - 1, IDT >>> 16);
        words("directory", DIRECTORY, TABLES | PRESENT_WRITABLE_USER, TABLES + 0x1000 | PRESENT_WRITABLE_USER);
        for (int i = 2; i < 1024; i++) asm.word(imm(0));
        asm.section("tables", TABLES, TABLES);
        for (int page = 0; page < 2048; page++) asm.word(imm(page << 12 | PRESENT_WRITABLE_USER));
        words("counter", COUNTER, 0);
        asm.zeroSection("stacks", COUNTER + 0x1000, COUNTER + 0x1000);
        asm.reserve(USER_STACK - COUNTER - 0x1000);
    }

    private void gate(int handler, int type) {
        asm.word(imm(KERNEL_CODE << 16 | handler & 0xFFFF));
        asm.word(imm(handler & 0xFFFF0000 | type));
    }

    private void words(String name, int address, int... words) {
        asm.section(name, address, address);
        for (int word : words) asm.word(imm(word));
    }
}
