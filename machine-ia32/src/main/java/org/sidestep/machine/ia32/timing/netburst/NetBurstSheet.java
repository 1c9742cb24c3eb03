package org.sidestep.machine.ia32.timing.netburst;

import static org.sidestep.machine.ia32.timing.Figures.count;
import static org.sidestep.machine.ia32.timing.Figures.cycles;
import static org.sidestep.machine.ia32.timing.Figures.requireSets;
import static org.sidestep.plugin.Evidence.Confidence.LOW;
import static org.sidestep.plugin.Evidence.Confidence.MEDIUM;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** Every number of the Pentium 4, as it is in one cell: what its data sheet says unless the experiment says otherwise. */
final class NetBurstSheet {

    /** Lines have 64 bytes. */
    static final int LINE_SHIFT = 6;

    /** Loads, and stores, of one instruction that are scheduled one by one. */
    static final int ACCESSES = 16;

    private static final int KILO = 1024;

    private static final Set<Mechanism> MECHANISMS = EnumSet.of(
            Mechanism.TLB,
            Mechanism.L1,
            Mechanism.L2,
            Mechanism.BTB,
            Mechanism.RAS,
            Mechanism.MISPREDICT,
            Mechanism.STORE_FORWARDING,
            Mechanism.SERIALISE,
            Mechanism.TRAP,
            Mechanism.CR3);

    // spotless:off
    private static final List<Parameter> FIGURES = List.of(
            Figures.mhz(2400),
            count("tlb.code.entries",        "entries",   64, 1, 4096, "M", "translations for instructions"),
            count("tlb.code.ways",           "ways",       4, 1,   64, "R", "associativity"),
            count("tlb.code.large.entries",  "entries",   64, 1, 4096, "R", "4 MB translations for instructions"),
            count("tlb.code.large.ways",     "ways",       4, 1,   64, "R", "associativity"),
            count("tlb.data.entries",        "entries",   64, 1, 4096, "M", "translations for data"),
            count("tlb.data.ways",           "ways",      64, 1,   64, "R", "associativity"),
            count("tlb.data.large.entries",  "entries",   64, 1, 4096, "R", "4 MB translations for data"),
            count("tlb.data.large.ways",     "ways",      64, 1,   64, "R", "associativity"),
            count("cache.trace.size",        "KB",        32, 1, 65536, "D 12K micro-ops of about 2.7 bytes of code", "trace cache, as the code that fits"),
            count("cache.trace.ways",        "ways",       8, 1,   64, "M", "associativity"),
            count("cache.l1d.size",          "KB",         8, 1, 65536, "M", "first-level cache for data"),
            count("cache.l1d.ways",          "ways",       4, 1,   64, "M", "associativity"),
            count("cache.l2.size",           "KB",       512, 1, 65536, "M", "second-level cache"),
            count("cache.l2.ways",           "ways",       8, 1,   64, "M", "associativity"),
            count("store-buffer.entries",    "stores",    24, 1,  256, "R", "stores on their way to the cache"),
            count("fill-buffers.entries",    "lines",      8, 1,   64, "R", "misses under way at once"),
            count("write-combining.entries", "lines",      6, 1,   64, "S Intel's optimization manual", "lines of non-temporal stores that are being combined"),
            count("rob.entries",             "micro-ops", 126, 24, 512, "R", "reorder buffer"),
            count("btb.entries",             "branches", 4096, 1, 65536, "R", "branch target buffer"),
            count("btb.ways",                "ways",       4, 1,   64, "R", "associativity"),
            count("ras.depth",               "returns",   16, 0,  256, "R", "return stack"),
            cycles("cache.l1d.latency",        2, "M", "load that hits the first-level cache, address to data"),
            cycles("merge.cycles",             1, "M MOV r8 and r16 from memory 3", "load of less than a register"),
            cycles("cache.l2.latency",        18, MEDIUM,  18,   22, "M 18..22", "load that hits the second-level cache"),
            cycles("memory.latency",         375, MEDIUM, 330,  420, "M 330..420", "load from memory"),
            cycles("memory.transfer",         36, MEDIUM,  30,   48, "D 64 bytes at 4.3 GB/s", "a line on the front-side bus"),
            cycles("walk.cycles",             54, MEDIUM,  48,   60, "M 48..60; D a reload of CR3 296 (Fiasco's kernel debugger) and a switch of spaces 742 ask for more than its middle, a load 48 (Fiasco's kernel debugger) for less", "page walk with the tables in the caches"),
            cycles("split.cycles",            20, LOW,     10,   30, "R", "data access that crosses a line"),
            cycles("store.hundredths",       175, "M 1.75", "hundredths of a cycle from store to store"),
            cycles("forward.cycles",           6, "M ADD to memory 8.8", "from a store's data to a load of it, beyond a hit"),
            cycles("blocked-load.cycles",     20, LOW,     10,   40, "R", "load of bytes that are only partly in a buffered store"),
            cycles("mul.high.cycles",          3, "M MUL 18 by way of EDX, 15..16 of EAX", "from the lower half of a product to the upper"),
            cycles("cmpxchg.accumulator.cycles", 2, "M CMPXCHG 11 by way of the destination, throughput 8.9, which is a chain through the accumulator", "by which the accumulator of CMPXCHG is there before the destination"),
            cycles("trace.build.cycles",       8, LOW,      4,   16, "R", "decoding 64 bytes of code that are not in the trace cache, beyond the cache behind it"),
            cycles("locked.cycles",          115, "M 124", "locked read-modify-write"),
            cycles("mispredict.cycles",       24, MEDIUM,  20,   30, "S at least 24 in all", "from the execution of a mispredicted branch to the right path"),
            cycles("branch.decoded.cycles",    8, LOW,      5,   15, "R", "taken branch that only the decoder recognises"),
            cycles("repeat.setup",            40, LOW,     20,   80, "R", "repeated string instruction, before the first iteration"),
            cycles("repeat.each",              2, LOW,      1,    4, "R", "each iteration"),
            cycles("trap.cycles",            645, LOW,    545,  745, "D pair with iret 932 (Fiasco's kernel debugger) to 1266 (in Linux 1120 above the pair of SYSENTER, Torvalds 2002)", "interrupt or exception to a more privileged level"),
            cycles("trap.same-level.cycles", 300, LOW,    150,  450, "R", "interrupt or exception without change of level"),
            cycles("iret.cycles",            455, LOW,    387,  521, "D pair with trap 932..1266", "return to a less privileged level"),
            cycles("iret.same-level.cycles", 200, LOW,    100,  300, "R", "return without change of level"),
            cycles("call-gate.cycles",       450, LOW,    300,  600, "R", "call gate to a more privileged level"),
            cycles("far-return.cycles",      300, LOW,    200,  450, "R", "far return to a less privileged level"),
            cycles("sysenter.cycles",         72, MEDIUM,  60,  112, "D pair 146 (Fiasco's kernel debugger), 150..225", "SYSENTER with refill"),
            cycles("sysexit.cycles",          71, MEDIUM,  60,  113, "D pair 146, 150..225", "SYSEXIT with refill"),
            cycles("cr3.cycles",             205, MEDIUM, 150,  296, "D 296 with a read and the refills (Fiasco's kernel debugger)", "load of CR3 itself, which empties the trace cache, without the misses that follow"),
            cycles("io.cycles",             1500, LOW,    500, 4000, "R an ISA cycle is about a microsecond", "access to a port"),
            cycles("acknowledge.cycles",    1500, LOW,    500, 4000, "R as io", "acknowledge cycles at the 8259"),
            cycles("self-modified.cycles",   400, LOW,    150, 1000, "R", "store to decoded code"));

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

