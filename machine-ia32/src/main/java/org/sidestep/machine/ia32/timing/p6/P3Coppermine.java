package org.sidestep.machine.ia32.timing.p6;

import java.util.Map;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;

/** The Pentium III "Coppermine", CPUID 00000686, at 700 MHz with a front-side bus of 100 MHz. */
public final class P3Coppermine extends P6Model {

    // spotless:off
    static final P6Part PART = new P6Part(
            "p3-coppermine",
            "Pentium III Coppermine: out-of-order core, caches, branch predictor",
            700,                                // MHz, M
            0x686,                              // CPUID, M
            2,                                  // brand: "Intel Pentium III", R
            true,                               // SYSENTER, R
            0x0C040882,                         // CPUID leaf 2, M
            new Geometry( 16, 4, "M"),          // L1 instructions
            new Geometry( 16, 4, "M"),          // L1 data
            new Geometry(256, 8, "M"),          // L2 on the die
            5,                                  // page walk, M 5
            new Bracket( 7,  7,  13, "M 7 or 13"),
            2,                                  // half of the latency behind the first, R, D
            new Bracket(185, 185, 185, "M 185 open page"),
            new Bracket( 40, 0, 50, "D M 225 random"),
            28,                                 // 4 x 700 / 100, D
            Map.of());
    // spotless:on

    public P3Coppermine() {
        super(PART);
    }
}
