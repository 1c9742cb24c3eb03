package org.example.flat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Evidence.Confidence;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * A processor without caches, pipeline or prediction: an instruction takes a cycle, each access to memory some more, and a
 * change of privilege level many. What IPC costs where memory is as fast as it gets, or as slow.
 */
public final class FlatMemoryProcessor implements CpuModel {

    static final String MEMORY = "memory.cycles";
    static final String TRAP = "trap.cycles";
    static final String SYSENTER = "sysenter.cycles";

    private static final Evidence MEMORY_EVIDENCE =
            new Evidence("cycles", "R one access to an asynchronous SRAM", Confidence.LOW, 1, 4);
    private static final Evidence TRAP_EVIDENCE =
            new Evidence("cycles", "R the microcode of a gate and its checks", Confidence.LOW, 40, 100);
    private static final Evidence SYSENTER_EVIDENCE =
            new Evidence("cycles", "R loads no descriptor", Confidence.LOW, 5, 30);

    @Override
    public String id() {
        return "flat-memory";
    }

    @Override
    public String summary() {
        return "a processor without caches: each memory access takes the same time";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.integer("mhz", 100, 1, 10_000, "clock in MHz"),
                Parameter.figure(MEMORY, 2, 0, 1000, MEMORY_EVIDENCE, "a load, a store, or a step of a page walk"),
                Parameter.figure(TRAP, 60, 0, 10_000, TRAP_EVIDENCE, "an interrupt or exception, and IRET"),
                Parameter.figure(SYSENTER, 10, 0, 10_000, SYSENTER_EVIDENCE, "SYSENTER or SYSEXIT"));
    }

    @Override
    public Identity identity(Parameters parameters) {
        return new Part(parameters.integer("mhz"));
    }

    @Override
    public Timing timing(Parameters parameters) {
        return new FlatMemoryTiming(parameters);
    }

    private record Part(int megahertz) implements Identity {

        private static final int FPU = 1, PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, CX8 = 1 << 8, SEP = 1 << 11;
        private static final int FAMILY_5 = 0x500;

        @Override
        public int kiloHertz() {
            return 1000 * megahertz;
        }

        @Override
        public int[] cpuid(int leaf) {
            if (leaf == 1) return new int[] {FAMILY_5, 0, 0, FPU | PSE | TSC | MSR | CX8 | SEP};
            ByteBuffer vendor = ByteBuffer.wrap("FlatMemoryCo".getBytes(StandardCharsets.US_ASCII))
                    .order(ByteOrder.LITTLE_ENDIAN);
            // the name goes through EBX, EDX, ECX in this order
            return new int[] {1, vendor.getInt(0), vendor.getInt(8), vendor.getInt(4)};
        }

        @Override
        public Tlb instructionTlb() {
            return new Tlb(32, 32, 4, 4);
        }

        @Override
        public Tlb dataTlb() {
            return new Tlb(32, 32, 4, 4);
        }
    }
}
