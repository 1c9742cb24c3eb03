package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/** Whatever bytes a guest executes, at whatever level, the host sees a stop and never an exception. */
class FuzzTest {
    private static final int ROUNDS = 1500;
    private static final int REGION = 0x10000;

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void randomBytesAsCodeNeverHarmTheHost(int level) {
        long seed = Long.getLong("fuzz.seed", 20011017 + level);
        SplittableRandom random = new SplittableRandom(seed);
        Bare bare = new Bare().paged();
        if (level == 3) bare.user(a -> {});
        Machine.Snapshot start = bare.machine.snapshot();
        int delivered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            bare.machine.restore(start);
            Stop stop = runRandom(bare.machine, random, level);
            assertThat(stop).as("seed %d, round %d", seed, round).isNotNull();
            delivered += (int) bare.machine.counters().faults();
        }
        assertThat(delivered).as("faults, seed %d", seed).isGreaterThan(ROUNDS / 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void randomBytesAsSixteenBitCodeNeverHarmTheHost(boolean virtual) {
        long seed = Long.getLong("fuzz.seed", 20011020 + (virtual ? 1 : 0));
        SplittableRandom random = new SplittableRandom(seed);
        Bare bare = virtual ? new Bare().paged() : new Bare();
        Ia32Machine machine = (Ia32Machine) bare.machine;
        Machine.Snapshot start = machine.snapshot();
        int delivered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            machine.restore(start);
            byte[] code = new byte[256];
            random.nextBytes(code);
            machine.pokePhysical(Bare.DATA, code);
            if (virtual) enterVirtual(machine, random);
            else machine.enterRealMode(Bare.DATA >> 4, 0);
            for (Reg32 register : Reg32.values()) {
                if (!virtual || register != Reg32.ESP) machine.setRegister(register, random.nextInt());
            }
            Stop stop = machine.run(new Limits(machine.cycles() + 100_000, machine.instructions() + 2000));
            assertThat(stop).as("seed %d, round %d", seed, round).isNotNull();
            delivered += (int) machine.counters().faults();
        }
        assertThat(delivered).as("faults, seed %d", seed).isGreaterThan(ROUNDS / 2);
    }

    /** Prepares an IRETD to the code, with random segments and IOPL. */
    private static void enterVirtual(Machine machine, SplittableRandom random) {
        int[] words = new int[9];
        for (int i = 3; i < words.length; i++) words[i] = random.nextInt(0x10000);
        words[1] = Bare.DATA >> 4;
        words[2] = 0x20002 | random.nextInt(4) << 12;
        byte[] frame = new byte[4 * words.length];
        for (int i = 0; i < frame.length; i++) frame[i] = (byte) (words[i / 4] >> 8 * (i & 3));
        machine.pokePhysical(0xC000, frame);
        machine.pokePhysical(0xB000, new byte[] {(byte) 0xCF});
        machine.setRegister(Reg32.ESP, 0xC000);
        machine.setEip(0xB000);
    }

    private static Stop runRandom(Machine machine, SplittableRandom random, int level) {
        byte[] code = new byte[256];
        random.nextBytes(code);
        machine.pokePhysical(Bare.DATA, code);
        for (Reg32 register : Reg32.values()) {
            boolean pointer = random.nextInt(4) != 0;
            machine.setRegister(register, pointer ? Bare.DATA + random.nextInt(REGION) : random.nextInt());
        }
        if (level == 3) {
            byte[] frame = new byte[20];
            int[] words = {Bare.DATA, Bare.USER_CODE, 0x2, Bare.STACK, Bare.USER_DATA};
            for (int i = 0; i < frame.length; i++) frame[i] = (byte) (words[i / 4] >> 8 * (i & 3));
            machine.pokePhysical(0xC000, frame);
            machine.pokePhysical(0xB000, new byte[] {(byte) 0xCF});
            machine.setRegister(Reg32.ESP, 0xC000);
            machine.setEip(0xB000);
        } else {
            machine.setEip(Bare.DATA);
        }
        return machine.run(new Limits(machine.cycles() + 100_000, machine.instructions() + 2000));
    }
}
