package org.sidestep.machine.ia32.timing.p6;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Features;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.Timing.Operands;
import org.sidestep.machine.ia32.timing.Sequence;
import org.sidestep.plugin.Parameters;

class P6PipelineTest {

    private static final int SEED = 686;
    private static final int COPIES = 100;
    private static final Offset<Double> CLOSE = within(0.06);

    private final Timing timing = Sequence.coppermine();

    /** Figures of InstLatx64 for CPUID 00000683. */
    @ParameterizedTest(name = "{0}: {1} cycles")
    @CsvSource(
            delimiter = '|',
            value = {
                "fadd st(1),st                | dc c1       | 3",
                "fmul st(1),st                | dc c9       | 5",
                "fchs                         | d9 e0       | 2",
                "fsqrt                        | d9 fa       | 69",
                "fadd st,st(1); fxch st(1)    | d8 c1 d9 c9 | 3",
                "fadd st,st(1); fxch st(2)    | d8 c1 d9 ca | 1.5",
                "paddsb mm0,mm1               | 0f ec c1    | 1",
                "pmullw mm0,mm1               | 0f d5 c1    | 3",
                "addss xmm0,xmm1              | f3 0f 58 c1 | 3",
                "mulps xmm0,xmm1              | 0f 59 c1    | 4",
                "divss xmm0,xmm1              | f3 0f 5e c1 | 18",
                "movaps xmm0,xmm1             | 0f 28 c1    | 1",
            })
    void floatingPointRegistersCarryDependences(String text, String code, double cycles) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(code);
        List<Object> handles = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            Instruction instruction = new Decoder().decode(ByteSource.of(bytes, at), true);
            handles.add(timing.prepare(instruction));
            at += instruction.length;
        }
        for (int i = 0; i < COPIES; i++) for (Object handle : handles) timing.retire(handle, 1);
        long warm = timing.cycles();
        for (int i = 0; i < COPIES; i++) for (Object handle : handles) timing.retire(handle, 1);
        assertThat((double) (timing.cycles() - warm) / COPIES).as(text).isEqualTo(cycles, CLOSE);
    }

    /** Figures of InstLatx64 for CPUID 00000683; single precision of FDIV: Agner Fog. */
    @ParameterizedTest(name = "{0} {1}: {2} cycles")
    @CsvSource({
        "d8 f1,SINGLE,18",
        "d8 f1,DOUBLE,32",
        "d8 f1,FULL,38",
        "d8 f1,POWER,9",
        "d8 f1,SMALL,38",
        "d9 fa,SINGLE,29",
        "d9 fa,ZERO,9",
        "d9 fe,SMALL,82",
        "d9 fe,PEAK,89",
        "d9 fe,SLOPE,95",
        "d9 fe,ZERO,28",
        "0f 5e c1,POWER,16"
    })
    void operandsThatThePartIsQuickWithShortenDivisionsRootsAndSines(String code, Operands operands, double cycles) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(code);
        Object handle = timing.prepare(new Decoder().decode(ByteSource.of(bytes, 0), true));
        for (int i = 0; i < COPIES; i++) divide(handle, operands);
        long warm = timing.cycles();
        for (int i = 0; i < COPIES; i++) divide(handle, operands);
        assertThat((double) (timing.cycles() - warm) / COPIES).isEqualTo(cycles, CLOSE);
    }

    private void divide(Object handle, Operands operands) {
        timing.operands(operands);
        timing.retire(handle, 1);
    }

    @ParameterizedTest(name = "{0}: {1} cycles")
    @CsvSource(
            delimiter = '|',
            value = {
                "add eax, 1                                   | 1.0",
                "add ecx, 1; add edx, 1                       | 1.0",
                "imul eax, eax                                | 4.0",
                "mov eax, 4[eax]                              | 3.0",
                "add eax, 4[eax]                              | 4.0",
                "adc eax, ecx                                 | 2.0",
                "push eax; pop eax                            | 4.0",
                "push 1; pop ecx                              | 2.0",
                "mov 4[esi], eax; mov eax, 4[esi]             | 4.0",
                "inc ecx; add edx, 4[esi]                     | 1.0",
            })
    void dependenceAndPortsSetThePace(String code, double cycles) {
        assertThat(perCopy(code)).isEqualTo(cycles, CLOSE);
    }

    @Test
    void twoInstructionsOfTwoMicroOpsNeedTheFirstDecoderTwice() {
        assertThat(perCopy("mov ecx, 4[esi]; mov edx, eax; mov ebx, eax")).isEqualTo(1.0, CLOSE);
        assertThat(perCopy("add ecx, 4[esi]; add edx, 4[esi]")).isEqualTo(2.0, CLOSE);
    }

    @ParameterizedTest(name = "{0}: {1} cycles")
    @CsvSource(
            delimiter = '|',
            value = {
                "cmp eax, eax; cmp ecx, ecx; cmp edx, edx  | 2.0",
                "cmp eax, ecx; cmp edx, ebx; cmp esi, edi  | 3.0",
                "cmp eax, ecx; cmp eax, ecx; cmp eax, ecx  | 1.5",
            })
    void renamingReadsTwoRetiredRegistersACycle(String code, double cycles) {
        assertThat(perCopy(code)).isEqualTo(cycles, CLOSE);
    }

    /** Measured: ADD AX, imm16 takes 1.75 cycles, NOT of a word 1.33, four to five to the block of 16 bytes. */
    @Test
    void aBlockInWhichAPrefixMayChangeALengthIsMeasuredAgain() {
        assertThat(perCopy("add ax, 4660")).isEqualTo(1.75, CLOSE);
        assertThat(perCopy("not cx")).isEqualTo(1.33, CLOSE);
        assertThat(perCopy("add cx, 3")).isEqualTo(1.0, CLOSE);
    }

    @Test
    void readingARegisterThatWasWrittenInPartStalls() {
        double whole = perCopy("mov eax, 1; mov ecx, eax");
        assertThat(perCopy("mov al, 1; mov ecx, eax")).isGreaterThan(whole + 4);
        assertThat(perCopy("xor eax, eax; mov al, 1; mov ecx, eax"))
                .as("after clearing it")
                .isLessThan(whole + 1);
        assertThat(perCopy("mov al, 1; mov cl, al")).isEqualTo(1.0, CLOSE);
    }

    @Test
    void readingAFlagThatTheLastInstructionLeftAloneStalls() {
        double all = perCopy("sub ecx, 1; setbe dl");
        assertThat(perCopy("inc ecx; setbe dl")).isGreaterThan(all + 4);
        assertThat(perCopy("inc ecx; sete dl")).isEqualTo(all, CLOSE);
    }

    @Test
    void aLoadThatCoversMoreThanTheBufferedStoreWaitsForTheCache() {
        double covered = perCopy("mov 4[esi], eax; mov eax, 4[esi]");
        assertThat(perCopy("mov 1[esi], al; mov eax, 4[esi]"))
                .as("seven to eight more (Agner Fog)")
                .isEqualTo(covered + 8, CLOSE);
    }

    /** Measured: stores alone 6.25, a chain of a load and a store of the same 6. */
    @Test
    void storingSixteenBytesReadsARetiredRegisterAgain() {
        assertThat(unaligned(false)).as("retired long ago").isEqualTo(6, CLOSE);
        assertThat(unaligned(true)).as("just loaded").isEqualTo(6, CLOSE);
    }

    private double unaligned(boolean loaded) {
        Object load = timing.prepare(Sequence.decoded("movups xmm0, 16[esi]"));
        Object store = timing.prepare(Sequence.decoded("movups 16[esi], xmm0"));
        long before = 0;
        for (int i = 0; i < 2 * COPIES; i++) {
            if (i == COPIES) before = timing.cycles();
            if (loaded) {
                for (int at = 0x100; at < 0x110; at += 8) timing.load(at, 8);
                timing.retire(load, 1);
            }
            for (int at = 0x100; at < 0x110; at += 8) timing.store(at, 8);
            timing.retire(store, 1);
        }
        return (double) (timing.cycles() - before) / COPIES;
    }

    @Test
    void aChainOfLoadsPaysTheLevelThatHoldsTheLine() {
        assertThat(chase(8 << 10)).isEqualTo(3.0, CLOSE);
        assertThat(chase(128 << 10)).isEqualTo(13.0, CLOSE);
        assertThat(chase(2 << 20)).isEqualTo(79.0, within(3.0));
    }

    @Test
    void anotherRowOfMemoryTakesLongerToOpen() {
        assertThat(chase(64 << 20, 1 << 20)).isEqualTo(121.0, within(1.0));
    }

    /** Cycles per load of a dependent chain through {@code bytes}, line by line. */
    private double chase(int bytes) {
        return chase(bytes, 32);
    }

    private double chase(int bytes, int stride) {
        Timing cold = Sequence.coppermine();
        Object load = cold.prepare(Sequence.decoded("mov eax, 4[eax]"));
        for (int at = 0; at < bytes; at += stride) one(cold, load, at);
        long warm = cold.cycles();
        for (int at = 0; at < bytes; at += stride) one(cold, load, at);
        return (double) (cold.cycles() - warm) / (bytes / stride);
    }

    private static void one(Timing timing, Object load, int address) {
        timing.load(address, 4);
        timing.retire(load, 1);
    }

    @Test
    void independentMissesOverlapAsFarAsTheBusAllows() {
        Object load = timing.prepare(Sequence.decoded("mov eax, 4[esi]"));
        for (int i = 0; i < 8; i++) one(timing, load, i * 4096);
        assertThat(timing.cycles()).isBetween(121L + 7 * 43, 121L + 7 * 43 + 5);
    }

    @Test
    void theReorderBufferLimitsHowFarAMissIsHidden() {
        Object load = timing.prepare(Sequence.decoded("mov ebx, 4[esi]"));
        Object add = timing.prepare(Sequence.decoded("add ecx, 1"));
        one(timing, load, 0);
        for (int i = 0; i < 39; i++) timing.retire(add, 1);
        long hidden = timing.cycles();
        for (int i = 0; i < 60; i++) timing.retire(add, 1);
        assertThat(hidden).isLessThanOrEqualTo(121 + 14);
        assertThat(timing.cycles()).as("a miss, then the adds that did not fit").isGreaterThanOrEqualTo(121 + 59);
    }

    @Test
    void aTlbMissCostsTheWalkAndItsCacheMisses() {
        Object load = timing.prepare(Sequence.decoded("mov eax, 4[eax]"));
        timing.walk(0x5000, false, false);
        timing.walk(0x6000, false, false);
        one(timing, load, 0x7000);
        timing.store(0x100, 4);
        timing.retire(timing.prepare(Sequence.decoded("mov 4[esi], ecx")), 1);
        long before = drained();
        timing.walk(0x5000, false, false);
        timing.walk(0x6000, false, false);
        one(timing, load, 0x7000);
        long missed = drained() - before;
        before = timing.cycles();
        one(timing, load, 0x7000);
        assertThat(missed - (drained() - before)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shr ebx, 1; setnz al    | false | by one, in the short form",
                "shr ebx, 2; setnz al    | true  | by another count",
                "shl ebx, cl; setnz al   | true  | which may be zero",
                "ror ebx, 3; setc al     | true  | a rotation likewise",
                "shr ebx, 2; add edx, ecx; setnz al | false | flags of another instruction",
                "cmp edx, ecx; lahf      | false | all flags that LAHF reads",
                "test edx, ecx; lahf     | true  | but not AF",
                "test edx, ecx; setnz al | false | which no condition reads",
            })
    void flagsThatMayBeThoseOfBeforeAreWaitedFor(String code, boolean stalls, String why) {
        List<Object> block = List.of(code.split("; ")).stream()
                .map(text -> timing.prepare(Sequence.decoded(text.trim())))
                .toList();
        for (int i = 0; i < COPIES; i++) block.forEach(one -> timing.retire(one, 1));
        assertThat(timing.cycles() / COPIES >= 5).as(why).isEqualTo(stalls);
    }

    @ParameterizedTest
    @CsvSource({
        "0x100, 0, 4, true",
        "0x100, 0, 1, true",
        "0x100, 1, 1, false",
        "0x100, 2, 2, false",
        "0x100, 0, 8, false",
        "0x102, 0, 4, true",
        "0x104, 0, 4, true",
        "0x105, 0, 4, false",
        "0x107, 0, 1, false"
    })
    void aLoadTakesFromAStoreWithinEightBytesThatBeginsWhereItDoes(
            String address, int offset, int bytes, boolean forwarded) {
        int at = Integer.decode(address);
        Object store = timing.prepare(Sequence.decoded("mov 4[esi], ecx"));
        Object load = timing.prepare(Sequence.decoded("mov ecx, 4[esi]"));
        timing.load(at, 4);
        timing.retire(load, 1);
        long before = drained();
        for (int i = 0; i < COPIES; i++) {
            timing.store(at, 4);
            timing.retire(store, 1);
            timing.load(at + offset, bytes);
            timing.retire(load, 1);
        }
        assertThat((timing.cycles() - before) / COPIES < 8).isEqualTo(forwarded);
    }

    @Test
    void pageWalksOfIndependentLoadsTakeTurns() {
        Object load = timing.prepare(Sequence.decoded("mov eax, 4[esi]"));
        walking(load);
        long one = walking(load);
        long before = drained();
        for (int i = 0; i < 4; i++) walk(load);
        assertThat(drained() - before).isEqualTo(one + 3 * 5);
    }

    private long walking(Object load) {
        long before = drained();
        walk(load);
        return drained() - before;
    }

    private void walk(Object load) {
        timing.walk(0x5000, false, false);
        timing.walk(0x6000, false, false);
        one(timing, load, 0x7000);
    }

    @Test
    void anIndirectJumpThatAlternatesIsMispredictedEveryTime() {
        for (int i = 0; i < 10; i++) jump(Branch.INDIRECT, 0x1000, 0x2000 + i % 2 * 64);
        assertThat(timing.mispredictions()).isEqualTo(10);
    }

    @Test
    void anIndirectJumpToItsLastTargetIsPredicted() {
        for (int i = 0; i < 10; i++) jump(Branch.INDIRECT, 0x1000, 0x2000);
        assertThat(timing.mispredictions()).isEqualTo(1);
    }

    @Test
    void aMispredictionCostsAboutFifteenCycles() {
        double predicted = loop(i -> 0x2000);
        double mispredicted = loop(i -> 0x2000 + i % 2 * 64);
        assertThat(mispredicted - predicted).isBetween(10.0, 18.0);
    }

    private double loop(java.util.function.IntUnaryOperator target) {
        Timing clean = Sequence.coppermine();
        Object jump = clean.prepare(Sequence.decoded("jmp ecx"));
        for (int i = 0; i < 1000; i++) {
            clean.branch(Branch.INDIRECT, 0x1000, 0x1002, target.applyAsInt(i), true);
            clean.retire(jump, 1);
        }
        return clean.cycles() / 1000.0;
    }

    @Test
    void interruptAndReturnCostTheirParameters() {
        timing.event(Event.INTERRUPT_INWARD);
        timing.event(Event.IRET_OUTWARD);
        assertThat(timing.cycles()).isEqualTo(205);
        timing.event(Event.SYSENTER);
        timing.event(Event.SYSEXIT);
        assertThat(timing.cycles()).isEqualTo(265);
        timing.event(Event.CR3_LOAD);
        assertThat(timing.cycles()).isEqualTo(400);
    }

    @Test
    void everyUncertainFigureIsAParameter() {
        P3Coppermine model = new P3Coppermine();
        Timing other = model.timing(Parameters.of(model, Map.of("trap.cycles", 130, "cr3.cycles", 120)));
        other.event(Event.INTERRUPT_INWARD);
        other.event(Event.CR3_LOAD);
        assertThat(other.cycles()).isEqualTo(250);
    }

    @Test
    void everyEventIsKnown() {
        for (Event event : Event.values()) timing.event(event);
        assertThat(timing.cycles()).isPositive();
    }

    @Test
    void aSerialisingInstructionWaitsForEverythingBefore() {
        Object load = timing.prepare(Sequence.decoded("mov ebx, 4[esi]"));
        one(timing, load, 0);
        timing.retire(timing.prepare(Sequence.decoded("cpuid")), 1);
        assertThat(timing.cycles()).isBetween(121L + 106, 121L + 108);
    }

    @Test
    void aRepeatedMoveRunsAtItsMeasuredRate() {
        Object move = timing.prepare(Sequence.decoded("rep movsd"));
        copy(move);
        long warm = timing.cycles();
        copy(move);
        assertThat(4096.0 / (timing.cycles() - warm)).as("bytes a cycle").isBetween(8.0, 9.5);
    }

    private void copy(Object move) {
        for (int i = 0; i < 1024; i++) {
            timing.load(0x1000 + 4 * i, 4);
            timing.store(0x2000 + 4 * i, 4);
        }
        timing.retire(move, 1024);
    }

    @Test
    void haltedTimePassesUntilItIsWokenAndNeverGoesBack() {
        timing.idleUntil(1000);
        timing.retire(timing.prepare(Sequence.decoded("nop")), 1);
        assertThat(timing.cycles()).isBetween(1000L, 1002L);
        timing.idleUntil(10);
        assertThat(timing.cycles()).isBetween(1000L, 1002L);
    }

    @Test
    void everyTimingClassOfTheInstructionTableThatAPartOfTheFamilyHasIsInTheDataSheet() {
        assertThat(InstructionTable.rows())
                .filteredOn(row -> Features.include(~Features.SSE2, row))
                .extracting(InstructionForm::timing)
                .filteredOn(timing -> !P6Clocks.has(timing) && !P6Clocks.has(timing + ".32"))
                .isEmpty();
    }

    @Test
    void anyCodeAdvancesTheClockAndAnotherWithItsStateContinuesAsTheOriginalDoes() {
        Timing original = Sequence.coppermine();
        run(original, SEED, 20_000);
        Timing copy = Sequence.continuing(original, Sequence.coppermine());
        run(original, SEED + 1, 20_000);
        long first = original.cycles();
        run(copy, SEED + 1, 20_000);
        assertThat(copy.cycles()).isEqualTo(first);
        assertThat(copy.mispredictions()).isEqualTo(original.mispredictions());
        assertThat(copy.l1Misses()).isEqualTo(original.l1Misses());
        assertThat(copy.l2Misses()).isEqualTo(original.l2Misses());
    }

    /** Random bytes as code, random accesses and branches with it. */
    private static void run(Timing timing, int seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[20];
            random.nextBytes(bytes);
            Instruction instruction = new Decoder().decode(ByteSource.of(bytes, 0), true);
            long before = timing.cycles();
            if (random.nextInt(8) == 0) timing.fetch(random.nextInt());
            if (random.nextInt(16) == 0) timing.walk(random.nextInt(), random.nextBoolean(), random.nextBoolean());
            for (int n = random.nextInt(20) - 14; n > 0; n--)
                timing.load(random.nextInt(1 << 16), 1 << random.nextInt(4));
            for (int n = random.nextInt(20) - 14; n > 0; n--)
                timing.store(random.nextInt(1 << 16), 1 << random.nextInt(4));
            if (random.nextInt(8) == 0) {
                Branch kind = Branch.values()[random.nextInt(Branch.values().length)];
                int at = random.nextInt(1 << 12);
                timing.branch(
                        kind, at, at + 2, random.nextInt(1 << 12), kind != Branch.CONDITIONAL || random.nextBoolean());
            }
            timing.retire(timing.prepare(instruction), 1 + random.nextInt(3));
            assertThat(timing.cycles()).as("seed %d, instruction %d", seed, i).isGreaterThanOrEqualTo(before);
        }
    }

    private long drained() {
        timing.retire(timing.prepare(Sequence.decoded("cpuid")), 1);
        return timing.cycles();
    }

    private void jump(Branch kind, int from, int to) {
        timing.branch(kind, from, from + 2, to, true);
        timing.retire(timing.prepare(Sequence.decoded("jmp ecx")), 1);
    }

    private static double perCopy(String code) {
        return Sequence.of(code).times(COPIES).warmCycles() / COPIES;
    }
}
