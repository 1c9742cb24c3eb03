package org.sidestep.machine.ia32.timing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sidestep.machine.Timing.Event;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** The figures of the P6 family that are uncertain or differ between parts: each a parameter with the bracket of its sources. */
record Costs(int l2Latency, int memoryLatency, int mispredict, int io, Map<Event, Integer> events) {

    // spotless:off
    private static final List<Parameter> COMMON = List.of(
            cycles("mispredict",             12,   9,   26, "from the execution of a mispredicted branch to the right path; about 15 in all [S]"),
            cycles("int.inward",             96,  60,  140, "interrupt or exception to a more privileged level [D, low: pair with iret 110..200]"),
            cycles("int.same-level",         60,  30,  100, "interrupt or exception without change of level [D, low]"),
            cycles("iret.outward",           54,  36,   90, "return to a less privileged level [D, low]"),
            cycles("iret.same-level",        30,  15,   60, "return without change of level [D, low]"),
            cycles("far.inward",             88,  50,  140, "call gate to a more privileged level [D, low: the P5's ratio to int]"),
            cycles("far.outward",            46,  25,   90, "far return to a less privileged level [D, low]"),
            cycles("sysenter",               30,  20,   40, "sysenter with refill [D, medium: pair 55..65]"),
            cycles("sysexit",                30,  20,   40, "sysexit with refill [D, medium]"),
            cycles("cr3.load",              135, 100,  200, "load of CR3 itself, without the misses that follow [D, medium: 120..150]"),
            cycles("io",                    300, 100, 2000, "access to a port [S, more than 300]"),
            cycles("interrupt.acknowledge", 300, 100, 2000, "acknowledge cycles at the 8259 [R, low: as io]"),
            cycles("self-modified",         150,  50,  500, "store to decoded code [R, low]"));
    // spotless:on

    static List<Parameter> parameters(P6Part part) {
        List<Parameter> all = new ArrayList<>();
        all.add(cycles("l2.latency", part.l2Latency(), "load that hits the second-level cache, address to data"));
        all.add(cycles("memory.latency", part.memoryLatency(), "load from memory, address to data"));
        all.addAll(COMMON);
        return all;
    }

    private static Parameter cycles(String name, P6Part.Bracket cycles, String summary) {
        return cycles(name, cycles.typical(), cycles.min(), cycles.max(), summary + " [" + cycles.source() + "]");
    }

    private static Parameter cycles(String name, long typical, long min, long max, String summary) {
        return Parameter.integer(name, typical, min, max, "cycles: " + summary);
    }

    static Costs of(Parameters parameters) {
        Map<Event, Integer> events = new EnumMap<>(Event.class);
        events.put(Event.INTERRUPT_INWARD, parameters.integer("int.inward"));
        events.put(Event.INTERRUPT_SAME_LEVEL, parameters.integer("int.same-level"));
        events.put(Event.IRET_OUTWARD, parameters.integer("iret.outward"));
        events.put(Event.IRET_SAME_LEVEL, parameters.integer("iret.same-level"));
        events.put(Event.FAR_TRANSFER_INWARD, parameters.integer("far.inward"));
        events.put(Event.FAR_TRANSFER_OUTWARD, parameters.integer("far.outward"));
        events.put(Event.SYSENTER, parameters.integer("sysenter"));
        events.put(Event.SYSEXIT, parameters.integer("sysexit"));
        events.put(Event.CR3_LOAD, parameters.integer("cr3.load"));
        events.put(Event.INTERRUPT_ACKNOWLEDGE, parameters.integer("interrupt.acknowledge"));
        events.put(Event.SELF_MODIFIED_CODE, parameters.integer("self-modified"));
        return new Costs(
                parameters.integer("l2.latency"),
                parameters.integer("memory.latency"),
                parameters.integer("mispredict"),
                parameters.integer("io"),
                events);
    }
}
