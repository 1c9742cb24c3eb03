package org.sidestep.verify.x2;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;

/** X.2 reference manual, "Map Item", "Grant Item" and "Unmap": what is in the windows of the spaces, and in the pages there. */
final class Memory {

    /** The root task's space, which has all pages first. */
    private static final int FIRST = 0;

    private static final int SPACES = 3;
    private static final int FLUSH = 0x40;

    private final MappingModel mappings;
    /** The bytes that are not zero, by physical address. */
    private final Map<Integer, Byte> contents;
    /** Those that may be anything: a string was copied onto itself. */
    private final Set<Integer> open;

    private final int absent;

    private Memory(MappingModel mappings, Map<Integer, Byte> contents, Set<Integer> open, int absent) {
        this.mappings = mappings;
        this.contents = contents;
        this.open = open;
        this.absent = absent;
    }

    /** When a program begins: whoever asks for what was accessed has been told. */
    static Memory first(ToIntFunction<String> address) {
        MappingModel mappings = new MappingModel(SPACES);
        int absent = address.applyAsInt(ScriptedThreads.ABSENT);
        int window = address.applyAsInt(ScriptedThreads.WINDOW);
        Map<Integer, Byte> contents = new TreeMap<>();
        contents.put(absent, (byte) ScriptedThreads.WINDOW_PAGES);
        for (int n = 0; n < ScriptedThreads.WINDOW_PAGES; n++) {
            mappings.give(FIRST, window + n * Fpage.PAGE_SIZE, false);
            if (n > 0) contents.put(window + n * Fpage.PAGE_SIZE, (byte) n);
        }
        mappings.give(FIRST, absent, false);
        mappings.unmap(FIRST, Fpage.of(window, ScriptedThreads.WINDOW_PAGES * Fpage.PAGE_SIZE, 0), false);
        mappings.unmap(FIRST, Fpage.of(absent, Fpage.PAGE_SIZE, 0), false);
        return new Memory(mappings, contents, new TreeSet<>(), absent);
    }

    Memory copy() {
        return new Memory(mappings.copy(), new TreeMap<>(contents), new TreeSet<>(open), absent);
    }

    /**
     * Carries out the map items among the items of a message, which come before its strings.
     *
     * @param window the acceptor
     * @return how many words they are; negative for an {@link IpcError}
     */
    int map(int from, int to, List<Integer> items, int window) {
        int done = 0;
        while (done < items.size() && (items.get(done) & MapItem.MAP) != 0) {
            if ((window & ~Fpage.ALL_RIGHTS & ~8) == 0) return -IpcError.MESSAGE_OVERFLOW;
            boolean grant = (items.get(done) & MapItem.GRANTS) != 0;
            int fpage = items.get(done + 1);
            if ((fpage & Fpage.ALL_RIGHTS) != 0)
                mappings.map(from, to, items.get(done) & MapItem.SEND_BASE, fpage, window, grant);
            done += MapItem.WORDS;
        }
        return done;
    }

    /** What Unmap gives back. */
    int unmap(int space, int control, int fpage) {
        return fpage & ~Fpage.ALL_RIGHTS | mappings.unmap(space, fpage, (control & FLUSH) != 0);
    }

    /** Null if it may be anything. */
    Integer read(int space, int address) {
        int word = 0;
        boolean known = true;
        for (int i = 0; i < Integer.BYTES; i++) {
            Byte value = readByte(space, address + i);
            known &= value != null;
            if (known) word |= (value & 0xFF) << Byte.SIZE * i;
        }
        return known ? word : null;
    }

    void write(int space, int address, int value) {
        for (int i = 0; i < Integer.BYTES; i++) writeByte(space, address + i, (byte) (value >>> Byte.SIZE * i));
    }

    /** Null for one that may be anything. */
    Byte readByte(int space, int address) {
        int physical = physical(touched(space, address, false), address);
        return open.contains(physical) ? null : contents.getOrDefault(physical, (byte) 0);
    }

    /** @param value null for one that may be anything */
    void writeByte(int space, int address, Byte value) {
        int physical = physical(touched(space, address, true), address);
        if (value == null) open.add(physical);
        else open.remove(physical);
        if (value == null || value == 0) contents.remove(physical);
        else contents.put(physical, value);
    }

    /** Where a page is that is there. */
    int physical(int space, int address) {
        return physical(mappings.at(space, address), address);
    }

    private static int physical(MappingModel.Page page, int address) {
        return page.frame | address & Fpage.PAGE_SIZE - 1;
    }

    /** Whether an access there is a page fault. */
    boolean faults(int space, int address, boolean write) {
        MappingModel.Page page = mappings.at(space, address);
        return page == null || write && !page.writable;
    }

    /** The pager lets the page that stands for none appear where nothing is. */
    private MappingModel.Page touched(int space, int address, boolean write) {
        if (faults(space, address, write)) {
            int rights = write ? Fpage.ALL_RIGHTS : Fpage.READ_ONLY;
            int fpage = Fpage.of(absent, Fpage.PAGE_SIZE, rights);
            mappings.map(FIRST, space, address & -Fpage.PAGE_SIZE, fpage, Fpage.COMPLETE, false);
        }
        MappingModel.Page page = mappings.at(space, address);
        page.sees(true, write);
        return page;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Memory that
                        && toString().equals(that.toString())
                        && contents.equals(that.contents)
                        && open.equals(that.open);
    }

    @Override
    public int hashCode() {
        return Objects.hash(toString(), contents, open);
    }

    @Override
    public String toString() {
        return mappings.toString();
    }
}
