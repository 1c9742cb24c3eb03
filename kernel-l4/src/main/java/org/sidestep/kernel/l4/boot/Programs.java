package org.sidestep.kernel.l4.boot;

import static java.util.stream.Collectors.toMap;
import static org.sidestep.elf.Executable.check;
import static org.sidestep.kernel.l4.layout.MemoryMap.BOOT_INFORMATION;
import static org.sidestep.kernel.l4.layout.MemoryMap.IMAGE_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW_SIZE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.asm.Assembler;
import org.sidestep.elf.ElfFile;
import org.sidestep.elf.Executable;
import org.sidestep.isa.Imm;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.kip.Loaded;
import org.sidestep.kernel.l4.kip.MemoryDescriptors;
import org.sidestep.workload.BootPrograms;

/** Puts programs that were built elsewhere into the image, as a boot loader puts them into memory. */
public final class Programs {

    /** More leave no room for other descriptors of memory. */
    private static final int MOST_MODULES = 32;

    /** Bytes of all that is loaded: what one section of the assembler holds. */
    private static final int MOST_BYTES = 64 << 20;

    private final Kernel kernel;
    private final Assembler asm;
    private final List<Loaded.Memory> memory = new ArrayList<>();
    private final List<Range> taken = new ArrayList<>();

    /** What a program or module covers, whole pages of it. */
    private record Range(String name, long low, long end) {}

    public Programs(Kernel kernel) {
        this.kernel = kernel;
        asm = kernel.asm;
    }

    /** Adds their sections; what the interface page is to say of them. */
    public Loaded place(BootPrograms programs) {
        if (programs.root().isEmpty()) return alone();
        Loaded.Server root = server("root", "the root task", programs.root().get());
        Loaded.Server sigma0 = programs.sigma0()
                .map(elf -> server("server", "sigma0", elf))
                .orElseGet(() -> Loaded.ownSigma0(kernel.labels));
        int information = modules(programs.modules());
        return Loaded.withPrograms(sigma0, root, memory, information);
    }

    /** The page for boot information is part of the image: no loader puts anything there. */
    private Loaded alone() {
        asm.zeroSection("boot.information", BOOT_INFORMATION, BOOT_INFORMATION);
        asm.reserve(PAGE);
        return Loaded.alone(kernel.labels);
    }

    private Loaded.Server server(String prefix, String name, ElfFile elf) {
        Executable executable = elf.executable();
        executable.segments().forEach(segment -> checkPlace(segment, name));
        long low = executable.segments().stream()
                .mapToLong(Executable.Segment::physical)
                .min()
                .orElseThrow();
        take(name, low, executable.end(), MemoryDescriptors.SERVER_IMAGE);
        Map<String, Integer> labels = labels(prefix, elf, executable.entry());
        int number = 0;
        for (Executable.Segment segment : executable.segments()) {
            segment(prefix + "." + number++, labels, segment, elf);
        }
        return new Loaded.Server(new Imm(executable.entry()), new Imm((int) low), new Imm((int) executable.end()));
    }

    private static void checkPlace(Executable.Segment segment, String name) {
        check(
                segment.physical() == segment.virtual(),
                "%s: segment at 0x%x is to be loaded at physical 0x%x; sigma0 gives out memory 1:1, so link it where it runs",
                name,
                segment.virtual(),
                segment.physical());
        check(
                segment.physical() >= IMAGE_END && segment.end() <= WINDOW_SIZE,
                "%s: segment at 0x%x..0x%x; programs belong between 0x%x, below which the kernel is, and 0x%x",
                name,
                segment.physical(),
                segment.end(),
                IMAGE_END,
                WINDOW_SIZE);
        check(segment.fileSize() <= MOST_BYTES, "%s: segment of more than %d bytes", name, MOST_BYTES);
    }

    /** Notes pages as taken, whole ones, since nothing smaller can be given to somebody. */
    private void take(String name, long low, long end, int type) {
        Range range = new Range(name, low & -PAGE, end + PAGE - 1 & -PAGE);
        for (Range other : taken) {
            check(
                    range.end <= other.low || other.end <= range.low,
                    "%s at 0x%x..0x%x and %s at 0x%x..0x%x share memory; link one of them elsewhere",
                    other.name,
                    other.low,
                    other.end,
                    name,
                    range.low,
                    range.end);
        }
        taken.add(range);
        memory.add(new Loaded.Memory(type, (int) range.low, (int) range.end));
    }

    /** Labels in order of their addresses: the program's symbols, and its entry by the prefix alone. */
    private static Map<String, Integer> labels(String prefix, ElfFile elf, int entry) {
        Map<String, Integer> labels = new TreeMap<>();
        elf.symbols().forEach((name, address) -> labels.put(prefix + "." + name, address));
        labels.put(prefix, entry);
        return labels.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Integer::compareUnsigned))
                .collect(toMap(Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new));
    }

    private void segment(String section, Map<String, Integer> symbols, Executable.Segment segment, ElfFile elf) {
        int address = (int) segment.physical();
        int file = segment.fileSize();
        asm.section(section, address, address);
        int done = 0;
        for (Map.Entry<String, Integer> symbol : symbols.entrySet()) {
            int offset = symbol.getValue() - address;
            if (offset < 0 || offset >= file) continue;
            bytes(elf, segment.offset() + done, offset - done);
            done = offset;
            asm.bind(asm.label(symbol.getKey()));
        }
        bytes(elf, segment.offset() + done, file - done);
        int zero = (int) (segment.memorySize() - file);
        asm.zeroSection(section + ".bss", address + file, address + file);
        int reserved = 0;
        for (Map.Entry<String, Integer> symbol : symbols.entrySet()) {
            int offset = symbol.getValue() - address - file;
            if (offset < 0 || offset >= zero) continue;
            asm.reserve(offset - reserved);
            reserved = offset;
            asm.bind(asm.label(symbol.getKey()));
        }
        asm.reserve(zero - reserved);
    }

    private void bytes(ElfFile elf, int from, int length) {
        if (length == 0) return;
        byte[] file = elf.bytes().array();
        asm.bytes(Arrays.copyOfRange(file, from, from + length));
    }

    /** Places the modules behind the programs and says where they are. */
    private int modules(List<BootPrograms.Module> modules) {
        check(modules.size() <= MOST_MODULES, "more than %d modules", MOST_MODULES);
        long at = taken.stream().mapToLong(Range::end).max().orElse(IMAGE_END);
        BootInformation information = new BootInformation();
        int number = 0;
        for (BootPrograms.Module module : modules) {
            String name = "module " + module.commandLine();
            long end = at + module.bytes().length;
            check(
                    end <= WINDOW_SIZE && module.bytes().length <= MOST_BYTES,
                    "%s does not fit into memory, of which the kernel uses %d MB",
                    name,
                    WINDOW_SIZE >>> 20);
            if (module.bytes().length > 0) take(name, at, end, MemoryDescriptors.BOOT_MODULE);
            information.module((int) at, module.bytes().length, module.commandLine());
            asm.section("module." + number++, (int) at, (int) at);
            asm.bytes(module.bytes());
            at = end + PAGE - 1 & -PAGE;
        }
        memory.add(new Loaded.Memory(MemoryDescriptors.BOOT_TABLES, BOOT_INFORMATION, BOOT_INFORMATION + PAGE));
        byte[] table = information.bytes();
        check(table.length <= PAGE, "the command lines of the modules are longer than a page; give them shorter ones");
        asm.section("boot.information", BOOT_INFORMATION, BOOT_INFORMATION);
        asm.bytes(table);
        kernel.text();
        return BOOT_INFORMATION;
    }
}
