package org.sidestep.lab.shard;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.sidestep.lab.catalog.Digest;

/**
 * What a verification is, so that its shards know each other and it can be finished.
 *
 * @param subjects the texts of their cells
 * @param options what was asked for, by name
 * @param code hashes of program and plugins
 */
@JsonPropertyOrder({"subjects", "options", "code"})
public record ShardedVerification(List<String> subjects, Map<String, String> options, Map<String, String> code)
        implements ShardedWork<ShardedVerification> {

    private static final String KIND = "verification";

    public ShardedVerification {
        subjects = List.copyOf(subjects);
        options = new TreeMap<>(options);
        code = new TreeMap<>(Objects.requireNonNull(code, "code"));
    }

    /**
     * Says in a directory of results that there are shards of it.
     *
     * @throws org.sidestep.lab.BadInput if there are shards of another
     */
    public void writeTo(Path results) {
        in(results).write(this);
    }

    /**
     * The verification whose shards are in a directory of results, if there are any.
     *
     * @throws org.sidestep.lab.BadInput if they are of several
     */
    public static Optional<ShardedVerification> of(Path results) {
        return in(results).read();
    }

    private static Identity<ShardedVerification> in(Path results) {
        return new Identity<>(
                ShardDirectory.place(results), KIND, bytes -> JSON.readValue(bytes, ShardedVerification.class));
    }

    @Override
    public String digest() {
        return Digest.of(bytes());
    }

    @Override
    public List<String> differences(ShardedVerification other) {
        List<String> differences = new ArrayList<>();
        if (!subjects.equals(other.subjects)) differences.add("it is of other policies");
        ShardedRun.compare(differences, options, other.options);
        ShardedRun.compare(differences, code, other.code);
        return differences;
    }
}
