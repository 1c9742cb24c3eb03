package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.ESP;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;

class PagingTest {
    private static final int PAGE = 0x30000;
    private static final int ENTRY = Bare.TABLE + (PAGE >>> 12) * 4;
    private static final int OTHER_FRAME = 0x50000;

    private final Bare bare = new Bare().paged();

    @Test
    void aPageFaultPushesTheErrorCodeAndLeavesTheRegistersUnchanged() {
        bare.words(ENTRY, 0);
        bare.kernel(a -> {
            a.emit("mov", ESP, imm(PAGE + 0x100));
            a.emit("mov", EAX, imm(Bare.KERNEL_STACK));
            a.emit("xchg", EAX, ESP);
            a.emit("pop", Mem.base(EAX, 8));
        });
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.pushed(0))
                .as("error code: write, supervisor, not present")
                .isEqualTo(2);
        assertThat(bare.machine.control(Cr.CR2)).isEqualTo(PAGE + 0x108);
        assertThat(bare.machine.register(ESP)).as("ESP below the frame").isEqualTo(Bare.KERNEL_STACK - 16);
    }

    @Test
    void aFaultFromRing3SaysSo() {
        bare.words(ENTRY, PAGE | 3);
        bare.user(a -> a.emit("mov", EAX, Mem.absolute(PAGE)));
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.pushed(0)).as("error code: present, read, user").isEqualTo(5);
        assertThat(bare.pushed(1)).isEqualTo(Bare.CODE);
    }

    @Test
    void readingSetsTheAccessedBitAndWritingTheDirtyBit() {
        bare.words(ENTRY, PAGE | 7);
        bare.kernel(a -> a.emit("mov", EAX, Mem.absolute(PAGE)));
        assertThat(bare.word(ENTRY)).isEqualTo(PAGE | 0x27);
        bare.kernel(a -> a.emit("mov", Mem.absolute(PAGE), EAX));
        assertThat(bare.word(ENTRY)).isEqualTo(PAGE | 0x67);
    }

    @Test
    void aStaleTranslationIsUsedUntilItIsInvalidated() {
        bare.words(PAGE, 1);
        bare.words(OTHER_FRAME, 2);
        bare.kernel(a -> {
            a.emit("mov", EAX, Mem.absolute(PAGE));
            a.emit("mov", Mem.absolute(ENTRY).dword(), imm(OTHER_FRAME | 7));
            a.emit("mov", EBX, Mem.absolute(PAGE));
            a.emit("invlpg", Mem.absolute(PAGE));
            a.emit("mov", ECX, Mem.absolute(PAGE));
        });
        assertThat(bare.machine.register(EBX)).as("before INVLPG").isEqualTo(1);
        assertThat(bare.machine.register(ECX)).as("after INVLPG").isEqualTo(2);
    }

    @Test
    void aGlobalTranslationSurvivesALoadOfCr3() {
        bare.words(PAGE, 1);
        bare.words(OTHER_FRAME, 2);
        bare.words(ENTRY, PAGE | 0x107);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x80));
            a.emit("mov", Cr.CR4, EAX);
            remapAndReloadCr3(a);
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(1);
        bare.kernel(a -> {
            a.emit("xor", EAX, EAX);
            a.emit("mov", Cr.CR4, EAX);
            a.emit("mov", EBX, Mem.absolute(PAGE));
        });
        assertThat(bare.machine.register(EBX)).as("after CR4.PGE was cleared").isEqualTo(2);
    }

    @Test
    void aTranslationThatIsNotGlobalDoesNotSurviveALoadOfCr3() {
        bare.words(PAGE, 1);
        bare.words(OTHER_FRAME, 2);
        bare.kernel(PagingTest::remapAndReloadCr3);
        assertThat(bare.machine.register(EBX)).isEqualTo(2);
    }

    private static void remapAndReloadCr3(Assembler a) {
        a.emit("mov", EAX, Mem.absolute(PAGE));
        a.emit("mov", Mem.absolute(ENTRY).dword(), imm(OTHER_FRAME | 7));
        a.emit("mov", EAX, Cr.CR3);
        a.emit("mov", Cr.CR3, EAX);
        a.emit("mov", EBX, Mem.absolute(PAGE));
    }

    @Test
    void aReadOnlyPageStopsTheKernelOnlyUnderWriteProtect() {
        bare.words(ENTRY, PAGE | 5);
        bare.kernel(a -> a.emit("mov", Mem.absolute(PAGE).dword(), imm(3)));
        assertThat(bare.vector()).isEqualTo(-1);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x80010011));
            a.emit("mov", Cr.CR0, EAX);
            a.emit("mov", Mem.absolute(PAGE).dword(), imm(4));
        });
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.pushed(0)).as("error code: present, write").isEqualTo(3);
        assertThat(bare.word(PAGE)).isEqualTo(3);
    }

    @Test
    void aLargePageMapsFourMegabytes() {
        bare.words(Bare.DIRECTORY + 4, 0x87);
        bare.words(0x123458, 42);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x10));
            a.emit("mov", Cr.CR4, EAX);
            a.emit("mov", EBX, Mem.absolute(0x523458));
            a.emit("mov", Mem.absolute(0x52345C), EBX);
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(42);
        assertThat(bare.word(0x12345C)).isEqualTo(42);
        assertThat(bare.word(Bare.DIRECTORY + 4)).as("accessed and dirty").isEqualTo(0xE7);
    }

    @Test
    void aReservedBitInALargePageFaults() {
        bare.words(Bare.DIRECTORY + 4, 0x200087);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x10));
            a.emit("mov", Cr.CR4, EAX);
            a.emit("mov", EBX, Mem.absolute(0x500000));
        });
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.pushed(0)).as("error code: present, reserved bit").isEqualTo(9);
    }

    @Test
    void aWriteAcrossTwoPagesChangesNothingIfTheSecondFaults() {
        bare.words(PAGE - 4, 0x11111111);
        bare.words(ENTRY, 0);
        bare.kernel(a -> a.emit("mov", Mem.absolute(PAGE - 2).dword(), imm(-1)));
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.machine.control(Cr.CR2)).isEqualTo(PAGE);
        assertThat(bare.word(PAGE - 4)).isEqualTo(0x11111111);
    }

    @Test
    void anInstructionThatRunsIntoAPageThatIsNotThereFaultsAtThatPage() {
        bare.words(ENTRY, 0);
        bare.machine.pokePhysical(PAGE - 2, new byte[] {(byte) 0xB8, 1});
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(PAGE - 2));
            a.emit("jmp", EAX);
        });
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.machine.control(Cr.CR2)).isEqualTo(PAGE);
        assertThat(bare.pushed(1)).as("EIP").isEqualTo(PAGE - 2);
    }

    @Test
    void aFaultingTranslationIsDroppedSoThatTheHandlerNeedsNoInvlpg() {
        bare.words(ENTRY, PAGE | 5);
        bare.gate(14, Bare.KERNEL_CODE, 0xB000, 0x8E00);
        bare.assemble(0xB000, a -> {
            a.emit("mov", Mem.absolute(ENTRY).dword(), imm(PAGE | 7));
            a.emit("add", ESP, imm(4));
            a.emit("iret");
        });
        bare.user(a -> {
            a.emit("mov", EAX, Mem.absolute(PAGE));
            a.emit("mov", Mem.absolute(PAGE).dword(), imm(77));
        });
        assertThat(bare.vector()).as("only the final HLT").isEqualTo(13);
        assertThat(bare.word(PAGE)).isEqualTo(77);
    }

    @Test
    void aPageThatIsEvictedFromTheTlbIsWalkedAgain() {
        bare.words(PAGE, 1);
        bare.words(OTHER_FRAME, 2);
        bare.kernel(a -> {
            a.emit("mov", EAX, Mem.absolute(PAGE));
            a.emit("mov", Mem.absolute(ENTRY).dword(), imm(OTHER_FRAME | 7));
            // Four more pages of the same set push the first one out of a four-way TLB of 64 entries.
            for (int i = 1; i <= 4; i++) a.emit("mov", EAX, Mem.absolute(PAGE + i * 0x10000));
            a.emit("mov", EBX, Mem.absolute(PAGE));
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(2);
    }
}
