package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.CpuModel;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.plugin.Parameters;

/** What a part of the P6 family says about itself, as far as the machine implements it. */
record P6Identity(P6Part part, Parameters parameters) implements CpuModel.Identity {

    // spotless:off
    private static final int FPU = 1, VME = 1 << 1, DE = 1 << 2, PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, PAE = 1 << 6, MCE = 1 << 7, CX8 = 1 << 8;
    private static final int SEP = 1 << 11, MTRR = 1 << 12, PGE = 1 << 13, MCA = 1 << 14, CMOV = 1 << 15, PAT = 1 << 16;
    private static final int MMX = 1 << 23, FXSR = 1 << 24, SSE = 1 << 25;
    // spotless:on

    /** Models, by the signature, from which on a feature is there. */
    private static final int KLAMATH = 3;

    private static final int DESCHUTES = 5;
    private static final int KATMAI = 7;

    private static final int FAMILY = FPU | VME | DE | PSE | TSC | MSR | PAE | MCE | CX8 | MTRR | PGE | MCA | CMOV;

    @Override
    public int kiloHertz() {
        return parameters.integer("mhz") * 1000;
    }

    /** Leaves beyond the highest one answer like the highest (SDM vol. 2, CPUID). */
    @Override
    public int[] cpuid(int leaf) {
        return switch (leaf) {
            case 0 -> new int[] {2, word("Genu"), word("ntel"), word("ineI")};
            case 1 -> new int[] {part.signature(), part.brand(), 0, features()};
            default -> new int[] {0x03020101, 0, 0, part.descriptors()};
        };
    }

    private int features() {
        int model = part.signature() >> 4 & 15;
        return FAMILY
                | (part.sysenter() ? SEP : 0)
                | (model >= KLAMATH ? MMX : 0)
                | (model >= DESCHUTES ? FXSR | PAT : 0)
                | (model >= KATMAI ? SSE : 0);
    }

    @Override
    public CpuModel.Tlb instructionTlb() {
        return Figures.tlb(parameters, "tlb.code");
    }

    @Override
    public CpuModel.Tlb dataTlb() {
        return Figures.tlb(parameters, "tlb.data");
    }

    private static int word(String four) {
        return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
    }
}
