package org.sidestep.machine.ia32.timing.p6;

import java.util.Map;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;

/** The Pentium III "Coppermine", CPUID 00000683, at 733 MHz with a front-side bus of 133 MHz. */
public final class P3Coppermine extends P6Model {

    // spotless:off
    static final P6Part PART = new P6Part(
            "p3-coppermine",
            "Pentium III Coppermine: out-of-order core, caches, branch predictor",
            733,                                // MHz, M
            0x683,                              // CPUID, M
            2,                                  // brand: "Intel Pentium III", R
            true,                               // SYSENTER, R
            0x0C040882,                         // CPUID leaf 2, M
            new Geometry( 16, 4, "M"),          // L1 instructions
            new Geometry( 16, 4, "M"),          // L1 data
            new Geometry(256, 8, "M"),          // L2 on the die
            5,                                  // page walk, M 5
            new Bracket(13,  7,  13, "M 13; 7 with another stepping"),
            2,                                  // half of the latency behind the first, R, D
            new Bracket( 4,  4,   6, "D M PUSHA 10.4, PUSHAD 13.2, POPA 9.9, POPAD 12.8"),
            new Bracket( 79, 79, 79, "M 79 open page"),
            new Bracket( 42, 0, 50, "D M 121 random"),
            new Bracket(43, 22, 45, "D S lmbench 0.52..0.57 of the latency a line"),
            Map.of());
    // spotless:on

    public P3Coppermine() {
        super(PART);
    }
}
