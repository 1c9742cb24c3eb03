package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;

/** Virtual-8086 mode: entered by IRETD from level 0, left through gates (SDM vol. 3, chapter 20). */
class Virtual8086Test {
    private static final int CODE = 0x30000;
    private static final int VM = 1 << 17;
    private static final int VIF = 1 << 19;
    private static final int VIP = 1 << 20;
    private static final int IF = 1 << 9;
    private static final int IOPL3 = 3 << 12;
    private static final int GP = 13;

    /** Of the frame, above the error code of #GP. */
    private static final int EIP = 1;

    private static final int EFLAGS = 3;
    private static final int ESP = 4;

    private final Bare bare = new Bare();

    /** Runs 16-bit code at 3000:0000 with SS:SP 4000:1000, DS 5000, ES 6000, FS 7000, GS 8000. */
    private void virtual(int eflags, Consumer<Assembler> code) {
        bare.assemble(CODE, a -> {
            a.bits(16);
            code.andThen(c -> c.emit("hlt")).accept(a);
        });
        bare.kernel(a -> {
            int[] frame = {0x8000, 0x7000, 0x5000, 0x6000, 0x4000, 0x1000, VM | eflags | 2, 0x3000, 0};
            for (int word : frame) a.emit("push", imm(word));
            a.emit("iret");
        });
    }

    private void extensions() {
        bare.kernel(a -> {
            a.emit("mov", Reg32.EAX, imm(3)); // VME and PVI
            a.emit("mov", Cr.CR4, Reg32.EAX);
        });
        // The redirection bitmap lies below the permission bitmap: 32 bytes at offset 68.
        bare.words(Bare.TSS + 100, 0x88 << 16);
        for (int i = 0; i < 32; i += 4) bare.words(Bare.TSS + 0x68 + i, 0);
    }

    private int register(Reg32 register) {
        return bare.machine.register(register);
    }

