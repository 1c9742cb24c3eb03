package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;

/** A handler of debug exceptions that logs EIP, DR6 and ECX of each and goes on. */
class DebugTest {
    private static final int HANDLER = 0xB000;
    private static final int LOG = 0x50000;
    private static final int LOG_END = 0x4FFFC;
    private static final int WRITE = 1;
    private static final int PORT = 2;
    private static final int ACCESS = 3;

    private final Bare bare = new Bare();

    @BeforeEach
    void logDebugExceptions() {
        bare.gate(1, Bare.KERNEL_CODE, HANDLER, 0x8E00);
        bare.words(LOG_END, LOG);
        bare.assemble(HANDLER, a -> {
            a.emit("pusha");
            a.emit("mov", EDI, Mem.absolute(LOG_END));
            a.emit("mov", EAX, Mem.base(ESP, 32));
            a.emit("stosd");
            a.emit("mov", EAX, Dr.DR6);
            a.emit("stosd");
            a.emit("mov", EAX, ECX);
            a.emit("stosd");
            a.emit("mov", EAX, Mem.base(ESP, 40));
            a.emit("stosd");
            a.emit("mov", Mem.absolute(LOG_END), EDI);
            a.emit("xor", EAX, EAX);
            a.emit("mov", Dr.DR6, EAX);
            // As a debugger does, so that an instruction breakpoint does not hit again.
            a.emit("mov", EAX, imm(Eflags.RF));
            a.emit("or", Mem.base(ESP, 40), EAX);
            a.emit("popa");
            a.emit("iret");
        });
    }

    private int hits() {
        return (bare.word(LOG_END) - LOG) / 16;
    }

    private int eip(int hit) {
        return bare.word(LOG + 16 * hit) - Bare.CODE;
    }

    private int dr6(int hit) {
        return bare.word(LOG + 16 * hit + 4) & 0xE00F;
    }

    private int ecx(int hit) {
        return bare.word(LOG + 16 * hit + 8);
    }

    private boolean resumes(int hit) {
        return (bare.word(LOG + 16 * hit + 12) & Eflags.RF) != 0;
    }

