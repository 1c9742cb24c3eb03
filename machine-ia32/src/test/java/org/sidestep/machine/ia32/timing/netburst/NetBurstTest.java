package org.sidestep.machine.ia32.timing.netburst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.ia32.timing.Sequence;
import org.sidestep.plugin.Parameters;

class NetBurstTest {

    /** Cycles of a page walk. */
    private static final long WALK = 54;

    private static final int DATA = 0x200000;
    private static final int COPIES = 480;

    private final CpuModel northwood = new P4Northwood();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add eax, eax | 0.5 | the arithmetic units are double-pumped",
                "add eax, ecx; add edx, ecx; add ebx, ecx | 1 | three micro-ops a cycle",
                "and eax, ecx; and edx, ecx | 1 | one unit does logic",
                "shl eax, 3 | 4 | a shift is slow",
                "adc eax, ecx | 7 | and carries come from microcode",
                "mul ecx | 15 | the lower half of a product",
                "mul edx | 18 | comes before the upper half",
                "pxor mm0, mm0 | 1 | a packed register is cleared without waiting for it",
                "addpd xmm0, xmm0 | 4 | a chain of doubles",
                "addpd xmm0, xmm7; addpd xmm1, xmm7; addpd xmm2, xmm7 | 6 | half a packed register at a time",
                "paddd xmm0, xmm0 | 2 | integers as well",
                "movss xmm0, xmm1; movsd xmm0, xmm1 | 8 | what is moved is merged",
                "movaps xmm0, xmm1; movaps xmm1, xmm0 | 12 | and what is copied takes longer, but not a whole port",
                "divsd xmm0, xmm1 | 38 | one quotient",
                "divpd xmm0, xmm1 | 69 | and two, one after the other",
                "xorpd xmm0, xmm0; addpd xmm0, xmm1 | 4 | cleared without waiting for it",
                "cmpxchg eax, ebx | 11 | a comparison and an exchange",
                "cmpxchg ecx, ebx; cmpxchg edx, ebx | 18 | of which the accumulator is there sooner",
                "pause | 38 | a loop that waits waits",
                "nop | 0.33 | and a NOP does not",
                "sub eax, eax | 0.33 | a register is cleared without waiting for it",
                "mov eax, 0x12345678 | 0.67 | a long immediate takes two places",
                "mov ax, bx; mov ecx, eax | 0.67 | no stall for a part of a register",
            })
    void instructionsTakeWhatTheUnitsTake(String code, double cycles, String why) {
        Timing timing = timing();
        List<Object> block = List.of(code.split("; ")).stream()
                .map(text -> timing.prepare(Sequence.decoded(text)))
                .toList();
        for (int i = 0; i < COPIES; i++) block.forEach(one -> timing.retire(one, 1));
        long warm = timing.cycles();
        for (int i = 0; i < COPIES; i++) block.forEach(one -> timing.retire(one, 1));
        assertThat((timing.cycles() - warm) / (double) COPIES).as(why).isCloseTo(cycles, within(0.03));
    }

    /** Those without a row of their own are refined by operand, or as wide as a packed single of the Pentium III was not. */
    @Test
    void everyClassOfTheInstructionTableHasARow() {
        assertThat(InstructionTable.rows().stream().map(InstructionForm::timing).distinct())
                .filteredOn(timing -> !NetBurstClocks.has(timing) && !timing.endsWith(".packed"))
                .containsExactlyInAnyOrder("alu", "mul", "div", "shift.double", "sse2.mov.half");
    }

    @ParameterizedTest
    @CsvSource({"'movdqa xmm1, 16[esi]', 1", "'movdqu xmm1, 16[esi]', 2"})
    void sixteenBytesThatMustBeAlignedAreOneLoad(String code, double cycles) {
        Timing timing = timing();
        Object load = timing.prepare(Sequence.decoded(code));
        long warm = 0;
        for (int i = 0; i < 2 * COPIES; i++) {
            if (i == COPIES) warm = timing.cycles();
            timing.load(DATA, 8);
            timing.load(DATA + 8, 8);
            timing.retire(load, 1);
        }
        assertThat((timing.cycles() - warm) / (double) COPIES).isCloseTo(cycles, within(0.03));
    }

    @Test
    void aChainThroughMemoryWaitsForTheStoreToBeForwarded() {
        Timing timing = timing();
        Object add = timing.prepare(Sequence.decoded("add 4[esi], eax"));
        long warm = 0;
        for (int i = 0; i < 200; i++) {
            if (i == 100) warm = timing.cycles();
            timing.load(DATA, 4);
            timing.store(DATA, 4);
            timing.retire(add, 1);
        }
        assertThat((timing.cycles() - warm) / 100.0).isBetween(7.0, 9.0);
    }

    @Test
    void modeSwitchesAreInTheBracketsOfTheirSources() {
        assertThat(pair("int 3", Event.INTERRUPT_INWARD, Event.IRET_OUTWARD)).isBetween(1090L, 1120L);
        assertThat(pair("int 3", Event.SYSENTER, Event.SYSEXIT)).isBetween(130L, 160L);
    }

    private long pair(String text, Event in, Event out) {
        Timing timing = timing();
        Object instruction = timing.prepare(Sequence.decoded(text));
        timing.retire(timing.prepare(Sequence.decoded("nop")), 1);
        long before = timing.cycles();
        timing.event(in);
        timing.retire(instruction, 1);
        timing.event(out);
        timing.retire(instruction, 1);
        return timing.cycles() - before;
    }

    @Test
    void aMispredictedBranchCostsAtLeastTwentyFourCycles() {
        Timing timing = timing();
        Object nop = timing.prepare(Sequence.decoded("nop"));
        timing.retire(nop, 1);
        long before = timing.cycles();
        timing.branch(Branch.INDIRECT, 0x1000, 0x1002, 0x2000, true);
        timing.retire(nop, 1);
        timing.retire(nop, 1);
        assertThat(timing.cycles() - before).isBetween(24L, 30L);
        assertThat(timing.mispredictions()).isEqualTo(1);
        assertThat(timing.charges()).containsEntry("mispredict.cycles", 1L);
    }

    @Test
    void loadsComeFromWhereTheirLineIs() {
        Timing timing = timing();
        Object load = timing.prepare(Sequence.decoded("mov esi, 4[esi]"));
        for (int i = 0; i < 512; i++) timed(timing, load, DATA + 64 * i);
        assertThat(timed(timing, load, DATA)).as("second level").isEqualTo(18);
        assertThat(timed(timing, load, DATA)).as("first level").isEqualTo(2);
        assertThat(timed(timing, load, DATA + 0x100000)).as("memory").isEqualTo(375);
    }

    @Test
    void pageWalksTakeTurnsThoseForInstructionsIncluded() {
        Timing timing = timing();
        Object load = timing.prepare(Sequence.decoded("mov eax, 4[esi]"));
        timed(timing, load, DATA);
        walk(timing, load, 1);
        long one = walk(timing, load, 1);
        assertThat(walk(timing, load, 4)).isEqualTo(one + 3 * WALK);
        long before = timing.cycles();
        walk(timing, load, 1);
        timing.walk(DATA, true, false);
        timing.retire(timing.prepare(Sequence.decoded("nop")), 1);
        assertThat(timing.cycles() - before).isBetween(2 * WALK, 2 * WALK + 4);
    }

    private static long walk(Timing timing, Object load, int loads) {
        timing.idleUntil(timing.cycles());
        long before = timing.cycles();
        for (int i = 0; i < loads; i++) {
            timing.walk(DATA, false, false);
            timed(timing, load, DATA);
        }
        return timing.cycles() - before;
    }

    private static long timed(Timing timing, Object load, int address) {
        long before = timing.cycles();
        timing.load(address, 4);
        timing.retire(load, 1);
        return timing.cycles() - before;
    }

    @Test
    void figuresCanBeChangedAndMechanismsMadePerfect() {
        Timing timing = northwood.timing(Parameters.of(northwood, Map.of("latency.shift", 900, "ablate.trap", "on")));
        Object shift = timing.prepare(Sequence.decoded("shl eax, 3"));
        for (int i = 0; i < 100; i++) timing.retire(shift, 1);
        assertThat(timing.cycles()).isBetween(899L, 902L);
        timing.event(Event.INTERRUPT_INWARD);
        assertThat(timing.cycles()).isLessThan(902);
    }

    @Test
    void anotherPipelineWithItsStateGoesOnAsTheOriginal() {
        Timing timing = timing();
        Object load = timing.prepare(Sequence.decoded("add eax, 4[esi]"));
        for (int i = 0; i < 50; i++) timed(timing, load, DATA + 40 * i);
        Timing copy = Sequence.continuing(timing, timing());
        for (int i = 0; i < 50; i++) {
            assertThat(timed(copy, load, DATA + 24 * i)).isEqualTo(timed(timing, load, DATA + 24 * i));
        }
    }

    private Timing timing() {
        return northwood.timing(Parameters.defaults(northwood));
    }
}
