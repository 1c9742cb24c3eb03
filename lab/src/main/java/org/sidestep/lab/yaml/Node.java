package org.sidestep.lab.yaml;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.sidestep.lab.BadInput;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.WholeNumber;

/** A piece of YAML that knows where it stands, so that every complaint about it can say so. */
public sealed interface Node {

    Location at();

    /** A word or number, as it is written. */
    record Scalar(Location at, String text) implements Node {}

    record Sequence(Location at, List<Node> items) implements Node {}

    /** Keys in the order of the file. */
    record Mapping(Location at, Map<String, Node> entries, Map<String, Location> keys) implements Node {

        /** Complains about the first key that is not {@code known}. */
        public void requireKnown(Collection<String> known) {
            keys.forEach((key, place) -> {
                if (!known.contains(key)) {
                    throw place.error(String.format(Locale.ROOT, "unknown key '%s'%s", key, Nearest.hint(key, known)));
                }
            });
        }
    }

    /** A place in a file; lines and columns count from 1. Line 0 means the source as a whole, for example an option. */
    record Location(String file, int line, int column) {
        public BadInput error(String message) {
            return new BadInput(this + ": " + message);
        }

        @Override
        public String toString() {
            return line == 0 ? file : file + ":" + line + ":" + column;
        }
    }

    default BadInput error(String message) {
        return at().error(message);
    }

    /** The text of a scalar. */
    default String text(String what) {
        if (this instanceof Scalar scalar) return scalar.text();
        throw error(what + " must be a single value");
    }

    /** A whole number in {@code min..max}. */
    default long integer(String what, long min, long max) {
        String text = text(what);
        OptionalLong value = WholeNumber.parse(text);
        if (value.isPresent() && value.getAsLong() >= min && value.getAsLong() <= max) return value.getAsLong();
        throw error(String.format(
                Locale.ROOT,
                "%s must be a whole number in %d..%d, not '%s'%s",
                what,
                min,
                max,
                text,
                WholeNumber.hint(text)));
    }

    /** The items of a sequence; anything else counts as a sequence of itself. */
    default List<Node> items() {
        return this instanceof Sequence sequence ? sequence.items() : List.of(this);
    }

    default Mapping mapping(String what) {
        if (this instanceof Mapping mapping) return mapping;
        throw error(what + " must be a mapping of keys to values");
    }
}
