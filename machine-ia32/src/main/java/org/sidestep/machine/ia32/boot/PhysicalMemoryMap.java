package org.sidestep.machine.ia32.boot;

import java.util.List;

/** What firmware reports as physical memory: what INT 15h, AX = E820h gives and a boot loader passes on. */
public record PhysicalMemoryMap(List<Range> ranges) {

    // spotless:off
    public static final int LOW_MEMORY_END = 0x9FC00, ADAPTERS = 0xA0000, FIRMWARE = 0xE0000, UPPER_MEMORY = 0x100000;
    private static final long APICS = 0xFEC0_0000L, FIRMWARE_HIGH = 0xFFFC_0000L, END = 0x1_0000_0000L;
    // spotless:on

    /** Memory for programs, or memory that is in use for other things; the numbers are those of E820h. */
    public enum Type {
        AVAILABLE(1),
        RESERVED(2);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }
    }

    public record Range(long from, long to, Type type) {
        public long length() {
            return to - from;
        }
    }

    /** The map of a machine with {@code size} bytes of memory, at least a megabyte. */
    public static PhysicalMemoryMap of(int size) {
        return new PhysicalMemoryMap(List.of(
                new Range(0, LOW_MEMORY_END, Type.AVAILABLE),
                new Range(LOW_MEMORY_END, ADAPTERS, Type.RESERVED),
                new Range(FIRMWARE, UPPER_MEMORY, Type.RESERVED),
                new Range(UPPER_MEMORY, size, Type.AVAILABLE),
                new Range(APICS, APICS + 0x20_1000, Type.RESERVED),
                new Range(FIRMWARE_HIGH, END, Type.RESERVED)));
    }

    /** KB of memory below the adapters that programs may use. */
    public static int lowerKilobytes() {
        return LOW_MEMORY_END >> 10;
    }

    /** KB of memory above the first megabyte. */
    public static int upperKilobytes(int size) {
        return size - UPPER_MEMORY >> 10;
    }
}
