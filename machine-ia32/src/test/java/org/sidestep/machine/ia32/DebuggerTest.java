package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.CachedSegment;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Debugger;
import org.sidestep.machine.DescriptorTable;
import org.sidestep.machine.FloatingPoint;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.StatePart;

/** From outside, all of the processor can be read and written, and the guest goes on with what was written. */
class DebuggerTest {
    private static final int WINDOW = 0x300000;

    private final Bare bare = new Bare();
    private final Machine machine = bare.machine;
    private final Debugger debugger = machine.debugger();

    @Test
    void aPokeGoesThroughThePageTablesWhateverTheRights() {
        bare.words(Bare.TABLE + 4 * (WINDOW >> 12), 0x50000 | 1, 0x60000 | 1);
        bare.paged();
        debugger.poke(WINDOW + 0xFFE, new byte[] {1, 2, 3, 4});
        assertThat(machine.peekPhysical(0x50FFE, 2)).containsExactly(1, 2);
        assertThat(machine.peekPhysical(0x60000, 2)).containsExactly(3, 4);
        assertThat(debugger.peek(WINDOW + 0xFFE, 4)).containsExactly(1, 2, 3, 4);
        assertThat(bare.word(Bare.TABLE + 4 * (WINDOW >> 12)))
                .as("no accessed or dirty bit")
                .isEqualTo(0x50001);
    }

    @Test
    void aPokeThatIsNotMappedThroughoutWritesNothing() {
        bare.words(Bare.TABLE + 4 * (WINDOW >> 12), 0x50000 | 1, 0);
        bare.paged();
        assertThatThrownBy(() -> debugger.poke(WINDOW + 0xFFE, new byte[] {1, 2, 3, 4}))
                .isInstanceOf(NotMapped.class)
                .hasMessageContaining("00301000");
        assertThat(machine.peekPhysical(0x50FFE, 2)).containsOnly(0);
    }

    @Test
    void pokedCodeIsExecuted() {
        bare.kernel(a -> a.emit("mov", EAX, imm(1)));
        debugger.poke(Bare.CODE + 1, new byte[] {2});
        machine.setEip(Bare.CODE);
        machine.run(Limits.cycles(Long.MAX_VALUE));
        assertThat(machine.register(EAX)).isEqualTo(2);
    }

    @Test
    void aSegmentThatIsSetIsUsedAndReadBack() {
        bare.words(0x50010, 42);
        CachedSegment data = new CachedSegment(Bare.KERNEL_DATA, 0x50000, 0xFFFFF, 0x4093, true);
        debugger.setSegment(Seg.FS, data);
        assertThat(debugger.segment(Seg.FS)).isEqualTo(data);
        bare.kernel(a -> a.emit("mov", EAX, Mem.absolute(0x10).in(Seg.FS)));
        assertThat(machine.register(EAX)).isEqualTo(42);
        debugger.setSegment(Seg.FS, CachedSegment.unusable(0));
        bare.kernel(a -> a.emit("mov", EAX, Mem.absolute(0x10).in(Seg.FS)));
        assertThat(bare.vector()).isEqualTo(13);
    }

