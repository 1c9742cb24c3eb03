package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.DataAccess.Kind;
import org.sidestep.machine.Debugger;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;

/** Watches and breakpoints can be set and taken back at any time, see what they should and cost the guest nothing. */
class WatchTest {
    private static final int SECOND = Bare.CODE + 5;
    private static final int LOOP = Bare.CODE + 5;

    private final Bare bare = new Bare();
    private final Machine machine = bare.machine;
    private final Debugger debugger = machine.debugger();
    private final List<String> seen = new ArrayList<>();

    private static void twoMoves(Assembler a) {
        a.emit("mov", EAX, imm(1));
        a.emit("mov", EBX, imm(2));
        a.emit("hlt");
    }

    private static void loop(Assembler a) {
        a.emit("mov", ECX, imm(100));
        a.bind(a.label("loop"));
        a.emit("inc", EAX);
        a.emit("dec", ECX);
        a.emit("jne", a.label("loop"));
    }

    private Stop runOn() {
        return machine.run(Limits.cycles(Long.MAX_VALUE));
    }

    private void begin(Consumer<Assembler> code) {
        bare.assemble(Bare.CODE, code);
        machine.setEip(Bare.CODE);
    }

    @Test
    void aBreakpointStopsBeforeTheInstructionAndTheNextRunGoesOnFromThere() {
        debugger.breakpoint(SECOND);
        begin(WatchTest::twoMoves);
        Stop stop = runOn();
        assertThat(stop.kind()).isEqualTo(Stop.Kind.BREAKPOINT);
        assertThat(stop.reason()).contains("00010005");
        assertThat(machine.codeAddress()).isEqualTo(SECOND);
        assertThat(machine.register(EBX)).isZero();
        assertThat(runOn().kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(machine.register(EBX)).isEqualTo(2);
    }

    @Test
    void aBreakpointIsHitWhenExecutionIsMovedThereFromAnother() {
        debugger.breakpoint(Bare.CODE);
        debugger.breakpoint(SECOND);
        begin(WatchTest::twoMoves);
        runOn();
        machine.setEip(SECOND);
        assertThat(runOn().kind()).isEqualTo(Stop.Kind.BREAKPOINT);
    }

    @Test
    void aBreakpointThatIsTakenBackStopsNothing() {
        Watch first = debugger.breakpoint(LOOP);
        Watch second = debugger.breakpoint(LOOP);
        begin(WatchTest::loop);
        machine.run(Limits.instructions(machine.instructions() + 50));
        first.close();
        first.close();
        assertThat(runOn().kind()).as("the second still stands").isEqualTo(Stop.Kind.BREAKPOINT);
        second.close();
        assertThat(runOn().kind()).isEqualTo(Stop.Kind.HALTED);
    }

    @Test
    void aBreakpointInCodeThatRunsAlreadyIsHit() {
        begin(WatchTest::loop);
        machine.run(Limits.instructions(machine.instructions() + 50));
        debugger.breakpoint(Bare.CODE + 6);
        assertThat(runOn().kind()).isEqualTo(Stop.Kind.BREAKPOINT);
        assertThat(machine.codeAddress()).isEqualTo(Bare.CODE + 6);
    }

    @Test
    void aBreakpointBehindStiLetsNoInterruptInThatWouldHaveToWait() {
        bare.words(Bare.IDT + 8 * 8, Bare.KERNEL_CODE << 16 | 0xB000, 0x8E00);
        bare.assemble(0xB000, a -> a.emit("hlt"));
        begin(a -> {
            a.emit("mov", Reg8.AL, imm(0xFE));
            a.emit("out", imm(0x21), Reg8.AL);
            a.emit("sti");
            a.emit("mov", EBX, imm(2));
            a.emit("hlt");
        });
        debugger.breakpoint(Bare.CODE + 5);
        machine.interruptAt(machine.instructions(), 0);
        assertThat(runOn().kind()).isEqualTo(Stop.Kind.BREAKPOINT);
        machine.step();
        assertThat(machine.register(EBX))
                .as("the instruction behind STI comes first")
                .isEqualTo(2);
    }

    @Test
    void aBreakpointWhileTheGuestSingleStepsMakesNoDebugException() {
        int[] traps = new int[2];
        for (int round = 0; round < 2; round++) {
            Bare each = new Bare();
            if (round == 1) each.machine.debugger().breakpoint(Bare.CODE + 1);
            each.assemble(Bare.HANDLERS + 0x800, a -> {
                a.emit("inc", EBX);
                a.emit("iret");
            });
            each.gate(1, Bare.KERNEL_CODE, Bare.HANDLERS + 0x800, 0x8E00);
            each.assemble(Bare.CODE, a -> {
                a.emit("popf");
                a.emit("nop");
                a.emit("nop");
                a.emit("hlt");
            });
            each.machine.setRegister(Reg32.ESP, Bare.DATA);
            each.words(Bare.DATA, 0x102);
            each.machine.setEip(Bare.CODE);
            Stop stop = each.machine.run(Limits.cycles(Long.MAX_VALUE));
            if (round == 1) {
                assertThat(stop.kind()).isEqualTo(Stop.Kind.BREAKPOINT);
                each.machine.run(Limits.cycles(Long.MAX_VALUE));
            }
            traps[round] = each.machine.register(EBX);
        }
        assertThat(traps[1]).isEqualTo(traps[0]).isGreaterThan(1);
    }

    @Test
    void aProbeIsToldUntilItIsTakenBackEvenByItself() {
        List<Watch> handle = new ArrayList<>();
        handle.add(machine.watch(LOOP, (m, address) -> {
            seen.add("%x with %d".formatted(address, m.register(ECX)));
            if (seen.size() == 3) handle.get(0).close();
        }));
        bare.kernel(WatchTest::loop);
        assertThat(seen).containsExactly("10005 with 100", "10005 with 99", "10005 with 98");
    }

    @Test
    void aProbeMaySetAWatchInTheMiddleOfTheBlockThatIsAboutToRun() {
        machine.watch(Bare.CODE, (m, address) -> m.watch(SECOND, (n, second) -> seen.add("%x".formatted(second))));
        bare.kernel(WatchTest::twoMoves);
        assertThat(seen).containsExactly("10005");
    }

    @Test
    void watchesOfAllKindsAndTheirEndCostTheGuestNothing() {
        Bare plain = new Bare();
        plain.kernel(WatchTest::store);
        machine.watch(Bare.CODE + 5, (m, address) -> {});
        debugger.watchData(0, -1, Kind.ACCESS, (m, access) -> {});
        bare.kernel(WatchTest::store);
        assertThat(machine.cycles()).isEqualTo(plain.machine.cycles());
        assertThat(machine.counters()).isEqualTo(plain.machine.counters());
        assertThat(machine.debugger().hash()).isEqualTo(plain.machine.debugger().hash());
    }

    @Test
    void decodedCodeElsewhereStaysWhenWatchesComeAndGo() {
        Ia32Machine whole = (Ia32Machine) machine;
        begin(WatchTest::loop);
        bare.assemble(Bare.CODE + 0x100, WatchTest::twoMoves);
        runOn();
        machine.setEip(Bare.CODE + 0x100);
        runOn();
        long decoded = whole.decodedBlocks();
        Watch watch = debugger.breakpoint(Bare.CODE + 6);
        machine.watch(LOOP, (m, address) -> {}).close();
        watch.close();
        machine.setEip(Bare.CODE + 0x100);
        runOn();
        assertThat(whole.decodedBlocks()).as("the other code still is").isEqualTo(decoded);
        machine.setEip(Bare.CODE);
        runOn();
        assertThat(whole.decodedBlocks()).as("what ran across is decoded anew").isGreaterThan(decoded);
    }

    private static void store(Assembler a) {
        a.emit("mov", Mem.absolute(Bare.DATA).dword(), imm(0x11223344));
        a.emit("mov", Reg8.AL, Mem.absolute(Bare.DATA + 1));
        a.emit("add", Mem.absolute(Bare.DATA).dword(), imm(1));
        a.emit("mov", Mem.absolute(Bare.DATA + 30), EAX);
    }

    private void note(Machine m, DataAccess access) {
        seen.add("%s %d at %x: %x to %x by %x"
                .formatted(
                        access.write() ? "write" : "read",
                        access.bytes(),
                        access.address(),
                        access.before(),
                        access.after(),
                        m.codeAddress()));
    }

    @Test
    void aDataWatchSeesAddressWidthValuesAndInstruction() {
        debugger.watchData(Bare.DATA, Bare.DATA + 31, Kind.ACCESS, this::note);
        bare.kernel(WatchTest::store);
        assertThat(seen)
                .containsExactly(
                        "write 4 at 20000: 0 to 11223344 by 10000",
                        "read 1 at 20001: 33 to 33 by 1000a",
                        "read 4 at 20000: 11223344 to 11223344 by 1000f",
                        "write 4 at 20000: 11223344 to 11223345 by 1000f",
                        "write 4 at 2001e: 0 to 33 by 10016");
    }

    @Test
    void aDataWatchSeesOnlyItsKindAndWhatTouchesItsRange() {
        debugger.watchData(Bare.DATA + 3, Bare.DATA + 3, Kind.WRITE, this::note);
        Watch taken = debugger.watchData(Bare.DATA, Bare.DATA + 31, Kind.READ, this::note);
        taken.close();
        bare.kernel(WatchTest::store);
        assertThat(seen)
                .containsExactly(
                        "write 4 at 20000: 0 to 11223344 by 10000", "write 4 at 20000: 11223344 to 11223345 by 1000f");
    }

    @Test
    void eightBytesAcrossALineAreOneAccess() {
        bare.words(Bare.DATA + 28, 1, 2);
        debugger.watchData(Bare.DATA, Bare.DATA + 63, Kind.ACCESS, this::note);
        bare.kernel(a -> {
            a.emit("fild", Mem.absolute(Bare.DATA + 28).sized(8));
            a.emit("fistp", Mem.absolute(Bare.DATA + 29).sized(8));
        });
        assertThat(seen.stream().map(line -> line.replaceAll(":.*", "")))
                .containsExactly("read 8 at 2001c", "write 8 at 2001d");
    }

    @Test
    void aStoreThatFaultsIsNoAccess() {
        bare.paged();
        bare.words(Bare.TABLE + 4 * (Bare.DATA >> 12), Bare.DATA | 5);
        debugger.watchData(Bare.DATA, Bare.DATA + 31, Kind.ACCESS, this::note);
        bare.user(a -> a.emit("mov", Mem.absolute(Bare.DATA), EAX));
        assertThat(bare.vector()).isEqualTo(14);
        assertThat(seen).isEmpty();
    }

    @Test
    void accessesTellTheirLevelAndTheProcessorsOwnOnesAreSeen() {
        List<String> levels = new ArrayList<>();
        int code = Bare.GDT + Bare.KERNEL_CODE;
        Debugger.DataListener level = (m, access) -> levels.add("%x at %d".formatted(access.address(), access.level()));
        debugger.watchData(code, code + 7, Kind.READ, level);
        debugger.watchData(Bare.TSS + 4, Bare.TSS + 7, Kind.ACCESS, level);
        debugger.watchData(Bare.KERNEL_STACK - 4, Bare.KERNEL_STACK - 1, Kind.WRITE, level);
        debugger.watchData(Bare.DATA, Bare.DATA + 3, Kind.ACCESS, level);
        bare.gate(0x30, Bare.KERNEL_CODE, Bare.HANDLERS + 0x30, 0xEE00);
        bare.user(a -> {
            a.emit("mov", EAX, Mem.absolute(Bare.DATA));
            a.emit("int", imm(0x30));
        });
        assertThat(levels)
                .containsSubsequence("20000 at 3", "1008 at 0", "3004 at 0", "9ffc at 0")
                .doesNotHaveDuplicates();
    }

    @Test
    void aListenerCanAskForAStopBehindTheInstruction() {
        debugger.watchData(Bare.DATA, Bare.DATA, Kind.WRITE, (m, access) -> debugger.requestStop("written"));
        begin(WatchTest::store);
        Stop stop = runOn();
        assertThat(stop).isEqualTo(new Stop(Stop.Kind.REQUEST, 0, "written"));
        assertThat(machine.codeAddress()).isEqualTo(Bare.CODE + 10);
    }

    @Test
    void guestBreakpointsAndDataWatchesDoNotDisturbEachOther() {
        debugger.setDebug(Dr.DR0, Bare.DATA);
        debugger.setDebug(Dr.DR7, 0xD0001);
        debugger.watchData(Bare.DATA, Bare.DATA + 3, Kind.ACCESS, this::note);
        bare.kernel(a -> a.emit("mov", Mem.absolute(Bare.DATA).dword(), imm(7)));
        assertThat(bare.vector()).as("the guest's own debug trap").isEqualTo(1);
        assertThat(seen).containsExactly("write 4 at 20000: 0 to 7 by 10000");
    }

    @Test
    void aRangeThatEndsBeforeItBeginsIsRefused() {
        assertThatThrownBy(() -> debugger.watchData(2, 1, Kind.ACCESS, this::note))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("00000002 to 00000001");
    }
}
