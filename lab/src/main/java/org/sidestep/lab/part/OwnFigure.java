package org.sidestep.lab.part;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Evidence.Confidence;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;

/**
 * A figure as a file gives it: a number, or a mapping with {@code value} and what stands behind it: {@code source},
 * {@code low} and {@code high} of its bracket, {@code confidence}.
 */
final class OwnFigure {

    private static final List<String> KEYS = List.of("value", "low", "high", "source", "confidence");

    /** Of a number that says no more. */
    private static final String UNSAID = "R as its file says";

    private static final Map<Character, Confidence> BY_MARK =
            Map.of('M', Confidence.HIGH, 'S', Confidence.HIGH, 'D', Confidence.MEDIUM, 'R', Confidence.LOW);

    private OwnFigure() {}

    /** The parameter {@code theirs} of the base with this default and evidence. */
    static Parameter read(Parameter theirs, Node node) {
        if (node instanceof Mapping mapping) return described(theirs, mapping);
        long value = number(theirs, node);
        return with(theirs, value, new Evidence(unit(theirs), UNSAID, Confidence.MEDIUM, value, value));
    }

    private static Parameter described(Parameter theirs, Mapping mapping) {
        mapping.requireKnown(KEYS);
        if (!mapping.entries().containsKey("value")) throw mapping.error("'value' is missing");
        long value = number(theirs, mapping.entries().get("value"));
        long low = number(
                theirs, mapping.entries().getOrDefault("low", mapping.entries().get("value")));
        long high = number(
                theirs, mapping.entries().getOrDefault("high", mapping.entries().get("value")));
        if (value < low || value > high) {
            throw mapping.error(String.format(
                    Locale.ROOT, "'%s' is %d, which is not in its bracket %d..%d", theirs.name(), value, low, high));
        }
        String source = source(mapping.entries().get("source"));
        Confidence confidence = confidence(source, mapping.entries().get("confidence"));
        return with(theirs, value, new Evidence(unit(theirs), source, confidence, low, high));
    }

    private static String source(Node node) {
        if (node == null) return UNSAID;
        String source = node.text("'source'");
        if (source.matches("[MSDR]\\b[^\\p{Cntrl}]*")) return source;
        throw node.error("'source' must begin with its mark: M measured on the part, S published, D derived from such"
                + " figures, R textbook knowledge or an estimate");
    }

    private static Confidence confidence(String source, Node node) {
        if (node == null) return BY_MARK.get(source.charAt(0));
        String text = node.text("'confidence'");
        for (Confidence confidence : Confidence.values())
            if (confidence.toString().equals(text)) return confidence;
        throw node.error(String.format(
                Locale.ROOT,
                "there is no confidence '%s'%s",
                text,
                Nearest.hint(text, List.of("high", "medium", "low"))));
    }

    private static long number(Parameter theirs, Node node) {
        return node.integer("'" + theirs.name() + "'", theirs.min(), theirs.max());
    }

    private static String unit(Parameter theirs) {
        return theirs.evidence().map(Evidence::unit).orElse("");
    }

    private static Parameter with(Parameter theirs, long value, Evidence evidence) {
        return new Parameter(
                theirs.name(),
                theirs.kind(),
                theirs.type(),
                value,
                theirs.choices(),
                theirs.min(),
                theirs.max(),
                theirs.summary(),
                Optional.of(evidence));
    }
}
