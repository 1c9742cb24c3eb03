package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/** Random descriptors, gates, task states and page tables under code that is mostly about them: the host never notices. */
class SystemFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 150);
    private static final int INSTRUCTIONS = 2000;

    /** Openings of instructions that concern the system; what follows them is random. */
    // spotless:off
    private static final String[] OPENINGS = {
        "8ED8", "8ED0", "8EC0", "8EE0", "1F", "17", "07", "0FA1", "0FA9", "C5", "C4", "0FB2", "0FB4",
        "0F00D0", "0F00D8", "0F00C8", "0F00C0", "0F00E0", "0F00E8", "0F02C0", "0F03C0", "63C0",
        "0F0115", "0F011D", "0F0105", "0F010D", "0F01F0", "0F01E0", "0F0138", "0F06",
        "0F22C0", "0F22D8", "0F22E0", "0F22D0", "0F20C0", "0F20E0", "0F23C0", "0F23F8", "0F23F0", "0F21F8",
        "9D", "9C", "FA", "FB", "CF", "CB", "CA", "66CF", "66CB", "CD", "CC", "CE", "F1", "F4",
        "EA", "9A", "FF2D", "FF1D", "FF28", "FF18", "0F34", "0F35", "0F30", "0F32", "0FA2", "0F31",
        "E4", "E6", "EC", "EE", "6C", "6E", "F36D", "F3A5", "F3AB", "F2AE", "F3A6", "60", "61", "C8", "C9", "9B", "D9", "DD", "DB"
    };
    // spotless:on

    private final SplittableRandom random;
    private final long seed = Long.getLong("fuzz.seed", 19931022);

    SystemFuzzTest() {
        random = new SplittableRandom(seed);
    }

    @Test
    void randomTablesUnderSystemCodeNeverHarmTheHost() {
        Bare bare = new Bare().paged();
        Machine.Snapshot start = bare.machine.snapshot();
        long faults = 0;
        for (int round = 0; round < ROUNDS; round++) {
            bare.machine.restore(start);
            tables(bare);
            code(bare, Bare.DATA, 512);
            for (int vector = 0; vector < 8; vector++) code(bare, 0xB000 + 0x100 * vector, 64);
            for (Reg32 register : Reg32.values()) bare.machine.setRegister(register, value());
            bare.machine.setRegister(Reg32.ESP, Bare.STACK - 4 * random.nextInt(16));
            bare.machine.setEip(Bare.DATA);
            Limits limits = new Limits(bare.machine.cycles() + 1_000_000, bare.machine.instructions() + INSTRUCTIONS);
            assertThat(run(bare.machine, limits, round))
                    .as("seed %d, round %d", seed, round)
                    .isNotNull();
            faults += bare.machine.counters().faults();
        }
        assertThat(faults).as("faults, seed %d", seed).isGreaterThan(ROUNDS);
    }

    private Stop run(Machine machine, Limits limits, int round) {
        try {
            return machine.run(limits);
        } catch (RuntimeException harm) {
            throw new AssertionError("seed %d, round %d".formatted(seed, round), harm);
        }
    }

    /** Every table entry is plausible or nonsense, evenly. */
    private void tables(Bare bare) {
        for (int selector = Bare.FREE; selector < 0x100; selector += 8) descriptor(bare, Bare.GDT + selector);
        for (int vector = 0; vector < 64; vector++) if (random.nextInt(3) == 0) descriptor(bare, Bare.IDT + 8 * vector);
        for (int i = 0; i < 26; i++) if (random.nextInt(4) == 0) bare.words(Bare.TSS + 4 * i, value());
        for (int i = 0; i < 26; i++) bare.words(0x6000 + 4 * i, value());
        for (int i = 0; i < 4; i++) {
            int page = random.nextInt(0x30);
            bare.words(Bare.TABLE + 4 * page, page << 12 | random.nextInt(8));
        }
    }

    private void descriptor(Bare bare, int address) {
        int base = random.nextInt(4) == 0 ? value() : random.nextBoolean() ? 0x6000 : 0;
        int limit = random.nextBoolean() ? 0xFFFF : random.nextInt(0x100);
        int access = 0x80 | random.nextInt(256);
        int size = random.nextInt(16) << 20 & 0xD00000 | random.nextInt(2) * 0xF0000;
        if ((access & 0x1F) >= 4 && (access & 0x17) < 8)
            bare.words(address, selector() << 16 | 0xB000 + 0x100 * random.nextInt(8), access << 8);
        else bare.words(address, base << 16 | limit, base & 0xFF000000 | base >>> 16 & 0xFF | size | access << 8);
    }

    private int selector() {
        return random.nextInt(0x20) << 3 | random.nextInt(8);
    }

    private int value() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt();
            case 1 -> selector();
            case 2 -> Bare.DATA + random.nextInt(0x200);
            case 3 -> 0x6000 + random.nextInt(0x80);
            case 4 -> 1 << random.nextInt(32);
            default -> Bare.STACK - random.nextInt(0x40);
        };
    }

    private void code(Bare bare, int address, int length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (bytes.size() < length) {
            if (random.nextInt(4) == 0) {
                immediate(bytes, 0xB8 + random.nextInt(8), value());
            } else {
                String opening = OPENINGS[random.nextInt(OPENINGS.length)];
                for (int i = 0; i < opening.length(); i += 2)
                    bytes.write(Integer.parseInt(opening.substring(i, i + 2), 16));
                if (random.nextBoolean()) immediate(bytes, random.nextInt(256), value());
            }
        }
        bare.machine.pokePhysical(address, bytes.toByteArray());
    }

    private static void immediate(ByteArrayOutputStream bytes, int opcode, int value) {
        bytes.write(opcode);
        for (int i = 0; i < 4; i++) bytes.write(value >> 8 * i);
    }
}
