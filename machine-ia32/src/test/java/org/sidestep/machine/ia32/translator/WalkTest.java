package org.sidestep.machine.ia32.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.CpuModel;

/**
 * Accesses in turn to more pages than a set of the TLB holds, some of them not there, some read-only, some clean, with loads of CR3 in
 * between: both engines walk for the same, in the same order, and fault at the same.
 */
class WalkTest {
    private static final int CODE = 0x10000;
    private static final int GDT = 0x2000;
    private static final int KERNEL_CODE = 8;
    private static final int IDT = 0x3000;
    private static final int GDTR = 0x4000;
    private static final int IDTR = 0x5000;
    private static final int STACK = 0x8000;
    private static final int DIRECTORY = 0x20000;
    private static final int LOW_TABLE = 0x21000;
    private static final int TABLE = 0x22000;

    private static final int WINDOW = 0x0040_0000;
    private static final int PAGES = 256;
    /** Bits of the numbers of pages that are used: eight that share a set of the TLB, which holds four. */
    private static final int USED = 0x70;

    private static final int MEMORY = 0x0010_0000;
    private static final int PAGE_FAULT = 14;
    private static final int DIRTY = 0x40;
    /** CR0: paging, and read-only pages are so for the kernel too. */
    private static final int PAGING = 0x8001_0000;

    private final Assembler asm = new Assembler();

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.sidestep.machine.ia32.translator.Lockstep#models")
    void pagesAreWalkedForInTheSameOrderAndFaultAtTheSame(String id, CpuModel model) {
        asm.section("code", CODE, CODE);
        program();
        Lockstep machines = new Lockstep(model, 2, 3);
        machines.begin(CODE, asm.link().segments().get(0).bytes());
        machines.both(machine -> {
            for (int page = 0; page < 512; page++) machine.pokePhysical(LOW_TABLE + 4 * page, word(page << 12 | 3));
            for (int page = 0; page < PAGES; page++) machine.pokePhysical(TABLE + 4 * page, word(entry(page)));
            machine.pokePhysical(DIRECTORY, word(LOW_TABLE | 3));
            machine.pokePhysical(DIRECTORY + 4, word(TABLE | 3));
            machine.pokePhysical(IDTR, word(0x7FF | IDT << 16));
            machine.pokePhysical(GDTR, word(0xF | GDT << 16));
            machine.pokePhysical(GDT + KERNEL_CODE, word(0xFFFF));
            machine.pokePhysical(GDT + KERNEL_CODE + 4, word(0x00CF9A00));
        });
        machines.runOn(7, 120, id);
        assertThat(machines.translatedPart()).as("part that was translated").isGreaterThan(0.3);
    }

    private static int entry(int page) {
        int rights = page % 7 == 0 ? 0 : page % 5 == 0 ? 1 : 3;
        return MEMORY + ((page & 63) << 12) | rights;
    }

    private static byte[] word(int word) {
        return new byte[] {(byte) word, (byte) (word >> 8), (byte) (word >> 16), (byte) (word >> 24)};
    }

    private void program() {
        Label fault = asm.fresh("fault");
        asm.emit("mov", ESP, imm(STACK));
        asm.emit("lgdt", Mem.absolute(GDTR));
        asm.emit("mov", EAX, fault);
        asm.emit("and", EAX, imm(0xFFFF));
        asm.emit("or", EAX, imm(KERNEL_CODE << 16));
        asm.emit("mov", Mem.absolute(IDT + 8 * PAGE_FAULT), EAX);
        asm.emit("mov", EAX, fault);
        asm.emit("and", EAX, imm(0xFFFF0000));
        asm.emit("or", EAX, imm(0x8E00));
        asm.emit("mov", Mem.absolute(IDT + 8 * PAGE_FAULT + 4), EAX);
        asm.emit("lidt", Mem.absolute(IDTR));
        asm.emit("mov", EAX, imm(DIRECTORY));
        asm.emit("mov", Cr.CR3, EAX);
        asm.emit("mov", EAX, Cr.CR0);
        asm.emit("or", EAX, imm(PAGING));
        asm.emit("mov", Cr.CR0, EAX);
        loop();
        handler(fault);
    }

    private void loop() {
        Label loop = asm.bind(asm.fresh("loop"));
        somewhere(ESI);
        asm.emit("mov", EAX, ESI.at(0));
        asm.emit("mov", ESI.at(8), EAX);
        somewhere(EDI);
        asm.emit("mov", ECX, ESP.at(-8));
        asm.emit("push", EDI.at(20).dword());
        asm.emit("add", EDI.at(16).dword(), imm(3));
        asm.emit("pop", EDX);
        somewhere(ESI);
        asm.emit("movzx", ECX, ESI.at(1).byte_());
        asm.emit("mov", ESI.at(2).byte_(), Reg8.CL);
        somewhere(EDI);
        asm.emit("xchg", EDX, EDI.at(24));
        asm.emit("inc", EBP);
        asm.emit("test", EBP, imm(31));
        asm.emit("jne", loop);
        changeOne();
        asm.emit("test", EBP, imm(63));
        asm.emit("jne", loop);
        // The stack is clean again: a push that has loaded finds that out.
        asm.emit("and", Mem.absolute(LOW_TABLE + 4 * (STACK - 1 >> 12)).dword(), imm(~DIRTY));
        asm.emit("mov", EAX, Cr.CR3);
        asm.emit("mov", Cr.CR3, EAX);
        asm.emit("jmp", loop);
    }

    /** The beginning of the next page, which the TLB has replaced since it was there last. */
    private void somewhere(Reg32 pointer) {
        asm.emit("add", EBX, imm(3 << 16));
        asm.emit("mov", pointer, EBX);
        asm.emit("and", pointer, imm(USED << 12));
        asm.emit("add", pointer, imm(WINDOW));
    }

    /** A page loses what it may do, or is clean again; the TLB may go on with what it holds. */
    private void changeOne() {
        asm.emit("mov", ECX, EBP);
        asm.emit("shr", ECX, imm(2));
        asm.emit("and", ECX, imm(USED));
        asm.emit("mov", EAX, EBP);
        asm.emit("shr", EAX, imm(7));
        asm.emit("and", EAX, imm(0x43));
        asm.emit("not", EAX);
        asm.emit("and", Mem.index(ECX, 4, TABLE).dword(), EAX);
    }

    /** The page is there and can be written to. */
    private void handler(Label fault) {
        asm.bind(fault);
        asm.emit("push", EAX);
        asm.emit("mov", EAX, Cr.CR2);
        asm.emit("shr", EAX, imm(12));
        asm.emit("and", EAX, imm(PAGES - 1));
        asm.emit("or", Mem.index(EAX, 4, TABLE).dword(), imm(3));
        asm.emit("pop", EAX);
        asm.emit("add", ESP, imm(4));
        asm.emit("iret");
    }
}
