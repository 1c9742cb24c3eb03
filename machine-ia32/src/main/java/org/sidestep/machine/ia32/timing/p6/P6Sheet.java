package org.sidestep.machine.ia32.timing.p6;

import static org.sidestep.machine.ia32.timing.Figures.count;
import static org.sidestep.machine.ia32.timing.Figures.cycles;
import static org.sidestep.plugin.Evidence.Confidence.LOW;
import static org.sidestep.plugin.Evidence.Confidence.MEDIUM;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.p6.P6Part.Bracket;
import org.sidestep.machine.ia32.timing.p6.P6Part.Geometry;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** Every number of a P6 part, as it is in one cell: what its data sheet says unless the experiment says otherwise. */
final class P6Sheet {

    private static final int KILO = 1024;
    private static final int UNKNOWN = -1;

    // spotless:off
    private static final List<Parameter> CORE = List.of(
            count("memory.row.size",         "KB",        4, 1, 1024, "R", "a row of memory"),
            count("memory.row.banks",        "banks",     4, 1,   64, "R", "rows that can be open"),
            count("tlb.code.entries",        "entries",  32, 1, 4096, "M", "4 KB translations for instructions"),
            count("tlb.code.ways",           "ways",      4, 1,   64, "M", "associativity"),
            count("tlb.code.large.entries",  "entries",   2, 1, 4096, "M", "4 MB translations for instructions"),
            count("tlb.code.large.ways",     "ways",      2, 1,   64, "R", "associativity"),
            count("tlb.data.entries",        "entries",  64, 1, 4096, "M", "4 KB translations for data"),
            count("tlb.data.ways",           "ways",      4, 1,   64, "M", "associativity"),
            count("tlb.data.large.entries",  "entries",   8, 1, 4096, "M", "4 MB translations for data"),
            count("tlb.data.large.ways",     "ways",      4, 1,   64, "M", "associativity"),
            cycles("cache.l1d.latency",       3, "M", "load that hits the first-level cache, address to data"),
            cycles("split.cycles",           16, MEDIUM,   6,   18, "D from MOVUPS, M 10.75 where every other crosses", "data access that crosses a line, which holds up what is behind it"),
            cycles("blocked-load.cycles",     7, MEDIUM,   6,    7, "S 7..8 more than a load that takes its bytes from the store (Agner Fog, How to optimize for the Pentium family); D pair of MOVUPS, M 16 where none can, 6 where all can", "load that needs bytes of a buffered store and others, after the store has drained"),
            count("store-buffer.entries",    "stores",   12, 1,   64, "R", "stores on their way to the cache"),
            count("store-buffer.burst",      "stores",    6, 2, 1_000_000, "D M 1.17 cycles a store, 1.00 a push", "stores one after another, but for pushes, after which the cache port pauses for a cycle"),
            count("fill-buffers.entries", "lines",    4, 1,   64, "S Intel's optimization manual", "misses under way at once; non-temporal stores are combined in as many"),
            count("rob.entries",             "micro-ops", 40, 24, 512, "R", "reorder buffer"),
            cycles("partial.cycles",          5, "M", "reading a partially written register or flags, after the writer"),
            count("rat.read-ports",          "registers", 2, 1, 32, "S", "retired registers that renaming can read in a cycle"),
            cycles("retirement.cycles",       7, LOW,      6,    8, "R", "from completion until a result is read as a retired one"),
            cycles("locked.cycles",          21, "M", "locked read-modify-write, which holds up everything behind it"),
            cycles("locked.exchange.cycles", 19, "M", "the same for XCHG, which locks without being told to"),
            cycles("length-change.cycles",    6, MEDIUM,   5,    7, "D 7 for a block of 16 bytes: M 1.33 for NOT of 3 bytes, 1.75 for ADD of 4, 2.17 for IMUL of 5", "fetch lost where a 66 prefix may change the length of an instruction, once per block"),
            count("btb.entries",             "branches", 512, 1, 65536, "S", "branch target buffer"),
            count("btb.ways",                "ways",      4, 1,   64, "S", "associativity"),
            count("ras.depth",               "returns",  16, 0,  256, "R", "return stack; without one a return is an indirect jump"),
            cycles("branch.taken.cycles",     1, "S", "fetch lost by a predicted taken branch"),
            cycles("branch.decoded.cycles",   5, LOW,      5,    6, "R 5..6", "fetch lost by a taken branch that only the decoder recognises"),
            cycles("mispredict.cycles",      12, MEDIUM,   9,   26, "S about 15 in all, up to 26", "from the execution of a mispredicted branch to the right path"),
            cycles("trap.cycles",           131, LOW,    110,  150, "D pair with iret 175..235, from null system calls of Linux, 280..345 (Eggestad 2002, White 2003), without their software", "interrupt or exception to a more privileged level"),
            cycles("trap.same-level.cycles", 80, LOW,     40,  130, "D in proportion to trap.cycles", "interrupt or exception without change of level"),
            cycles("iret.cycles",            74, LOW,     65,   85, "D pair with trap 175..235", "return to a less privileged level"),
            cycles("iret.same-level.cycles", 40, LOW,     20,   80, "D in proportion to iret.cycles", "return without change of level"),
            cycles("call-gate.cycles",      120, LOW,     70,  160, "D the P5's ratio to int", "call gate to a more privileged level"),
            cycles("far-return.cycles",      63, LOW,     35,  100, "D the P5's ratio to iret", "far return to a less privileged level"),
            cycles("sysenter.cycles",        30, MEDIUM,  27,   33, "D pair 55..65", "SYSENTER with refill"),
            cycles("sysexit.cycles",         30, MEDIUM,  27,   33, "D pair 55..65", "SYSEXIT with refill"),
            cycles("cr3.cycles",            135, MEDIUM, 120,  150, "D", "load of CR3 itself, without the misses that follow"),
            cycles("io.cycles",             300, MEDIUM, 300, 1000, "S more than 300", "access to a port"),
            cycles("acknowledge.cycles",    300, LOW,    100, 1000, "R as io", "acknowledge cycles at the 8259"),
            cycles("self-modified.cycles",  150, LOW,     50,  500, "R", "store to decoded code"));

