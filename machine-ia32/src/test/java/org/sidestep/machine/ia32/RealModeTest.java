package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;

/** Real-address mode, from the reset vector on (SDM vol. 3, chapter 20). */
class RealModeTest {
    private static final int FLAG_CF = 1;

    private final Ia32Machine machine = (Ia32Machine) UnitMachine.of(2);

    private void code(int address, String hex) {
        machine.pokePhysical(address, HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Runs hexadecimal code at 1000:0000 until it halts. */
    private void run(String hex) {
        code(0x10000, hex + " f4");
        machine.enterRealMode(0x1000, 0);
        assertThat(machine.run(Limits.instructions(10_000)).kind()).isEqualTo(Stop.Kind.HALTED);
    }

    @Test
    void resetBeginsInRealModeAtTheResetVector() {
        machine.reset();
        assertThat(machine.codeAddress()).isEqualTo(0xFFFFFFF0);
        assertThat(machine.eip()).isEqualTo(0xFFF0);
        assertThat(machine.selector(Seg.CS)).isEqualTo(0xF000);
        assertThat(machine.control(Cr.CR0)).isEqualTo(0x60000010);
        assertThat(machine.eflags()).isEqualTo(2);
    }

    @Test
    void aSelectorIsAParagraph() {
        code(0x23456, "78 56 34 12");
        run("b8 00 20  8e d8  66 a1 56 34"); // mov ax,2000h; mov ds,ax; mov eax,[3456h]
        assertThat(machine.register(Reg32.EAX)).isEqualTo(0x12345678);
        assertThat(machine.selector(Seg.DS)).isEqualTo(0x2000);
    }

    @Test
    void anInterruptGoesThroughTheVectorTable() {
        code(4 * 0x21, "00 00 00 30"); // 3000:0000
        code(0x30000, "b8 34 12 cf"); // mov ax,1234h; iret
        run("bc 00 80  f9  cd 21  bb 01 00"); // mov sp,8000h; stc; int 21h; mov bx,1
        assertThat(machine.register(Reg32.EAX)).isEqualTo(0x1234);
        assertThat(machine.register(Reg32.EBX)).isEqualTo(1);
        assertThat(machine.register(Reg32.ESP)).isEqualTo(0x8000);
        assertThat(machine.eflags() & FLAG_CF).isEqualTo(FLAG_CF);
    }

    @Test
    void aLimitSetInProtectedModeSurvivesTheReturnToRealMode() {
        code(0x12340, "ff ff 00 00 00 93 cf 00"); // flat data, at GDT entry 1
        code(0x12300, "0f 00 38 23 01 00"); // GDT at 12338, so that entry 1 is at 12340
        code(0x110000, "ef be ad de");
        run(
                "b8 30 12 8e d8  0f 01 16 00 00  fa" // mov ds,1230h; lgdt [0]; cli
                        + "0f 20 c0 0c 01 0f 22 c0" // mov eax,cr0; or al,1; mov cr0,eax
                        + "bb 08 00 8e db" // mov bx,8; mov ds,bx
                        + "24 fe 0f 22 c0" // and al,fe; mov cr0,eax
                        + "31 c0 8e d8  67 66 a1 00 00 11 00"); // xor ax,ax; mov ds,ax; mov eax,[00110000h]
        assertThat(machine.register(Reg32.EAX)).isEqualTo(0xDEADBEEF);
    }

    @Test
    void aWordAtTheEndOfASegmentRaisesGeneralProtectionWithoutErrorCode() {
        code(4 * 13, "00 00 00 30");
        code(0x30000, "58 f4"); // pop ax; hlt
        run("bc 00 80  a1 ff ff"); // mov sp,8000h; mov ax,[ffffh]
        assertThat(machine.register(Reg32.EAX)).isEqualTo(3);
    }

    @Test
    void descriptorInstructionsAreUndefined() {
        code(4 * 6, "00 00 00 30");
        code(0x30000, "58 f4");
        run("bc 00 80  0f 00 c0"); // sldt ax
        assertThat(machine.register(Reg32.EAX)).isEqualTo(3);
    }

    @Test
    void addressesWrapAtOneMegabyteWhileTheA20GateIsClosed() {
        code(0x100000, "11");
        code(0, "22");
        machine.setAddressMask(~(1 << 20));
        run("b8 ff ff 8e d8  a0 10 00"); // mov ds,ffffh; mov al,[10h]
        assertThat(machine.register(Reg32.EAX) & 0xFF).isEqualTo(0x22);
        machine.setAddressMask(-1);
        run("b8 ff ff 8e d8  a0 10 00");
        assertThat(machine.register(Reg32.EAX) & 0xFF).isEqualTo(0x11);
    }

    /** Vector 0 to 15 lead to handlers at 3000:0010 times the vector that halt. */
    private int vector() {
        return machine.selector(Seg.CS) == 0x3000 ? machine.eip() >> 4 : -1;
    }

    private void handlers() {
        for (int vector = 0; vector < 16; vector++) {
            code(4 * vector, "%02x 00 00 30".formatted(vector << 4));
            code(0x30000 + (vector << 4), "f4");
        }
    }

    @Test
    void theManualsSpecialCasesOfTheStackEnd() {
        handlers();
        run("bc 07 00  60"); // mov sp,7; pusha
        assertThat(vector()).isEqualTo(13);
        run("bc 00 80  bd ff ff  c9"); // mov sp,8000h; mov bp,ffffh; leave
        assertThat(vector()).isEqualTo(13);
        run("bc ff ff  58"); // mov sp,ffffh; pop ax
        assertThat(vector()).isEqualTo(12);
        run("bc 00 80  bb ff ff  36 8b 07"); // mov ax,ss:[bx]
        assertThat(vector()).isEqualTo(12);
    }

    @Test
    void pushingAtAnOddStackEndShutsTheProcessorDown() {
        handlers();
        code(0x10000, "bc 01 00 50"); // mov sp,1; push ax
        machine.enterRealMode(0x1000, 0);
        assertThat(machine.run(Limits.instructions(1000)).kind()).isEqualTo(Stop.Kind.TRIPLE_FAULT);
    }

    @Test
    void executionDoesNotWrapAroundAtTheEndOfTheSegment() {
        handlers();
        code(0x1FFFF, "90");
        run("bc 00 80  ea ff ff 00 10"); // jmp 1000:ffff
        assertThat(vector()).isEqualTo(13);
    }

    @Test
    void anInterruptBehindTheTablesLimitIsAGeneralProtection() {
        handlers();
        code(0x500, "ff 00 00 00 00 00"); // 64 vectors
        run("31 c0 8e d8  0f 01 1e 00 05  bc 00 80  cd 40"); // lidt [500h]; int 40h
        assertThat(vector()).isEqualTo(13);
    }

    @Test
    void aSegmentLoadedInProtectedModeKeepsItsStackWidth() {
        code(0x12340, "ff ff 00 00 00 93 cf 00");
        code(0x12300, "0f 00 38 23 01 00");
        run(
                "b8 30 12 8e d8  0f 01 16 00 00  66 bc 00 00 05 00" // lgdt [0]; mov esp,50000h
                        + "0f 20 c0 0c 01 0f 22 c0  bb 08 00 8e d3  24 fe 0f 22 c0" // ss with B=1, back to real mode
                        + "31 c0 8e d0  66 68 78 56 34 12"); // mov ss,0; push 12345678h
        assertThat(machine.register(Reg32.ESP)).isEqualTo(0x4FFFC);
        assertThat(machine.peek(0x4FFFC)).isEqualTo(0x12345678);
    }

    @Test
    void instructionsOfMoreThanFifteenBytesRaiseGeneralProtection() {
        handlers();
        run("bc 00 80 " + "3e".repeat(15) + "90");
        assertThat(vector()).isEqualTo(13);
        run("bc 00 80 " + "3e".repeat(14) + "90");
        assertThat(vector()).isEqualTo(-1);
    }

    @Test
    void lockIsOnlyForInstructionsThatModifyMemory() {
        handlers();
        run("bc 00 80  f0 01 07"); // lock add [bx],ax
        assertThat(vector()).isEqualTo(-1);
        run("bc 00 80  f0 01 c0"); // lock add ax,ax
        assertThat(vector()).isEqualTo(6);
        run("bc 00 80  f0 3b 07"); // lock cmp ax,[bx]
        assertThat(vector()).isEqualTo(6);
    }
}
