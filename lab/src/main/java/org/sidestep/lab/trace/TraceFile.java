package org.sidestep.lab.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Events in the Trace Event Format (Duca and Sinclair, "Trace Event Format"), an object with an array of them, which viewers sort
 * by time; of those at one time they take the earlier first. A cycle stands where the format has a microsecond, so that no time is rounded.
 */
final class TraceFile implements AutoCloseable {

    private final JsonGenerator json;
    private long events;

    /** Begins a file; {@code about} says what it is of. */
    TraceFile(OutputStream out, Map<String, String> about) throws IOException {
        json = new JsonFactory().createGenerator(out);
        json.writeStartObject();
        json.writeStringField("displayTimeUnit", "ns");
        json.writeObjectFieldStart("otherData");
        for (Map.Entry<String, String> entry : about.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeArrayFieldStart("traceEvents");
    }

    /** Where events are drawn. */
    record Track(int process, int thread) {}

    /** How many events there are. */
    long events() {
        return events;
    }

    /** Names the process of a track. */
    void processName(Track track, String name, int order) {
        event("M", "process_name", track, 0, () -> argument("name", name));
        event("M", "process_sort_index", track, 0, () -> argument("sort_index", order));
    }

    void threadName(Track track, String name, int order) {
        event("M", "thread_name", track, 0, () -> argument("name", name));
        event("M", "thread_sort_index", track, 0, () -> argument("sort_index", order));
    }

    /** Something that takes from one cycle to another. */
    void slice(Track track, String category, String name, long from, long to) {
        event("X", name, track, from, () -> {
            json.writeStringField("cat", category);
            json.writeNumberField("dur", to - from);
        });
    }

    /** Something at one cycle. */
    void instant(Track track, String category, String name, long at, Map<String, String> arguments) {
        event("i", name, track, at, () -> {
            json.writeStringField("cat", category);
            json.writeStringField("s", "t");
            json.writeObjectFieldStart("args");
            for (Map.Entry<String, String> entry : arguments.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
        });
    }

    /** An arrow from the slice around one place to the slice around another. */
    void flow(String name, long id, Track from, long sent, Track to, long received) {
        event("s", name, from, sent, () -> flow(id));
        event("f", name, to, received, () -> {
            flow(id);
            json.writeStringField("bp", "e");
        });
    }

    private void flow(long id) throws IOException {
        json.writeStringField("cat", "ipc");
        json.writeNumberField("id", id);
    }

    /** What counters have come to. */
    void counters(Track track, String name, long at, Map<String, Long> values) {
        event("C", name, track, at, () -> {
            json.writeObjectFieldStart("args");
            for (Map.Entry<String, Long> value : values.entrySet()) {
                json.writeNumberField(value.getKey(), value.getValue());
            }
            json.writeEndObject();
        });
    }

    private interface Fields {
        void write() throws IOException;
    }

    private void argument(String name, Object value) throws IOException {
        json.writeObjectFieldStart("args");
        if (value instanceof Integer number) json.writeNumberField(name, number);
        else json.writeStringField(name, value.toString());
        json.writeEndObject();
    }

    private void event(String phase, String name, Track track, long at, Fields more) {
        events++;
        try {
            json.writeStartObject();
            json.writeStringField("ph", phase);
            json.writeStringField("name", name);
            json.writeNumberField("pid", track.process());
            json.writeNumberField("tid", track.thread());
            json.writeNumberField("ts", at);
            more.write();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        json.writeEndArray();
        json.writeEndObject();
        json.close();
    }
}
