package org.sidestep.lab.calibrate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known of a {@link Probe} on a real part.
 *
 * @param signature of CPUID, which names the part
 * @param low cycles; equal to {@code high} where the source has one figure
 * @param source M measured (InstLatx64), S published, D derived from such figures; and how far it is to be trusted
 */
public record Reference(int signature, Probe probe, double low, double high, String source) {

    // spotless:off
    private static final List<Reference> ALL = List.of(
            of(0x435, Probe.INTERRUPT,     107, 107, "S Liedtke 1993: 71 and 36"),
            of(0x435, Probe.CALL_GATE,     104, 104, "S Intel: 69 and 35"),
            of(0x525, Probe.L1,              2,   2, "M"),
            of(0x525, Probe.L2,              9,  13, "M"),
            of(0x525, Probe.MEMORY,         15,  42, "M"),
            of(0x525, Probe.TLB,            16,  22, "D"),
            of(0x525, Probe.INTERRUPT,      75,  75, "S Intel: 48 and 27"),
            of(0x525, Probe.CALL_GATE,      67,  67, "S Intel: 44 and 23"),
            of(0x617, Probe.L1,              3,   3, "M"),
            of(0x617, Probe.L2,              7,   7, "M"),
            of(0x617, Probe.MEMORY,         46,  52, "M"),
            of(0x617, Probe.TLB,             5,   6, "D"),
            of(0x651, Probe.L1,              3,   3, "M"),
            of(0x651, Probe.L2,             28,  28, "M"),
            of(0x651, Probe.MEMORY,         72, 101, "M"),
            of(0x651, Probe.TLB,             4,   4, "D"),
            of(0x673, Probe.L1,              3,   3, "M"),
            of(0x673, Probe.L2,             22,  22, "M"),
            of(0x673, Probe.MEMORY,         85, 140, "M"),
            of(0x673, Probe.TLB,             4,   8, "D"),
            of(0x683, Probe.L1,              3,   3, "M"),
            of(0x683, Probe.L2,              7,  13, "M"),
            of(0x683, Probe.MEMORY,         79, 121, "M"),
            of(0x683, Probe.TLB,             5,   5, "D"),
            of(0x686, Probe.L1,              3,   3, "M"),
            of(0x686, Probe.L2,              7,  13, "M"),
            of(0x686, Probe.MEMORY,        185, 225, "M"),
            of(0x686, Probe.TLB,             5,   5, "D"),
            of(0xF24, Probe.L1,              2,   2, "M"),
            of(0xF24, Probe.L2,             18,  22, "M"),
            of(0xF24, Probe.MEMORY,        330, 420, "M"),
            of(0xF24, Probe.TLB,            48,  60, "D"),
            of(0x651, Probe.FAR_RETURN,     33,  33, "S Johnson 2002"),
            of(0xF24, Probe.INTERRUPT,     932, 1266, "S Fiasco's kernel debugger; D SYSENTER's pair and what Linux saved by it (Torvalds 2002)"),
            of(0xF24, Probe.SYSENTER,      146, 146, "S Fiasco's kernel debugger"),
            of(0xF24, Probe.SYSTEM_CALL,  1600, 1761, "S Torvalds, Eggestad 2002, loop included"),
            of(0xF24, Probe.CR3,           207, 207, "D from the next"),
            of(0xF24, Probe.RELOAD,        296, 296, "S Fiasco's kernel debugger"),
            of(0xF24, Probe.SPACE,         742, 742, "D the reference kernel's messages, low confidence"),
            of(0xF24, Probe.INVLPG,        520, 520, "S Fiasco's kernel debugger"),
            of(0xF24, Probe.FLAG,           88,  88, "S Fiasco's kernel debugger"));

    /** Of all parts from the Pentium II to the Pentium III. */
    private static final List<Reference> P6 = List.of(
            of(0x600, Probe.INTERRUPT,     175, 235, "D from the null system call, low confidence"),
            of(0x600, Probe.SYSTEM_CALL,   265, 345, "S Eggestad 2002, White 2003; some 15 of loop and library"),
            of(0x600, Probe.SEGMENT,        12,  12, "S Torvalds 2002, about"),
            of(0x600, Probe.SPACE,         169, 170, "D the reference kernel's messages, low confidence"),
            of(0x600, Probe.SYSENTER,       55,  65, "D, medium confidence"),
            of(0x600, Probe.CR3,           120, 150, "D, medium confidence"));
    // spotless:on

    private static final int FAMILY = 0xF00;

    private static Reference of(int signature, Probe probe, double low, double high, String source) {
        return new Reference(signature, probe, low, high, source);
    }

    /** What is known of {@code probe} on the part with that signature. */
    static Optional<Reference> find(int signature, Probe probe) {
        Optional<Reference> own = ALL.stream()
                .filter(known -> known.signature == signature && known.probe == probe)
                .findFirst();
        if (own.isPresent()) return own;
        return P6.stream()
                .filter(known -> known.signature == (signature & FAMILY) && known.probe == probe)
                .findFirst();
    }

    /** How far {@code cycles} is from what is known, relative; 0 inside the bracket. */
    public double error(double cycles) {
        if (cycles < low) return (cycles - low) / low;
        return cycles > high ? (cycles - high) / high : 0;
    }

    /** The figure, or the bracket. */
    public String cycles() {
        return low == high
                ? String.format(Locale.ROOT, "%.0f", low)
                : String.format(Locale.ROOT, "%.0f..%.0f", low, high);
    }
}
