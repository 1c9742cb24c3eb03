package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Watch;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** How much is decoded, which decides how long the host takes and nothing else. */
class DecodingTest {
    private static final int INSTRUCTIONS = 10_000;
    private static final int CODE = 0x10000;

    /** Instructions per block at most, and then some. */
    private static final int BLOCKS = INSTRUCTIONS / 40;

    private int decoded;
    private int blocks;

    /** How often the clock was asked, which is whenever somebody looks around. */
    private int asked;

    private final Machine machine = machine();

    private Machine machine() {
        return machine(1000);
    }

    private Machine machine(int megahertz) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        return provider.create(
                Parameters.of(provider, Map.of("memory", 4)), Configured.of(new Model(), Map.of("mhz", megahertz)));
    }

    private void run(Consumer<Assembler> code) {
        Assembler assembler = new Assembler();
        assembler.section("code", CODE, CODE);
        code.accept(assembler);
        assembler.link().segments().forEach(s -> machine.pokePhysical(s.physical(), s.bytes()));
        machine.setEip(CODE);
        machine.run(Limits.instructions(machine.instructions() + INSTRUCTIONS));
    }

    @Test
    void storesToAbsentMemoryEndNoBlockAndEmptyMemoryIsDecodedOnce() {
        run(a -> {
            a.emit("mov", EAX, imm(0x2BAD0002));
            a.emit("mov", EBX, imm(0x200000));
            a.emit("jmp", EBX);
        });
        assertThat(blocks).isLessThan(BLOCKS);
        assertThat(decoded).as("the ends of pages are").isLessThan(INSTRUCTIONS / 100);
        assertThat(blocks)
                .as("to the clock, blocks of the same instructions are one")
                .isLessThan(10);
    }

    @Test
    void codeThatIsKnownFromElsewhereRunsAsIfItWereMetForTheFirstTime() {
        SplittableRandom random = new SplittableRandom(11);
        int[] lengths = new int[40];
        byte[] code = increments(random, lengths);
        // At all places in a line, and so that pages end within it.
        for (int trial = 0; trial < 200; trial++) {
            int at = 0x20000
                    + 0x2000 * trial
                    + (trial % 3 == 0 ? random.nextInt(0xF80, 0x1000) : random.nextInt(0x1000));
            byte[] copy = code.clone();
            // One instruction is another one, but no longer; the last has to stay.
            int changed = random.nextInt(lengths.length - 1);
            if (trial % 2 == 0) copy[lengths[changed] - 1] ^= 1;
            int watched = at + lengths[random.nextInt(lengths.length - 1)];
            boolean watches = trial % 5 == 0;
            Machine fresh = machine();
            List<String> seen =
                    List.of(runCopy(machine, at, copy, watches, watched), runCopy(fresh, at, copy, watches, watched));
            assertThat(seen.get(0)).as("copy %d at %x", trial, at).isEqualTo(seen.get(1));
        }
    }

    /** Instructions of 1 to 6 bytes that add to EAX, and HLT; where each ends goes to {@code ends}. */
    private static byte[] increments(SplittableRandom random, int[] ends) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        for (int i = 0; i < ends.length; i++) {
            code.writeBytes(
                    switch (i == ends.length - 1 ? 3 : random.nextInt(3)) {
                        case 0 -> new byte[] {(byte) 0x83, (byte) 0xC0, (byte) random.nextInt(100)};
                        case 1 -> new byte[] {(byte) 0x81, (byte) 0xC0, 1, 2, 3, (byte) random.nextInt(100)};
                        case 2 -> new byte[] {0x04, (byte) random.nextInt(100)};
                        default -> new byte[] {(byte) 0xF4};
                    });
            ends[i] = code.size();
        }
        return code.toByteArray();
    }

    /** Where a run stops, with what in EAX and after how many instructions, and where a watch told of it. */
    private static String runCopy(Machine machine, int at, byte[] code, boolean watches, int watched) {
        List<String> told = new ArrayList<>();
        machine.pokePhysical(at, code);
        machine.setRegister(EAX, 0);
        machine.setEip(at);
        long before = machine.instructions();
        Watch watch = watches
                ? machine.watch(watched, (m, address) -> told.add(Long.toString(m.instructions() - before)))
                : () -> {};
        machine.run(Limits.instructions(before + 100));
        watch.close();
        return String.join(
                " ",
                Integer.toHexString(machine.eip()),
                Integer.toHexString(machine.register(EAX)),
                Long.toString(machine.instructions() - before),
                told.toString());
    }

    @Test
    void aFloodOfKeysCostsNoMoreForEachKeyTheLongerItIs() {
        int few = 500;
        Work once = flooded(few);
        Work twice = flooded(2 * few);
        assertThat(twice.decoded).as("instructions decoded").isEqualTo(once.decoded);
        assertThat(twice.blocks)
                .as("blocks decoded: at most one for each instruction")
                .isLessThan(150);
        assertThat(twice.asked).as("looks around").isLessThan(2 * once.asked);
        assertThat(once.asked).as("looks around").isLessThan(3 * (int) once.instructions);
        assertThat(twice.instructions).as("instructions").isLessThan(2 * once.instructions);
    }

    private record Work(int decoded, int blocks, int asked, long instructions) {}

    /** What it takes until the guest has handled so many keys, all of which are pressed at once, each with two scan codes. */
    private Work flooded(int keys) {
        Bare bare = new Bare(machine(4));
        Ia32Machine flooded = (Ia32Machine) bare.machine;
        int handler = 0x30000;
        bare.gate(0x21, Bare.KERNEL_CODE, handler, 0x8E00);
        bare.assemble(handler, a -> {
            a.emit("push", EAX);
            a.emit("in", Reg8.AL, imm(0x60));
            a.emit("inc", Mem.absolute(Bare.DATA).dword());
            a.emit("mov", Reg8.AL, imm(0x20));
            a.emit("out", imm(0x20), Reg8.AL);
            a.emit("pop", EAX);
            a.emit("iret");
        });
        bare.assemble(Bare.CODE, a -> {
            int[][] writes = {{0x20, 0x11}, {0x21, 0x20}, {0x21, 4}, {0x21, 1}, {0x21, 0xFD}};
            for (int[] write : writes) {
                a.emit("mov", Reg8.AL, imm(write[1]));
                a.emit("out", imm(write[0]), Reg8.AL);
            }
            a.emit("sti");
            var wait = a.label("wait");
            a.bind(wait);
            for (int i = 0; i < 100; i++) a.emit("inc", EBX);
            a.emit("cmp", Mem.absolute(Bare.DATA).dword(), imm(2 * keys));
            a.emit("jb", wait);
            a.emit("out", imm(0xF4), Reg8.AL);
        });
        decoded = 0;
        blocks = 0;
        asked = 0;
        flooded.press("k".repeat(keys).getBytes(StandardCharsets.US_ASCII));
        flooded.setEip(Bare.CODE);
        long before = flooded.instructions();
        Stop stop = flooded.run(new Limits(Long.MAX_VALUE, Long.MAX_VALUE));
        assertThat(stop.kind()).isEqualTo(Stop.Kind.EXIT);
        return new Work(decoded, blocks, asked, flooded.instructions() - before);
    }

    @Test
    void aBlockThatIsLeftAtEachInstructionIsDecodedOnce() {
        run(a -> {
            // Each OUT makes the machine look around.
            var first = a.label("first");
            a.bind(first);
            for (int i = 0; i < 30; i++) a.emit("out", imm(0x80), Reg8.AL);
            a.emit("jmp", first);
        });
        assertThat(decoded).isLessThan(60);
    }

    @Test
    void codeThatOverwritesItselfIsDecodedAnewOnlyWhereItChanges() {
        run(a -> {
            var loop = a.label("loop");
            a.bind(loop);
            a.emit("inc", Mem.absolute(CODE + 0x100).dword());
            a.emit("jmp", a.label("behind"));
            a.align(0x100);
            a.word(imm(0));
            a.bind(a.label("behind"));
            a.emit("jmp", loop);
        });
        assertThat(decoded).isLessThan(20);
    }

    @Test
    void aRestoreKeepsTheBlocksOfAPageWhoseDataAloneItChanges() {
        Machine.Snapshot start = machine.snapshot();
        run(a -> {
            a.emit("inc", Mem.absolute(CODE + 0x100).dword());
            a.emit("hlt");
        });
        Machine.Snapshot behind = machine.snapshot();
        machine.restore(start);
        machine.restore(behind);
        int before = blocks;
        for (int i = 0; i < 10; i++) {
            machine.setEip(CODE);
            machine.run(Limits.instructions(machine.instructions() + INSTRUCTIONS));
            assertThat(machine.peek(CODE + 0x100)).isEqualTo(2);
            machine.restore(behind);
        }
        assertThat(blocks - before).isLessThanOrEqualTo(1);
    }

    @Test
    void aRestoreDropsTheBlocksOfCodeThatItChanges() {
        machine.setRegister(EAX, 0);
        run(a -> a.emit("hlt"));
        Machine.Snapshot halts = machine.snapshot();
        run(a -> {
            a.emit("inc", EAX);
            a.emit("hlt");
        });
        assertThat(machine.register(EAX)).isEqualTo(1);
        machine.restore(halts);
        machine.setEip(CODE);
        machine.run(Limits.instructions(machine.instructions() + INSTRUCTIONS));
        assertThat(machine.register(EAX)).isZero();
    }

    /** The simplest model, with an eye on what it is asked to prepare. */
    private final class Model implements CpuModel {
        private final UnitModel unit = new UnitModel();

        @Override
        public String id() {
            return unit.id();
        }

        @Override
        public String summary() {
            return unit.summary();
        }

        @Override
        public List<Parameter> parameters() {
            return unit.parameters();
        }

        @Override
        public Identity identity(Parameters parameters) {
            return unit.identity(parameters);
        }

        @Override
        public Timing timing(Parameters parameters) {
            return new Counting();
        }
    }

    private final class Counting extends Timing {
        private long cycles;

        @Override
        public Object prepare(Instruction instruction) {
            decoded++;
            return instruction;
        }

        @Override
        public Object schedule(Object[] prepared) {
            blocks++;
            return null;
        }

        @Override
        public void fetch(int line) {}

        @Override
        public void load(int physical, int bytes) {}

        @Override
        public void store(int physical, int bytes) {}

        @Override
        public void walk(int physical, boolean instructionSide, boolean written) {}

        @Override
        public void branch(Branch kind, int address, int next, int target, boolean taken) {}

        @Override
        public void event(Event event) {}

        @Override
        public void retire(Object prepared, int iterations) {
            cycles++;
        }

        @Override
        public void idleUntil(long cycle) {
            cycles = Math.max(cycles, cycle);
        }

        @Override
        public long cycles() {
            asked++;
            return cycles;
        }

        @Override
        public long l1Misses() {
            return 0;
        }

        @Override
        public long l2Misses() {
            return 0;
        }

        @Override
        public long mispredictions() {
            return 0;
        }

        @Override
        public void keep(StateTape tape) {
            cycles = tape.number(cycles);
        }
    }
}
