package org.sidestep.machine.ia32.timing.memo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.RandomLoop;
import org.sidestep.machine.ia32.timing.inorder.I486;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.netburst.P4Northwood;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** What a pipeline remembers never shows: a machine whose clock remembers and one whose clock does not go the same way. */
class MemoizedTimingTest {

    private static final List<CpuModel> MODELS = List.of(new P3Coppermine(), new P4Northwood(), new P5(), new I486());

    /** Guests, and how often they repeat what they do. */
    private static final Map<String, Integer> GUESTS =
            Map.of("crc_pg", 1, "mix_pg", 400, "fib_pg", 1, "ring_pg", 300, "sysent_pg", 300, "ipc_pg", 300);

    /** A processor whose clock can be looked at, and may schedule each instruction as it retires. */
    private static final class Opened implements CpuModel {
        private final CpuModel model;
        private final boolean remembers;
        private MemoizedTiming clock;

        Opened(CpuModel model, boolean remembers) {
            this.model = model;
            this.remembers = remembers;
        }

        @Override
        public String id() {
            return "opened";
        }

        @Override
        public String summary() {
            return model.summary();
        }

        @Override
        public List<Parameter> parameters() {
            return model.parameters();
        }

        @Override
        public Identity identity(Parameters parameters) {
            return model.identity(parameters);
        }

        @Override
        public Timing timing(Parameters parameters) {
            clock = (MemoizedTiming) model.timing(parameters);
            return remembers ? clock : clock.withoutMemo();
        }

        /** What has been lost since reset, by kind. */
        List<Long> lost() {
            return Stream.of(Timing.Loss.values()).map(clock::lost).toList();
        }
    }

    private static final int MEGABYTES = 8;

    private static final int TIMER_COUNT = 0x40;
    private static final int POST = 0x80;

    private Opened remembering;
    private Opened forgetful;
    private Machine remembers;
    private Machine forgets;

    private void machines(CpuModel model, Map<String, Object> figures) {
        Parameters cell = Parameters.of(model, figures);
        model.check(cell);
        remembering = new Opened(model, true);
        forgetful = new Opened(model, false);
        remembers = machine(new Configured<>(remembering, cell));
        forgets = machine(new Configured<>(forgetful, cell));
    }

    private static Machine machine(Configured<CpuModel> model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        return provider.create(Parameters.of(provider, Map.of("memory", MEGABYTES)), model);
    }

