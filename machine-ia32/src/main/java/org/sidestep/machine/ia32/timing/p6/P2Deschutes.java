package org.sidestep.machine.ia32.timing.p6;

import java.util.Map;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;

/** The Pentium II "Deschutes", CPUID 00000651, at 333 MHz with a front-side bus of 66 MHz. */
public final class P2Deschutes extends P6Model {

    // spotless:off
    private static final P6Part PART = new P6Part(
            "p2-deschutes",
            "Pentium II Deschutes: the P6 core with the second-level cache off the die",
            333,                                // MHz, M
            0x651,                              // CPUID, M
            0,                                  // no brand, R
            true,                               // SYSENTER, R
            0x0C040843,                         // CPUID leaf 2 for these caches, D
            new Geometry( 16, 4, "M"),          // L1 instructions
            new Geometry( 16, 4, "M"),          // L1 data
            new Geometry(512, 4, "M"),          // L2 off the die at half the clock
            4,                                  // page walk, M 4
            new Bracket( 28, 28,  28, "M 28"),
            6,                                  // 8 bytes every other clock, D
            new Bracket(14, 12,  29, "D M PUSHA 14.9, PUSHAD 37"),
            new Bracket( 72, 72, 72, "M 72 open page"),
            new Bracket( 29, 0, 39, "D M 101 random"),
            new Bracket(39, 20, 41, "D as the Pentium III, 0.52..0.57 of the latency a line"),
            Map.of(
                    "cpuid", P6Part.cpuid(76),  // M
                    "popf",  P6Part.popf(15))); // M
    // spotless:on

    public P2Deschutes() {
        super(PART);
    }
}
