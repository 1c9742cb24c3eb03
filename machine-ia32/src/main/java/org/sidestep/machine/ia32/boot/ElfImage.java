package org.sidestep.machine.ia32.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.machine.BadImage;

/**
 * The loadable part of a 32-bit executable for the Intel 80386 (Tool Interface Standard, Executable and Linking Format
 * 1.2), checked: every segment lies inside the file, and no two of them overlap in memory.
 *
 * @param entry the physical entry point
 * @param segments those that occupy memory, in file order
 */
record ElfImage(int entry, List<Segment> segments) {

    // spotless:off
    private static final int EI_CLASS = 4, EI_DATA = 5, E_TYPE = 16, E_MACHINE = 18, E_ENTRY = 24, E_PHOFF = 28, E_PHENTSIZE = 42, E_PHNUM = 44, EHDR_SIZE = 52;
    private static final int P_OFFSET = 4, P_VADDR = 8, P_PADDR = 12, P_FILESZ = 16, P_MEMSZ = 20, PHDR_SIZE = 32;
    private static final int MAGIC = 0x464C457F, ELFCLASS32 = 1, ELFDATA2LSB = 1, ET_EXEC = 2, EM_386 = 3, PT_LOAD = 1;
    // spotless:on

    /** Bytes {@code [offset, offset + fileSize)} of the file at {@code physical}, followed by zeros up to {@code memorySize}. */
    record Segment(int offset, int fileSize, long virtual, long physical, long memorySize) {
        long end() {
            return physical + memorySize;
        }

        boolean overlaps(Segment other) {
            return physical < other.end() && other.physical < end();
        }
    }

    static ElfImage read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        checkHeader(bytes);
        List<Segment> segments = segments(bytes);
        checkOverlap(segments);
        return new ElfImage(entry(unsigned(bytes, E_ENTRY), segments), List.copyOf(segments));
    }

    /** The first address behind the image. */
    long end() {
        return segments.stream().mapToLong(Segment::end).max().orElseThrow();
    }

    private static void checkHeader(ByteBuffer bytes) {
        check(bytes.limit() >= 4 && bytes.getInt(0) == MAGIC, "not an ELF file");
        check(bytes.limit() >= EHDR_SIZE, "truncated: the ELF header is incomplete");
        check(bytes.get(EI_CLASS) == ELFCLASS32, "not a 32-bit ELF file (class %d)", bytes.get(EI_CLASS));
        check(bytes.get(EI_DATA) == ELFDATA2LSB, "not a little-endian ELF file (encoding %d)", bytes.get(EI_DATA));
        check(bytes.getShort(E_TYPE) == ET_EXEC, "not an executable ELF file (type %d)", bytes.getShort(E_TYPE));
        int machine = bytes.getShort(E_MACHINE);
        check(machine == EM_386, "not for the Intel 80386 (machine %d)", machine);
    }

    private static List<Segment> segments(ByteBuffer bytes) {
        long table = unsigned(bytes, E_PHOFF);
        int entrySize = bytes.getShort(E_PHENTSIZE) & 0xFFFF;
        int count = bytes.getShort(E_PHNUM) & 0xFFFF;
        check(count > 0, "no program headers");
        check(entrySize >= PHDR_SIZE, "program headers of %d bytes; need %d", entrySize, PHDR_SIZE);
        check(table + (long) count * entrySize <= bytes.limit(), "truncated: the program headers lie outside the file");
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int header = (int) table + i * entrySize;
            boolean occupies = bytes.getInt(header) == PT_LOAD && bytes.getInt(header + P_MEMSZ) != 0;
            if (occupies) segments.add(segment(bytes, header, i));
        }
        check(!segments.isEmpty(), "no loadable segment");
        return segments;
    }

    private static Segment segment(ByteBuffer bytes, int header, int number) {
        long offset = unsigned(bytes, header + P_OFFSET);
        long fileSize = unsigned(bytes, header + P_FILESZ);
        long memorySize = unsigned(bytes, header + P_MEMSZ);
        check(offset + fileSize <= bytes.limit(), "truncated: segment %d lies outside the file", number);
        check(fileSize <= memorySize, "segment %d is larger in the file than in memory", number);
        return new Segment(
                (int) offset,
                (int) fileSize,
                unsigned(bytes, header + P_VADDR),
                unsigned(bytes, header + P_PADDR),
                memorySize);
    }

    private static void checkOverlap(List<Segment> segments) {
        for (int i = 0; i < segments.size(); i++) {
            for (Segment earlier : segments.subList(0, i)) {
                Segment segment = segments.get(i);
                check(
                        !segment.overlaps(earlier),
                        "segments at physical 0x%x and 0x%x overlap",
                        earlier.physical,
                        segment.physical);
            }
        }
    }

    /** Kernels linked for a high address name their entry by linear or by physical address; both are understood. */
    private static int entry(long address, List<Segment> segments) {
        for (Segment segment : segments) {
            long inside = address - segment.virtual;
            if (inside >= 0 && inside < segment.memorySize) return (int) (segment.physical + inside);
        }
        for (Segment segment : segments) {
            if (address >= segment.physical && address < segment.end()) return (int) address;
        }
        throw new BadImage("the entry point 0x%x lies in no segment".formatted(address));
    }

    private static long unsigned(ByteBuffer bytes, int offset) {
        return bytes.getInt(offset) & 0xFFFF_FFFFL;
    }

    static void check(boolean holds, String message, Object... arguments) {
        if (!holds) throw new BadImage(message.formatted(arguments));
    }
}
