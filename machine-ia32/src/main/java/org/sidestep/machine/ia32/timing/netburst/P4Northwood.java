package org.sidestep.machine.ia32.timing.netburst;

import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.p6.P6Sheet;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * The Pentium 4 "Northwood", CPUID 00000F24, at 2.4 GHz with a front-side bus of 533 MHz: an approximation. The machine
 * does not execute SSE2, so CPUID does not claim it.
 */
public final class P4Northwood implements CpuModel {

    private static final List<Parameter> PARAMETERS = NetBurstSheet.parameters();

    /** Which registers an instruction uses is the same on every processor. */
    private static final P6Sheet WIRING = wiring();

    private static P6Sheet wiring() {
        CpuModel coppermine = new P3Coppermine();
        return new P6Sheet(P3Coppermine.PART, Parameters.defaults(coppermine));
    }

    @Override
    public String id() {
        return "p4-northwood";
    }

    @Override
    public String summary() {
        return "Pentium 4 Northwood, approximated: trace cache, double-pumped arithmetic, deep pipeline";
    }

    @Override
    public List<Parameter> parameters() {
        return PARAMETERS;
    }

    @Override
    public void check(Parameters values) {
        NetBurstSheet.check(id(), values);
    }

    @Override
    public Identity identity(Parameters values) {
        return new Part(values);
    }

    @Override
    public Timing timing(Parameters values) {
        return new NetBurstPipeline(new NetBurstSheet(values), WIRING);
    }

    private record Part(Parameters values) implements Identity {

        // spotless:off
        private static final int FPU = 1, VME = 1 << 1, DE = 1 << 2, PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, CX8 = 1 << 8, SEP = 1 << 11;
        private static final int PGE = 1 << 13, CMOV = 1 << 15, MMX = 1 << 23, FXSR = 1 << 24, SSE = 1 << 25;
        // spotless:on

        @Override
        public int kiloHertz() {
            return values.integer("mhz") * 1000;
        }

        /** Leaves beyond the highest one answer like the highest (SDM vol. 2, CPUID). */
        @Override
        public int[] cpuid(int leaf) {
            return switch (leaf) {
                case 0 -> new int[] {2, 0x756E6547, 0x6C65746E, 0x49656E69}; // "Genu", "ntel", "ineI"
                case 1 -> new int[] {0xF24, 9, 0, features()};
                default -> new int[] {0x665B5001, 0, 0, 0x007B7040};
            };
        }

        private static int features() {
            return FPU | VME | DE | PSE | TSC | MSR | CX8 | SEP | PGE | CMOV | MMX | FXSR | SSE;
        }

        @Override
        public Tlb instructionTlb() {
            return Figures.tlb(values, "tlb.code");
        }

        @Override
        public Tlb dataTlb() {
            return Figures.tlb(values, "tlb.data");
        }
    }
}
