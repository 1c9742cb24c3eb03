package org.sidestep.elf;

import static java.util.stream.Collectors.toMap;
import static org.sidestep.elf.Executable.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.machine.BadImage;

/**
 * A 32-bit executable for the Intel 80386 (Tool Interface Standard, Executable and Linking Format 1.2).
 *
 * @param bytes the whole file, little endian; its header and program headers have been found good
 */
public record ElfFile(ByteBuffer bytes) {

    /** Bytes of a section header. */
    public static final int SHDR_SIZE = 40;

    // spotless:off
    private static final int EI_CLASS = 4, EI_DATA = 5, E_TYPE = 16, E_MACHINE = 18, E_ENTRY = 24, E_PHOFF = 28, E_SHOFF = 32, E_PHENTSIZE = 42, E_PHNUM = 44, E_SHENTSIZE = 46, E_SHNUM = 48, E_SHSTRNDX = 50, EHDR_SIZE = 52;
    private static final int P_OFFSET = 4, P_VADDR = 8, P_PADDR = 12, P_FILESZ = 16, P_MEMSZ = 20, PHDR_SIZE = 32;
    private static final int SH_TYPE = 4, SH_ADDR = 12, SH_OFFSET = 16, SH_SIZE = 20, SH_LINK = 24;
    private static final int ST_VALUE = 4, ST_INFO = 12, ST_SHNDX = 14, SYM_SIZE = 16, STT_FUNC = 2, SHN_UNDEF = 0, SHN_LORESERVE = 0xFF00;
    private static final int MAGIC = 0x464C457F, ELFCLASS32 = 1, ELFDATA2LSB = 1, ET_EXEC = 2, EM_386 = 3, PT_LOAD = 1, SHT_NULL = 0, SHT_SYMTAB = 2, SHT_NOBITS = 8;
    // spotless:on

    /**
     * Reads a file.
     *
     * @throws BadImage if it is no such executable; the message says why, without the file's name
     */
    public static ElfFile read(byte[] file) {
        ByteBuffer bytes = little(file);
        boolean elf = file.length >= 4 && bytes.getInt(0) == MAGIC;
        check(elf, "not an ELF file, and its Multiboot header does not say where to load it");
        check(bytes.limit() >= EHDR_SIZE, "truncated: the ELF header is incomplete");
        int width = bytes.get(EI_CLASS);
        check(width == ELFCLASS32, "not a 32-bit ELF file (class %d); link it as elf32-i386", width);
        check(bytes.get(EI_DATA) == ELFDATA2LSB, "not a little-endian ELF file (encoding %d)", bytes.get(EI_DATA));
        int type = bytes.getShort(E_TYPE);
        check(type == ET_EXEC, "not an executable ELF file (type %d); link it at fixed addresses", type);
        int machine = bytes.getShort(E_MACHINE);
        check(machine == EM_386, "not for the Intel 80386 (machine %d)", machine);
        return new ElfFile(bytes);
    }

    /** What is to be loaded, and where it begins. */
    public Executable executable() {
        List<Executable.Segment> segments = segments();
        return new Executable(entry(unsigned(E_ENTRY), segments), segments);
    }

