package org.sidestep.machine.ia32.timing.inorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Timing.Branch;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.ia32.timing.Sequence;
import org.sidestep.plugin.Parameters;

class InOrderPipelineTest {

    private static final long SEED = 54;
    private static final int BLOCKS = 300;
    private static final int REPEATS = 30;
    private static final int DATA = 0x200000;

    private static final String[] REGISTERS = {"eax", "ecx", "edx", "ebx", "ebp", "esi", "edi"};
    private static final String[] BYTES = {"al", "cl", "dl", "bl"};
    private static final String[] SHAPES = {
        "mov R, R",
        "add R, R",
        "mov R, 4[R+D]",
        "mov 4[R+D], R",
        "add R, 4[R+D]",
        "add 4[R+D], R",
        "sub R, 9",
        "lea R, [R+R*4+D]",
        "adc R, R",
        "shl R, 3",
        "shl R, cl",
        "inc R",
        "neg R",
        "cmp R, R",
        "test R, R",
        "movzx R, B",
        "imul R, R",
        "cdq",
        "xchg R, R",
        "mov B, B",
        "push R",
        "pop R",
        "66*1 nop",
        "nop",
        "mov 4[R+D], 7",
        "bswap R",
    };

    private final P5 p5 = new P5();

    /** Beside the clock of the retirement of each instruction, the same machine stage by stage. */
    @Test
    void onRandomBlocksItAgreesWithThePipelineStageByStage() {
        SplittableRandom random = new SplittableRandom(SEED);
        double sum = 0;
        for (int i = 0; i < BLOCKS; i++) {
            List<String> block = block(random);
            double fast = fast(block);
            double stepped = stepped(block);
            double difference = Math.abs(fast - stepped) / stepped;
            sum += difference;
            assertThat(difference).as("seed %d, block %d: %s", SEED, i, block).isLessThanOrEqualTo(0.2);
        }
        assertThat(sum / BLOCKS).as("seed %d", SEED).isLessThan(0.05);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mov eax, ebx; mov ecx, edx | 1 | two that do not depend on each other pair",
                "mov eax, ebx; add ecx, eax | 2 | the second reads what the first writes",
                "mov eax, ebx; mov eax, edx | 2 | both write one register",
                "add eax, 4[esi]; add ecx, 4[esi+4] | 2 | two loads overlap",
                "add eax, 4[esi]; add ecx, 4[esi+32] | 3 | but for two of one bank",
                "add 4[esi], eax; add 4[esi+4], ecx | 5 | two read-modify-writes do not",
                "shl eax, 3; mov ecx, edx | 1 | a shift pairs in the U pipe",
                "mov ecx, edx; shl eax, 3 | 2 | and not in the V pipe",
                "mov 4[esi+8], 7; mov ecx, edx | 2 | not with displacement and immediate",
                "mov 4[esi], 7; mov ecx, edx | 1 | with an immediate only, it pairs",
                "add eax, eax; add eax, eax; 66*1 nop; 66*1 nop | 6 | a prefix takes a cycle",
                "mov esi, eax; mov ecx, 4[esi] | 3 | an address from a register just written",
                "push eax; push ecx | 1 | two pushes step the stack pointer at once",
                "imul eax, ebx; 66*1 nop | 10 | so is one beside a multiplication",
                "mov eax, ecx; mov eax, ecx; bswap eax; bswap ebx | 6 | so does an escape byte",
            })
    void thePentiumPairsAsItsRulesSay(String code, int cycles, String why) {
        List<String> block = new ArrayList<>(List.of(code.split("; ")));
        block.add("cdq");
        assertThat(fast(block))
                .as("%s; CDQ, which does not pair, takes two more", why)
                .isEqualTo(cycles + 2);
    }

    /** A Pentium MMX is a Pentium whose escape byte costs nothing. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "paddd mm0, mm1; paddd mm2, mm3 | 1 | two that do not depend on each other pair",
                "paddd mm0, mm1; paddd mm2, mm0 | 2 | the second reads what the first writes",
                "pmullw mm0, mm1; paddd mm2, mm3 | 1 | an addition pairs with a multiplication",
                "pmullw mm0, mm1; pmullw mm2, mm3 | 2 | there is one multiplier, and it is pipelined",
                "pmullw mm0, mm1; pmullw mm2, mm0 | 4 | its result is there after three",
                "pmullw mm0, mm1; paddd mm2, mm0 | 4 | for any instruction",
                "psllw mm0, mm1; psllw mm2, mm3 | 2 | there is one shifter",
                "psllw mm0, mm1; packsswb mm2, mm3 | 2 | which packs as well",
                "paddd mm0, mm1; psllw mm2, mm3 | 1 | in either pipe",
                "psllw mm0, mm1; pmullw mm2, mm3 | 1 | beside the multiplier",
                "paddd mm0, mm1; pmullw mm2, mm3; paddd mm4, mm2 | 4 | whose result takes as long from the V pipe",
                "paddd mm0, mm1; paddd mm2, 8[esi] | 2 | memory is reached through the U pipe",
                "paddd mm2, 8[esi]; paddd mm0, mm1 | 1 | beside which the other goes on",
                "movq mm0, 8[esi]; movq mm1, 8[esi] | 2 | so there is one load a cycle",
                "movd mm0, eax; movd mm1, ebx | 2 | general registers are reached through the U pipe",
                "emms | 46 | the way back to floating point",
            })
    void theMediaInstructionsPairAsTheirUnitsAllow(String code, int cycles, String why) {
        Timing timing = p5.timing(Parameters.of(p5, Map.of("escape.cycles", 0)));
        List<String> block = new ArrayList<>(List.of(code.split("; ")));
        block.add("cdq");
        for (int i = 0; i < 100; i++) {
            for (String instruction : block) timing.retire(timing.prepare(Sequence.decoded(instruction)), 1);
        }
        assertThat(timing.cycles() / 100.0).as("%s; with CDQ", why).isCloseTo(cycles + 2, within(0.1));
    }

    @Test
    void aMissHoldsUpThePipelineUntilTheLineIsThere() {
        Timing timing = timing(p5);
        Object load = timing.prepare(Sequence.decoded("mov eax, 4[esi]"));
        access(timing, load, DATA, 4);
        long before = timing.cycles();

        access(timing, load, DATA + 64, 4);
        assertThat(timing.cycles() - before).as("from memory").isEqualTo(27);
        before = timing.cycles();
        access(timing, load, DATA + 68, 4);
        assertThat(timing.cycles() - before)
                .as("until all of the line is there")
                .isEqualTo(10);
        before = timing.cycles();
        access(timing, load, DATA + 65, 4);
        assertThat(timing.cycles() - before).as("misaligned").isEqualTo(4);
        assertThat(timing.l1Misses()).isEqualTo(2);
    }

    @Test
    void storesThatMissLeaveOneByOneThroughTheWriteBuffers() {
        Timing timing = timing(p5);
        Object store = timing.prepare(Sequence.decoded("mov 4[esi], eax"));
        for (int i = 0; i < 24; i++) {
            timing.store(DATA + 32 * i, 4);
            timing.retire(store, 1);
        }
        assertThat(timing.cycles()).isCloseTo(22 * 92 / 12, within(10L));
    }

    @Test
    void theTargetBufferLearnsAndAReturnGoesToItsLastTarget() {
        TargetBuffer targets = new TargetBuffer(256, 4);
        assertThat(targets.predicts(0x1000, 0x2000, true)).as("unknown").isFalse();
        assertThat(targets.predicts(0x1000, 0x2000, true)).isTrue();
        assertThat(targets.predicts(0x1000, 0x3000, true)).as("another target").isFalse();
        assertThat(targets.predicts(0x1000, 0x3000, false)).as("not taken").isFalse();
        assertThat(targets.predicts(0x1000, 0x3000, true))
                .as("a two-bit counter keeps its mind")
                .isTrue();
        assertThat(targets.predicts(0x1004, 0, false))
                .as("unknown and not taken")
                .isTrue();
    }

    @Test
    void aMispredictedBranchCostsThreeCyclesAndInTheVPipeFour() {
        assertThat(branching(p5, "nop; nop; jmp")).isEqualTo(1 + 1 + 3);
        assertThat(branching(p5, "nop; jmp")).isEqualTo(1 + 4);
        assertThat(branching(new I486(), "jmp"))
                .as("each taken branch of the 486")
                .isEqualTo(3);
    }

    @Test
    void aTrapAndItsReturnCostWhatTheManualsSay() {
        assertThat(trap(p5)).isEqualTo(48 + 27);
        assertThat(trap(new I486())).isEqualTo(71 + 36);
    }

    @Test
    void aFloatingPointResultIsWaitedForWhileIntegersGoOn() {
        assertThat(floating(0xD8, 0xC1)).as("FADD st, st(1)").isEqualTo(3);
        assertThat(floating(0xDC, 0xC1, 0xD9, 0xC9))
                .as("FADD st(1), st and FXCH st(1)")
                .isEqualTo(3);
        assertThat(floating(0xD8, 0xC1, 0xD9, 0xCA, 0xD8, 0xC1, 0xD9, 0xCA))
                .as("two chains, exchanged")
                .isEqualTo(3);
        assertThat(floating(0xD8, 0xF1, 0x03, 0xC3, 0x03, 0xC1))
                .as("FDIV and two additions")
                .isEqualTo(39);
    }

    @Test
    void zeroIsDividedAtOnceAsItsRootIsFound() {
        Instruction root = decoded(0xD9, 0xFA);
        Instruction division = decoded(0xD8, 0xF1);
        assertThat(ofZero(root)).isEqualTo(4);
        assertThat(ofZero(division)).isEqualTo(4);
    }

    private double ofZero(Instruction instruction) {
        Timing timing = timing(p5);
        Object prepared = timing.prepare(instruction);
        long warm = 0;
        for (int i = 0; i < 2 * REPEATS; i++) {
            if (i == REPEATS) warm = timing.cycles();
            timing.operands(Timing.Operands.ZERO);
            timing.retire(prepared, 1);
        }
        return (timing.cycles() - warm) / (double) REPEATS;
    }

    @Test
    void mechanismsCanBeMadePerfect() {
        List<String> chain = List.of("mov esi, eax", "mov eax, 4[esi]");
        assertThat(fast(chain)).isEqualTo(3);
        assertThat(fast(chain, Map.of("ablate.agi", "on"))).isEqualTo(2);
        assertThat(fast(List.of("mov eax, ebx", "mov ecx, edx"), Map.of("ablate.pairing", "on")))
                .isEqualTo(2);
        assertThat(fast(List.of("neg eax"), Map.of("cycles.neg", 7))).isEqualTo(7);
    }

    @Test
    void anotherPipelineWithItsStateGoesOnAsTheOriginal() {
        Timing timing = timing(p5);
        List<String> block = block(new SplittableRandom(SEED));
        feed(timing, block, 3);
        Timing copy = Sequence.continuing(timing, timing(p5));
        feed(timing, block, 5);
        feed(copy, block, 5);
        assertThat(copy.cycles()).isEqualTo(timing.cycles());
    }

    @Test
    void cpuidClaimsNoMoreThanThePartsHave() {
        int[] leaf = p5.identity(Parameters.defaults(p5)).cpuid(1);
        assertThat(leaf[0]).isEqualTo(0x525);
        assertThat(leaf[3]).as("MCE; no SEP, PGE, CMOV, MMX").isEqualTo(0x1BF);
        I486 i486 = new I486();
        assertThat(i486.identity(Parameters.of(i486, Map.of("extended", "off"))).cpuid(1)[3])
                .as("FPU")
                .isEqualTo(1);
    }

    private static List<String> block(SplittableRandom random) {
        List<String> block = new ArrayList<>();
        for (int i = 4 + random.nextInt(12); i > 0; i--) {
            String shape = SHAPES[random.nextInt(SHAPES.length)];
            while (shape.contains("R")) shape = shape.replaceFirst("R", REGISTERS[random.nextInt(REGISTERS.length)]);
            while (shape.contains("B")) shape = shape.replaceFirst("B", BYTES[random.nextInt(BYTES.length)]);
            block.add(shape.replaceFirst("D", String.valueOf(4 * random.nextInt(16))));
        }
        return block;
    }

    private double fast(List<String> block) {
        return fast(block, Map.of());
    }

    /** Cycles of a block in the middle of many. */
    private double fast(List<String> block, Map<String, ?> given) {
        Timing timing = p5.timing(Parameters.of(p5, given));
        feed(timing, block, REPEATS);
        long warm = timing.cycles();
        feed(timing, block, REPEATS);
        return (timing.cycles() - warm) / (double) REPEATS;
    }

    private double stepped(List<String> block) {
        Sheet sheet = p5.sheet(Parameters.defaults(p5));
        List<SteppedPipeline.Step> once = new ArrayList<>();
        for (String text : block) {
            Instruction instruction = Sequence.decoded(text);
            once.add(new SteppedPipeline.Step(
                    OperationCompiler.compile(instruction, sheet), DATA + instruction.displacement));
        }
        long few = new SteppedPipeline(repeated(once, REPEATS)).run();
        long more = new SteppedPipeline(repeated(once, 2 * REPEATS)).run();
        return (more - few) / (double) REPEATS;
    }

    /** Cycles of a block of machine code of two bytes each, in the middle of many. */
    private double floating(int... code) {
        Timing timing = timing(p5);
        List<Object> prepared = new ArrayList<>();
        for (int i = 0; i < code.length; i += 2) {
            prepared.add(timing.prepare(decoded(code[i], code[i + 1])));
        }
        for (int i = 0; i < REPEATS; i++) prepared.forEach(one -> timing.retire(one, 1));
        long warm = timing.cycles();
        for (int i = 0; i < REPEATS; i++) prepared.forEach(one -> timing.retire(one, 1));
        return (timing.cycles() - warm) / (double) REPEATS;
    }

    private static <T> List<T> repeated(List<T> once, int times) {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < times; i++) all.addAll(once);
        return all;
    }

    /** All accesses are to two lines: those of the operands, and one of the stack. */
    private static void feed(Timing timing, List<String> block, int times) {
        List<Instruction> instructions = block.stream().map(Sequence::decoded).toList();
        List<Object> prepared = instructions.stream().map(timing::prepare).toList();
        for (int i = 0; i < times; i++) {
            for (int k = 0; k < prepared.size(); k++) {
                access(timing, instructions.get(k));
                timing.retire(prepared.get(k), 1);
            }
        }
    }

    private static void access(Timing timing, Instruction instruction) {
        boolean memory = instruction.modrm >= 0 && instruction.modrm < 0xC0;
        boolean lea = instruction.form.mnemonic().equals("lea");
        if (memory && !lea) timing.load(DATA + instruction.displacement, 4);
    }

    private static void access(Timing timing, Object load, int address, int bytes) {
        timing.load(address, bytes);
        timing.retire(load, 1);
    }

    /** Cycles of a run that ends in a jump whose target is always new. */
    private static long branching(CpuModel model, String code) {
        Timing timing = timing(model);
        feed(timing, List.of("nop", "nop"), 1);
        long before = timing.cycles();
        for (String text : code.split("; ")) {
            if (!text.equals("jmp")) {
                timing.retire(timing.prepare(Sequence.decoded(text)), 1);
                continue;
            }
            timing.branch(Branch.DIRECT, 0x1000, 0x1002, 0x2000, true);
            timing.retire(timing.prepare(decoded(0xEB, 0)), 1);
        }
        timing.retire(timing.prepare(Sequence.decoded("nop")), 1);
        return timing.cycles() - before - 1;
    }

    private static Instruction decoded(int... code) {
        byte[] bytes = new byte[code.length];
        for (int i = 0; i < code.length; i++) bytes[i] = (byte) code[i];
        return new Decoder().decode(ByteSource.of(bytes, 0), true);
    }

    private static long trap(CpuModel model) {
        Timing timing = timing(model);
        feed(timing, List.of("nop"), 4);
        long before = timing.cycles();
        timing.event(Event.INTERRUPT_INWARD);
        timing.retire(timing.prepare(Sequence.decoded("int 3")), 1);
        timing.event(Event.IRET_OUTWARD);
        timing.retire(timing.prepare(Sequence.decoded("iret")), 1);
        return timing.cycles() - before;
    }

    private static Timing timing(CpuModel model) {
        return model.timing(Parameters.defaults(model));
    }
}
