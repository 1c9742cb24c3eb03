package org.sidestep.lab.report;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.shard.ShardedRun;

/** Writes the files of a run: {@code results.json}, {@code results.csv} with what its columns are, and {@code report.html}. */
public final class ReportWriter {

    /** Lines end in the same way on every host. */
    private static final ObjectWriter JSON =
            new ObjectMapper().writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

    private ReportWriter() {}

    /**
     * Writes all files.
     *
     * @param run with which it can be run again
     * @throws BadInput if {@code directory} cannot be written
     */
    public static void write(Results results, ShardedRun run, Path directory) {
        try {
            write(directory.resolve("results.json"), json(ResultsJson.of(results, run)));
            write(directory.resolve("results.csv"), ResultsCsv.of(results));
            write(directory.resolve("results.columns.csv"), ResultsCsv.columnsOf(results));
            OutputFile.write(directory.resolve("report.html"), HtmlReport.of(results));
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** Indented JSON with a final newline; the same on every host. */
    public static String json(JsonNode node) throws IOException {
        return JSON.writeValueAsString(node) + "\n";
    }

    private static void write(Path file, String content) throws IOException {
        OutputFile.write(file, content.getBytes(StandardCharsets.UTF_8));
    }
}
