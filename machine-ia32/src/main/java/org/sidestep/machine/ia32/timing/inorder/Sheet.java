package org.sidestep.machine.ia32.timing.inorder;

import static org.sidestep.machine.ia32.timing.Figures.requireSets;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** Every number of a processor, as it is in one cell: what its data sheet says unless the experiment says otherwise. */
final class Sheet {

    private static final int KILO = 1024;

    // spotless:off
    private static final Set<Mechanism> MECHANISMS = EnumSet.of(
            Mechanism.TLB, Mechanism.L1, Mechanism.L2, Mechanism.BTB, Mechanism.MISPREDICT, Mechanism.SERIALISE,
            Mechanism.TRAP, Mechanism.CR3, Mechanism.AGI, Mechanism.PAIRING);

    /** What the named figures are charged for. */
    private static final Map<Event, String> EVENTS = new EnumMap<>(Map.of(
            Event.INTERRUPT_INWARD,      "trap.cycles",
            Event.INTERRUPT_SAME_LEVEL,  "trap.same-level.cycles",
            Event.IRET_OUTWARD,          "iret.cycles",
            Event.IRET_SAME_LEVEL,       "iret.same-level.cycles",
            Event.FAR_TRANSFER_INWARD,   "call-gate.cycles",
            Event.FAR_TRANSFER_OUTWARD,  "far-return.cycles",
            Event.CR3_LOAD,              "cr3.cycles",
            Event.SPLIT_ACCESS,          "misaligned.cycles",
            Event.INTERRUPT_ACKNOWLEDGE, "acknowledge.cycles",
            Event.SELF_MODIFIED_CODE,    "self-modified.cycles"));
    // spotless:on

    private final Design design;
    private final Parameters cell;
    private final Set<Mechanism> ablated;
    private final Map<Event, Integer> costs = new EnumMap<>(Event.class);

    Sheet(Design design, Parameters cell) {
        this.design = design;
        this.cell = cell;
        ablated = Mechanism.ablated(cell);
        for (Event event : Event.values()) costs.put(event, costOf(event));
    }

    /** All parameters of a model, of which {@code figures} are what differs between designs. */
    static List<Parameter> parameters(Design design, List<Parameter> figures) {
        List<Parameter> all = new ArrayList<>(figures);
        all.addAll(design.clocks().parameters());
        Set<Mechanism> mechanisms = EnumSet.copyOf(MECHANISMS);
        if (!design.pairs()) mechanisms.remove(Mechanism.PAIRING);
        all.addAll(Mechanism.switches(mechanisms));
        return List.copyOf(all);
    }

    /** @throws BadParameter if a structure cannot be built */
    static void check(String model, Design design, Parameters cell) {
        for (String tlb : List.of("tlb.code", "tlb.code.large", "tlb.data", "tlb.data.large")) {
            requireSets(cell, model, tlb + ".entries", tlb + ".ways", 1);
        }
        if (design.predicts()) requireSets(cell, model, "btb.entries", "btb.ways", 1);
        int linesPerKilobyte = KILO >> design.lineShift();
        for (String cache : List.of(design.codeCache(), design.dataCache(), "cache.l2")) {
            requireSets(cell, model, cache + ".size", cache + ".ways", linesPerKilobyte);
        }
    }

    Design design() {
        return design;
    }

    /** The value of a figure. */
    int of(String figure) {
        return cell.integer(figure);
    }

    boolean isPerfect(Mechanism mechanism) {
        return ablated.contains(mechanism);
    }

    Row row(String timing) {
        return design.clocks().row(timing, cell);
    }

    boolean has(String timing) {
        return design.clocks().has(timing);
    }

    Clocks.Repeat repeat(String timing) {
        return design.clocks().repeat(timing, cell);
    }

    Cache cache(String name) {
        return new Cache(of(name + ".size") * KILO, of(name + ".ways"), design.lineShift());
    }

    TargetBuffer targets() {
        return design.predicts() ? new TargetBuffer(of("btb.entries"), of("btb.ways")) : null;
    }

    /** The name of the figure that an event is charged with. */
    static String figure(Event event) {
        return EVENTS.get(event);
    }

    int cost(Event event) {
        return costs.get(event);
    }

    /** Cycles for which fetch waits for a block at most. */
    int longestFetch() {
        return Math.max(of("cache.l2.latency"), of("memory.latency")) * (Memory.FETCHED >> design.lineShift());
    }

    /** By how much so many stores that hit delay others at most. */
    int longestWrites(int stores) {
        return design.writeThrough() ? stores * Transfers.longestWrite(this) : 0;
    }

    private int costOf(Event event) {
        return switch (event) {
            case SYSENTER, SYSEXIT -> 0;
            case CR3_LOAD -> isPerfect(Mechanism.CR3) ? 0 : of(figure(event));
            case SPLIT_ACCESS, INTERRUPT_ACKNOWLEDGE -> of(figure(event));
            // Where code and data share a cache, nothing notices.
            case SELF_MODIFIED_CODE -> design.unified() ? 0 : of(figure(event));
            default -> isPerfect(Mechanism.TRAP) ? 0 : of(figure(event));
        };
    }
}
