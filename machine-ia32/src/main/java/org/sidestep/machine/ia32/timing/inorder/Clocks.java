package org.sidestep.machine.ia32.timing.inorder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.machine.ia32.timing.Figures;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/**
 * What the instructions of one processor cost: a row for each timing class of the instruction table, refined where
 * {@link OperationCompiler} says so, each with its source. Marks of the sources: S = published by Intel or Agner Fog; M =
 * measured on the real part (InstLatx64); D = derived from such figures; R = textbook knowledge or an estimate.
 */
final class Clocks {

    /** Cost of a repeated string instruction: cycles before the first iteration, and per iteration. */
    record Repeat(int setup, int each) {}

    /** A class that has no row: instructions that the processor does not have. */
    static final String OTHER = "other";

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Map<String, Repeat> repeats = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();

    /** @param cycles {@code register load modify}, see {@link Row#integer} */
    void row(String timing, Pipe pipe, String cycles, String source) {
        add(timing, Row.integer(pipe, cycles), source);
    }

    /** A floating-point operation. */
    void fp(String timing, Pipe pipe, int cycles, int latency, int busy, String source) {
        add(timing, Row.floating(pipe, cycles, latency, busy), source);
    }

    void repeat(String timing, int setup, int each, String source) {
        repeats.put(timing, new Repeat(setup, each));
        sources.put("repeat." + timing, source);
    }

    private void add(String timing, Row row, String source) {
        if (rows.put(timing, row) != null) throw new IllegalStateException("two rows for " + timing);
        sources.put(timing, source);
    }

    /**
     * The figures of all rows: {@code cycles.<class>}, with {@code .load} or {@code .modify} behind the class for another
     * cost with a memory operand; {@code latency.<class>} and {@code busy.<class>}; {@code repeat.<class>.setup} and
     * {@code .each}.
     */
    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        rows.forEach((timing, row) -> parameters(all, timing, row));
        repeats.forEach((timing, repeat) -> {
            String name = "repeat." + timing;
            all.add(figure(name + ".setup", name, repeat.setup, "before the first iteration"));
            all.add(figure(name + ".each", name, repeat.each, "each iteration"));
        });
        return all;
    }

    private void parameters(List<Parameter> all, String timing, Row row) {
        String name = "cycles." + timing;
        all.add(figure(name, timing, row.register(), "in execution"));
        if (row.load() != row.register())
            all.add(figure(name + ".load", timing, row.load(), "in execution, of memory"));
        if (row.modify() != row.load())
            all.add(figure(name + ".modify", timing, row.modify(), "in execution, to memory"));
        if (row.latency() == 0) return;
        all.add(figure("latency." + timing, timing, row.latency(), "operands to result"));
        all.add(figure("busy." + timing, timing, row.busy(), "until the next operation can begin"));
    }

    private Parameter figure(String name, String row, int value, String summary) {
        return Figures.instruction(name, "cycles", value, sources.get(row), summary);
    }

    boolean has(String timing) {
        return rows.containsKey(timing);
    }

    /** The row of a class, with the figures as they are in one cell. */
    Row row(String timing, Parameters cell) {
        if (!rows.containsKey(timing)) return row(OTHER, cell);
        Row row = rows.get(timing);
        int register = cell.integer("cycles." + timing);
        int load = row.load() == row.register() ? register : cell.integer("cycles." + timing + ".load");
        int modify = row.modify() == row.load() ? load : cell.integer("cycles." + timing + ".modify");
        boolean floating = row.latency() > 0;
        return new Row(
                row.pipe(),
                register,
                load,
                modify,
                floating ? cell.integer("latency." + timing) : 0,
                floating ? cell.integer("busy." + timing) : 0);
    }

    /** Cost of the repeated form, or null if there is none. */
    Repeat repeat(String timing, Parameters cell) {
        if (!repeats.containsKey(timing)) return null;
        String name = "repeat." + timing;
        return new Repeat(cell.integer(name + ".setup"), cell.integer(name + ".each"));
    }
}
