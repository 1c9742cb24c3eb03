package org.sidestep.machine.ia32.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Probe;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;

/**
 * Linear addresses at which somebody wants to know that execution has arrived. A block begins at each, so that all others
 * cost nothing; setting a watch drops only blocks that run across its address.
 */
public final class CodeWatches {
    private final Notices notices;
    private final Places code;

    /** By address; the lists are replaced, never changed, since listeners may set and take back watches. */
    private final Map<Integer, List<Entry>> entries = new HashMap<>();

    /** Watches that tell the observers of {@code notices}. */
    public CodeWatches(Notices notices, Places code) {
        this.notices = notices;
        this.code = code;
    }

    /** Decoded code, in which a block must begin at each watched address. */
    public interface Places {
        void watch(int address, boolean watched);
    }

    /** A watch with whom to tell; a breakpoint is one that tells nobody. */
    private final class Entry implements Watch {
        final int address;
        final Optional<Probe> probe;
        final boolean stops;

        Entry(int address, Optional<Probe> probe, boolean stops) {
            this.address = address;
            this.probe = probe;
            this.stops = stops;
        }

        @Override
        public void close() {
            List<Entry> rest = new ArrayList<>(entries.getOrDefault(address, List.of()));
            if (!rest.removeIf(entry -> entry == this)) return;
            if (rest.isEmpty()) entries.remove(address);
            else entries.put(address, rest);
            code.watch(address, !rest.isEmpty());
        }
    }

    /** Tells all observers. */
    public Watch add(int address) {
        return add(new Entry(address, Optional.empty(), false));
    }

    /** Tells one probe. */
    public Watch add(int address, Probe probe) {
        return add(new Entry(address, Optional.of(probe), false));
    }

    /** Stops the run before the instruction at {@code address}. */
    public Watch addBreakpoint(int address) {
        return add(new Entry(address, Optional.empty(), true));
    }

    private Watch add(Entry entry) {
        List<Entry> all = new ArrayList<>(entries.getOrDefault(entry.address, List.of()));
        all.add(entry);
        entries.put(entry.address, all);
        if (all.size() == 1) code.watch(entry.address, true);
        return entry;
    }

    /** Whether a block must begin at {@code address}. */
    public boolean contains(int address) {
        return entries.containsKey(address);
    }

    /** Whether there is a watch behind {@code linear} and before {@code end}. */
    public boolean anyBetween(int linear, int end) {
        if (entries.isEmpty()) return false;
        for (int at = linear + 1; at != end; at++) if (contains(at)) return true;
        return false;
    }

    /** Execution has arrived at a watched address: tells {@link Observer}s and probes; a stop if there is a breakpoint. */
    public Optional<Stop> arrived(Machine machine, int address) {
        List<Entry> here = entries.getOrDefault(address, List.of());
        boolean observed = false;
        boolean stops = false;
        for (Entry entry : here) {
            observed |= !entry.stops && entry.probe.isEmpty();
            stops |= entry.stops;
        }
        if (observed) notices.passed(machine, address);
        for (Entry entry : here) if (entry.probe.isPresent()) entry.probe.get().passed(machine, address);
        if (!stops) return Optional.empty();
        return Optional.of(
                new Stop(Stop.Kind.BREAKPOINT, 0, String.format(Locale.ROOT, "breakpoint at %08x", address)));
    }
}
