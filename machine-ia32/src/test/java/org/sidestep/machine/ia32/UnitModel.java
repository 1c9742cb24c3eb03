package org.sidestep.machine.ia32;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** The simplest clock there is: one cycle per instruction, or per iteration of a repeated one. */
public final class UnitModel implements CpuModel {

    /** A machine with this clock. */
    public static Machine machine(int megabytes) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Parameters parameters = Parameters.of(provider, Map.of("memory", megabytes));
        return provider.create(parameters, Configured.defaults(new UnitModel()));
    }

    @Override
    public String id() {
        return "unit";
    }

    @Override
    public String summary() {
        return "one cycle per instruction";
    }

    @Override
    public Identity identity(Parameters parameters) {
        return new UnitIdentity();
    }

    @Override
    public Timing timing(Parameters parameters) {
        return new UnitTiming(0);
    }

    private static final class UnitIdentity implements Identity {
        @Override
        public int kiloHertz() {
            return 1_000_000;
        }

        @Override
        public int[] cpuid(int leaf) {
            return leaf == 0 ? new int[] {1, 0x756E6547, 0x6C65746E, 0x49656E69} : new int[] {0x683, 0, 0, 0x8000_0FFF};
        }

        @Override
        public Tlb instructionTlb() {
            return new Tlb(32, 4, 2, 2);
        }

        @Override
        public Tlb dataTlb() {
            return new Tlb(64, 4, 8, 4);
        }
    }

    /** Counts instructions. */
    private static final class UnitTiming extends Timing {
        private long cycles;

        UnitTiming(long cycles) {
            this.cycles = cycles;
        }

        @Override
        public Object prepare(Instruction instruction) {
            return instruction;
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
        public Timing copy() {
            return new UnitTiming(cycles);
        }
    }
}