    @Test
    void anInterruptPushesAllSegmentsAndClearsThem() {
        virtual(0, a -> a.emit("mov", Reg16.AX, Seg.DS));
        assertThat(register(Reg32.EAX)).isEqualTo(0x5000);
        assertThat(bare.vector()).isEqualTo(GP);
        int[] expected = {0, 2, 0x3000, VM | 0x10002, 0x1000, 0x4000, 0x6000, 0x5000, 0x7000, 0x8000};
        for (int i = 0; i < expected.length; i++)
            assertThat(bare.pushed(i)).as("word " + i).isEqualTo(expected[i]);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS}) {
            assertThat(bare.machine.selector(segment)).isZero();
        }
        assertThat(bare.machine.cpl()).isZero();
        assertThat(bare.machine.eflags() & VM).isZero();
    }

    @Test
    void memoryIsAddressedByParagraphs() {
        bare.words(0x50010, 0x12345678);
        virtual(0, a -> {
            a.emit("mov", Reg32.EBX, imm(0x10));
            a.emit("mov", Reg32.EAX, Reg32.EBX.at(0));
        });
        assertThat(register(Reg32.EAX)).isEqualTo(0x12345678);
    }

    @Test
    void instructionsThatDependOnIoplFaultBelowThree() {
        for (String instruction : new String[] {"cli", "sti", "pushf", "popf", "iret", "pushfd", "popfd"}) {
            virtual(0, a -> {
                a.emit("nop");
                a.emit(instruction);
            });
            assertThat(bare.vector()).as(instruction).isEqualTo(GP);
            assertThat(bare.pushed(EIP)).as(instruction).isEqualTo(1);
            assertThat(bare.pushed(0)).isZero();
        }
        virtual(0, a -> a.emit("int", imm(0x30)));
        assertThat(bare.vector()).isEqualTo(GP);
        assertThat(bare.pushed(0)).isZero();
    }

    @Test
    void withIoplThreeTheyActAsInRealMode() {
        virtual(IOPL3, a -> {
            a.emit("sti");
            a.emit("pushf");
            a.emit("pop", Reg16.AX);
            a.emit("push", imm(0x202)); // FLAGS
            a.emit("push", Seg.CS);
            a.emit("push", a.label("there"));
            a.emit("iret");
            a.emit("ud2");
            a.bind(a.label("there"));
            a.emit("cli");
            a.emit("mov", Reg8.BL, imm(1));
        });
        assertThat(bare.vector()).isEqualTo(GP);
        assertThat(register(Reg32.EAX) & 0xFFFF).isEqualTo(0x3202);
        assertThat(register(Reg32.EBX) & 0xFF).isEqualTo(1);
        assertThat(bare.pushed(EFLAGS) & (IF | IOPL3)).isEqualTo(IOPL3);
        assertThat(bare.pushed(ESP)).isEqualTo(0x1000);
    }

    @Test
    void anIntGoesToTheMonitorThroughItsGate() {
        bare.gate(0x30, Bare.KERNEL_CODE, Bare.HANDLERS + 0x30, 0xEE00);
        virtual(IOPL3, a -> a.emit("int", imm(0x30)));
        assertThat(bare.vector()).isEqualTo(0x30);
        assertThat(bare.pushed(0)).isEqualTo(2);
    }

    @Test
    void aHandlerAboveLevelZeroIsRefused() {
        bare.gate(0x30, Bare.USER_CODE, Bare.HANDLERS + 0x30, 0xEE00);
        virtual(IOPL3, a -> a.emit("int", imm(0x30)));
        assertThat(bare.vector()).isEqualTo(GP);
        assertThat(bare.pushed(0)).isEqualTo(Bare.USER_CODE & ~3);
    }

    @Test
    void portsAreForThePermissionBitmapWhateverTheIopl() {
        virtual(IOPL3, a -> a.emit("in", Reg8.AL, imm(0x64)));
        assertThat(bare.vector()).isEqualTo(GP);
        assertThat(bare.pushed(EIP)).isZero();
        bare.words(Bare.TSS + 0x68 + 0xC, 0);
        virtual(0, a -> a.emit("in", Reg8.AL, imm(0x64)));
        assertThat(bare.pushed(EIP)).isEqualTo(2);
    }

    @Test
    void instructionsOnDescriptorsAreUndefined() {
        virtual(IOPL3, a -> a.emit("lldt", Reg16.AX));
        assertThat(bare.vector()).isEqualTo(6);
        virtual(IOPL3, a -> a.emit("verr", Reg16.AX));
        assertThat(bare.vector()).isEqualTo(6);
    }

    @Test
    void redirectedInterruptsStayInTheProgram() {
        extensions();
        bare.words(4 * 0x21, 0x3000 << 16 | 0x100);
        bare.assemble(CODE + 0x100, a -> {
            a.bits(16);
            a.emit("mov", Reg16.BX, imm(0x1234));
            a.emit("iret");
        });
        virtual(VIF, a -> {
            a.emit("int", imm(0x21));
            a.emit("mov", Reg16.CX, imm(1));
        });
        assertThat(register(Reg32.EBX) & 0xFFFF).isEqualTo(0x1234);
        assertThat(register(Reg32.ECX) & 0xFFFF).isEqualTo(1);
        assertThat(bare.pushed(EFLAGS) & (VM | VIF | IF)).isEqualTo(VM | VIF);
        bare.words(Bare.TSS + 0x68 + 4, 1 << 1); // the bit of 21h
        virtual(0, a -> a.emit("int", imm(0x21)));
        assertThat(bare.vector()).isEqualTo(GP);
        assertThat(bare.pushed(EIP)).isZero();
    }

    @Test
    void withTheExtensionsCliAndStiActOnTheVirtualFlag() {
        extensions();
        virtual(0, a -> {
            a.emit("sti");
            a.emit("pushf");
            a.emit("pop", Reg16.AX);
            a.emit("cli");
            a.emit("pushf");
            a.emit("pop", Reg16.BX);
            a.emit("sti");
        });
        assertThat(register(Reg32.EAX) & 0xFFFF).isEqualTo(IOPL3 | IF | 2);
        assertThat(register(Reg32.EBX) & 0xFFFF).isEqualTo(IOPL3 | 2);
        assertThat(bare.pushed(EFLAGS) & (VIF | IF)).isEqualTo(VIF);
        virtual(VIP, a -> a.emit("sti"));
        assertThat(bare.vector()).isEqualTo(GP);
        assertThat(bare.pushed(EIP)).isZero();
    }

    @Test
    void protectedModeHasTheVirtualFlagAtLevelThree() {
        extensions();
        bare.user(a -> {
            a.emit("sti");
            a.emit("hlt");
        });
        assertThat(bare.pushed(EIP)).isEqualTo(Bare.CODE + 1);
        assertThat(bare.pushed(EFLAGS) & (VIF | IF)).isEqualTo(VIF);
    }
}