    /** What the named figures are charged for. */
    private static final Map<Event, String> EVENTS = new EnumMap<>(Map.ofEntries(
            Map.entry(Event.INTERRUPT_INWARD,      "trap.cycles"),
            Map.entry(Event.INTERRUPT_SAME_LEVEL,  "trap.same-level.cycles"),
            Map.entry(Event.IRET_OUTWARD,          "iret.cycles"),
            Map.entry(Event.IRET_SAME_LEVEL,       "iret.same-level.cycles"),
            Map.entry(Event.FAR_TRANSFER_INWARD,   "call-gate.cycles"),
            Map.entry(Event.FAR_TRANSFER_OUTWARD,  "far-return.cycles"),
            Map.entry(Event.SYSENTER,              "sysenter.cycles"),
            Map.entry(Event.SYSEXIT,               "sysexit.cycles"),
            Map.entry(Event.CR3_LOAD,              "cr3.cycles"),
            Map.entry(Event.SPLIT_ACCESS,          "split.cycles"),
            Map.entry(Event.INTERRUPT_ACKNOWLEDGE, "acknowledge.cycles"),
            Map.entry(Event.SELF_MODIFIED_CODE,    "self-modified.cycles")));
    // spotless:on

    private final P6Part part;
    private final Parameters parameters;
    private final Set<Mechanism> ablated;
    /** Of each event, by its ordinal, once it has happened: what is not asked for is known not to matter. */
    private final int[] costs = new int[Event.values().length];

    /** Those that have been asked for. */
    private final Map<Shape, Map<String, P6Row>> rows = new EnumMap<>(Shape.class);

    P6Sheet(P6Part part, Parameters parameters) {
        for (Shape shape : Shape.values()) rows.put(shape, new HashMap<>());
        this.part = part;
        this.parameters = parameters;
        ablated = Mechanism.ablated(parameters);
        Arrays.fill(costs, UNKNOWN);
    }

