package org.sidestep.machine.ia32.timing.inorder;

import java.util.HashMap;
import java.util.Map;

/**
 * What the instructions of one processor cost: a row for each timing class of the instruction table, refined where
 * {@link OperationCompiler} says so, each with its source. Marks of the sources: S = published by Intel or Agner Fog; M =
 * measured on the real part (InstLatx64); D = derived from such figures; R = textbook knowledge or an estimate.
 */
final class Sheet {

    /** Cost of a repeated string instruction: cycles before the first iteration, and per iteration. */
    record Repeat(int setup, int each) {}

    /** A class that has no row: instructions that the processor does not have. */
    static final String OTHER = "other";

    private final Map<String, Row> rows = new HashMap<>();
    private final Map<String, Repeat> repeats = new HashMap<>();

    /** @param cycles {@code register load modify}, see {@link Row#integer} */
    void row(String timing, Pipe pipe, String cycles, String implicit, String source) {
        add(timing, Row.integer(pipe, cycles, implicit), source);
    }

    /** A floating-point operation. */
    void fp(String timing, Pipe pipe, int cycles, int latency, int busy, String source) {
        add(timing, Row.floating(pipe, cycles, latency, busy), source);
    }

    void repeat(String timing, int setup, int each, String source) {
        requireSource(timing, source);
        repeats.put(timing, new Repeat(setup, each));
    }

    private void add(String timing, Row row, String source) {
        requireSource(timing, source);
        if (rows.put(timing, row) != null) throw new IllegalStateException("two rows for " + timing);
    }

    private static void requireSource(String timing, String source) {
        if (!source.matches("[MSDR]\\b.*")) throw new IllegalStateException("no source for " + timing);
    }

    boolean has(String timing) {
        return rows.containsKey(timing);
    }

    Row row(String timing) {
        return rows.getOrDefault(timing, rows.get(OTHER));
    }

    /** Cost of the repeated form, or null if there is none. */
    Repeat repeat(String timing) {
        return repeats.get(timing);
    }
}
