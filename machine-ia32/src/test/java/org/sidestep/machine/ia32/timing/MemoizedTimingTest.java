package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** What a pipeline remembers never shows: a machine whose clock remembers and one whose clock does not go the same way. */
class MemoizedTimingTest {

    /** A Coppermine that schedules each instruction as it retires. */
    private static final class Forgetful implements CpuModel {
        private final CpuModel model = new P3Coppermine();

        @Override
        public String id() {
            return "forgetful";
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
            return ((MemoizedTiming) model.timing(parameters)).withoutMemo();
        }
    }

    private final Machine remembers = machine(new P3Coppermine());
    private final Machine forgets = machine(new Forgetful());

    private static Machine machine(CpuModel model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        return provider.create(Parameters.of(provider, Map.of("memory", 64)), Configured.defaults(model));
    }

    @ParameterizedTest
    @CsvSource({"crc_pg, 1", "mix_pg, 400", "fib_pg, 1", "ring_pg, 300", "sysent_pg, 300", "ipc_pg, 300"})
    void guestsTakeTheSameTimeToEachPointWhereTheyAreStopped(String guest, int repeats) throws IOException {
        byte[] elf = guest(guest, repeats);
        remembers.load(elf);
        forgets.load(elf);
        SplittableRandom random = new SplittableRandom(7);
        Stop stop;
        do {
            stop = runBoth(random, 200_000);
            assertAlike(guest);
        } while (stop.kind() != Stop.Kind.EXIT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomCodeTakesTheSameTime(long seed) {
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20; round++) {
            byte[] code = RandomLoop.of(random);
            for (Machine machine : List.of(remembers, forgets)) {
                machine.pokePhysical(RandomLoop.CODE, code);
                for (Reg32 register : Reg32.values()) machine.setRegister(register, RandomLoop.start(register));
                machine.setEip(RandomLoop.CODE);
            }
            for (int stop = 0; stop < 30; stop++) {
                runBoth(random, 2000);
                assertAlike("seed %d, round %d, stop %d".formatted(seed, round, stop));
            }
        }
    }

    /** Runs both up to the same limit, of cycles or of instructions, after which one of them may go on from a snapshot. */
    private Stop runBoth(SplittableRandom random, int most) {
        boolean byCycles = random.nextBoolean();
        long far = Long.MAX_VALUE;
        int further = random.nextInt(1, most);
        Limits limits = byCycles
                ? new Limits(remembers.cycles() + further, far, false)
                : new Limits(far, remembers.instructions() + further, false);
        Stop stop = remembers.run(limits);
        forgets.run(limits);
        if (random.nextInt(8) == 0) remembers.restore(remembers.snapshot());
        return stop;
    }

    private void assertAlike(String when) {
        assertThat(remembers.eip()).as("EIP, " + when).isEqualTo(forgets.eip());
        assertThat(remembers.instructions()).as("instructions, " + when).isEqualTo(forgets.instructions());
        assertThat(remembers.cycles()).as("cycles, " + when).isEqualTo(forgets.cycles());
        assertThat(remembers.counters()).as(when).isEqualTo(forgets.counters());
    }

    private static byte[] guest(String name, int repeats) throws IOException {
        try (InputStream in = MemoizedTimingTest.class.getResourceAsStream("/guests/" + name + ".elf")) {
            byte[] elf = in.readAllBytes();
            for (int i = 0; i + 8 < elf.length; i++) {
                if (elf[i] != 'N' || elf[i + 1] != 'R' || elf[i + 2] != 'E' || elf[i + 3] != 'P') continue;
                for (int b = 0; b < 4; b++) elf[i + 4 + b] = (byte) (repeats >> 8 * b);
                return elf;
            }
            throw new IllegalStateException(name + " has no repeat count");
        }
    }
}
