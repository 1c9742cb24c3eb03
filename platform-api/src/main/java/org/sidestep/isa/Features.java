package org.sidestep.isa;

import java.util.List;
import java.util.Set;

/** What CPUID leaf 1 claims in EDX decides which rows of the instruction table a part has (SDM vol. 2, CPUID). */
public final class Features {
    private static final int FPU = 1;
    private static final int TSC = 1 << 4;
    private static final int MSR = 1 << 5;
    private static final int CX8 = 1 << 8;
    private static final int SEP = 1 << 11;
    private static final int CMOV = 1 << 15;
    private static final int CLFSH = 1 << 19;
    private static final int MMX = 1 << 23;
    private static final int FXSR = 1 << 24;
    private static final int SSE = 1 << 25;
    /** The bit of SSE2. */
    public static final int SSE2 = 1 << 26;

    /** Instructions on MMX registers that came with SSE. */
    private static final Set<String> SSE_ON_MMX = Set.of(
            "pavgb",
            "pavgw",
            "pextrw",
            "pinsrw",
            "pmaxsw",
            "pmaxub",
            "pminsw",
            "pminub",
            "pmovmskb",
            "pmulhuw",
            "psadbw",
            "pshufw",
            "movntq",
            "maskmovq");

    private static final int[] NEEDED = new int[InstructionTable.rows().size()];

    static {
        for (InstructionForm row : InstructionTable.rows()) NEEDED[row.index()] = needed(row);
    }

    private Features() {}

    /**
     * Whether a part has a row.
     *
     * @param features EDX of the part's CPUID leaf 1
     */
    public static boolean include(int features, InstructionForm row) {
        int needed = NEEDED[row.index()];
        return (needed & features) == needed;
    }

    private static int needed(InstructionForm row) {
        String mnemonic = row.mnemonic();
        String timing = row.timing();
        return switch (mnemonic) {
            case "rdtsc" -> TSC;
            case "rdmsr", "wrmsr" -> MSR;
            case "cmpxchg8b" -> CX8;
            case "sysenter", "sysexit" -> SEP;
            case "fxsave", "fxrstor" -> FXSR;
            case "ldmxcsr", "stmxcsr", "sfence" -> SSE;
            case "lfence", "mfence" -> SSE2;
            case "clflush" -> CLFSH;
            // They came with the P6, as conditional moves did.
            case "rdpmc", "ud2" -> CMOV;
            default -> family(mnemonic, timing, row);
        };
    }

    private static int family(String mnemonic, String timing, InstructionForm row) {
        if (timing.startsWith("sse2.")) return SSE2;
        if (timing.startsWith("sse.") || timing.equals("prefetch") || SSE_ON_MMX.contains(mnemonic)) return SSE;
        if (timing.startsWith("mmx.") || List.of("emms", "movd", "movq").contains(timing)) return MMX;
        if (timing.equals("fp.cmov") || mnemonic.startsWith("fcomi") || mnemonic.startsWith("fucomi"))
            return CMOV | FPU;
        boolean hint = mnemonic.equals("nop") && row.map() == 0x0F;
        return hint || mnemonic.startsWith("cmov") ? CMOV : 0;
    }
}
