package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

class MachineTest {
    private static final Limits FAR = Limits.instructions(1_000_000);

    private final Bare bare = new Bare();

    /** Writes down what it sees. */
    private static final class Diary implements Observer {
        final List<String> lines = new ArrayList<>();

        @Override
        public void passed(Machine machine, int address) {
            lines.add("passed %x at %d".formatted(address, machine.register(ECX)));
        }

        @Override
        public void privilegeChanged(Machine machine, int from, int to, int vector) {
            lines.add("level %d to %d by %d at %x".formatted(from, to, vector, machine.eip()));
        }

        @Override
        public void cr3Loaded(Machine machine, int cr3) {
            lines.add("cr3 %x".formatted(cr3));
        }

        @Override
        public void fault(Machine machine, int vector, int errorCode) {
            lines.add("fault %d %x".formatted(vector, errorCode));
        }
    }

    /** Counts the misses that it sees. */
    private static final class Misses implements Observer {
        long tlb;
        final long[] cache = new long[3];

        @Override
        public boolean seesMisses() {
            return true;
        }

        @Override
        public void tlbMissed(Machine machine, int linear, boolean instruction) {
            tlb++;
        }

        @Override
        public void cacheMissed(Machine machine, int level, int physical) {
            cache[level]++;
        }
    }

    @Test
    void anObserverSeesEachMissThatIsCountedAndTheClockDoesNotNotice() {
        Bare unobserved = new Bare(pentium());
        Bare observed = new Bare(pentium());
        Misses misses = new Misses();
        observed.machine.observe(misses);
        Counters before = observed.machine.counters();
        observed.machine.restore(observed.machine.snapshot());
        for (Bare each : List.of(unobserved, observed)) {
            each.paged();
            each.kernel(a -> {
                for (int page = 0; page < 8; page++) a.emit("mov", ECX, Mem.absolute(Bare.DATA + page * 0x1000));
            });
        }
        Counters counters = observed.machine.counters().minus(before);
        assertThat(misses.tlb).isEqualTo(counters.tlbMisses()).isGreaterThan(8);
        assertThat(misses.cache[1]).isEqualTo(counters.l1Misses()).isGreaterThan(8);
        assertThat(misses.cache[2]).isEqualTo(counters.l2Misses()).isGreaterThan(8);
        assertThat(observed.machine.cycles()).isEqualTo(unobserved.machine.cycles());
    }

    @Test
    void aWatchedAddressIsReportedEachTimeExecutionGetsThere() {
        Diary diary = new Diary();
        bare.machine.observe(diary);
        bare.machine.watch(Bare.CODE + 6);
        bare.kernel(a -> {
            a.emit("mov", ECX, imm(3));
            a.emit("nop");
            a.bind(a.label("loop"));
            a.emit("dec", ECX);
            a.emit("jne", a.label("loop"));
        });
        assertThat(diary.lines).containsExactly("passed 10006 at 3", "passed 10006 at 2", "passed 10006 at 1");
    }

    @Test
    void watchingAnAddressCostsTheGuestNothing() {
        long plain = cyclesOfLoop(new Bare());
        Bare watched = new Bare();
        watched.machine.watch(Bare.CODE + 5);
        watched.machine.observe(new Diary());
        assertThat(cyclesOfLoop(watched)).isEqualTo(plain);
    }

    private static long cyclesOfLoop(Bare bare) {
        bare.kernel(a -> {
            a.emit("mov", ECX, imm(100));
            a.bind(a.label("loop"));
            a.emit("dec", ECX);
            a.emit("jne", a.label("loop"));
        });
        return bare.machine.cycles();
    }

    @Test
    void observersSeePrivilegeChangesFaultsAndAddressSpaces() {
        bare.gate(0x30, Bare.KERNEL_CODE, 0xB000, 0xEE00);
        bare.assemble(0xB000, a -> {
            a.emit("mov", EAX, Cr.CR3);
            a.emit("mov", Cr.CR3, EAX);
            a.emit("iret");
        });
        Diary diary = new Diary();
        bare.machine.observe(diary);
        bare.user(a -> a.emit("int", imm(0x30)));
        assertThat(diary.lines)
                .containsExactly(
                        "level 0 to 3 by -2 at 10000",
                        "level 3 to 0 by 48 at b000",
                        "cr3 0",
                        "level 0 to 3 by -2 at 10002",
                        "level 3 to 0 by 13 at 800d",
                        "fault 13 0");
        assertThat(bare.machine.counters().cr3Loads()).isEqualTo(1);
        assertThat(bare.machine.counters().faults()).isEqualTo(1);
    }

    @Test
    void aStepExecutesOneInstruction() {
        bare.assemble(Bare.CODE, a -> {
            a.emit("inc", EAX);
            a.emit("inc", EAX);
            a.emit("ud2");
        });
        bare.machine.setEip(Bare.CODE);
        long before = bare.machine.instructions();
        assertThat(bare.machine.step().kind()).isEqualTo(Stop.Kind.STEP);
        assertThat(bare.machine.register(EAX)).isEqualTo(1);
        bare.machine.step();
        assertThat(bare.machine.instructions() - before).isEqualTo(2);
        bare.machine.step();
        assertThat(bare.machine.eip()).as("the step delivered #UD").isEqualTo(Bare.HANDLERS + 6);
    }

