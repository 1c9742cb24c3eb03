package org.sidestep.machine.ia32.timing.inorder;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sidestep.machine.Timing.Event;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Evidence.Confidence;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * The figures of a cell that are no row of the {@link Sheet}: each is a parameter.
 *
 * @param l2Line cycles until all of a line has come from the second-level cache; likewise memoryLine
 * @param writes cycles of twelve stores in a row to the bus
 * @param walk cycles of a page walk whose tables are in the first-level cache
 * @param mispredict cycles that are lost when a branch goes elsewhere than fetch did
 * @param locked cycles that a LOCK prefix adds
 * @param ablated mechanisms that are made perfect
 */
record Figures(
        int l2Latency,
        int l2Line,
        int memoryLatency,
        int memoryLine,
        int writes,
        int walk,
        int mispredict,
        int locked,
        int io,
        Map<Event, Integer> events,
        Ablated ablated) {

    /** Mechanisms that cost nothing in this cell, to see what they contribute. */
    record Ablated(boolean tlb, boolean caches, boolean branches, boolean interlock, boolean pairing) {}

    // spotless:off
    static final List<Parameter> ABLATIONS = List.of(
            Parameter.ablation("tlb",      "page walks take no time"),
            Parameter.ablation("cache",    "every access hits the first-level cache"),
            Parameter.ablation("btb",      "every branch is predicted"),
            Parameter.ablation("agi",      "no address-generation interlock"));

    static final Parameter UNPAIRED =
            Parameter.ablation("pairing",  "no instruction goes to the V pipe");
    // spotless:on

    static Figures of(Parameters parameters) {
        return new Figures(
                parameters.integer("l2.latency"),
                parameters.integer("l2.line"),
                parameters.integer("memory.latency"),
                parameters.integer("memory.line"),
                parameters.integer("bus.writes"),
                parameters.integer("tlb.walk"),
                parameters.integer("mispredict"),
                parameters.integer("lock"),
                parameters.integer("io"),
                events(parameters),
                ablated(parameters));
    }

    private static Ablated ablated(Parameters parameters) {
        boolean pairing = parameters.asMap().containsKey(UNPAIRED.name()) && parameters.flag(UNPAIRED.name());
        return new Ablated(
                parameters.flag(Parameter.ABLATE + "tlb"),
                parameters.flag(Parameter.ABLATE + "cache"),
                parameters.flag(Parameter.ABLATE + "btb"),
                parameters.flag(Parameter.ABLATE + "agi"),
                pairing);
    }

    private static Map<Event, Integer> events(Parameters parameters) {
        Map<Event, Integer> events = new EnumMap<>(Event.class);
        events.put(Event.INTERRUPT_INWARD, parameters.integer("int.inward"));
        events.put(Event.INTERRUPT_SAME_LEVEL, parameters.integer("int.same-level"));
        events.put(Event.IRET_OUTWARD, parameters.integer("iret.outward"));
        events.put(Event.IRET_SAME_LEVEL, parameters.integer("iret.same-level"));
        events.put(Event.FAR_TRANSFER_INWARD, parameters.integer("far.inward"));
        events.put(Event.FAR_TRANSFER_OUTWARD, parameters.integer("far.outward"));
        events.put(Event.SYSENTER, 0);
        events.put(Event.SYSEXIT, 0);
        events.put(Event.CR3_LOAD, parameters.integer("cr3.load"));
        events.put(Event.SPLIT_ACCESS, parameters.integer("misaligned"));
        events.put(Event.INTERRUPT_ACKNOWLEDGE, parameters.integer("interrupt.acknowledge"));
        events.put(Event.SELF_MODIFIED_CODE, parameters.integer("self-modified"));
        return events;
    }

    /** A number of cycles that the sources agree about. */
    static Parameter cycles(String name, long value, String source, String summary) {
        return Parameter.figure(name, "cycles", value, 0, 20 * value + 100, source, summary);
    }

    /** An uncertain number of cycles. */
    static Parameter cycles(
            String name, long value, long low, long high, Confidence confidence, String source, String summary) {
        Evidence evidence = new Evidence("cycles", source, confidence, low, high);
        return Parameter.figure(name, value, 0, 20 * high, evidence, summary);
    }
}
