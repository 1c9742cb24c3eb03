package org.sidestep.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.run.CellRunner.Assembled;
import org.sidestep.lab.run.Span;
import org.sidestep.testkit.TestCell;

/** A trace is in the format that viewers read, says what happened, and costs the guest nothing. */
class TraceTest {

    private static final Trace.Interval MEASURED = new Trace.Interval(Span.MEASURED, 1_000_000);

    private CellResult result;

    private static Assembled cell(String ipc, String workload, Map<String, ?> parameters) {
        return CellRunner.assemble(TestCell.defaults()
                .with(Axis.KERNEL, "l4", Map.of("tick", 100))
                .with(Axis.IPC, ipc)
                .with(Axis.WORKLOAD, workload, parameters)
                .cell());
    }

    private String trace(Assembled cell, Trace.Interval interval) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Runnable> finish = new ArrayList<>();
        result = CellRunner.run(cell, false, machine -> {
            try {
                Trace trace = new Trace(machine, cell.image().orElseThrow(), interval, out, Map.of("a", "b"));
                finish.add(() -> {
                    try {
                        trace.finish(machine);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        finish.get(0).run();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<JsonNode> events(String trace) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        new ObjectMapper().readTree(trace).get("traceEvents").forEach(events::add);
        return events;
    }

    private static List<JsonNode> of(List<JsonNode> events, String phase) {
        return events.stream()
                .filter(event -> event.get("ph").asText().equals(phase))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"lazy, preempted", "strict, ping-pong", "lazy, load-distribution", "floor, ping-pong"})
    void aTraceFitsTheFormat(String ipc, String workload) throws IOException {
        Map<String, ?> few = Map.of("rounds", workload.equals("preempted") ? 3000 : 20);
        String trace = trace(cell(ipc, workload, few), MEASURED);

        try (InputStream schema = TraceTest.class.getResourceAsStream("/trace/trace-event.schema.json")) {
            var errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON)
                    .validate(trace, InputFormat.JSON);
            assertThat(errors).isEmpty();
        }
        List<JsonNode> events = events(trace);
        requireThatSlicesFollowEachOther(events);
        requireThatFlowsLeadFromSliceToSlice(events);
        PerfettoImport perfetto = PerfettoImport.of(trace);
        assertThat(perfetto.complaints()).isEmpty();
        assertThat(perfetto.slices())
                .isEqualTo(of(events, "X").size() + of(events, "i").size());
        assertThat(perfetto.arrows()).hasSize(of(events, "s").size());
    }

    private static String track(JsonNode event) {
        return event.get("pid") + "/" + event.get("tid");
    }

    /** Slices of one track that overlapped without one being inside the other would not be drawn. */
    private static void requireThatSlicesFollowEachOther(List<JsonNode> events) {
        slices(events)
                .forEach((track, slices) -> assertThat(slices.values())
                        .as(track)
                        .isNotEmpty()
                        .allSatisfy(slice -> {
                            var next = slices.higherEntry(slice.get("ts").asLong());
                            long end =
                                    slice.get("ts").asLong() + slice.get("dur").asLong();
                            if (next != null) assertThat(next.getKey()).isGreaterThanOrEqualTo(end);
                        }));
    }

    private static Map<String, TreeMap<Long, JsonNode>> slices(List<JsonNode> events) {
        Map<String, TreeMap<Long, JsonNode>> tracks = new TreeMap<>();
        for (JsonNode slice : of(events, "X")) {
            JsonNode other = tracks.computeIfAbsent(track(slice), t -> new TreeMap<>())
                    .put(slice.get("ts").asLong(), slice);
            assertThat(other).isNull();
        }
        return tracks;
    }

    private static void requireThatFlowsLeadFromSliceToSlice(List<JsonNode> events) {
        var slices = slices(events);
        Map<String, JsonNode> starts = new HashMap<>();
        of(events, "s")
                .forEach(start ->
                        assertThat(starts.put(start.get("id").asText(), start)).isNull());
        for (JsonNode end : of(events, "f")) {
            JsonNode start = starts.remove(end.get("id").asText());
            assertThat(start.get("ts").asLong())
                    .isLessThanOrEqualTo(end.get("ts").asLong());
            assertThat(track(start)).isNotEqualTo(track(end));
            for (JsonNode event : List.of(start, end)) {
                long at = event.get("ts").asLong();
                JsonNode slice = slices.get(track(event)).floorEntry(at).getValue();
                assertThat(slice.get("ts").asLong() + slice.get("dur").asLong()).isGreaterThan(at);
            }
        }
        assertThat(starts).isEmpty();
    }

    @Test
    void itSaysWhoRunsWhomTheKernelBelievesInAndWhoSendsToWhom() throws IOException {
        List<JsonNode> events = events(trace(cell("lazy", "preempted", Map.of("rounds", 3000)), MEASURED));

        Map<String, Double> metrics = result.metrics().flat();
        assertThat(of(events, "s").stream()
                        .filter(e -> e.get("name").asText().equals("ipc at user level"))
                        .count())
                .as("what the kernel rolls forward has no arrow of its own")
                .isEqualTo(metrics.get("ipc.user").longValue()
                        - metrics.get("sequence.forward").longValue());
        assertThat(of(events, "i").stream()
                        .filter(e -> e.get("name").asText().equals("interrupt"))
                        .count())
                .isEqualTo(metrics.get("interrupts").longValue());
        assertThat(of(events, "X")).anyMatch(e -> e.get("name").asText().equals("A of pair"));
        long threads = of(events, "X").stream()
                .filter(e -> e.get("pid").asInt() == 1)
                .mapToLong(e -> e.get("dur").asLong())
                .sum();
        long believed = of(events, "X").stream()
                .filter(e -> e.get("pid").asInt() == 2)
                .mapToLong(e -> e.get("dur").asLong())
                .sum();
        assertThat(threads).as("every cycle is somebody's").isEqualTo(believed);
        assertThat(threads).isEqualTo(metrics.get("cycles.total").longValue());
    }

    @Test
    void anIpcThroughTheKernelIsAnArrowToWhoeverReceivesIt() throws IOException {
        List<JsonNode> events = events(
                trace(cell("strict", "ping-pong", Map.of("rounds", 10, "space", "inter", "call", "ipc")), MEASURED));

        assertThat(of(events, "s"))
                .hasSizeBetween(18, 21)
                .allSatisfy(start -> assertThat(start.get("name").asText()).isEqualTo("ipc through the kernel"));
    }

    @ParameterizedTest
    @CsvSource({"lazy, preempted, 3000", "strict, ping-pong, 50"})
    void aTracedRunHasTheSameResults(String ipc, String workload, int rounds) throws IOException {
        Assembled cell = cell(ipc, workload, Map.of("rounds", rounds));
        trace(cell, MEASURED);

        assertThat(result).isEqualTo(CellRunner.run(cell, false));
    }

    @Test
    void anIntervalIsWhatWasAskedForAndATraceIsNoLongerThanWanted() throws IOException {
        Assembled cell = cell("lazy", "ping-pong", Map.of("rounds", 50));
        List<JsonNode> all = of(events(trace(cell, MEASURED)), "X");
        long from = all.get(all.size() / 3).get("ts").asLong();
        long to = from + 1000;
        List<JsonNode> some = events(trace(cell, new Trace.Interval(Span.between(from, to), 1_000_000)));
        assertThat(of(some, "X")).hasSizeGreaterThan(20).allSatisfy(slice -> {
            assertThat(slice.get("ts").asLong()).isBetween(from, to);
            assertThat(slice.get("ts").asLong() + slice.get("dur").asLong()).isLessThanOrEqualTo(to);
        });

        List<JsonNode> few = events(trace(cell, new Trace.Interval(Span.MEASURED, 40)));
        assertThat(few).hasSizeBetween(40, 50);
    }
}
