package org.sidestep.asm;

import java.util.List;
import java.util.Map;

/**
 * A linked program: sections with bytes, symbols, and what a listing needs.
 *
 * @param segments in order of physical address
 * @param symbols label name to linear address, in order of address
 * @param lines what stands where and which Java line emitted it, section by section
 */
public record Program(List<Segment> segments, Map<String, Integer> symbols, List<Line> lines) {

    /** Bytes at a linear and a physical address; {@code memorySize} beyond the bytes is zeroed. */
    public record Segment(String name, int address, int physical, byte[] bytes, int memorySize) {}

    /** One line of the listing; the lines of a section follow its SECTION line, in order of address. */
    public static final class Line {

        /** What stands there. */
        public enum Kind {
            SECTION,
            LABEL,
            CODE,
            DATA,
            ROUTINE,
            PHASE,
            REMARK
        }

        private final int address;
        private final int length;
        private final Fragment.Origin origin;

        Line(int address, int length, Fragment.Origin origin) {
            this.address = address;
            this.length = length;
            this.origin = origin;
        }

        /** Linear address of the instruction or datum. */
        public int address() {
            return address;
        }

        /** Bytes; 0 for headings. */
        public int length() {
            return length;
        }

        /** {@code File.java:line} that emitted it; found out when it is asked for. Nobody wrote a section. */
        public String source() {
            return kind() == Kind.SECTION ? "" : origin.source();
        }

        public Kind kind() {
            return origin.kind();
        }

        /**
         * Name of section or label; name and contract of a routine, in lines; title of a phase; remark; for code the names used,
         * {@code [tcb.partner]} for memory, a label for an immediate or a branch.
         */
        public String text() {
            return origin.text();
        }

        /** What the instruction is for; see {@link Assembler#purpose}. */
        public String purpose() {
            return origin.purpose();
        }
    }

    /** Whether lines say who emitted them; see {@link Assembler#withoutSources}. */
    public boolean hasSources() {
        return lines.stream().allMatch(line -> line.kind() == Line.Kind.SECTION || line.origin.hasSource());
    }

    /** The linear address of a label. */
    public int address(String symbol) {
        Integer address = symbols.get(symbol);
        if (address == null) throw new AssemblyException("no symbol '" + symbol + "'");
        return address;
    }
}