    private List<Executable.Segment> segments() {
        long table = unsigned(E_PHOFF);
        int entrySize = half(E_PHENTSIZE);
        int count = half(E_PHNUM);
        check(count > 0, "no program headers");
        check(entrySize >= PHDR_SIZE, "program headers of %d bytes; need %d", entrySize, PHDR_SIZE);
        check(table + (long) count * entrySize <= bytes.limit(), "truncated: the program headers lie outside the file");
        List<Executable.Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int header = (int) table + i * entrySize;
            boolean occupies = bytes.getInt(header) == PT_LOAD && bytes.getInt(header + P_MEMSZ) != 0;
            if (occupies) segments.add(segment(header, i));
        }
        check(!segments.isEmpty(), "no loadable segment");
        return segments;
    }

    private Executable.Segment segment(int header, int number) {
        long offset = unsigned(header + P_OFFSET);
        long fileSize = unsigned(header + P_FILESZ);
        long memorySize = unsigned(header + P_MEMSZ);
        check(offset + fileSize <= bytes.limit(), "truncated: segment %d lies outside the file", number);
        check(fileSize <= memorySize, "segment %d is larger in the file than in memory", number);
        long virtual = unsigned(header + P_VADDR);
        long physical = unsigned(header + P_PADDR);
        return new Executable.Segment((int) offset, (int) fileSize, virtual, physical, memorySize);
    }

    /** Kernels linked for a high address name their entry by linear or by physical address; both are understood. */
    private static int entry(long address, List<Executable.Segment> segments) {
        for (Executable.Segment segment : segments) {
            long inside = address - segment.virtual();
            if (inside >= 0 && inside < segment.memorySize()) return (int) (segment.physical() + inside);
        }
        for (Executable.Segment segment : segments) {
            if (address >= segment.physical() && address < segment.end()) return (int) address;
        }
        throw new BadImage(String.format(Locale.ROOT, "the entry point 0x%x lies in no segment", address));
    }

    /** The section headers, if the file has complete ones; no kernel needs them in order to run. */
    public int sectionCount() {
        int count = half(E_SHNUM);
        long end = unsigned(E_SHOFF) + (long) count * SHDR_SIZE;
        return half(E_SHENTSIZE) == SHDR_SIZE && end <= bytes.limit() ? count : 0;
    }

    /** Index of the section that holds the sections' names. */
    public int sectionNames() {
        return half(E_SHSTRNDX);
    }

    /** A copy of the section header of that number. */
    public byte[] sectionHeader(int number) {
        byte[] header = new byte[SHDR_SIZE];
        bytes.get(header(number), header);
        return header;
    }

    /** The bytes of a section that no segment loads, such as symbols; empty if it is loaded anyway or has none. */
    public byte[] unloadedSection(int number) {
        int header = header(number);
        int type = bytes.getInt(header + SH_TYPE);
        long offset = unsigned(header + SH_OFFSET);
        long size = unsigned(header + SH_SIZE);
        boolean loaded = bytes.getInt(header + SH_ADDR) != 0;
        if (loaded || type == SHT_NULL || type == SHT_NOBITS || offset + size > bytes.limit()) return new byte[0];
        byte[] content = new byte[(int) size];
        bytes.get((int) offset, content);
        return content;
    }

    /** Says in a copied header where the section has been put. */
    public static void setSectionAddress(byte[] header, int address) {
        little(header).putInt(SH_ADDR, address);
    }

    /**
     * The addresses that have a name, by name, in order of address. Of several with one name, which files of one program may have
     * each for itself, the first counts.
     */
    public Map<String, Integer> symbols() {
        Map<String, Integer> symbols = new TreeMap<>();
        for (int i = 0; i < sectionCount(); i++) {
            int header = header(i);
            if (bytes.getInt(header + SH_TYPE) == SHT_SYMTAB) readSymbols(header, symbols);
        }
        return symbols.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Integer::compareUnsigned))
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first, LinkedHashMap::new));
    }

    private void readSymbols(int header, Map<String, Integer> symbols) {
        int names = bytes.getInt(header + SH_LINK);
        if (names < 0 || names >= sectionCount()) return;
        long table = unsigned(header + SH_OFFSET);
        long end = Math.min(table + unsigned(header + SH_SIZE), bytes.limit());
        for (long at = table; at + SYM_SIZE <= end; at += SYM_SIZE) {
            int type = bytes.get((int) at + ST_INFO) & 0xF;
            int section = half((int) at + ST_SHNDX);
            boolean place = type <= STT_FUNC && section != SHN_UNDEF && section < SHN_LORESERVE;
            String name = place ? name(header(names), bytes.getInt((int) at)) : "";
            if (!name.isEmpty()) symbols.putIfAbsent(name, bytes.getInt((int) at + ST_VALUE));
        }
    }

    /** A name in a string table; empty if it has no end there. */
    private String name(int stringTable, int index) {
        long begin = unsigned(stringTable + SH_OFFSET) + Integer.toUnsignedLong(index);
        long end = Math.min(unsigned(stringTable + SH_OFFSET) + unsigned(stringTable + SH_SIZE), bytes.limit());
        for (long at = begin; at < end; at++) {
            if (bytes.get((int) at) == 0) {
                return new String(bytes.array(), (int) begin, (int) (at - begin), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private int header(int section) {
        return bytes.getInt(E_SHOFF) + section * SHDR_SIZE;
    }

    private int half(int offset) {
        return bytes.getShort(offset) & 0xFFFF;
    }

    private long unsigned(int offset) {
        return Integer.toUnsignedLong(bytes.getInt(offset));
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
