package org.sidestep.machine.ia32.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Engine;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.Ia32Machine;
import org.sidestep.machine.ia32.timing.inorder.I486;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.netburst.P4Northwood;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;

/** The translator gives the same bits as the interpreter, which is the definition. */
class TranslatorTest {
    private static final List<CpuModel> MODELS =
            List.of(new UnitModel(), new P3Coppermine(), new P4Northwood(), new P5(), new I486());

    /** Guests, and how often they repeat what they do. */
    private static final Map<String, Integer> GUESTS =
            Map.of("crc_pg", 1, "mix_pg", 500, "fib_pg", 1, "ring_pg", 300, "sysent_pg", 300, "ipc_pg", 300);

    private static final int HOT = 20;

    private static Stream<Arguments> guests() {
        return MODELS.stream()
                .flatMap(model ->
                        GUESTS.keySet().stream().sorted().map(guest -> Arguments.of(model.id(), guest, model)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("guests")
    void guestsDoTheSameAtEveryPlaceWhereTheyAreStopped(String id, String guest, CpuModel model) throws IOException {
        Lockstep machines = new Lockstep(model, 8, HOT);
        byte[] elf = elf(guest, GUESTS.get(guest));
        machines.both(machine -> machine.load(elf));
        SplittableRandom random = new SplittableRandom(11);
        Stop stop;
        do stop = machines.run(random, 100_000, guest);
        while (stop.kind() != Stop.Kind.EXIT);
        machines.compareAll(guest);
        assertThat(machines.translatedPart()).as("part that was translated").isGreaterThan(leastTranslated(guest));
    }

    /** Programs that go to the kernel and back, or write much to the console, are mostly not worth it. */
    @Test
    void whatOftenMeetsSomethingUnusualIsInterpretedAgain() throws IOException {
        // Each change of the address space empties the trace cache of the one, and the TLB of both; there, half of the
        // blocks wait for walks.
        assertThat(translatedInTheEnd("ipc_pg", new P4Northwood())).isLessThan(0.01);
        assertThat(translatedInTheEnd("ipc_pg", new P3Coppermine())).isLessThan(0.01);
        assertThat(translatedInTheEnd("ring_pg", new P3Coppermine())).isGreaterThan(0.9);
    }

    /** The part of a guest that goes to the kernel and back which is translated when it has done so for long. */
    private static double translatedInTheEnd(String guest, CpuModel model) throws IOException {
        Ia32Machine machine = (Ia32Machine) Lockstep.machine(Engine.TRANSLATOR, model, 64);
        machine.load(elf(guest, 1_000_000));
        machine.run(Limits.instructions(2_500_000));
        long before = machine.translatedInstructions();
        machine.run(Limits.instructions(machine.instructions() + 100_000));
        return (machine.translatedInstructions() - before) / 100_000.0;
    }

    private static double leastTranslated(String guest) {
        return GUESTS.get(guest) == 1 ? 0.5 : 0.001;
    }

    private static Stream<Arguments> models() {
        return MODELS.stream().map(model -> Arguments.of(model.id(), model));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void randomCodeDoesTheSame(String id, CpuModel model) {
        long seed = Long.getLong("translator.seed", 20031126);
        int loops = Integer.getInteger("translator.loops", 60);
        double translated = 0;
        for (int loop = 0; loop < loops; loop++) {
            translated += runLoop(model, new SplittableRandom(seed + loop), "seed " + (seed + loop));
        }
        assertThat(translated / loops).as("part that was translated").isGreaterThan(0.025);
    }

    private static double runLoop(CpuModel model, SplittableRandom random, String what) {
        Lockstep machines = new Lockstep(model, 2, 2);
        byte[] code = RandomCode.of(random);
        byte[] data = new byte[0x12000];
        random.nextBytes(data);
        machines.both(machine -> {
            machine.pokePhysical(RandomCode.CODE, code);
            machine.pokePhysical(RandomCode.DATA, data);
            machine.setEip(RandomCode.CODE);
        });
        for (int run = 0; run < 12; run++) {
            Stop stop = machines.run(random, 8000, what);
            boolean goesOn = stop.kind() == Stop.Kind.INSTRUCTION_LIMIT || stop.kind() == Stop.Kind.CYCLE_LIMIT;
            if (!goesOn) break;
        }
        machines.compareAll(what);
        return machines.translatedPart();
    }

    /** A loop that stores its own counter into the immediate operand of an addition: each round executes other code. */
    @Test
    void codeThatOverwritesItselfDoesTheSame() {
        byte[] code = bytes(0x43, 0x89, 0x1D, 0x09, 0x00, 0x01, 0x00, 0x90, 0x05, 0, 0, 0, 0, 0x01, 0xC2, 0xEB, 0xEF);
        for (CpuModel model : MODELS) {
            Lockstep machines = new Lockstep(model, 2, 2);
            machines.both(machine -> {
                machine.pokePhysical(RandomCode.CODE, code);
                machine.setEip(RandomCode.CODE);
            });
            SplittableRandom random = new SplittableRandom(3);
            for (int run = 0; run < 50; run++) machines.run(random, 300, model.id());
            machines.compareAll(model.id());
        }
    }

    @Test
    void codeThatIsChangedFromOutsideDoesTheSame() {
        byte[] code = bytes(0x05, 1, 0, 0, 0, 0x01, 0xC2, 0xEB, 0xF7);
        Lockstep machines = new Lockstep(new P3Coppermine(), 2, 2);
        machines.both(machine -> {
            machine.pokePhysical(RandomCode.CODE, code);
            machine.setEip(RandomCode.CODE);
        });
        SplittableRandom random = new SplittableRandom(4);
        for (int run = 0; run < 20; run++) {
            byte[] immediate = bytes(run, 2 * run);
            machines.both(machine -> machine.pokePhysical(RandomCode.CODE + 1, immediate));
            machines.run(random, 1000, "run " + run);
        }
        machines.compareAll("end");
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    static byte[] elf(String guest, int repeats) throws IOException {
        try (InputStream in = TranslatorTest.class.getResourceAsStream("/guests/" + guest + ".elf")) {
            byte[] elf = in.readAllBytes();
            for (int i = 0; i + 8 < elf.length; i++) {
                if (elf[i] != 'N' || elf[i + 1] != 'R' || elf[i + 2] != 'E' || elf[i + 3] != 'P') continue;
                for (int b = 0; b < 4; b++) elf[i + 4 + b] = (byte) (repeats >> 8 * b);
                assertThat(elf).isNotEmpty();
                return elf;
            }
            throw new IllegalStateException(guest + " has no repeat count");
        }
    }
}
