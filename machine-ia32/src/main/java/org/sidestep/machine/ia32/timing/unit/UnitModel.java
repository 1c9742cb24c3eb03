package org.sidestep.machine.ia32.timing.unit;

import java.util.List;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** One cycle per instruction, or per iteration of a repeated one, nothing else: for tests, and to count instructions. */
public final class UnitModel implements CpuModel {

    /** Of which it says that it is one. */
    private static final CpuModel PROCESSOR = new P3Coppermine();

    /** Made when somebody asks: of the models that there are a run needs few. */
    private static final class Sheet {
        static final List<Parameter> PARAMETERS = PROCESSOR.parameters().stream()
                .filter(parameter ->
                        parameter.name().equals("mhz") || parameter.name().startsWith("tlb."))
                .toList();
    }

    @Override
    public String id() {
        return "unit";
    }

    @Override
    public String summary() {
        return "one cycle per instruction, no caches, no mispredictions";
    }

    @Override
    public List<Parameter> parameters() {
        return Sheet.PARAMETERS;
    }

    @Override
    public Identity identity(Parameters parameters) {
        return PROCESSOR.identity(parameters);
    }

    @Override
    public Timing timing(Parameters parameters) {
        return new Unit();
    }

    private static final class Unit extends Timing {
        private long cycles;

        @Override
        public Object prepare(Instruction instruction) {
            return instruction;
        }

        @Override
        public boolean again(Object schedule, int instructions, long deadline) {
            return cycles + instructions <= deadline;
        }

        @Override
        public void round(int instructions) {
            cycles += instructions;
        }

        @Override
        public int rounds(Object schedule, int instructions, int branch, int most, long deadline) {
            int rounds = (int) Math.min(most, Math.max(0, deadline - cycles) / instructions);
            cycles += (long) rounds * instructions;
            return rounds;
        }

        @Override
        public boolean countsInstructions() {
            return true;
        }

        @Override
        public void passed(int instructions, int line) {
            cycles += instructions;
            line(line);
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
            cycles += Math.max(iterations, 1);
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
