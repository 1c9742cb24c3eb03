package org.sidestep.machine.ia32.timing.p6;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** The fast pipeline takes nearly as long as the one that goes cycle by cycle. {@code -Dblocks=N} runs a longer campaign. */
class SteppedCoreTest {

    private static final int BLOCKS = Integer.getInteger("blocks", 70);
    private static final int SEED = Integer.getInteger("seed", 4);
    private static final int LENGTH = 40;
    private static final int ROUNDS = 30;

    @Test
    void onRandomBlocksTheFastPipelineTakesAsLongAsTheSteppedOne() {
        double sum = 0;
        for (int i = 0; i < BLOCKS; i++) {
            RandomBlock.Flavour flavour = RandomBlock.Flavour.values()[i % RandomBlock.Flavour.values().length];
            double difference = difference(flavour, SEED + i);
            assertThat(difference).as("%s, seed %d", flavour, SEED + i).isBetween(-0.2, 0.2);
            sum += Math.abs(difference);
        }
        assertThat(sum / BLOCKS).as("mean difference, seed %d", SEED).isLessThan(0.05);
    }

    /** Of the second half, when everything is warm. */
    static double difference(RandomBlock.Flavour flavour, int seed) {
        Trace trace = trace(flavour, seed);
        long[] stepped = new SteppedCore(trace.sheet, trace.steps).run();
        int last = stepped.length - 1;
        int middle = last / 2;
        double fast = trace.steps.get(last).cycles - trace.steps.get(middle).cycles;
        return fast / (stepped[last] - stepped[middle]) - 1;
    }

    private static Trace trace(RandomBlock.Flavour flavour, int seed) {
        Trace trace = new Trace();
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine =
                provider.create(Parameters.of(provider, Map.of("memory", 64)), Configured.defaults(new Traced(trace)));
        machine.pokePhysical(RandomBlock.CODE, RandomBlock.of(flavour, LENGTH, ROUNDS, new SplittableRandom(seed)));
        machine.setRegister(Reg32.EBX, RandomBlock.DATA);
        machine.setRegister(Reg32.EBP, RandomBlock.DATA + 64);
        machine.setRegister(Reg32.ESP, RandomBlock.STACK);
        machine.setEip(RandomBlock.CODE);
        machine.run(Limits.instructions(1_000_000));
        return trace;
    }

    /** A Coppermine with a clock that is given. */
    private record Traced(Trace trace) implements CpuModel {

        @Override
        public String id() {
            return "traced";
        }

        @Override
        public String summary() {
            return "a traced Coppermine";
        }

        @Override
        public List<Parameter> parameters() {
            return new P3Coppermine().parameters();
        }

        @Override
        public Identity identity(Parameters parameters) {
            return new P3Coppermine().identity(parameters);
        }

        @Override
        public Timing timing(Parameters parameters) {
            return trace;
        }
    }

    public static void main(String[] arguments) {
        int count = Integer.parseInt(arguments[0]);
        for (RandomBlock.Flavour flavour : RandomBlock.Flavour.values()) {
            StringBuilder text = new StringBuilder(flavour + ":");
            double sum = 0;
            double worst = 0;
            for (int i = 0; i < count; i++) {
                double difference = difference(flavour, 100 * i + flavour.ordinal());
                sum += Math.abs(difference);
                if (Math.abs(difference) > Math.abs(worst)) worst = difference;
                text.append(" %+.1f".formatted(100 * difference));
            }
            System.out.printf("%-10s mean %.1f worst %+.1f %s%n", flavour, 100 * sum / count, 100 * worst, text);
        }
    }
}
