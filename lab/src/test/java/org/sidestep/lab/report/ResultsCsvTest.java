package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.cli.Main;

/** The row of each cell, and what its columns are. */
class ResultsCsvTest {

    @TempDir
    private Path directory;

    private List<Map<String, String>> rows(String name) throws IOException {
        try (MappingIterator<Map<String, String>> rows = new CsvMapper()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(directory.resolve("results").resolve(name).toFile())) {
            return new ArrayList<>(rows.readAll());
        }
    }

    @Test
    void eachColumnHasALineThatSaysItsUnitAndEachMetricHasOne() throws IOException {
        Path file = Files.writeString(directory.resolve("page.yaml"), """
                name: page
                defaults: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr, validation: twin}
                matrix:
                  - {ipc: [strict, lazy], workload: {id: load-distribution, rounds: 20}}
                  - {ipc: lazy, workload: {id: chain, rounds: 20, entries: on}, cpu: {id: p3-coppermine, trap.cycles: [60, 70]}}
                """);
        int code = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .execute(
                        "run",
                        file.toString(),
                        "--bill",
                        "--no-sensitivity",
                        "--out",
                        directory.resolve("results").toString());
        assertThat(code).isZero();

        List<Map<String, String>> cells = rows("results.csv");
        List<Map<String, String>> columns = rows("results.columns.csv");
        assertThat(cells).hasSize(4);
        assertThat(columns.stream().map(column -> column.get("column")))
                .containsExactlyElementsOf(cells.get(0).keySet());
        assertThat(columns)
                .filteredOn(column -> column.get("kind").equals("number"))
                .hasSizeGreaterThan(60)
                .allSatisfy(column -> {
                    assertThat(column.get("unit")).as(column.get("column")).isNotEmpty();
                    assertThat(column.get("meaning")).as(column.get("column")).isNotEmpty();
                });
        assertThat(columns)
                .filteredOn(column -> column.get("column").equals("cpu.trap.cycles"))
                .singleElement()
                .satisfies(column -> assertThat(column.get("unit")).isEqualTo("cycles"));
        assertThat(columns)
                .filteredOn(column -> column.get("column").equals("oneway.cycles.median"))
                .singleElement()
                .satisfies(column -> assertThat(column.get("unit")).isEqualTo("cycles"));
    }
}
