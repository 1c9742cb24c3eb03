package org.sidestep.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.part.PartFiles;
import org.sidestep.lab.report.ReportWriter;

/** The experiments that the project ships, and the schema beside them. */
class SeedsTest {

    private static final Path SEEDS = Path.of("..", "seeds");
    private static final Path SCHEMA = SEEDS.resolve("experiment.schema.json");

    static Stream<Path> seeds() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(SEEDS)) {
            files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream();
    }

    @Test
    void theSchemaFileIsWhatTheReaderAccepts() throws IOException {
        String current = ReportWriter.json(org.sidestep.lab.experiment.Schema.of(catalog()));

        assertThat(SCHEMA)
                .as("write it anew: ./sidestep schema > seeds/experiment.schema.json")
                .hasContent(current);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everySeedFitsTheSchemaAndCanBeRead(Path seed) throws IOException {
        assertThat(schema().validate(Files.readString(seed), InputFormat.YAML)).isEmpty();
        assertThat(new ExperimentReader(catalog(), List.of()).read(seed).cells())
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: x}",
                "{name: x, matrix: {ipc: lasy}}",
                "{name: x, matrix: {workload: {id: ping-pong, words: 64}}}",
                "{name: x, matrix: {workload: {id: ping-pong, word: 1}}}",
                "{name: x, matrix: {}, claims: [{id: c, text: t, where: {}, measure: m}]}",
                "{name: x, matrix: {}, limits: {}}"
            })
    void theSchemaRefusesWhatTheReaderRefuses(String text) throws IOException {
        assertThat(schema().validate(text, InputFormat.YAML)).isNotEmpty();
    }

    /** The platform's plugins, and the processors that the project describes. */
    private static Catalog catalog() {
        Catalog catalog = PluginLoader.fromClassPath();
        PartFiles.add(catalog, Path.of("..", "cpus"));
        return catalog;
    }

    private static Schema schema() throws IOException {
        String text = new ObjectMapper().readTree(SCHEMA.toFile()).toString();
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text, InputFormat.JSON);
    }
}
