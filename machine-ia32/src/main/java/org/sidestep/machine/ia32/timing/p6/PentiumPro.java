package org.sidestep.machine.ia32.timing.p6;

import java.util.Map;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;

/**
 * The Pentium Pro, CPUID 00000617, at 200 MHz with a front-side bus of 66 MHz.
 *
 * <p>The real part sets the SEP bit of CPUID without having SYSENTER (SDM vol. 2, SYSENTER); this one does not claim it.
 * Its slower fetch of instructions with 32-bit immediates is not modelled.
 */
public final class PentiumPro extends P6Model {

    // spotless:off
    private static final P6Part PART = new P6Part(
            "ppro",
            "Pentium Pro: the first P6, smaller first-level caches, no SYSENTER",
            200,                                // MHz, M
            0x617,                              // CPUID, M
            0,                                  // no brand, R
            false,                              // SYSENTER, R
            0x06040A42,                         // CPUID leaf 2 for these caches, D
            new Geometry(  8, 4, "R"),          // L1 instructions
            new Geometry(  8, 2, "R"),          // L1 data
            new Geometry(256, 4, "R"),          // L2 in the package at the full clock
            5,                                  // page walk, M 5..6
            new Bracket( 7,  7,   7, "M 7"),
            2,                                  // 8 bytes a clock, M ADD r32,imm32 0.79, D
            new Bracket( 6,  5,   7, "D M PUSHA 10.7, PUSHAD 15.3"),
            new Bracket( 46, 46, 46, "M 46 open page"),
            new Bracket(  6, 0, 16, "D M 52 random"),
            new Bracket(25, 12, 26, "D as the Pentium III, 0.52..0.57 of the latency a line"),
            Map.of(
                    "cpuid", P6Part.cpuid(59),  // M
                    "popf",  P6Part.popf(15),   // M
                    "rcr.8", P6Part.rcr8()));   // M
    // spotless:on

    public PentiumPro() {
        super(PART);
    }
}
