package org.sidestep.machine.ia32.timing;

import org.sidestep.machine.CpuModel;

/** What a part of the P6 family says about itself, as far as the machine implements it. */
record P6Identity(P6Part part, int kiloHertz) implements CpuModel.Identity {

    // spotless:off
    private static final int PSE = 1 << 3, TSC = 1 << 4, MSR = 1 << 5, CX8 = 1 << 8, SEP = 1 << 11, PGE = 1 << 13, CMOV = 1 << 15;
    // spotless:on

    private static final int FAMILY = PSE | TSC | MSR | CX8 | PGE | CMOV;

    /** Leaves beyond the highest one answer like the highest (SDM vol. 2, CPUID). */
    @Override
    public int[] cpuid(int leaf) {
        return switch (leaf) {
            case 0 -> new int[] {2, word("Genu"), word("ntel"), word("ineI")};
            case 1 -> new int[] {part.signature(), part.brand(), 0, FAMILY | (part.sysenter() ? SEP : 0)};
            default -> new int[] {0x03020101, 0, 0, part.descriptors()};
        };
    }

    @Override
    public CpuModel.Tlb instructionTlb() {
        return new CpuModel.Tlb(32, 4, 2, 2);
    }

    @Override
    public CpuModel.Tlb dataTlb() {
        return new CpuModel.Tlb(64, 4, 8, 4);
    }

    private static int word(String four) {
        return four.charAt(0) | four.charAt(1) << 8 | four.charAt(2) << 16 | four.charAt(3) << 24;
    }
}
