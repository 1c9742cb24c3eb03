package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;

class SegmentationTest {
    private static final int SELECTOR = Bare.FREE;
    private static final int SLOT = Bare.GDT + SELECTOR;

    private final Bare bare = new Bare();

    /** Base {@link Bare#DATA}, limit 0xFFF, DPL 0. */
    private void define(int access) {
        bare.words(SLOT, Bare.DATA << 16 | 0xFFF, Bare.DATA >>> 16 | access << 8 | 0x400000);
    }

    private static Consumer<Assembler> load(Seg segment, int selector) {
        return a -> {
            a.emit("mov", EAX, imm(selector));
            a.emit("mov", segment, EAX);
        };
    }

    @Test
    void anAccessGoesThroughTheBase() {
        define(0x93);
        bare.words(Bare.DATA + 0xFFC, 1234);
        bare.kernel(load(Seg.FS, SELECTOR)
                .andThen(a -> a.emit("mov", EBX, Mem.absolute(0xFFC).in(Seg.FS))));
        assertThat(bare.machine.register(EBX)).isEqualTo(1234);
    }

    @Test
    void anAccessBeyondTheLimitRaisesGeneralProtection() {
        define(0x93);
        bare.kernel(load(Seg.FS, SELECTOR)
                .andThen(a -> a.emit("mov", EBX, Mem.absolute(0xFFD).in(Seg.FS))));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).isZero();
    }

    @Test
    void anExpandDownSegmentAllowsWhatLiesAboveItsLimit() {
        define(0x97);
        bare.words(Bare.DATA + 0x1000, 99);
        bare.kernel(load(Seg.FS, SELECTOR)
                .andThen(a -> a.emit("mov", EBX, Mem.absolute(0x1000).in(Seg.FS))));
        assertThat(bare.machine.register(EBX)).isEqualTo(99);
        bare.kernel(load(Seg.FS, SELECTOR)
                .andThen(a -> a.emit("mov", EBX, Mem.absolute(0xFFC).in(Seg.FS))));
        assertThat(bare.vector()).isEqualTo(13);
    }

    @Test
    void popSsMovesTheStackPointerInTheWidthOfTheOldStack() {
        bare.words(SLOT, Bare.DATA << 16 | 0xFFFF, Bare.DATA >>> 16 | 0x9300);
        bare.words(Bare.DATA + 0xFFFC, Bare.KERNEL_DATA);
        bare.kernel(load(Seg.SS, SELECTOR).andThen(a -> {
            a.emit("mov", ESP, imm(0x2FFFC));
            a.emit("pop", Seg.SS);
        }));
        assertThat(bare.machine.selector(Seg.SS)).isEqualTo(Bare.KERNEL_DATA);
        assertThat(bare.machine.register(ESP)).isEqualTo(0x20000);
    }

    @Test
    void aWriteToAReadOnlySegmentRaisesGeneralProtection() {
        define(0x91);
        bare.kernel(load(Seg.FS, SELECTOR)
                .andThen(a -> a.emit("mov", Mem.absolute(0).in(Seg.FS), EBX)));
        assertThat(bare.vector()).isEqualTo(13);
    }

    @Test
    void aSegmentThatIsNotPresentIsNamedInTheErrorCode() {
        define(0x13);
        bare.kernel(load(Seg.FS, SELECTOR));
        assertThat(bare.vector()).isEqualTo(11);
        assertThat(bare.pushed(0)).isEqualTo(SELECTOR);
    }

    @Test
    void loadingSetsTheAccessedBitInTheTable() {
        define(0x92);
        bare.kernel(load(Seg.FS, SELECTOR));
        assertThat(bare.word(SLOT + 4) >> 8 & 0xFF).isEqualTo(0x93);
    }

    @Test
    void aRegisterKeepsItsDescriptorUntilItIsLoadedAgain() {
        define(0x93);
        bare.words(Bare.DATA, 7);
        bare.kernel(load(Seg.FS, SELECTOR).andThen(a -> {
            a.emit("mov", Mem.absolute(SLOT).dword(), imm(0));
            a.emit("mov", EBX, Mem.absolute(0).in(Seg.FS));
        }));
        assertThat(bare.machine.register(EBX)).isEqualTo(7);
    }

    @Test
    void ring3CannotLoadAKernelSegment() {
        bare.user(load(Seg.FS, Bare.KERNEL_DATA));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).isEqualTo(Bare.KERNEL_DATA);
    }

    @Test
    void aNullSegmentCanBeLoadedButNotUsed() {
        bare.kernel(load(Seg.FS, 0));
        assertThat(bare.vector()).isEqualTo(-1);
        bare.kernel(a -> a.emit("mov", EBX, Mem.absolute(0).in(Seg.FS)));
        assertThat(bare.vector()).isEqualTo(13);
    }

    @Test
    void aNullStackSegmentCannotBeLoaded() {
        bare.kernel(load(Seg.SS, 0));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).isZero();
    }

    @Test
    void aPushBeyondTheStackLimitRaisesAStackFaultAndKeepsEsp() {
        bare.words(SLOT, 0xFFF, 0x40F300);
        bare.gate(12, Bare.KERNEL_CODE, Bare.HANDLERS + 12, 0x8E00);
        bare.user(load(Seg.SS, SELECTOR | 3).andThen(a -> {
            a.emit("mov", ESP, imm(0x1004));
            a.emit("push", EAX);
        }));
        assertThat(bare.vector()).isEqualTo(12);
        assertThat(bare.pushed(0)).isZero();
        assertThat(bare.pushed(4)).as("ESP of ring 3").isEqualTo(0x1004);
    }

    @Test
    void aSelectorBeyondTheTableRaisesGeneralProtection() {
        bare.kernel(load(Seg.FS, 0x108));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).isEqualTo(0x108);
    }

    @Test
    void larAndLslTellAboutADescriptorWithoutLoadingIt() {
        define(0x93);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(SELECTOR));
            a.emit("lar", EBX, EAX);
            a.emit("lsl", EAX, EAX);
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(0x409300);
        assertThat(bare.machine.register(EAX)).isEqualTo(0xFFF);
        assertThat(bare.machine.eflags() & 0x40).as("ZF").isNotZero();
    }
}
