package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.St;
import org.sidestep.isa.Xmm;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;

/** What surrounds floating-point arithmetic: availability, the reporting of exceptions, images of the state. */
class FloatingPointTest {
    private static final int PE = 0x11;
    private static final int MP = 2;
    private static final int EM = 4;
    private static final int TS = 8;
    private static final int NE = 0x20;
    private static final int OSFXSR = 0x200;
    private static final int OSXMMEXCPT = 0x400;
    private static final int UD = 6;
    private static final int NM = 7;
    private static final int GP = 13;
    private static final int PF = 14;
    private static final int MF = 16;
    private static final int XF = 19;
    private static final Mem CONTROL = Mem.absolute(Bare.DATA);
    private static final int IMAGE = Bare.DATA + 0x100;
    private static final int SECOND = Bare.DATA + 0x400;

    private final Bare bare = new Bare();

    private int vectorOf(int cr0, int cr4, Consumer<Assembler> code) {
        bare.kernel(a -> {
            control(a, cr0, cr4);
            code.accept(a);
        });
        return bare.vector();
    }

    private static void control(Assembler a, int cr0, int cr4) {
        a.emit("mov", EAX, imm(cr4));
        a.emit("mov", Cr.CR4, EAX);
        a.emit("mov", EAX, imm(PE | cr0));
        a.emit("mov", Cr.CR0, EAX);
    }

    @Test
    void x87InstructionsAreUnavailableUnderEmulationAndAfterATaskSwitch() {
        assertThat(vectorOf(0, 0, a -> a.emit("fld1"))).isEqualTo(-1);
        assertThat(vectorOf(EM, 0, a -> a.emit("fld1"))).isEqualTo(NM);
        assertThat(vectorOf(TS, 0, a -> a.emit("fninit"))).isEqualTo(NM);
        assertThat(vectorOf(TS, 0, a -> a.emit("fwait"))).isEqualTo(-1);
        assertThat(vectorOf(EM, 0, a -> a.emit("fwait"))).isEqualTo(-1);
        assertThat(vectorOf(TS | MP, 0, a -> a.emit("fwait"))).isEqualTo(NM);
    }

    @Test
    void mmxIsUndefinedUnderEmulationAndUnavailableAfterATaskSwitch() {
        assertThat(vectorOf(EM, 0, a -> a.emit("emms"))).isEqualTo(UD);
        assertThat(vectorOf(TS, 0, a -> a.emit("emms"))).isEqualTo(NM);
        assertThat(vectorOf(0, 0, a -> a.emit("emms"))).isEqualTo(-1);
    }

    @Test
    void sseIsUndefinedUntilTheOperatingSystemSaysThatItSavesItsState() {
        Consumer<Assembler> add = a -> a.emit("addps", Xmm.XMM0, Xmm.XMM1);
        assertThat(vectorOf(0, 0, add)).isEqualTo(UD);
        assertThat(vectorOf(0, OSFXSR, add)).isEqualTo(-1);
        assertThat(vectorOf(EM, OSFXSR, add)).isEqualTo(UD);
        assertThat(vectorOf(TS, OSFXSR, add)).isEqualTo(NM);
        assertThat(vectorOf(0, 0, a -> a.emit("prefetcht0", Mem.absolute(0)))).isEqualTo(-1);
        assertThat(vectorOf(0, 0, a -> a.emit("sfence"))).isEqualTo(-1);
    }

    /** 1 / 0 with the zero-divide exception unmasked. */
    private void divideByZero(Assembler a) {
        bare.words(Bare.DATA, 0x37B);
        a.emit("fninit");
        a.emit("fldcw", CONTROL.word());
        a.emit("fld1");
        a.emit("fldz");
        a.emit("fdivp", St.ST1, St.ST0);
    }

    @Test
    void anUnmaskedExceptionIsReportedByTheNextWaitingInstruction() {
        int vector = vectorOf(NE, 0, a -> {
            divideByZero(a);
            a.emit("fnstsw", Reg16.AX);
            a.emit("mov", EBX, EAX);
            a.emit("fld1");
        });
        assertThat(vector).isEqualTo(MF);
        assertThat(bare.machine.register(EBX) & 0xFFFF)
                .as("ES, B, ZE, top of stack 6")
                .isEqualTo(0xB084);
        byte[] at = bare.machine.peekPhysical(bare.pushed(0), 2);
        assertThat(at).as("EIP at FLD1").containsExactly(0xD9, 0xE8);
    }