    private final Parameters cell;
    private final Set<Mechanism> ablated;

    NetBurstSheet(Parameters cell) {
        this.cell = cell;
        ablated = Mechanism.ablated(cell);
    }

    static List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(FIGURES);
        all.addAll(NetBurstClocks.parameters());
        all.addAll(Mechanism.switches(MECHANISMS));
        return List.copyOf(all);
    }

    /** @throws org.sidestep.plugin.BadParameter if a structure cannot be built */
    static void check(String model, Parameters cell) {
        for (String places : List.of("tlb.code", "tlb.code.large", "tlb.data", "tlb.data.large", "btb")) {
            requireSets(cell, model, places + ".entries", places + ".ways", 1);
        }
        for (String cache : List.of("cache.trace", "cache.l1d", "cache.l2")) {
            requireSets(cell, model, cache + ".size", cache + ".ways", KILO >> LINE_SHIFT);
        }
    }

    int of(String figure) {
        return cell.integer(figure);
    }

    /**
     * More stores than ever are on their way at once: a store has two places in the reorder buffer until it retires and then
     * an entry of the store buffer, which two halves may share. The rest is for the instruction that is about to enter.
     */
    int storesUnderWay() {
        return Math.max(of("rob.entries") / 2, 2 * of("store-buffer.entries")) + 2 * ACCESSES;
    }

    boolean isPerfect(Mechanism mechanism) {
        return ablated.contains(mechanism);
    }

    NetBurstClocks.Row row(String timing) {
        NetBurstClocks.Row row = NetBurstClocks.row(timing, cell);
        boolean free = row.unit() == NetBurstClocks.Unit.SERIAL && isPerfect(Mechanism.SERIALISE);
        return free ? new NetBurstClocks.Row(NetBurstClocks.Unit.ALU, row.places(), 0, 0) : row;
    }

    Cache cache(String name) {
        return new Cache(of(name + ".size") * KILO, of(name + ".ways"), LINE_SHIFT);
    }

    static String figure(Event event) {
        return EVENTS.get(event);
    }

    int cost(Event event) {
        return switch (event) {
            case CR3_LOAD -> isPerfect(Mechanism.CR3) ? 0 : of(figure(event));
            case SPLIT_ACCESS, INTERRUPT_ACKNOWLEDGE, SELF_MODIFIED_CODE -> of(figure(event));
            default -> isPerfect(Mechanism.TRAP) ? 0 : of(figure(event));
        };
    }
}
