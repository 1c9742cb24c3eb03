package org.sidestep.machine;

import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameters;

/** A processor: what CPUID says, how its caches and TLBs are built, and how long things take. */
public interface CpuModel extends Extension {

    /** What software can ask the processor about, and the structures that are visible to software. */
    Identity identity(Parameters parameters);

    /** A fresh timing engine: cold caches, empty predictor, clock at zero. */
    Timing timing(Parameters parameters);

    /** CPUID, clock and TLB geometry. */
    interface Identity {
        /** Clock in kHz: ties the cycle counter to device time. */
        int kiloHertz();

        /** EAX, EBX, ECX, EDX of CPUID for {@code leaf}. */
        int[] cpuid(int leaf);

        Tlb instructionTlb();

        Tlb dataTlb();
    }

    /** Entries and ways of a TLB, for 4 KB and for 4 MB pages. */
    record Tlb(int entries4K, int ways4K, int entries4M, int ways4M) {}
}
