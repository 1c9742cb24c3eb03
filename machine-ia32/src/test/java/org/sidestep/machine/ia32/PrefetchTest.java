package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Mm;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Hints to the caches, as guests give them: with paging, and in vain. */
class PrefetchTest {
    private static final int PAGE = 0x30000;
    private static final int OTHER = 0x31000;
    private static final int LINE = 0x800;
    private static final int ABSENT = 0x32000;
    private static final int BEYOND = 0x700_0000;

    private final Bare bare = new Bare(machine()).paged();

    private static Machine machine() {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        return provider.create(Parameters.of(provider, Map.of("memory", 4)), Configured.defaults(new P3Coppermine()));
    }

    private Counters counted(Consumer<Assembler> code) {
        Counters before = bare.machine.counters();
        bare.kernel(code);
        return bare.machine.counters().minus(before);
    }

    private static void load(Assembler a, int address) {
        a.emit("mov", EAX, Mem.absolute(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefetcht0", "prefetchnta"})
    void aLineOfAPageThatTheTlbHoldsComesIntoTheFirstLevel(String hint) {
        Consumer<Assembler> warm = a -> load(a, PAGE);
        counted(warm.andThen(a -> load(a, PAGE + 64)));
        long usual = counted(warm.andThen(a -> load(a, PAGE + 128))).l1Misses();
        long asked = counted(warm.andThen(a -> {
                    a.emit(hint, Mem.absolute(PAGE + LINE));
                    load(a, PAGE + LINE);
                }))
                .l1Misses();
        assertThat(usual - asked).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefetcht0", "prefetcht1", "prefetchnta"})
    void nothingIsWalkedForAndNothingFaults(String hint) {
        bare.words(Bare.TABLE + (ABSENT >>> 12) * 4, 0);
        // The tables are in the caches.
        counted(a -> load(a, PAGE));
        Counters first = counted(a -> {
            for (int address : new int[] {OTHER, ABSENT, BEYOND}) a.emit(hint, Mem.absolute(address));
        });
        assertThat(first.faults()).isZero();
        Counters then = counted(a -> load(a, OTHER));
        assertThat(then.tlbMisses()).as("the page is not in the TLB").isEqualTo(1);
        assertThat(then.l2Misses()).as("the line has not come").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"movntq", "maskmovq"})
    void whatIsStoredAroundTheCachesIsInMemoryAndInNoCache(String store) {
        counted(a -> {
            a.emit("pcmpeqb", Mm.MM0, Mm.MM0);
            a.emit("mov", EDI, imm(PAGE));
            if (store.equals("movntq")) a.emit(store, Mem.base(EDI, 0).sized(8), Mm.MM0);
            else a.emit(store, Mm.MM0, Mm.MM0);
        });
        assertThat(bare.word(PAGE)).isEqualTo(-1);
        assertThat(counted(a -> load(a, PAGE)).l2Misses()).isEqualTo(1);
    }
}