    /** What the host's processor does too. */
    @Test
    void aStoreThatAnUnmaskedExceptionStopsDoesNotLookAtItsAddress() {
        int unmapped = 0x500000;
        bare.paged();
        bare.words(Bare.DATA, 0x37E);
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("fldcw", CONTROL.word());
            a.emit("fistp", Mem.absolute(unmapped).word());
            a.emit("fnstsw", Reg16.AX);
        });
        assertThat(bare.vector()).isEqualTo(-1);
        assertThat(bare.machine.register(EAX) & 0xFFFF)
                .as("B, C1 clear, SF, ES, IE")
                .isEqualTo(0x80C1);
        bare.words(Bare.DATA, 0x35F);
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("fldcw", CONTROL.word());
            a.emit("fldpi");
            a.emit("fistp", Mem.absolute(unmapped).word());
        });
        assertThat(bare.vector()).as("inexact, but stored").isEqualTo(PF);
    }

    /** What the host's processor does too. */
    @Test
    void ofAnExtendedRealAtTheEndOfAPageTheSignificandIsStoredBeforeTheExponentFaults() {
        int end = 0x400000;
        bare.paged();
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("fld1");
            a.emit("fstp", Mem.absolute(end - 8).sized(10));
        });
        assertThat(bare.vector()).isEqualTo(PF);
        assertThat(bare.machine.control(Cr.CR2)).isEqualTo(end);
        assertThat(bare.word(end - 4)).isEqualTo(0x80000000);
    }

    /** What the host's processor does too. */
    @Test
    void aStoreOfMmxThatFaultsHasMovedTheTopOfTheStackAndNoMore() {
        bare.paged();
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("fld1");
            a.emit("movq", Mem.absolute(0x500000).sized(8), Mm.MM0);
        });
        assertThat(bare.vector()).isEqualTo(PF);
        bare.kernel(a -> a.emit("fnsave", Mem.absolute(IMAGE)));
        assertThat(bare.word(IMAGE + 4)).as("top of stack 0").isEqualTo(0xFFFF0000);
        assertThat(bare.word(IMAGE + 8)).as("tags: one is in use").isEqualTo(0xFFFF3FFF);
    }

    @Test
    void withoutNeAnUnmaskedExceptionIsAnInterruptRequestInstead() {
        int vector = vectorOf(0, 0, a -> {
            divideByZero(a);
            a.emit("mov", Reg8.AL, imm(0xDF));
            a.emit("out", imm(0xA1), Reg8.AL);
            a.emit("mov", Reg8.AL, imm(0xFB));
            a.emit("out", imm(0x21), Reg8.AL);
            a.emit("sti");
            a.emit("fwait");
        });
        assertThat(vector).as("request 13, with the vectors of the firmware").isEqualTo(0x75);
    }

    @Test
    void fnsaveKeepsRegistersAndWhereTheLastInstructionWasAndFrstorBringsThemBack() {
        bare.words(Bare.DATA, 3);
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("fldpi");
            a.emit("fiadd", CONTROL.dword());
            a.emit("fnsave", Mem.absolute(IMAGE));
            a.emit("fld1");
            a.emit("frstor", Mem.absolute(IMAGE));
            a.emit("fnsave", Mem.absolute(SECOND));
        });
        assertThat(bare.machine.peekPhysical(SECOND, 108)).isEqualTo(bare.machine.peekPhysical(IMAGE, 108));
        assertThat(bare.word(IMAGE)).isEqualTo(0xFFFF037F);
        assertThat(bare.word(IMAGE + 4)).as("top of stack 7, inexact").isEqualTo(0xFFFF3820);
        assertThat(bare.word(IMAGE + 8)).as("tags").isEqualTo(0xFFFF3FFF);
        assertThat(bare.word(IMAGE + 12)).as("EIP of FIADD").isEqualTo(Bare.CODE + 4);
        assertThat(bare.word(IMAGE + 16)).as("opcode DA 05 and CS").isEqualTo(0x2050000 | Bare.KERNEL_CODE);
        assertThat(bare.word(IMAGE + 20)).as("operand").isEqualTo(Bare.DATA);
        assertThat(bare.word(IMAGE + 32)).as("pi + 3").isEqualTo(0xC487ED51);
    }

    @Test
    void theSixteenBitEnvironmentHasFourteenBytes() {
        bare.words(IMAGE, 0, 0, 0, 0x5A5A5A5A);
        bare.assemble(Bare.CODE, a -> {
            a.emit("fninit");
            a.emit("fld1");
        });
        bare.machine.pokePhysical(Bare.CODE + 4, new byte[] {0x66, (byte) 0xD9, 0x35, 0, 1, 2, 0, (byte) 0xF4});
        bare.machine.setEip(Bare.CODE);
        bare.machine.run(Limits.instructions(bare.machine.instructions() + 10));
        assertThat(bare.word(IMAGE)).as("control and status").isEqualTo(0x3800037F);
        assertThat(bare.word(IMAGE + 4)).as("tags and IP of FLD1").isEqualTo((Bare.CODE + 2) << 16 | 0x3FFF);
        assertThat(bare.word(IMAGE + 8)).as("CS").isEqualTo(Bare.KERNEL_CODE);
        assertThat(bare.word(IMAGE + 12)).isEqualTo(0x5A5A0000);
    }

    @Test
    void fxsaveAndFxrstorMoveTheWholeStateAndWantAlignment() {
        int vector = vectorOf(0, OSFXSR, a -> {
            a.emit("fninit");
            a.emit("fld1");
            a.emit("movss", Xmm.XMM3, Mem.absolute(Bare.CODE).dword());
            a.emit("fxsave", Mem.absolute(IMAGE));
            a.emit("fninit");
            a.emit("xorps", Xmm.XMM3, Xmm.XMM3);
            a.emit("fxrstor", Mem.absolute(IMAGE));
            a.emit("fxsave", Mem.absolute(SECOND));
        });
        assertThat(vector).isEqualTo(-1);
        assertThat(bare.machine.peekPhysical(SECOND, 288)).isEqualTo(bare.machine.peekPhysical(IMAGE, 288));
        assertThat(bare.word(IMAGE + 160 + 48)).as("xmm3").isEqualTo(bare.word(Bare.CODE));
        assertThat(vectorOf(0, 0, a -> a.emit("fxsave", Mem.absolute(IMAGE + 8))))
                .isEqualTo(GP);
        assertThat(vectorOf(0, 0, a -> a.emit("fxrstor", Mem.absolute(IMAGE + 8))))
                .isEqualTo(GP);
    }

    @Test
    void reservedBitsOfMxcsrAreAProtectionFault() {
        bare.words(Bare.DATA, 0x1FC0);
        assertThat(vectorOf(0, OSFXSR, a -> a.emit("ldmxcsr", CONTROL.dword())))
                .as("DAZ came later")
                .isEqualTo(GP);
        bare.words(Bare.DATA, 0x9F80);
        assertThat(vectorOf(0, OSFXSR, a -> a.emit("ldmxcsr", CONTROL.dword()))).isEqualTo(-1);
    }

    @Test
    void unmaskedSimdExceptionsAreXfOnlyIfTheOperatingSystemWantsThem() {
        Consumer<Assembler> divide = a -> {
            a.emit("ldmxcsr", CONTROL.dword());
            a.emit("xorps", Xmm.XMM0, Xmm.XMM0);
            a.emit("divps", Xmm.XMM0, Xmm.XMM0);
        };
        bare.words(Bare.DATA, 0x1F00);
        assertThat(vectorOf(0, OSFXSR | OSXMMEXCPT, divide)).isEqualTo(XF);
        assertThat(vectorOf(0, OSFXSR, divide)).isEqualTo(UD);
    }

    @Test
    void mmxRegistersAreTheSignificandsOfTheStack() {
        bare.words(Bare.DATA, 0x89ABCDEF, 0x81234567);
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("movq", Mm.MM2, CONTROL.sized(8));
            a.emit("fnsave", Mem.absolute(IMAGE));
        });
        assertThat(bare.word(IMAGE + 8)).as("all in use: zero, but mm2").isEqualTo(0xFFFF5565);
        assertThat(bare.word(IMAGE + 28 + 20)).isEqualTo(0x89ABCDEF);
        assertThat(bare.word(IMAGE + 28 + 28) & 0xFFFF).as("exponent").isEqualTo(0xFFFF);
    }

    @Test
    void snapshotsHoldTheState() {
        bare.kernel(a -> {
            a.emit("fninit");
            a.emit("fldpi");
        });
        Machine.Snapshot snapshot = bare.machine.snapshot();
        bare.kernel(a -> a.emit("fninit"));
        bare.machine.restore(snapshot);
        bare.kernel(a -> a.emit("fstp", Mem.absolute(IMAGE).dword()));
        assertThat(Float.intBitsToFloat(bare.word(IMAGE))).isEqualTo((float) Math.PI);
    }
}
