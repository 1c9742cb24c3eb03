package org.sidestep.machine.ia32.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Engine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.Ia32Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.inorder.I486;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.netburst.P4Northwood;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Two machines that do the same, one with each engine, and are stopped at the same random places to be compared. */
final class Lockstep {
    private static final int HASH_EVERY = 8;

    private final Machine interprets;
    private final Machine translates;
    private int stops;

    /** Models whose clocks differ in kind, each behind its name. */
    static Stream<Arguments> models() {
        return Stream.of(new UnitModel(), new P3Coppermine(), new P4Northwood(), new P5(), new I486())
                .map(model -> Arguments.of(model.id(), model));
    }

    /** @param hot how often a block is interpreted before it is translated */
    Lockstep(CpuModel model, int megabytes, int hot) {
        interprets = machine(Engine.INTERPRETER, model, megabytes);
        System.setProperty("sidestep.engine.hot", String.valueOf(hot));
        translates = machine(Engine.TRANSLATOR, model, megabytes);
        System.clearProperty("sidestep.engine.hot");
    }

    /** A machine with one engine, whatever has been chosen. */
    static Machine machine(Engine engine, CpuModel model, int megabytes) {
        Engine before = Engine.chosen();
        engine.choose();
        try {
            Ia32MachineProvider provider = new Ia32MachineProvider();
            return provider.create(Parameters.of(provider, Map.of("memory", megabytes)), Configured.defaults(model));
        } finally {
            before.choose();
        }
    }

    void both(Consumer<Machine> action) {
        action.accept(interprets);
        action.accept(translates);
    }

    /** Puts code into both, with which they go on. */
    void begin(int address, byte[] code) {
        both(machine -> {
            machine.pokePhysical(address, code);
            machine.setEip(address);
        });
    }

    /** Runs both so many times, after none of which the guest has come to an end, and compares them. */
    void runOn(long seed, int times, String what) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < times; run++) {
            assertThat(run(random, 20_000, what).kind()).isIn(Stop.Kind.INSTRUCTION_LIMIT, Stop.Kind.CYCLE_LIMIT);
        }
        compareAll(what);
    }

    /** Runs both for up to {@code most} instructions or cycles more, and compares them. */
    Stop run(SplittableRandom random, int most, String what) {
        Limits limits = limits(random, most);
        Stop stop = interprets.run(limits);
        Stop other = translates.run(limits);
        String when = what + ", stop " + stops;
        assertThat(other).as(when).isEqualTo(stop);
        compare(when);
        return stop;
    }

    private Limits limits(SplittableRandom random, int most) {
        long some = 1 + (random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(most));
        return random.nextBoolean()
                ? Limits.instructions(interprets.instructions() + some)
                : new Limits(interprets.cycles() + some, Long.MAX_VALUE);
    }

    private void compare(String when) {
        assertThat(state(translates)).as(when).isEqualTo(state(interprets));
        boolean hashes = stops++ % HASH_EVERY == 0;
        if (hashes) compareAll(when);
    }

    /** Memory, devices, translations and the clock's state too. */
    void compareAll(String when) {
        assertThat(translates.debugger().hash())
                .as("hash, " + when)
                .isEqualTo(interprets.debugger().hash());
        assertThat(report(translates)).as("report, " + when).isEqualTo(report(interprets));
    }

    /** How much of what has been executed was not interpreted, 0 to 1. */
    double translatedPart() {
        return (double) ((Ia32Machine) translates).translatedInstructions() / translates.instructions();
    }

    private static String report(Machine machine) {
        return ((BootedMachine) machine).report();
    }

    private static String state(Machine machine) {
        StringBuilder text = new StringBuilder();
        for (Reg32 register : Reg32.values()) {
            text.append(register)
                    .append(' ')
                    .append(Integer.toHexString(machine.register(register)))
                    .append(' ');
        }
        return text.append("eip ")
                .append(Integer.toHexString(machine.eip()))
                .append(" eflags ")
                .append(Integer.toHexString(machine.eflags()))
                .append(" cycles ")
                .append(machine.cycles())
                .append(" instructions ")
                .append(machine.instructions())
                .append(' ')
                .append(machine.counters())
                .append(' ')
                .append(machine.charges())
                .toString();
    }
}
