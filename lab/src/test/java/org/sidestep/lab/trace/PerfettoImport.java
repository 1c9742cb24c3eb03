package org.sidestep.lab.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Perfetto's trace processor makes of a trace in JSON, and what it counts as a failure, after its sources ("Perfetto",
 * The Android Open Source Project: importers of JSON, trackers of processes, slices and flows). It sorts events by time, those of
 * one time as they stand; then a slice must end within the one that is open on its track, an arrow needs a slice that is open where
 * it begins and where it ends, and a number of a thread means the same in all processes.
 */
final class PerfettoImport {

    /** Something on a track. */
    record Slice(String name, long from, long to) {}

    private final List<String> complaints = new ArrayList<>();
    private final Map<Long, Long> processes = new HashMap<>();
    private final Map<Long, Deque<Slice>> open = new HashMap<>();
    private final Map<String, Slice> begun = new HashMap<>();
    private final List<List<Slice>> arrows = new ArrayList<>();
    private int slices;

    private PerfettoImport() {}

    static PerfettoImport of(String trace) throws IOException {
        PerfettoImport all = new PerfettoImport();
        List<JsonNode> events = new ArrayList<>();
        new ObjectMapper().readTree(trace).get("traceEvents").forEach(events::add);
        events.sort(Comparator.comparingLong(event -> event.path("ts").asLong()));
        events.forEach(all::read);
        all.begun.keySet().forEach(key -> all.complaints.add("an arrow without end: " + key));
        return all;
    }

    /** What its statistics would count as lost or wrong. */
    List<String> complaints() {
        return complaints;
    }

    int slices() {
        return slices;
    }

    /** From which slice to which. */
    List<List<Slice>> arrows() {
        return arrows;
    }

    private void read(JsonNode event) {
        long thread = event.path("tid").asLong();
        long process = event.path("pid").asLong();
        if (thread == 0 || process == 0) complain("0 is nobody", event);
        if (processes.computeIfAbsent(thread, t -> process) != process) complain("a thread in two processes", event);
        String key = event.path("cat").asText()
                + event.path("name").asText()
                + event.path("id").asText();
        switch (event.path("ph").asText()) {
            case "X" -> slice(event, event.path("dur").asLong(-1));
            case "i" -> slice(event, 0);
            case "C" ->
                event.path("args").forEach(value -> {
                    if (!value.isNumber()) complain("no number", event);
                });
            case "s" -> begun.put(key, topmost(event));
            case "f" -> {
                Slice from = begun.remove(key);
                if (!event.path("bp").asText().equals("e")) complain("an arrow to what comes next", event);
                Slice to = topmost(event);
                if (from != null && to != null) arrows.add(List.of(from, to));
                else complain("half an arrow", event);
            }
            case "M" -> {}
            default -> complain("of no kind that is known", event);
        }
    }

    private void complain(String about, JsonNode event) {
        complaints.add(about + ": " + event);
    }

    private void slice(JsonNode event, long duration) {
        long from = event.get("ts").asLong();
        Slice slice = new Slice(event.get("name").asText(), from, from + duration);
        Deque<Slice> track = track(event, from);
        if (duration < 0) complain("without duration", event);
        if (!track.isEmpty() && track.peek().to < slice.to) complain("longer than what is around it", event);
        track.push(slice);
        slices++;
    }

    /** What has not ended by then; an instant is closed by whatever comes. */
    private Deque<Slice> track(JsonNode event, long now) {
        Deque<Slice> track = open.computeIfAbsent(event.get("tid").asLong(), t -> new ArrayDeque<>());
        while (!track.isEmpty() && track.peek().to <= now) track.pop();
        return track;
    }

    private Slice topmost(JsonNode event) {
        Slice topmost = track(event, event.get("ts").asLong()).peek();
        if (topmost == null) complain("an arrow where nothing is", event);
        return topmost;
    }
}
