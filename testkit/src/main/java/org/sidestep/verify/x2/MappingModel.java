package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sidestep.x2.Fpage;

/** What map and grant items and Unmap do to address spaces (X.2 reference manual), as trees of objects: an oracle for the kernel's. */
public final class MappingModel {

    /** Bytes of a small page. */
    public static final int PAGE = 1 << 12;
    /** Bytes of a large page. */
    public static final int LARGE = 1 << 22;

    /** A page in a space, and who has it from there. */
    public static final class Page {
        public int space;
        public int address;
        public final int frame;
        public final boolean large;
        public boolean writable;
        public boolean accessed;
        public boolean dirty;
        public boolean toldAccessed;
        public boolean toldDirty;
        private Page parent;
        private final List<Page> children = new ArrayList<>();

        public Page(int space, int address, int frame, boolean large, boolean writable, Page parent) {
            this.space = space;
            this.address = address;
            this.frame = frame;
            this.large = large;
            this.writable = writable;
            this.parent = parent;
        }

        /** Someone has read it, or written to it. */
        public void sees(boolean wasAccessed, boolean wasDirty) {
            accessed |= wasAccessed;
            dirty |= wasDirty;
        }

        /** In no order that matters. */
        private List<Page> derived() {
            List<Page> all = new ArrayList<>();
            for (Page child : children) {
                all.add(child);
                all.addAll(child.derived());
            }
            return all;
        }

        @Override
        public String toString() {
            return Integer.toHexString(frame)
                    + (large ? " 4 MB" : "")
                    + (writable ? " w" : " r")
                    + (accessed ? " accessed" : "")
                    + (dirty ? " dirty" : "")
                    + (toldAccessed ? " told-accessed" : "")
                    + (toldDirty ? " told-dirty" : "");
        }
    }

    /** By address. */
    private final List<TreeMap<Integer, Page>> spaces = new ArrayList<>();
    /** Regions of 4 MB with a page table, which stays. */
    private final List<Set<Integer>> tables = new ArrayList<>();

    /** So many spaces without pages. */
    public MappingModel(int count) {
        for (int i = 0; i < count; i++) {
            spaces.add(new TreeMap<>());
            tables.add(new HashSet<>());
        }
    }

    /** Another that is the same and has a life of its own. */
    public MappingModel copy() {
        MappingModel copy = new MappingModel(spaces.size());
        for (int space = 0; space < spaces.size(); space++) {
            copy.tables.get(space).addAll(tables.get(space));
            for (Page page : spaces.get(space).values()) if (page.parent == null) copy.take(page, null);
        }
        return copy;
    }

    private void take(Page page, Page parent) {
        Page taken = new Page(page.space, page.address, page.frame, page.large, page.writable, parent);
        taken.sees(page.accessed, page.dirty);
        taken.toldAccessed = page.toldAccessed;
        taken.toldDirty = page.toldDirty;
        if (parent != null) parent.children.add(taken);
        spaces.get(taken.space).put(taken.address, taken);
        for (Page child : page.children) take(child, taken);
    }

    /** All that can be told of it, each page with the one from which it comes. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int space = 0; space < spaces.size(); space++) {
            for (Page page : spaces.get(space).values()) {
                text.append(space)
                        .append(':')
                        .append(Integer.toHexString(page.address))
                        .append(' ')
                        .append(page);
                if (page.parent != null)
                    text.append(" from ")
                            .append(page.parent.space)
                            .append(':')
                            .append(Integer.toHexString(page.parent.address));
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** A page that sigma0 has given to a space, which has written to it. */
    public void give(int space, int address, boolean large) {
        Page page = new Page(space, address, address, large, true, null);
        page.sees(true, true);
        spaces.get(space).put(address, page);
        if (!large) tables.get(space).add(address >>> 22);
    }

    /** What a space has, by address. */
    public Map<Integer, Page> pages(int space) {
        return spaces.get(space);
    }

    /** The page at an address, or null. */
    public Page at(int space, int address) {
        Map.Entry<Integer, Page> below = spaces.get(space).floorEntry(address);
        if (below == null) return null;
        Page page = below.getValue();
        return address - page.address < (page.large ? LARGE : PAGE) ? page : null;
    }

