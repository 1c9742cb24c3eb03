package org.sidestep.machine.ia32.timing.p6;

import java.util.Map;

/**
 * What differs between the parts of the P6 family; all share the core, its data sheet of instructions and the TLBs. A jar
 * that adds a part gives one to a {@link P6Model} of its own. Marks of the sources: M measured on the part, S published, D
 * derived from such figures, R textbook knowledge.
 *
 * @param id as experiments name it
 * @param summary one line for {@code sidestep list}
 * @param mhz clock of the part that was measured
 * @param signature EAX of CPUID leaf 1
 * @param brand index in EBX of CPUID leaf 1, or 0
 * @param sysenter whether SYSENTER and SYSEXIT exist
 * @param descriptors EDX of CPUID leaf 2: the caches and the TLBs of data
 * @param instructions the first-level cache for instructions; likewise for data, and the second level
 * @param walk cycles of a page walk with all tables in the first-level cache
 * @param l2Latency of a load that hits the second level, address to data
 * @param l2Stream cycles beyond two (for its two blocks) of a 32-byte line on the bus of the second-level cache
 * @param l2Fill cycles for which a line that comes from the second level occupies the first: its transfer, and that of the one
 *     that makes room
 * @param memoryLatency of a load from an open row of memory; {@code memoryRow} is what opening another row adds
 * @param busTransfer cycles of a 32-byte line on the front-side bus and in memory while others follow; the bus alone takes four
 *     of its own cycles
 * @param own rows that differ from those of the data sheet, by class, with {@code .load}, {@code .store} or {@code .modify}
 *     behind it where that form has a row of its own
 */
public record P6Part(
        String id,
        String summary,
        int mhz,
        int signature,
        int brand,
        boolean sysenter,
        int descriptors,
        Geometry instructions,
        Geometry data,
        Geometry second,
        int walk,
        Bracket l2Latency,
        int l2Stream,
        Bracket l2Fill,
        Bracket memoryLatency,
        Bracket memoryRow,
        Bracket busTransfer,
        Map<String, P6Row> own) {

    /** Size and ways of a cache with lines of 32 bytes, and where they come from. */
    public record Geometry(int kilobytes, int ways, String source) {}

    /** An uncertain number of cycles, and where it comes from. */
    public record Bracket(int typical, int low, int high, String source) {}

    /** The row of a class, the part's own where it has one. */
    P6Row row(String timing, Shape shape) {
        String entry = P6Clocks.entry(timing, shape);
        P6Row mine = own.get(entry);
        if (mine == null) return P6Clocks.row(timing, shape);
        return entry.equals(timing) ? mine.with(shape) : mine;
    }

    /** Own row of CPUID, which takes longer on each later part. */
    public static P6Row cpuid(int cycles) {
        return P6Row.parse("p01", 1, 0, cycles);
    }

    /** Own row of RCR on a byte, which takes a cycle longer on the Deschutes and the Coppermine. */
    public static P6Row rcr8() {
        return P6Row.parse("4*p0 4*p01", 8, 8, -1);
    }

    /** Own row of MOVUPS to memory, whose micro-ops read a retired register less often on the Katmai. */
    public static P6Row unalignedStore() {
        return P6Row.parse("2*p01 2*p34 2*- r", 1, 3, -1);
    }

    /** Own row of POPF, which takes two cycles longer on the Pentium III. */
    public static P6Row popf(int cycles) {
        return P6Row.parse("14*p01 p2", 1, cycles, -1);
    }
}
