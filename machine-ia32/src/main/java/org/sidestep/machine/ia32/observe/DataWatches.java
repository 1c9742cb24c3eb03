package org.sidestep.machine.ia32.observe;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Debugger.DataListener;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Watch;

/** Ranges of linear addresses whose accesses somebody outside wants to know of. */
public final class DataWatches {
    /** Makes the processor look around before the next instruction. */
    private final Runnable attention;

    /** Replaced, never changed, since listeners may set and take back watches. */
    private List<Entry> entries = List.of();

    private Machine machine;

    /** No watches yet; {@code attention} is run when one is set or taken back. */
    public DataWatches(Runnable attention) {
        this.attention = attention;
    }

    /** A watched range, both ends included. */
    private final class Entry implements Watch {
        final int first;
        final int last;
        final DataAccess.Kind kind;
        final DataListener listener;

        Entry(int first, int last, DataAccess.Kind kind, DataListener listener) {
            this.first = first;
            this.last = last;
            this.kind = kind;
            this.listener = listener;
        }

        boolean covers(int linear, int bytes, boolean write) {
            if (kind == (write ? DataAccess.Kind.READ : DataAccess.Kind.WRITE)) return false;
            boolean inside = Integer.compareUnsigned(linear - first, last - first) <= 0;
            return inside || Integer.compareUnsigned(first - linear, bytes) < 0;
        }

        @Override
        public void close() {
            List<Entry> rest = new ArrayList<>(entries);
            rest.remove(this);
            replace(rest);
        }
    }

    /** Watches linear addresses, both ends included. */
    public Watch add(int first, int last, DataAccess.Kind kind, DataListener listener) {
        Entry entry = new Entry(first, last, kind, listener);
        List<Entry> all = new ArrayList<>(entries);
        all.add(entry);
        replace(all);
        return entry;
    }

    private void replace(List<Entry> all) {
        entries = all;
        attention.run();
    }

    /** Of the machine that listeners are told of. */
    public void attach(Machine observed) {
        machine = observed;
    }

    /** Whether anything is watched: then accesses go a slower way. */
    public boolean any() {
        return !entries.isEmpty();
    }

    /** Whether somebody wants to know of an access. */
    public boolean cover(int linear, int bytes, boolean write) {
        for (Entry entry : entries) if (entry.covers(linear, bytes, write)) return true;
        return false;
    }

    /** Tells of an access that has been made. */
    public void accessed(DataAccess access) {
        for (Entry entry : entries) {
            if (entry.covers(access.address(), access.bytes(), access.write()))
                entry.listener.accessed(machine, access);
        }
    }
}
