package org.sidestep.machine.ia32.timing;

import java.util.Locale;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Evidence.Confidence;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * The lines of a data sheet, as parameters. What a source's mark says of confidence: measured and published figures are
 * high, derived ones medium, textbook knowledge low; a line may say otherwise.
 */
public final class Figures {

    /** The most that may be tried where nothing in the model sets a limit. */
    private static final int MOST = 1_000_000;

    private Figures() {}

    /** Cycles of which the sources give one figure. */
    public static Parameter cycles(String name, long value, String source, String summary) {
        return cycles(name, value, confidence(source), value, value, source, summary);
    }

    /** Cycles with the bracket that the sources leave open. */
    public static Parameter cycles(
            String name, long value, Confidence confidence, long low, long high, String source, String summary) {
        Evidence evidence = new Evidence("cycles", source, confidence, low, high);
        return Parameter.figure(name, value, 0, MOST, evidence, summary);
    }

    /** The size of a structure: textbooks seldom err about one. */
    public static Parameter count(
            String name, String unit, long value, long min, long max, String source, String summary) {
        Confidence confidence = confidence(source) == Confidence.HIGH ? Confidence.HIGH : Confidence.MEDIUM;
        return Parameter.figure(name, value, min, max, new Evidence(unit, source, confidence, value, value), summary);
    }

    public static Parameter mhz(int value) {
        return Parameter.figure("mhz", "MHz", value, 1, 10_000, "M", "core clock; ties cycles to device time");
    }

    /**
     * Cycles of an instruction class, from the source column of its row. Textbook figures may be off by a factor of two,
     * derived ones by a quarter.
     */
    public static Parameter instruction(String name, String unit, long value, String source, String summary) {
        return switch (confidence(source)) {
            case HIGH -> Parameter.figure(name, unit, value, 0, MOST, source, summary);
            case MEDIUM ->
                doubtful(name, unit, value, source, Confidence.MEDIUM, value * 3 / 4, value * 5 / 4, summary);
            case LOW -> doubtful(name, unit, value, source, Confidence.LOW, value / 2, value * 2, summary);
        };
    }

    private static Parameter doubtful(
            String name,
            String unit,
            long value,
            String source,
            Confidence confidence,
            long low,
            long high,
            String summary) {
        return Parameter.figure(name, value, 0, MOST, new Evidence(unit, source, confidence, low, high), summary);
    }

    /** A row may mark its count and its latency differently: a measurement counts most. */
    private static Confidence confidence(String source) {
        if (Evidence.isMeasured(source) || source.startsWith("S")) return Confidence.HIGH;
        return source.startsWith("D") ? Confidence.MEDIUM : Confidence.LOW;
    }

    /** The TLB whose figures are {@code <name>.entries}, {@code .ways}, {@code .large.entries} and {@code .large.ways}. */
    public static CpuModel.Tlb tlb(Parameters parameters, String name) {
        return new CpuModel.Tlb(
                parameters.integer(name + ".entries"),
                parameters.integer(name + ".ways"),
                parameters.integer(name + ".large.entries"),
                parameters.integer(name + ".large.ways"));
    }

    /**
     * Refuses a structure that does not divide into a power of two of sets.
     *
     * @param size name of the parameter with the number of places, {@code unit} of them to an entry of its value
     */
    public static void requireSets(Parameters parameters, String owner, String size, String ways, int unit) {
        long entries = parameters.longInteger(size) * unit;
        long perSet = parameters.longInteger(ways);
        if (entries % perSet == 0 && Long.bitCount(entries / perSet) == 1) return;
        throw new BadParameter(String.format(
                Locale.ROOT,
                "%s: %s %d and %s %d do not go together: the number of sets must be a power of two",
                owner,
                size,
                parameters.longInteger(size),
                ways,
                perSet));
    }
}
