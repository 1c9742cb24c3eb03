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

    /** By address; replaced, never changed, since listeners may set and take back watches. */
    private final Map<Integer, Here> places = new HashMap<>();

    /** Whom to tell at one address. */
    private static final class Here {
        final List<Entry> entries;
        final List<Probe> probes;
        final boolean observed;
        final boolean stops;

        Here(List<Entry> entries) {
            this.entries = entries;
            probes = entries.stream().flatMap(entry -> entry.probe.stream()).toList();
            observed = entries.stream().anyMatch(entry -> !entry.stops && entry.probe.isEmpty());
            stops = entries.stream().anyMatch(entry -> entry.stops);
        }
    }

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
            List<Entry> rest = new ArrayList<>(at(address));
            if (!rest.removeIf(entry -> entry == this)) return;
            if (rest.isEmpty()) places.remove(address);
            else places.put(address, new Here(rest));
            code.watch(address, !rest.isEmpty());
        }
    }

    private List<Entry> at(int address) {
        Here here = places.get(address);
        return here == null ? List.of() : here.entries;
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
        List<Entry> all = new ArrayList<>(at(entry.address));
        all.add(entry);
        places.put(entry.address, new Here(all));
        if (all.size() == 1) code.watch(entry.address, true);
        return entry;
    }

    /** Whether a block must begin at {@code address}. */
    public boolean contains(int address) {
        return places.containsKey(address);
    }

    /** Whether there is a watch behind {@code linear} and before {@code end}. */
    public boolean anyBetween(int linear, int end) {
        if (places.isEmpty()) return false;
        for (int at = linear + 1; at != end; at++) if (contains(at)) return true;
        return false;
    }

    /** Execution has arrived at a watched address: tells {@link Observer}s and probes; a stop if there is a breakpoint. */
    public Optional<Stop> arrived(Machine machine, int address) {
        Here here = places.get(address);
        if (here == null) return Optional.empty();
        if (here.observed) notices.passed(machine, address);
        for (Probe probe : here.probes) probe.passed(machine, address);
        if (!here.stops) return Optional.empty();
        return Optional.of(
                new Stop(Stop.Kind.BREAKPOINT, 0, String.format(Locale.ROOT, "breakpoint at %08x", address)));
    }
}
