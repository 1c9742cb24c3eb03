package org.sidestep.lab.shard;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.experiment.Experiment;

/**
 * What a run is, so that its shards know each other and it can be run again: what tells it from another run.
 *
 * @param file the experiment's, for messages
 * @param text of the experiment
 * @param settings what {@code --set} changed
 * @param ablate mechanisms that are taken away
 * @param sensitivity whether cells run again at both ends of the figures that they rest on
 * @param billed whether results have bills
 * @param code versions and hashes of program and plugins
 */
@JsonPropertyOrder({"file", "text", "settings", "ablate", "sensitivity", "billed", "code"})
public record ShardedRun(
        String file,
        String text,
        List<String> settings,
        List<String> ablate,
        boolean sensitivity,
        boolean billed,
        Map<String, String> code)
        implements ShardedWork<ShardedRun> {

    public ShardedRun {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(text, "text");
        settings = List.copyOf(settings);
        ablate = List.copyOf(ablate);
        code = new TreeMap<>(code);
    }

    /** That of an experiment as it was read. */
    public static ShardedRun of(
            String file,
            Experiment experiment,
            List<String> ablate,
            boolean sensitivity,
            boolean billed,
            Map<String, String> code) {
        return new ShardedRun(file, experiment.text(), experiment.settings(), ablate, sensitivity, billed, code);
    }

    /** What the file is called makes no difference. */
    @Override
    public String digest() {
        return Digest.of(new ShardedRun("", text, settings, ablate, sensitivity, billed, code).bytes());
    }

    /** The same as results hold it, whoever runs it where; {@link #of(JsonNode)} reads it. */
    public JsonNode json() {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return JSON.valueToTree(new ShardedRun(name, text, settings, ablate, sensitivity, billed, code));
    }

    /** @throws IllegalArgumentException if it is not what {@link #json} gave */
    public static ShardedRun of(JsonNode json) {
        if (!json.isObject()) throw new IllegalArgumentException("is not there");
        try {
            return JSON.treeToValue(json, ShardedRun.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    static ShardedRun read(byte[] bytes) throws IOException {
        return JSON.readValue(bytes, ShardedRun.class);
    }

    @Override
    public List<String> differences(ShardedRun other) {
        List<String> differences = new ArrayList<>();
        if (!text.equals(other.text)) differences.add("the experiment file has another text");
        compare(differences, "--set", settings, other.settings);
        compare(differences, "--ablate", ablate, other.ablate);
        compare(differences, "sensitivity", sensitivity, other.sensitivity);
        compare(differences, "--bill", billed, other.billed);
        compare(differences, code, other.code);
        return differences;
    }

    static void compare(List<String> differences, Map<String, String> mine, Map<String, String> others) {
        TreeSet<String> names = new TreeSet<>(mine.keySet());
        names.addAll(others.keySet());
        for (String name : names) compare(differences, name, mine.get(name), others.get(name));
    }

    private static void compare(List<String> differences, String name, Object mine, Object others) {
        if (Objects.equals(mine, others)) return;
        differences.add(String.format(Locale.ROOT, "%s was %s and is %s", name, others, mine));
    }
}
