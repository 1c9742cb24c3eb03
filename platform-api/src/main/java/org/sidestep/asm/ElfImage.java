package org.sidestep.asm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program as an ELF32 executable (Tool Interface Standard, Executable and Linking Format 1.2) for Multiboot loaders and
 * debuggers: a program header per segment, loaded at its physical address; all labels in {@code .symtab}, at their linear
 * addresses. The bytes of the first segment follow the headers directly, so that a Multiboot header at its start lies
 * within the first 8 KB of the file.
 */
public final class ElfImage {

    private static final int EHDR = 52;
    private static final int PHDR = 32;
    private static final int SHDR = 40;
    private static final int SYM = 16;
    private static final int ALIGNMENT = 16;

    private static final int EM_386 = 3;
    private static final int ET_EXEC = 2;
    private static final int PT_LOAD = 1;
    private static final int PF_RWX = 7;
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_STRTAB = 3;
    private static final int SHT_NOBITS = 8;
    private static final int SHF_WRITE = 1;
    private static final int SHF_ALLOC = 2;
    private static final int SHF_EXECINSTR = 4;
    private static final int STB_GLOBAL = 1 << 4;
    private static final int SHN_ABS = 0xFFF1;

    private final Program program;
    private final int entry;
    private final List<Program.Segment> segments;
    private final Strings symbolNames = new Strings();
    private final Strings sectionNames = new Strings();
    private final List<int[]> sections = new ArrayList<>();

    private ElfImage(Program program, int entry) {
        this.program = program;
        this.entry = entry;
        this.segments = program.segments();
    }

    /**
     * The file's bytes.
     *
     * @param entry physical address at which execution starts, with paging off
     */
    public static byte[] of(Program program, int entry) {
        return new ElfImage(program, entry).bytes();
    }

    /** The file's bytes, entered at the physical address of a label. */
    public static byte[] of(Program program, String entry) {
        int linear = program.address(entry);
        for (Program.Segment segment : program.segments()) {
            if (contains(segment, linear)) return of(program, linear - segment.address() + segment.physical());
        }
        throw new AssemblyException("entry '" + entry + "' lies in no section");
    }

    private byte[] bytes() {
        int[] offsets = offsets();
        byte[] symbols = symbols();
        int end = end(offsets);
        sections.add(new int[10]);
        boolean[] code = code();
        for (int i = 0; i < code.length; i++) sections.add(section(segments.get(i), offsets[i], code[i]));
        int symtab = end;
        int strtab = symtab + symbols.length;
        int shstrtab = strtab + symbolNames.size();
        table(".symtab", SHT_SYMTAB, symtab, symbols.length, sections.size() + 1, 1, SYM);
        table(".strtab", SHT_STRTAB, strtab, symbolNames.size(), 0, 0, 0);
        int name = sectionNames.add(".shstrtab");
        sections.add(new int[] {name, SHT_STRTAB, 0, 0, shstrtab, sectionNames.size(), 0, 0, 1, 0});
        int headers = aligned(shstrtab + sectionNames.size(), 4);

        ByteBuffer out = ByteBuffer.allocate(headers + SHDR * sections.size()).order(ByteOrder.LITTLE_ENDIAN);
        header(out, headers);
        for (int i = 0; i < segments.size(); i++) programHeader(out, segments.get(i), offsets[i]);
        for (int i = 0; i < segments.size(); i++)
            out.position(offsets[i]).put(segments.get(i).bytes());
        out.position(symtab).put(symbols).put(symbolNames.bytes()).put(sectionNames.bytes());
        out.position(headers);
        for (int[] section : sections) {
            for (int word : section) out.putInt(word);
        }
        return out.array();
    }

    /** File offsets of the segments, congruent to their linear addresses as the format asks. */
    private int[] offsets() {
        int[] offsets = new int[segments.size()];
        int at = EHDR + PHDR * segments.size();
        for (int i = 0; i < offsets.length; i++) {
            at += segments.get(i).address() - at & ALIGNMENT - 1;
            offsets[i] = at;
            at += segments.get(i).bytes().length;
        }
        return offsets;
    }

    private int end(int[] offsets) {
        int last = offsets.length - 1;
        int end = last < 0 ? EHDR : offsets[last] + segments.get(last).bytes().length;
        return aligned(end, 4);
    }

    private static int aligned(int value, int alignment) {
        return value + alignment - 1 & -alignment;
    }

    private void header(ByteBuffer out, int sectionHeaders) {
        out.put(new byte[] {0x7F, 'E', 'L', 'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        out.putShort((short) ET_EXEC).putShort((short) EM_386).putInt(1);
        out.putInt(entry).putInt(EHDR).putInt(sectionHeaders).putInt(0);
        out.putShort((short) EHDR).putShort((short) PHDR).putShort((short) segments.size());
        out.putShort((short) SHDR).putShort((short) sections.size()).putShort((short) (sections.size() - 1));
    }

    private static void programHeader(ByteBuffer out, Program.Segment segment, int offset) {
        out.putInt(PT_LOAD).putInt(offset).putInt(segment.address()).putInt(segment.physical());
        out.putInt(segment.bytes().length)
                .putInt(segment.memorySize())
                .putInt(PF_RWX)
                .putInt(ALIGNMENT);
    }

    private int[] section(Program.Segment segment, int offset, boolean code) {
        boolean zero = segment.bytes().length == 0;
        String name = segment.name().startsWith(".") ? segment.name() : "." + segment.name();
        int flags = SHF_ALLOC | SHF_WRITE | (code ? SHF_EXECINSTR : 0);
        int size = zero ? segment.memorySize() : segment.bytes().length;
        int type = zero ? SHT_NOBITS : SHT_PROGBITS;
        return new int[] {sectionNames.add(name), type, flags, segment.address(), offset, size, 0, 0, 1, 0};
    }

    /** Which segments hold code. */
    private boolean[] code() {
        boolean[] code = new boolean[segments.size()];
        for (Program.Line line : program.lines()) {
            if (line.kind() != Program.Line.Kind.CODE) continue;
            for (int i = 0; i < code.length; i++) code[i] |= contains(segments.get(i), line.address());
        }
        return code;
    }

    private void table(String name, int type, int offset, int size, int link, int info, int entrySize) {
        sections.add(new int[] {sectionNames.add(name), type, 0, 0, offset, size, link, info, 1, entrySize});
    }

    private byte[] symbols() {
        ByteBuffer out =
                ByteBuffer.allocate(SYM * (program.symbols().size() + 1)).order(ByteOrder.LITTLE_ENDIAN);
        out.position(SYM);
        for (Map.Entry<String, Integer> symbol : program.symbols().entrySet()) {
            out.putInt(symbolNames.add(symbol.getKey()))
                    .putInt(symbol.getValue())
                    .putInt(0);
            out.put((byte) STB_GLOBAL).put((byte) 0).putShort((short) sectionOf(symbol.getValue()));
        }
        return out.array();
    }

    private int sectionOf(int address) {
        for (int i = 0; i < segments.size(); i++) {
            if (contains(segments.get(i), address)) return i + 1;
        }
        return SHN_ABS;
    }

    private static boolean contains(Program.Segment segment, int address) {
        return Integer.compareUnsigned(address - segment.address(), segment.memorySize()) < 0;
    }

    /** A string table: null-terminated names, the first empty. */
    private static final class Strings {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Strings() {
            bytes.write(0);
        }

        int add(String name) {
            int at = bytes.size();
            bytes.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            bytes.write(0);
            return at;
        }

        int size() {
            return bytes.size();
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }
    }
}
