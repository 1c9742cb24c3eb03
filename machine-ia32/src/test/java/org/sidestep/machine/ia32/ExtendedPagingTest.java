package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;

/** Paging with CR4.PAE: four pointers, entries of eight bytes, pages of 4 KB and 2 MB. */
class ExtendedPagingTest {
    private static final int POINTERS = 0x42020;
    private static final int DIRECTORY = 0x43000;
    private static final int TABLE = 0x44000;
    private static final int PAGE = 0x30000;
    private static final int ENTRY = TABLE + (PAGE >>> 12) * 8;
    private static final int LARGE_PAGE = 0x400000;
    private static final int LARGE_ENTRY = DIRECTORY + (LARGE_PAGE >>> 21) * 8;

    private final Bare bare = new Bare();

    @BeforeEach
    void mapTheFirstTwoMegabytesByIdentity() {
        bare.words(POINTERS, DIRECTORY | 1, 0);
        bare.words(DIRECTORY, TABLE | 7, 0);
        for (int i = 0; i < 512; i++) bare.words(TABLE + 8 * i, i << 12 | 7, 0);
    }

    private void kernel(Consumer<Assembler> code) {
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x20));
            a.emit("mov", Cr.CR4, EAX);
            a.emit("mov", EAX, imm(POINTERS));
            a.emit("mov", Cr.CR3, EAX);
            a.emit("mov", EAX, imm(0x80010011));
            a.emit("mov", Cr.CR0, EAX);
            code.accept(a);
        });
    }

    @Test
    void smallPagesAreMappedByTheThirdLevel() {
        bare.words(ENTRY, 0x50000 | 7, 0);
        bare.words(0x50000, 42);
        kernel(a -> a.emit("mov", EBX, Mem.absolute(PAGE)));
        assertThat(bare.machine.register(EBX)).isEqualTo(42);
        assertThat(bare.word(ENTRY)).as("accessed").isEqualTo(0x50027);
        assertThat(bare.machine.peek(PAGE)).isEqualTo(42);
    }

    @Test
    void largePagesHaveTwoMegabytes() {
        bare.words(LARGE_ENTRY, 0x87, 0, 0x200087, 0);
        bare.words(0x123458, 1);
        bare.words(0x323458, 2);
        kernel(a -> {
            a.emit("mov", EBX, Mem.absolute(LARGE_PAGE + 0x123458));
            a.emit("mov", ECX, Mem.absolute(LARGE_PAGE + 0x323458));
            a.emit("mov", Mem.absolute(LARGE_PAGE + 0x32345C), ECX);
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(1);
        assertThat(bare.machine.register(ECX)).isEqualTo(2);
        assertThat(bare.word(LARGE_ENTRY)).as("accessed").isEqualTo(0xA7);
        assertThat(bare.word(LARGE_ENTRY + 8)).as("accessed and dirty").isEqualTo(0x2000E7);
        assertThat(bare.machine.peek(LARGE_PAGE + 0x32345C)).isEqualTo(2);
    }

    @Test
    void theUpperHalfOfAnEntryIsReserved() {
        bare.words(ENTRY, PAGE | 7, 1);
        kernel(a -> a.emit("mov", EBX, Mem.absolute(PAGE)));
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.pushed(0)).as("error code: present, reserved bit").isEqualTo(9);
        assertThat(bare.machine.control(Cr.CR2)).isEqualTo(PAGE);
    }

    @Test
    void aPointerThatIsNotPresentFaults() {
        kernel(a -> a.emit("mov", EBX, Mem.absolute(0x40000000)));
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(bare.pushed(0)).as("error code: not present").isZero();
    }

    @Test
    void aPointerChangesWithTheNextLoadOfCr3() {
        bare.words(0x45000, 0x200087, 0);
        bare.words(0x200010, 7);
        kernel(a -> {
            a.emit("mov", Mem.absolute(POINTERS + 8).dword(), imm(0x45000 | 1));
            a.emit("mov", EAX, Cr.CR3);
            a.emit("mov", Cr.CR3, EAX);
            a.emit("mov", Mem.absolute(POINTERS + 8).dword(), imm(0));
            a.emit("mov", EBX, Mem.absolute(0x40000010));
        });
        assertThat(bare.vector()).isEqualTo(-1);
        assertThat(bare.machine.register(EBX)).isEqualTo(7);
    }

    @Test
    void aPointerWithReservedBitsIsRefusedAndTheOldOnesStay() {
        bare.words(0x46000, DIRECTORY | 3, 0);
        kernel(a -> {
            a.emit("mov", EAX, imm(0x46000));
            a.emit("mov", Cr.CR3, EAX);
        });
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).as("error code").isZero();
        assertThat(bare.machine.control(Cr.CR3)).isEqualTo(POINTERS);
    }

    @Test
    void aSnapshotKeepsThePointers() {
        bare.words(ENTRY, 0x50000 | 7, 0);
        bare.words(0x50000, 42);
        kernel(a -> a.emit("nop"));
        var snapshot = bare.machine.snapshot();
        bare.words(POINTERS, 0, 0);
        bare.machine.restore(snapshot);
        bare.words(POINTERS, 0, 0);
        assertThat(bare.machine.peek(PAGE)).isEqualTo(42);
    }
}
