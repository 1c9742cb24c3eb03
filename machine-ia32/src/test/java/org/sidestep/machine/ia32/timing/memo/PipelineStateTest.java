package org.sidestep.machine.ia32.timing.memo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.ia32.timing.OutOfOrderTiming;
import org.sidestep.machine.ia32.timing.Sequence;
import org.sidestep.machine.ia32.timing.inorder.I486;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.netburst.P4Northwood;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.p6.PentiumPro;
import org.sidestep.plugin.Parameters;

/** The state of a pipeline, as it is remembered, is all that its future depends on. */
class PipelineStateTest {

    private static final String[] INSTRUCTIONS = {
        "add eax, ecx",
        "add edi, ebp",
        "adc edx, eax",
        "sub eax, eax",
        "shl edx, 3",
        "lea ebx, [ecx+edx*4+8]",
        "imul ecx, edx",
        "div ecx",
        "and ebx, eax",
        "mov 4[ebx+8], eax",
        "mov 4[edi+4], edx",
        "add 4[esi], eax",
        "mov eax, 4[ebp]",
        "mov ecx, 4[ecx]",
        "mov edx, 4[esi]",
        "mov 1[esi+1], cl",
        "movzx ecx, 1[esi+2]",
        "mov al, 5",
        "mov ah, 3",
        "add dx, 1234",
        "mov cx, 1234",
        "and bx, 1234",
        "66*1 nop",
        "fmul st2, st0",
        "fmul st3, st0",
        "fmul st4, st0",
        "fadd st0, st3",
        "fabs",
        "push eax",
        "push ecx",
        "mov 4[edi+12], ecx",
        "pop edx",
        "fld 4[esi]",
        "fadd 4[esi]",
        "fmul 8[edi+16]",
        "fdiv 4[esi]",
        "fstp 4[edi]",
    };

    /** Instructions that neither access memory nor branch. */
    private static final String[] STRAIGHT = Stream.of(INSTRUCTIONS)
            .filter(text -> !text.matches(".*\\d\\[.*|push.*|pop.*"))
            .toArray(String[]::new);

    /** What a pipeline can meet by itself, without a cache or a predictor that says so. */
    private static final int[] OUTCOMES = {
        Outcomes.LOAD,
        Outcomes.LOAD_FROM_MEMORY,
        Outcomes.STORE,
        Outcomes.DELAY,
        Outcomes.FETCH_STALL,
        Outcomes.HOLD,
        Outcomes.BUS,
        Outcomes.PREFETCH,
        Outcomes.LOAD_FROM_SECOND,
    };

    /** The same of a core that executes in program order, which has looked up what its loads wait for. */
    private static final int[] IN_ORDER = {
        Outcomes.LOAD, Outcomes.STORE, Outcomes.DELAY, Outcomes.FETCH_STALL, Outcomes.HOLD, Outcomes.SAME_BANK,
    };

    private static Stream<Arguments> runs() {
        return Stream.of(new P3Coppermine(), new PentiumPro(), new P4Northwood(), new P5(), new I486())
                .flatMap(model ->
                        LongStream.rangeClosed(1, 150).mapToObj(seed -> Arguments.of(model.id(), model, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("runs")
    void aPipelineThatIsPutIntoTheStateOfAnotherGoesOnLikeIt(String id, CpuModel model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MemoizedTiming original = pipeline(model);
        for (int i = 0; i < 10; i++) random(random, 12).on(original).run();
        for (int i = random.nextInt(20); i > 0; i--) straight(random, original);
        MemoizedTiming other = Sequence.continuing(original, pipeline(model));
        disturb(other, random);
        MemoizedTiming witness = Sequence.continuing(original, pipeline(model));
        put(original, other);
        assertThat(other.cycles()).isEqualTo(witness.cycles());
        for (int i = 0; i < 20; i++) {
            straight(random, witness, other);
            assertThat(other.cycles()).as("after %d instructions", i + 1).isEqualTo(witness.cycles());
        }
        for (int i = 0; i < 30; i++) {
            Sequence next = random(random, 4);
            next.on(witness).run();
            next.on(other).run();
            assertThat(other.cycles()).as("after %d sequences", i + 1).isEqualTo(witness.cycles());
        }
    }

    private static MemoizedTiming pipeline(CpuModel model) {
        return (MemoizedTiming) model.timing(Parameters.defaults(model));
    }

    private static Sequence random(SplittableRandom random, int most) {
        return Sequence.of(IntStream.range(0, random.nextInt(1, most + 1))
                .mapToObj(i -> INSTRUCTIONS[random.nextInt(INSTRUCTIONS.length)])
                .collect(Collectors.joining(";")));
    }

    /** An instruction that follows the one before. */
    private static void straight(SplittableRandom random, MemoizedTiming... timings) {
        Instruction next = Sequence.decoded(STRAIGHT[random.nextInt(STRAIGHT.length)]);
        for (MemoizedTiming timing : timings) timing.retire(timing.prepare(next), 1);
    }

    /** Something else happens to the pipeline, of which caches and predictor do not learn. */
    private static void disturb(MemoizedTiming timing, SplittableRandom random) {
        int[] kinds = timing instanceof OutOfOrderTiming ? OUTCOMES : IN_ORDER;
        for (int i = random.nextInt(100); i >= 0; i--) {
            String instruction = INSTRUCTIONS[random.nextInt(INSTRUCTIONS.length)];
            for (int o = random.nextInt(3); o > 0; o--) {
                timing.outcomes.add(kinds[random.nextInt(kinds.length)], 0, random.nextInt(100));
            }
            timing.core().schedule(timing.prepare(Sequence.decoded(instruction)), 0, timing.outcomes.count());
            timing.outcomes.clear();
        }
    }

    private static void put(MemoizedTiming from, MemoizedTiming to) {
        StateVector vector = new StateVector();
        long floor = from.core().floor();
        vector.read(floor);
        from.core().exchange(vector);
        PipelineState state = vector.toState(
                (int) (from.core().now() - floor),
                from.core().pendingStores(floor),
                from.core().pendingLines(floor));
        vector.write(state, floor);
        to.core().exchange(vector);
        to.firstLevel().limit(state.pendingStores, state.pendingLines);
    }
}