    static List<Parameter> parameters(P6Part part) {
        List<Parameter> all = new ArrayList<>();
        all.add(Figures.mhz(part.mhz()));
        cache(all, "cache.l1i", part.instructions(), "first-level cache for instructions");
        cache(all, "cache.l1d", part.data(), "first-level cache for data");
        cache(all, "cache.l2", part.second(), "second-level cache");
        all.add(latency(
                "cache.l2.latency", part.l2Latency(), "load that hits the second-level cache, address to data"));
        all.add(cycles(
                "cache.l2.stream",
                part.l2Stream(),
                MEDIUM,
                0,
                part.l2Stream() + 4,
                "D width and clock of its bus",
                "fetch lost by a line of code that follows the one before and hits the second-level cache"));
        all.add(latency(
                "cache.l2.fill",
                part.l2Fill(),
                "for which a line from the second level occupies the first, so that loads and stores wait"));
        all.add(latency("memory.latency", part.memoryLatency(), "load from an open row of memory, address to data"));
        all.add(latency("memory.row.cycles", part.memoryRow(), "opening another row of memory"));
        all.add(latency("memory.transfer", part.busTransfer(), "each line of a stream from memory"));
        all.add(cycles("walk.cycles", part.walk(), "M", "page walk with all tables in the first-level cache"));
        all.addAll(CORE);
        all.addAll(P6Clocks.parameters(part.own()));
        all.addAll(Mechanism.switches(Mechanism.OUT_OF_ORDER));
        return List.copyOf(all);
    }

    private static void cache(List<Parameter> all, String name, Geometry geometry, String summary) {
        all.add(count(name + ".size", "KB", geometry.kilobytes(), 1, 1 << 16, geometry.source(), summary));
        all.add(count(name + ".ways", "ways", geometry.ways(), 1, 64, geometry.source(), "associativity"));
    }

    private static Parameter latency(String name, Bracket cycles, String summary) {
        return cycles(name, cycles.typical(), MEDIUM, cycles.low(), cycles.high(), cycles.source(), summary);
    }

    /** @throws BadParameter if a structure cannot be built */
    static void check(String model, Parameters parameters) {
        for (String tlb : List.of("tlb.code", "tlb.code.large", "tlb.data", "tlb.data.large", "btb")) {
            Figures.requireSets(parameters, model, tlb + ".entries", tlb + ".ways", 1);
        }
        for (String cache : List.of("cache.l1i", "cache.l1d", "cache.l2")) {
            Figures.requireSets(parameters, model, cache + ".size", cache + ".ways", KILO / Cache.LINE);
        }
    }

    /** The value of a figure. */
    int of(String figure) {
        return parameters.integer(figure);
    }

    boolean isPerfect(Mechanism mechanism) {
        return ablated.contains(mechanism);
    }

    /** The row of a class, with the cell's latencies. */
    P6Row row(String timing, Shape shape) {
        return rows.get(shape)
                .computeIfAbsent(
                        timing, t -> P6Clocks.inCell(part.row(t, shape), P6Clocks.entry(t, shape), parameters));
    }

    P6Clocks.Repeat repeat(String timing, int bits) {
        return P6Clocks.repeat(timing, bits, parameters);
    }

    MemoryHierarchy caches() {
        return new MemoryHierarchy(
                cache("cache.l1i"),
                cache("cache.l1d"),
                cache("cache.l2"),
                isPerfect(Mechanism.L1),
                isPerfect(Mechanism.L2));
    }

    private Cache cache(String name) {
        return new Cache(of(name + ".size") * KILO, of(name + ".ways"));
    }

    /** The name of the figure that an event is charged with. */
    static String figure(Event event) {
        return EVENTS.get(event);
    }

    /** What an event costs. */
    int cost(Event event) {
        int i = event.ordinal();
        if (costs[i] == UNKNOWN) costs[i] = costOf(event);
        return costs[i];
    }

    private int costOf(Event event) {
        return switch (event) {
            case CR3_LOAD -> isPerfect(Mechanism.CR3) ? 0 : of(figure(event));
            case SPLIT_ACCESS, INTERRUPT_ACKNOWLEDGE, SELF_MODIFIED_CODE -> of(figure(event));
            default -> isPerfect(Mechanism.TRAP) ? 0 : of(figure(event));
        };
    }
}