    @Test
    void limitsOfInstructionsAreExact() {
        bare.assemble(Bare.CODE, a -> {
            a.bind(a.label("loop"));
            a.emit("inc", EAX);
            a.emit("jmp", a.label("loop"));
        });
        bare.machine.setEip(Bare.CODE);
        long end = bare.machine.instructions() + 1001;
        assertThat(bare.machine.run(Limits.instructions(end)).kind()).isEqualTo(Stop.Kind.INSTRUCTION_LIMIT);
        assertThat(bare.machine.instructions()).isEqualTo(end);
        assertThat(bare.machine.register(EAX)).isEqualTo(501);
        long cycle = bare.machine.cycles() + 10;
        assertThat(bare.machine.run(Limits.cycles(cycle)).kind()).isEqualTo(Stop.Kind.CYCLE_LIMIT);
        assertThat(bare.machine.cycles()).isEqualTo(cycle);
    }

    @Test
    void codeThatOverwritesTheNextInstructionExecutesTheNewOne() {
        bare.kernel(a -> {
            a.emit("mov", ECX, imm(2));
            a.bind(a.label("again"));
            a.emit("mov", Mem.absolute(Bare.CODE + 13).byte_(), imm(0x43)); // inc ebx
            a.emit("nop");
            a.emit("nop");
            a.emit("nop");
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(1);
    }

    @Test
    void aWriteThroughAnotherMappingIsSeenByDecodedCode() {
        bare.words(Bare.TABLE + 0x60 * 4, Bare.CODE | 7);
        bare.paged();
        bare.kernel(a -> {
            a.emit("mov", ECX, imm(2));
            a.bind(a.label("loop"));
            a.emit("nop");
            a.emit("mov", EDI, imm(0x60005));
            a.emit("mov", Mem.base(EDI, 0).byte_(), imm(0x43));
            a.emit("dec", ECX);
            a.emit("jne", a.label("loop"));
        });
        assertThat(bare.machine.register(EBX)).as("the NOP became INC EBX").isEqualTo(1);
    }

    @Test
    void aRestoredMachineGoesOnExactlyAsBefore() {
        bare.assemble(Bare.CODE, a -> {
            a.emit("mov", ECX, imm(5000));
            a.bind(a.label("loop"));
            a.emit("imul", EAX, EAX, imm(1103515245));
            a.emit("add", EAX, imm(12345));
            a.emit("mov", Mem.index(ECX, 4, 0x100000), EAX);
            a.emit("dec", ECX);
            a.emit("jne", a.label("loop"));
            a.emit("out", imm(0xE9), Reg8.AL);
            a.emit("hlt");
        });
        bare.machine.setEip(Bare.CODE);
        bare.machine.run(Limits.instructions(bare.machine.instructions() + 7777));
        Machine.Snapshot snapshot = bare.machine.snapshot();
        bare.machine.run(FAR);
        String first = state();
        bare.machine.restore(snapshot);
        bare.machine.run(FAR);
        assertThat(state()).isEqualTo(first);
    }

    private String state() {
        Machine m = bare.machine;
        return "%d %d %x %s %d"
                .formatted(m.cycles(), m.instructions(), m.register(EAX), m.console(), m.peek(0x100000 + 4 * 100));
    }

    @Test
    void codeOverwrittenBehindASnapshotIsBackAfterRestoring() {
        bare.assemble(Bare.CODE, a -> {
            a.emit("mov", EAX, imm(1));
            a.emit("hlt");
        });
        Machine.Snapshot snapshot = bare.machine.snapshot();
        bare.kernel(a -> a.emit("mov", EAX, imm(2)));
        assertThat(bare.machine.register(EAX)).isEqualTo(2);
        bare.machine.restore(snapshot);
        bare.machine.setEip(Bare.CODE);
        bare.machine.run(FAR);
        assertThat(bare.machine.register(EAX)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc_pg", "sysent_pg", "mix_pg"})
    void steppingTakesTheSameCyclesAsRunning(String name) throws IOException {
        Machine running = pentium(name);
        running.run(Limits.instructions(200_000));
        Machine stepping = pentium(name);
        while (stepping.instructions() < 200_000) stepping.step();
        assertThat(stepping.cycles()).isEqualTo(running.cycles());
        assertThat(stepping.counters()).isEqualTo(running.counters());
        assertThat(stepping.eip()).isEqualTo(running.eip());
    }

    @Test
    void aRestoredPentiumTakesTheSameCyclesAgain() throws IOException {
        Machine machine = pentium("ipc_pg");
        machine.run(Limits.instructions(100_000));
        Machine.Snapshot snapshot = machine.snapshot();
        machine.run(Limits.instructions(200_000));
        long cycles = machine.cycles();
        machine.restore(snapshot);
        machine.run(Limits.instructions(200_000));
        assertThat(machine.cycles()).isEqualTo(cycles);
    }

    private static Machine pentium() {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        return provider.create(Parameters.defaults(provider), Configured.defaults(new P3Coppermine()));
    }

    private static Machine pentium(String guest) throws IOException {
        Machine machine = pentium();
        machine.load(GuestTest.guest(guest, 100_000));
        return machine;
    }

    @Test
    void peekHasNoEffectAndTellsWhatIsNotMapped() {
        bare.paged();
        bare.words(0x30000, 42);
        int entry = Bare.TABLE + 0x30 * 4;
        assertThat(bare.machine.peek(0x30000)).isEqualTo(42);
        assertThat(bare.word(entry)).as("not marked accessed").isEqualTo(0x30007);
        assertThatThrownBy(() -> bare.machine.peek(0x500000)).isInstanceOf(NotMapped.class);
    }
}