    /** Sets DR0; the code behind it starts at offset 0x100. */
    private void watching(int address, int dr7, Consumer<Assembler> code) {
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(address));
            a.emit("mov", Dr.DR0, EAX);
            a.emit("mov", EAX, imm(dr7));
            a.emit("mov", Dr.DR7, EAX);
            a.align(0x100);
            code.accept(a);
        });
    }

    private static int condition(int kind, int length) {
        return 1 | kind << 16 | length - 1 << 18;
    }

    private static void popFlags(Assembler a, int flags) {
        a.emit("push", imm(flags));
        a.emit("popf");
    }

    @Test
    void anInstructionBreakpointHitsBeforeTheInstructionAndOnlyOnce() {
        watching(Bare.CODE + 0x101, 1, a -> {
            a.emit("nop");
            a.emit("inc", EBX);
            a.emit("nop");
        });
        assertThat(hits()).isEqualTo(1);
        assertThat(eip(0)).isEqualTo(0x101);
        assertThat(dr6(0)).isEqualTo(1);
        assertThat(resumes(0)).as("RF is left to the handler").isFalse();
        assertThat(bare.machine.register(EBX)).isEqualTo(1);
    }

    @Test
    void aBreakpointAtAnInstructionThatFaultsDoesNotHitAgainWhenItIsRestarted() {
        bare.assemble(0xB800, a -> {
            a.emit("mov", EBX, imm(1));
            a.emit("add", ESP, imm(4));
            a.emit("iret");
        });
        bare.gate(13, Bare.KERNEL_CODE, 0xB800, 0x8E00);
        bare.kernel(a -> a.emit("xor", EBX, EBX));
        watching(Bare.CODE + 0x100, 1, a -> {
            a.emit("mov", Seg.GS, EBX);
            a.emit("cmp", EBX, imm(1));
        });
        assertThat(hits()).isEqualTo(1);
    }

    @Test
    void aWriteBreakpointTrapsBehindTheInstructionThatTouchesAnyOfItsBytes() {
        watching(Bare.DATA + 4, condition(WRITE, 4), a -> {
            a.emit("mov", EAX, Mem.absolute(Bare.DATA + 4));
            a.emit("mov", Mem.absolute(Bare.DATA + 8), EAX);
            a.emit("mov", Mem.absolute(Bare.DATA + 1), EAX);
            a.emit("mov", Mem.absolute(Bare.DATA), EAX);
        });
        assertThat(hits()).isEqualTo(1);
        assertThat(eip(0)).isEqualTo(0x100 + 15);
        assertThat(dr6(0)).isEqualTo(1);
    }

    @Test
    void aBreakpointIgnoresTheAddressBitsBelowItsLength() {
        watching(Bare.DATA + 7, condition(WRITE, 4), a -> {
            a.emit("mov", Mem.absolute(Bare.DATA + 8), EAX);
            a.emit("mov", Mem.absolute(Bare.DATA), EAX);
            a.emit("mov", Mem.absolute(Bare.DATA + 4), Reg8.AL);
        });
        assertThat(hits()).isEqualTo(1);
        assertThat(eip(0)).isEqualTo(0x100 + 15);
    }

    @Test
    void anAccessBreakpointSeesReadsAndStackPushes() {
        watching(Bare.STACK - 4, condition(ACCESS, 4), a -> {
            a.emit("mov", ESP, imm(Bare.STACK));
            a.emit("push", EAX);
            a.emit("mov", EAX, Mem.base(ESP, 0));
        });
        assertThat(hits()).isEqualTo(2);
    }

    @Test
    void aDataBreakpointOnARepeatedStringTrapsAfterTheIteration() {
        watching(Bare.DATA + 8, condition(WRITE, 4), a -> {
            a.emit("mov", EDI, imm(Bare.DATA));
            a.emit("mov", ECX, imm(5));
            a.emit("rep stosd");
        });
        assertThat(hits()).isEqualTo(1);
        assertThat(eip(0)).isEqualTo(0x10A);
        assertThat(ecx(0)).isEqualTo(2);
        assertThat(resumes(0)).isTrue();
        assertThat(bare.machine.register(ECX)).isZero();
    }

    @Test
    void aPortBreakpointNeedsDebuggingExtensions() {
        Consumer<Assembler> code = a -> a.emit("out", imm(0x80), Reg8.AL);
        watching(0x80, condition(PORT, 1), code);
        assertThat(hits()).isZero();
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(8));
            a.emit("mov", Cr.CR4, EAX);
        });
        watching(0x80, condition(PORT, 1), code);
        assertThat(hits()).isEqualTo(1);
        assertThat(eip(0)).isEqualTo(0x102);
    }

    @Test
    void generalDetectProtectsTheDebugRegistersOnce() {
        watching(0, 1 << 13, a -> a.emit("mov", EBX, Dr.DR7));
        assertThat(hits()).isEqualTo(1);
        assertThat(dr6(0)).isEqualTo(1 << 13);
        assertThat(eip(0)).isEqualTo(0x100);
        assertThat(bare.machine.register(EBX)).as("cleared for the handler").isEqualTo(0x400);
    }

    @Test
    void singleStepTrapsAfterEachInstructionFromTheOneBehindPopf() {
        bare.kernel(a -> {
            popFlags(a, Eflags.TF | 2);
            a.emit("nop");
            a.emit("nop");
            popFlags(a, 2);
            a.emit("nop");
        });
        assertThat(hits()).isEqualTo(4);
        assertThat(eip(0)).isEqualTo(7);
        assertThat(dr6(0)).isEqualTo(1 << 14);
        assertThat(eip(3)).as("behind the POPF that clears TF").isEqualTo(11);
    }

    @Test
    void singleStepTrapsAfterEveryIterationOfAString() {
        bare.kernel(a -> {
            a.emit("mov", EDI, imm(Bare.DATA));
            a.emit("mov", ECX, imm(3));
            popFlags(a, Eflags.TF | 2);
            a.emit("rep stosb");
            popFlags(a, 2);
        });
        assertThat(new int[] {eip(0), eip(1), eip(2)}).containsExactly(16, 16, 18);
        assertThat(new int[] {ecx(0), ecx(1), ecx(2)}).containsExactly(2, 1, 0);
        assertThat(resumes(0)).isTrue();
        assertThat(resumes(2)).isFalse();
    }

    @Test
    void loadingSsHoldsTheTrapOffForOneInstruction() {
        bare.kernel(a -> {
            a.emit("mov", EBX, Seg.SS);
            popFlags(a, Eflags.TF | 2);
            a.emit("mov", Seg.SS, EBX);
            a.emit("nop");
            popFlags(a, 2);
        });
        assertThat(eip(0)).as("behind NOP").isEqualTo(2 + 6 + 2 + 1);
    }

    @Test
    void aSoftwareInterruptIsNotSteppedInto() {
        bare.assemble(0xB800, a -> {
            a.emit("nop");
            a.emit("iret");
        });
        bare.gate(0x80, Bare.KERNEL_CODE, 0xB800, 0x8E00);
        bare.kernel(a -> {
            popFlags(a, Eflags.TF | 2);
            a.emit("int", imm(0x80));
            a.emit("nop");
            popFlags(a, 2);
        });
        assertThat(eip(0)).as("behind the NOP that follows").isEqualTo(6 + 2 + 1);
    }

    @Test
    void aTracedHaltWakesUp() {
        bare.kernel(a -> {
            popFlags(a, Eflags.TF | 2);
            a.emit("hlt");
            popFlags(a, 2);
            a.emit("mov", EBX, imm(3));
        });
        assertThat(eip(0)).isEqualTo(7);
        assertThat(bare.machine.register(EBX)).isEqualTo(3);
    }

    @Test
    void icebpRaisesADebugExceptionThatSaysNothing() {
        bare.kernel(a -> a.emit("int1"));
        assertThat(hits()).isEqualTo(1);
        assertThat(eip(0)).isEqualTo(1);
        assertThat(dr6(0)).isZero();
    }

    @Test
    void debugRegistersFourAndFiveAreAliasesOnlyWithoutDebuggingExtensions() {
        bare.kernel(a -> a.bytes((byte) 0x0F, (byte) 0x21, (byte) 0xEB));
        assertThat(bare.machine.register(EBX)).isEqualTo(0x400);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(8));
            a.emit("mov", Cr.CR4, EAX);
            a.bytes((byte) 0x0F, (byte) 0x21, (byte) 0xEB);
        });
        assertThat(bare.vector()).isEqualTo(6);
    }

    @Test
    void alignmentIsCheckedOnlyInRing3WithBothBitsSet() {
        Consumer<Assembler> code = a -> {
            a.emit("mov", Reg16.AX, Mem.absolute(Bare.DATA + 2));
            a.emit("mov", Reg8.AL, Mem.absolute(Bare.DATA + 1));
            a.emit("mov", EAX, Mem.absolute(Bare.DATA + 2));
        };
        bare.user(Eflags.AC | 2, code);
        assertThat(bare.vector()).isEqualTo(13);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x40011));
            a.emit("mov", Cr.CR0, EAX);
            a.emit("mov", EAX, Mem.absolute(Bare.DATA + 2));
        });
        bare.user(2, code);
        assertThat(bare.vector()).isEqualTo(13);
        bare.user(Eflags.AC | 2, code);
        assertThat(bare.vector()).isEqualTo(17);
        assertThat(bare.pushed(0)).isZero();
        assertThat(bare.pushed(1)).isEqualTo(Bare.CODE + 11);
    }

    @Test
    void aPageFaultComesBeforeAnAlignmentCheck() {
        bare.paged();
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x80040011));
            a.emit("mov", Cr.CR0, EAX);
        });
        bare.words(Bare.TABLE + 4 * (Bare.DATA >> 12), 0);
        bare.user(Eflags.AC | 2, a -> a.emit("mov", EAX, Mem.absolute(Bare.DATA + 2)));
        assertThat(bare.vector()).isEqualTo(14);
    }
}
