package org.sidestep.lab.calibrate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;

/**
 * Measured figures, as tab-separated text: a row per instruction, with its instruction set, and for each part two columns,
 * {@code <CPUID signature>_<name>:L} for the latency and {@code :T} for the reciprocal throughput, in cycles.
 */
public final class MeasuredFigures {

    private static final int LARGEST = 64 << 20;

    private final Path file;
    private final List<String> head;
    private final List<String[]> rows;

    private MeasuredFigures(Path file, List<String> head, List<String[]> rows) {
        this.file = file;
        this.head = head;
        this.rows = rows;
    }

    /** One instruction and its measured cycles on one part; a column that has none is empty. */
    public record Row(String name, Kind kind, Optional<Double> latency, Optional<Double> throughput) {}

    /** @throws BadInput if the file cannot be used */
    public static MeasuredFigures read(Path file) {
        if (!Files.exists(file)) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "%s: no such file; the figures are not part of the project: say where they are with --figures",
                    file));
        }
        List<String> lines = InputFile.readText(file, LARGEST, "the most that figures may have")
                .lines()
                .toList();
        List<String> head =
                lines.isEmpty() ? List.of() : Arrays.asList(lines.get(0).split("\t"));
        if (head.size() < 4)
            throw new BadInput(String.format(Locale.ROOT, "%s: line 1 has no columns of measured figures", file));
        List<String[]> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) rows.add(row(file, i + 1, lines.get(i), head.size()));
        }
        return new MeasuredFigures(file, head, rows);
    }

    private static String[] row(Path file, int line, String text, int columns) {
        String[] fields = text.split("\t", -1);
        if (fields.length == columns) return fields;
        throw new BadInput(
                String.format(Locale.ROOT, "%s: line %d has %d columns, not %d", file, line, fields.length, columns));
    }

    /** Where the figures are from. */
    public Path file() {
        return file;
    }

    /** The part with a CPUID signature, by the name that heads its columns. */
    Optional<String> part(int signature) {
        String prefix = String.format(Locale.ROOT, "%07X", signature) + "_";
        return head.stream()
                .filter(column -> column.toUpperCase(Locale.ROOT).startsWith(prefix) && column.endsWith(":L"))
                .map(column -> column.substring(0, column.length() - 2))
                .findFirst();
    }

    /** The rows that have a figure of that part. */
    List<Row> of(String part) {
        int latency = head.indexOf(part + ":L");
        int throughput = head.indexOf(part + ":T");
        if (throughput < 0) throw new BadInput(String.format(Locale.ROOT, "%s: there is no column %s:T", file, part));
        return rows.stream()
                .map(row -> new Row(row[0], Kind.of(row[0], row[1]), figure(row[latency]), figure(row[throughput])))
                .filter(row -> row.latency().isPresent() || row.throughput().isPresent())
                .toList();
    }

    private Optional<Double> figure(String text) {
        if (text.isEmpty() || text.equals("-")) return Optional.empty();
        try {
            double cycles = Double.parseDouble(text);
            if (!Double.isNaN(cycles)) return cycles > 0 ? Optional.of(cycles) : Optional.empty();
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new BadInput(String.format(Locale.ROOT, "%s: '%s' is no number of cycles", file, text));
    }
}
