package org.sidestep.lab.report;

import java.util.List;
import java.util.regex.Pattern;

/** In what metrics are counted, by their names. */
final class Units {

    private static final Unit UNKNOWN = new Unit("", "");

    /** The first that matches counts. */
    private static final List<Rule> RULES = List.of(
            rule(".*\\.cycles\\.count", "samples", "how many samples the distribution is of"),
            rule("bill\\..*\\.parts", "parts", "into how many parts the interval's cycles go"),
            rule("bill\\..*", "cycles", "spent on this cause, over all intervals of that name"),
            rule("charged\\..*", "times", "how often the CPU model charged this figure"),
            rule(".*\\.cycles\\.(min|median|p99|max|mean)", "cycles", "of the samples"),
            rule("cycles\\.total", "cycles", "from the begin to the end of measuring"),
            rule("instructions\\.total", "instructions", "from the begin to the end of measuring"),
            rule("instructions\\.per-round", "instructions per round", "on average"),
            rule("ipc\\..*\\.per-round", "IPCs per round", "on average"),
            rule("kernel\\.entries.*per-round", "entries per round", "on average"),
            rule("ipc\\..*", "IPCs", "those carried out there"),
            rule("kernel\\.(entries|vectors).*", "entries", "into the kernel, for this reason"),
            rule("(tlb|cache)\\.misses.*", "misses", "of this memory"),
            rule("cr3\\.loads", "loads", "switches of the address space"),
            rule("branch\\.mispredictions", "branches", "predicted wrongly"),
            rule("interrupts|faults", "deliveries", "from the begin to the end of measuring"),
            rule("fixup\\.count", "fix-ups", "entries that found another thread running"),
            rule("(entry|fixup|sequence|thread|kernel)\\..*", "passages", "of this place in the kernel"));

    private Units() {}

    /** A unit, and what the number says. */
    record Unit(String name, String meaning) {}

    private record Rule(Pattern names, Unit unit) {}

    private static Rule rule(String names, String unit, String meaning) {
        return new Rule(Pattern.compile(names), new Unit(unit, meaning));
    }

    /** That of a metric, both empty for one that nobody knows. */
    static Unit of(String metric) {
        return RULES.stream()
                .filter(rule -> rule.names.matcher(metric).matches())
                .findFirst()
                .map(Rule::unit)
                .orElse(UNKNOWN);
    }
}
