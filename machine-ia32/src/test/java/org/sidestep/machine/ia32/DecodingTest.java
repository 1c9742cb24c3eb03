package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;

import java.util.List;
import java.util.Map;
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
import org.sidestep.machine.Timing;
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
    private final Machine machine = machine();

    private Machine machine() {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        return provider.create(
                Parameters.of(provider, Map.of("memory", 4)), Configured.of(new Model(), Map.of("mhz", 1000)));
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