    private static Stream<Arguments> guests() {
        return MODELS.stream()
                .flatMap(model ->
                        GUESTS.keySet().stream().sorted().map(guest -> Arguments.of(model.id(), model, guest)));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("guests")
    void guestsTakeTheSameTimeToEachPointWhereTheyAreStopped(String id, CpuModel model, String guest)
            throws IOException {
        machines(model, Map.of());
        byte[] elf = elf(guest, GUESTS.get(guest));
        remembers.load(elf);
        forgets.load(elf);
        SplittableRandom random = new SplittableRandom(7);
        Stop stop;
        do {
            stop = runBoth(random, 200_000);
            assertAlike(guest);
        } while (stop.kind() != Stop.Kind.EXIT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void theSameCodeAgainAndAgainElsewhereTakesTheSameTime(String id, CpuModel model) {
        machines(model, Map.of());
        // Empty memory: ADD [EAX], AL at each even address.
        for (Machine machine : List.of(remembers, forgets)) machine.setEip(0x200000);
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 30; i++) {
            runBoth(random, 20_000);
            assertAlike("empty memory");
        }
    }

    private static Stream<Arguments> models() {
        return MODELS.stream().map(model -> Arguments.of(model.id(), model));
    }

    private static Stream<Arguments> seeds() {
        return MODELS.stream()
                .flatMap(model -> LongStream.rangeClosed(1, 3).mapToObj(seed -> Arguments.of(model.id(), model, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("seeds")
    void randomCodeTakesTheSameTime(String id, CpuModel model, long seed) {
        machines(model, Map.of());
        runRandomCode(new SplittableRandom(seed), 15, "seed " + seed);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("seeds")
    void soItDoesOnAPartThatWasNeverBuilt(String id, CpuModel model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int part = 0; part < 4; part++) {
            Map<String, Object> figures = strange(model, random);
            machines(model, figures);
            runRandomCode(random, 2, "seed %d, part %s".formatted(seed, figures));
        }
    }

    /** Some costs that no part has, and sometimes a mechanism that is perfect. */
    private static Map<String, Object> strange(CpuModel model, SplittableRandom random) {
        Map<String, Object> figures = new HashMap<>();
        for (Parameter parameter : model.parameters()) {
            boolean changes = random.nextInt(8) == 0;
            if (changes && parameter.name().endsWith(".cycles")) figures.put(parameter.name(), random.nextInt(200));
            if (changes && parameter.name().startsWith("latency.")) figures.put(parameter.name(), random.nextInt(1000));
            if (changes && parameter.kind() == Parameter.Kind.ABLATION) figures.put(parameter.name(), "on");
        }
        buffer(model, figures, "rob.entries", random.nextInt(24, 200), random);
        buffer(model, figures, "store-buffer.entries", random.nextInt(1, 60), random);
        buffer(model, figures, "write-buffer.entries", random.nextInt(1, 60), random);
        return figures;
    }

    private static void buffer(
            CpuModel model, Map<String, Object> figures, String name, int entries, SplittableRandom random) {
        boolean has = model.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(name));
        if (has && random.nextBoolean()) figures.put(name, entries);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("seeds")
    void codeThatOverwritesItselfTakesTheSameTime(String id, CpuModel model, long seed) {
        machines(model, Map.of());
        Assembler asm = new Assembler();
        asm.section("code", RandomLoop.CODE, RandomLoop.CODE);
        Label top = asm.bind(asm.fresh("top"));
        Label rare = asm.fresh("rare");
        asm.emit("add", Reg32.EAX, Reg32.ECX);
        asm.emit("rol", Reg32.EAX, imm(5));
        asm.emit("test", Reg32.EAX, imm(0x300));
        asm.emit("jnz", rare);
        // How far the rotation goes is the fifth byte.
        asm.emit("mov", new Mem(1, null, null, null, 1, RandomLoop.CODE + 4, null, null), Reg8.AL);
        asm.bind(rare);
        asm.emit("add", Reg32.ECX, imm(1));
        asm.emit("jmp", top);
        runOn(asm.link().segments().get(0).bytes(), seed);
    }

    /** What it reads of the timer's count goes into all that follows, so that a cycle's difference would show. */
    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("seeds")
    void codeThatAsksForTheTimeIsToldTheSame(String id, CpuModel model, long seed) {
        machines(model, Map.of());
        Assembler asm = new Assembler();
        asm.section("code", RandomLoop.CODE, RandomLoop.CODE);
        Label top = asm.bind(asm.fresh("top"));
        Label rare = asm.fresh("rare");
        asm.emit("in", Reg8.AL, imm(TIMER_COUNT));
        asm.emit("add", Reg32.ECX, Reg32.EAX);
        asm.emit("mov", Reg32.EDX, new Mem(4, null, null, null, 1, RandomLoop.CODE + 0x800, null, null));
        asm.emit("imul", Reg32.EDX, Reg32.ECX);
        asm.emit("mov", new Mem(4, null, null, null, 1, RandomLoop.CODE + 0x800, null, null), Reg32.EDX);
        asm.emit("in", Reg8.AL, imm(TIMER_COUNT));
        asm.emit("test", Reg32.EAX, imm(3));
        asm.emit("jnz", rare);
        asm.emit("out", imm(POST), Reg8.AL);
        asm.emit("ror", Reg32.ECX, imm(3));
        asm.bind(rare);
        asm.emit("xor", Reg32.ECX, Reg32.EDX);
        asm.emit("jmp", top);
        runOn(asm.link().segments().get(0).bytes(), seed);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("seeds")
    void whoLooksAtEachInstructionSeesTheSameTimePass(String id, CpuModel model, long seed) {
        machines(model, Map.of());
        SplittableRandom random = new SplittableRandom(seed);
        runRandomCode(random, 1, "before anyone looks");
        remembers.observe(new Observer() {
            @Override
            public boolean seesInstructions() {
                return true;
            }
        });
        runRandomCode(random, 1, "with an observer");
    }

    /** Runs code that never ends, and compares at places that are drawn. */
    private void runOn(byte[] code, long seed) {
        start(code);
        SplittableRandom random = new SplittableRandom(seed);
        for (int stop = 0; stop < 30; stop++) {
            runBoth(random, 4000);
            assertAlike("stop " + stop);
        }
    }

    private void runRandomCode(SplittableRandom random, int rounds, String when) {
        for (int round = 0; round < rounds; round++) {
            start(RandomLoop.of(random));
            for (int stop = 0; stop < 30; stop++) {
                runBoth(random, 2000);
                assertAlike("%s, round %d, stop %d".formatted(when, round, stop));
            }
        }
    }

    private void start(byte[] code) {
        for (Machine machine : List.of(remembers, forgets)) {
            machine.pokePhysical(RandomLoop.CODE, code);
            for (Reg32 register : Reg32.values()) machine.setRegister(register, RandomLoop.start(register));
            machine.setEip(RandomLoop.CODE);
        }
    }

    /**
     * Runs both up to the same limit, of cycles or of instructions, after which one of them may go on from a snapshot, having been
     * elsewhere in between.
     */
    private Stop runBoth(SplittableRandom random, int most) {
        boolean byCycles = random.nextBoolean();
        long far = Long.MAX_VALUE;
        int further = random.nextInt(1, most);
        Limits limits = byCycles
                ? new Limits(remembers.cycles() + further, far)
                : new Limits(far, remembers.instructions() + further);
        Stop stop = remembers.run(limits);
        forgets.run(limits);
        if (random.nextInt(8) == 0) {
            Machine.Snapshot here = remembers.snapshot();
            remembers.run(Limits.instructions(remembers.instructions() + random.nextInt(1000)));
            remembers.restore(here);
        }
        return stop;
    }

    private void assertAlike(String when) {
        assertThat(remembers.eip()).as("EIP, " + when).isEqualTo(forgets.eip());
        assertThat(remembers.instructions()).as("instructions, " + when).isEqualTo(forgets.instructions());
        assertThat(remembers.cycles()).as("cycles, " + when).isEqualTo(forgets.cycles());
        assertThat(remembers.counters()).as(when).isEqualTo(forgets.counters());
        assertThat(remembers.charges()).as("charges, " + when).isEqualTo(forgets.charges());
        assertThat(remembering.lost()).as("lost, " + when).isEqualTo(forgetful.lost());
    }

    private static byte[] elf(String guest, int repeats) throws IOException {
        try (InputStream in = MemoizedTimingTest.class.getResourceAsStream("/guests/" + guest + ".elf")) {
            byte[] elf = in.readAllBytes();
            for (int i = 0; i + 8 < elf.length; i++) {
                if (elf[i] != 'N' || elf[i + 1] != 'R' || elf[i + 2] != 'E' || elf[i + 3] != 'P') continue;
                for (int b = 0; b < 4; b++) elf[i + 4 + b] = (byte) (repeats >> 8 * b);
                return elf;
            }
            throw new IllegalStateException(guest + " has no repeat count");
        }
    }
}