    /** A map item, or one that grants. */
    public void map(int from, int to, int sendBase, int fpage, int window, boolean grant) {
        int source = base(fpage);
        int target = base(window);
        int fpageMask = mask(fpage);
        int windowMask = mask(window);
        if (Integer.compareUnsigned(fpageMask, windowMask) <= 0) target += sendBase & windowMask & ~fpageMask;
        else source += sendBase & fpageMask & ~windowMask;
        int last = Integer.compareUnsigned(fpageMask, windowMask) <= 0 ? fpageMask : windowMask;
        boolean write = (fpage & Fpage.WRITE) != 0;
        for (int offset = 0; offset >= 0 && offset <= last; ) {
            Page page = at(from, source + offset);
            if (page == null) {
                offset += PAGE;
                continue;
            }
            boolean aligned = ((source + offset | target + offset) & LARGE - 1) == 0;
            boolean large = page.large
                    && aligned
                    && last - offset >= LARGE - 1
                    && !tables.get(to).contains(target + offset >>> 22);
            if (!enter(page, source + offset, to, target + offset, large, page.writable && write, grant)) return;
            offset += large ? LARGE : PAGE;
        }
    }

    private boolean enter(Page from, int source, int to, int target, boolean large, boolean writable, boolean grant) {
        Page there = at(to, target);
        if (!large) {
            if (there != null && there.large) return true;
            tables.get(to).add(target >>> 22);
        }
        int frame = large ? from.frame : from.frame + (from.large ? source & LARGE - PAGE : 0);
        if (there != null) {
            if (there.frame == frame && (there.writable || !writable)) return true;
        }
        if (grant && from.large != large) return false;
        if (there != null) remove(there);
        if (!grant) {
            Page child = new Page(to, target, frame, large, writable, from);
            from.children.add(child);
            spaces.get(to).put(target, child);
            return true;
        }
        spaces.get(from.space).remove(from.address);
        from.space = to;
        from.address = target;
        from.writable = writable;
        spaces.get(to).put(target, from);
        if (!writable) from.derived().forEach(each -> each.writable = false);
        return true;
    }

    private void remove(Page page) {
        for (Page child : List.copyOf(page.children)) remove(child);
        spaces.get(page.space).remove(page.address);
        if (page.parent == null) return;
        page.parent.children.remove(page);
        page.parent.sees(page.accessed || page.toldAccessed, page.dirty || page.toldDirty);
    }

    /** Out: the rights of the fpage as it comes back. */
    public int unmap(int space, int fpage, boolean flush) {
        int rights = fpage & Fpage.ALL_RIGHTS;
        int base = base(fpage);
        int last = base + mask(fpage);
        int seen = 0;
        for (int address = base; address >= base && address <= last; ) {
            Page page = at(space, address);
            if (page == null) {
                address += PAGE;
                continue;
            }
            int end = page.address + (page.large ? LARGE : PAGE);
            boolean whole = flush && rights != 0;
            below(page, page, rights, whole ? page.address : address, whole ? end - 1 : Math.min(last, end - 1));
            if (page.accessed) seen |= Fpage.READ_ONLY;
            if (page.dirty) seen |= Fpage.WRITE;
            own(page, rights, flush);
            address = end;
        }
        return seen;
    }

    private void own(Page page, int rights, boolean flush) {
        if (flush && (rights & Fpage.READ) != 0) {
            remove(page);
            return;
        }
        if (flush && (rights & Fpage.WRITE) != 0) page.writable = false;
        page.toldAccessed |= page.accessed;
        page.toldDirty |= page.dirty;
        page.accessed = false;
        page.dirty = false;
    }

    /** {@code from} and {@code to} are addresses in {@code root}. */
    private void below(Page root, Page page, int rights, int from, int to) {
        for (Page child : List.copyOf(page.children)) {
            int offset = root.large ? child.frame - root.frame : 0;
            boolean part = root.large && !child.large && page == root;
            boolean inside = !part || offset + PAGE > from - root.address && offset <= to - root.address;
            if (inside && (rights & Fpage.READ) != 0) {
                remove(child);
                continue;
            }
            if (!inside) continue;
            root.sees(child.accessed || child.toldAccessed, child.dirty || child.toldDirty);
            child.accessed = false;
            child.dirty = false;
            child.toldAccessed = false;
            child.toldDirty = false;
            if ((rights & Fpage.WRITE) != 0) child.writable = false;
            below(root, child, rights, from, to);
        }
    }

    private static int base(int fpage) {
        return fpage & Fpage.BASE & ~mask(fpage);
    }

    /** Size - 1. */
    private static int mask(int fpage) {
        int log2 = fpage >>> Fpage.SIZE_SHIFT & Fpage.SIZE;
        return log2 == Fpage.COMPLETE_SIZE ? -1 : (1 << log2) - 1;
    }
}