    @Test
    void descriptorsOfAllKindsComeBackAsTheyWereSet() {
        for (CachedSegment each : new CachedSegment[] {
            new CachedSegment(0x10, 0x12345678, 0xFFFFFFFF, 0xC093, true),
            new CachedSegment(0x18, 0xFEDCBA98, 0x12FFF, 0x8097, true),
            new CachedSegment(0x20, 0, 0, 0x0013, true),
            CachedSegment.unusable(3)
        }) {
            debugger.setSegment(Seg.GS, each);
            debugger.setLdtr(each);
            assertThat(debugger.segment(Seg.GS)).isEqualTo(each);
            assertThat(debugger.ldtr()).isEqualTo(each);
        }
        assertThatThrownBy(() -> new CachedSegment(0x10, 0, 0x1234, 0xC093, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCodeSegmentDecidesAboutTheLevel() {
        assertThat(machine.cpl()).isZero();
        debugger.setSegment(Seg.CS, new CachedSegment(Bare.USER_CODE, 0, -1, 0xC0FB, true));
        debugger.setSegment(Seg.SS, new CachedSegment(Bare.USER_DATA, 0, -1, 0xC0F3, true));
        assertThat(machine.cpl()).isEqualTo(3);
        bare.assemble(Bare.CODE, a -> a.emit("hlt"));
        machine.setEip(Bare.CODE);
        machine.run(Limits.cycles(Long.MAX_VALUE));
        assertThat(bare.vector()).as("HLT at level 3").isEqualTo(13);
    }

    @Test
    void flagsAndTablesCanBeSet() {
        debugger.setEflags(Eflags.CF | Eflags.ZF | 1 << 30);
        assertThat(machine.eflags()).isEqualTo(Eflags.CF | Eflags.ZF | 2);
        debugger.setIdtr(new DescriptorTable(0x5000, 0x7FF));
        assertThat(debugger.idtr()).isEqualTo(new DescriptorTable(0x5000, 0x7FF));
        debugger.setGdtr(new DescriptorTable(0x6000, 0xFF));
        assertThat(debugger.gdtr()).isEqualTo(new DescriptorTable(0x6000, 0xFF));
        assertThat(debugger.tr().selector()).isEqualTo(0x28);
    }

    @Test
    void controlRegistersAreLoadedWithoutTimeOrCount() {
        long cycles = machine.cycles();
        Counters counters = machine.counters();
        debugger.setControl(Cr.CR3, Bare.DIRECTORY);
        debugger.setControl(Cr.CR0, 0x80000011);
        assertThat(machine.control(Cr.CR0)).isEqualTo(0x80000011);
        assertThat(machine.cycles()).isEqualTo(cycles);
        assertThat(machine.counters()).isEqualTo(counters);
        assertThatThrownBy(() -> machine.peek(0x500000)).as("paging is on").isInstanceOf(NotMapped.class);
        assertThatThrownBy(() -> debugger.setControl(Cr.CR0, 0x80000010)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> debugger.setControl(Cr.CR7, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theGuestsDebugRegistersCanBeSetAndWork() {
        debugger.setDebug(Dr.DR0, Bare.CODE + 5);
        debugger.setDebug(Dr.DR7, 1);
        assertThat(debugger.debug(Dr.DR0)).isEqualTo(Bare.CODE + 5);
        assertThat(debugger.debug(Dr.DR5)).as("an alias").isEqualTo(debugger.debug(Dr.DR7));
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(1));
            a.emit("mov", EBX, imm(2));
        });
        assertThat(bare.vector()).isEqualTo(1);
    }

    @Test
    void modelSpecificRegistersThatDoNotExistAreRefused() {
        assertThatThrownBy(() -> debugger.modelSpecific(0x12345)).hasMessageContaining("12345");
        assertThatThrownBy(() -> debugger.setModelSpecific(0x12345, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void floatingPointStateIsWhatTheGuestSees() {
        bare.kernel(a -> a.emit("fld1"));
        FloatingPoint state = debugger.floatingPoint();
        assertThat(state.signExponent(0)).isEqualTo(0x3FFF);
        assertThat(state.significand(0)).isEqualTo(1L << 63);
        assertThat(state.used()).isEqualTo(0x80);
        FloatingPoint changed =
                state.withRegister(0, 0x4000, 0xC000000000000000L).withXmm(3, 1, 99);
        debugger.setFloatingPoint(changed);
        assertThat(debugger.floatingPoint()).isEqualTo(changed);
        assertThat(changed.mmx(7)).as("physical register 7 is the top").isEqualTo(0xC000000000000000L);
        bare.kernel(a -> a.emit("fistp", Mem.absolute(Bare.DATA).dword()));
        assertThat(bare.word(Bare.DATA)).isEqualTo(3);
    }

    @Test
    void everyPartOfTheHashSeesItsOwnChangesOnly() {
        machine.setRegister(EAX, 5);
        expectChange(() -> machine.setRegister(EAX, 6), StatePart.PROCESSOR);
        expectChange(() -> debugger.setFloatingPoint(debugger.floatingPoint().withMmx(2, 7)), StatePart.PROCESSOR);
        expectChange(() -> machine.pokePhysical(0x345678, new byte[] {1}), StatePart.MEMORY);
        expectChange(() -> machine.interruptAt(1L << 40, 3), StatePart.DEVICES);
    }

    private void expectChange(Runnable change, StatePart part) {
        long before = debugger.hash(Set.of(part));
        long others = debugger.hash(EnumSet.complementOf(EnumSet.of(part)));
        change.run();
        assertThat(debugger.hash(Set.of(part))).as("%s", part).isNotEqualTo(before);
        assertThat(debugger.hash(EnumSet.complementOf(EnumSet.of(part)))).isEqualTo(others);
    }

    @Test
    void flagsThatAreTheSameHashTheSameHoweverTheyCameAbout() {
        bare.kernel(a -> {
            a.emit("xor", EAX, EAX);
            a.emit("mov", EAX, imm(3));
            a.emit("cmp", EAX, imm(3));
        });
        long compared = debugger.hash(Set.of(StatePart.PROCESSOR));
        debugger.setEflags(machine.eflags());
        assertThat(debugger.hash(Set.of(StatePart.PROCESSOR))).isEqualTo(compared);
    }

    @Test
    void aRestoredMachineHasTheHashOfTheSnapshot() {
        bare.paged();
        Machine.Snapshot snapshot = machine.snapshot();
        long before = debugger.hash();
        bare.kernel(a -> {
            a.emit("mov", Mem.absolute(Bare.DATA).dword(), imm(7));
            a.emit("mov", Reg16.AX, imm(1));
            a.emit("out", imm(0xE9), Reg8.AL);
        });
        assertThat(debugger.hash()).isNotEqualTo(before);
        machine.restore(snapshot);
        assertThat(debugger.hash()).isEqualTo(before);
    }
}
