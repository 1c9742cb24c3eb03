package org.sidestep.machine.ia32.timing.p6;

import java.util.Map;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;

/** The Pentium III "Katmai", CPUID 00000673, at 450 MHz with a front-side bus of 100 MHz. */
public final class P3Katmai extends P6Model {

    // spotless:off
    private static final P6Part PART = new P6Part(
            "p3-katmai",
            "Pentium III Katmai: the P6 core with the second-level cache off the die",
            450,                                // MHz; measured at 454, M
            0x673,                              // CPUID, M
            0,                                  // no brand, R
            true,                               // SYSENTER, R
            0x0C040843,                         // CPUID leaf 2 for these caches, D
            new Geometry( 16, 4, "M"),          // L1 instructions
            new Geometry( 16, 4, "M"),          // L1 data
            new Geometry(512, 4, "M"),          // L2 off the die at half the clock
            5,                                  // page walk, M 4..8
            new Bracket( 22, 22,  22, "M 22"),
            6,                                  // 8 bytes every other clock, D
            new Bracket(15, 12,  31, "D M PUSHA 15.6, PUSHAD 39"),
            new Bracket( 85, 85, 85, "M 85 open page"),
            new Bracket( 55, 0, 65, "D M 140 random"),
            new Bracket(46, 18, 48, "D S lmbench 0.52..0.57 of the latency a line"),
            Map.of(
                    "cpuid", P6Part.cpuid(92),  // M
                    "rcr.8", P6Part.rcr8(),     // M
                    "sse.mov.unaligned.store", P6Part.unalignedStore())); // D M throughput 4
    // spotless:on

    public P3Katmai() {
        super(PART);
    }
}
