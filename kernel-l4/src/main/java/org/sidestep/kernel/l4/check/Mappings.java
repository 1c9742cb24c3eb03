package org.sidestep.kernel.l4.check;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.memory.Node;
import org.sidestep.kernel.l4.memory.PageBits;

/**
 * The mapping database: each page of user memory has its place in the tree of those from which it was mapped, and no more rights.
 * Looked at when it has changed.
 */
final class Mappings {

    private static final int USER_ENTRIES = PageBits.directoryOffset(MemoryMap.USER_END) / 4;
    private static final int ENTRIES = MemoryMap.PAGE / 4;
    private static final int LARGE_FRAME = -MemoryMap.LARGE_PAGE;

    private final Kernel kernel;
    private final Structures structures;
    private final Consumer<String> broken;
    /** Entry by the address of its node. */
    private final Map<Integer, Integer> nodes = new LinkedHashMap<>();

    Mappings(Kernel kernel, Structures structures, Consumer<String> broken) {
        this.kernel = kernel;
        this.structures = structures;
        this.broken = broken;
    }

    /** The spaces of all threads. */
    void check(int[] threads) {
        if (!structures.mappingsChanged(kernel.labels.mappingChanges)) return;
        int[] spaces = Arrays.stream(threads)
                .map(each -> structures.word(each, kernel.thread.space))
                .filter(space -> space != 0)
                .distinct()
                .toArray();
        for (int space : spaces) collect(space);
        int sigma0 = Arrays.stream(spaces)
                .filter(space -> (structures.word(space, SpaceLayout.FLAGS) & SpaceLayout.SIGMA0) != 0)
                .findFirst()
                .orElse(0);
        int directory = sigma0 == 0 ? 0 : MemoryMap.window(structures.word(sigma0, SpaceLayout.PAGE_DIRECTORY));
        nodes.forEach((node, entry) -> linked(node, entry, directory));
    }

    private void collect(int space) {
        int directory = MemoryMap.window(structures.word(space, SpaceLayout.PAGE_DIRECTORY));
        int[] entries = structures.words(directory, USER_ENTRIES);
        for (int i = 0; i < USER_ENTRIES; i++) {
            if ((entries[i] & PageBits.PRESENT) == 0) continue;
            if ((entries[i] & PageBits.LARGE) != 0) nodes.put(directory + 4 * i, entries[i]);
            else collectTable(MemoryMap.window(entries[i] & PageBits.FRAME), directory + 4 * i);
        }
    }

    private void collectTable(int table, int directoryEntry) {
        if (owner(table) != directoryEntry) violate(table, "is a page table that does not know its place");
        int[] entries = structures.words(table, ENTRIES);
        int pages = PageBits.PRESENT | PageBits.KERNEL_OWNED;
        for (int i = 0; i < ENTRIES; i++) {
            if ((entries[i] & pages) == PageBits.PRESENT) nodes.put(table + 4 * i, entries[i]);
        }
    }

    private int owner(int table) {
        int index = (table - MemoryMap.WINDOW) / MemoryMap.TABLE;
        return structures.word(structures.address(kernel.labels.tableOwners) + 4 * index);
    }

    private void linked(int node, int entry, int sigma0) {
        int parent = structures.word(node, Node.PARENT);
        int previous = structures.word(node, Node.PREVIOUS);
        int next = structures.word(node, Node.NEXT);
        if (next != 0 && !nodes.containsKey(next)) violate(node, "is followed by what is no page");
        else if (next != 0 && structures.word(next, Node.PREVIOUS) != node)
            violate(node, "is not before its successor");
        if (parent == 0) {
            if (previous != 0) violate(node, "is a root behind another page");
            if (!isOf(node, sigma0)) violate(node, "is a root, but not sigma0's");
            return;
        }
        if (!nodes.containsKey(parent)) violate(node, "was mapped from what is no page");
        else derived(node, entry, nodes.get(parent));
        if (!nodes.containsKey(previous) || structures.word(previous, Node.NEXT) != node)
            violate(node, "is not behind its predecessor");
        else if (!reaches(previous, parent)) violate(node, "is not among those derived from its parent");
    }

    private boolean isOf(int node, int directory) {
        int owner = owner(node & -MemoryMap.TABLE);
        return ((nodes.get(node) & PageBits.LARGE) != 0 ? node : owner) - directory >>> 12 == 0;
    }

    private void derived(int node, int entry, int from) {
        boolean large = (from & PageBits.LARGE) != 0;
        int frame = large ? LARGE_FRAME : PageBits.FRAME;
        if (((entry ^ from) & frame) != 0) violate(node, "is not the page from which it was mapped");
        if ((entry & ~from & PageBits.WRITABLE) != 0) violate(node, "may be written, its parent may not");
        if (!large && (entry & PageBits.LARGE) != 0) violate(node, "is larger than its parent");
    }

    /** Whether {@code ancestor} is that node or one from which it is derived, no deeper than a tree may be. */
    private boolean reaches(int node, int ancestor) {
        int each = node;
        for (int depth = 0; depth < Node.MOST_DEPTH && each != 0; depth++) {
            if (each == ancestor) return true;
            each = structures.word(each, Node.PARENT);
        }
        return false;
    }

    private void violate(int node, String what) {
        broken.accept(String.format(Locale.ROOT, "the mapping at %08x %s", node, what));
    }
}
