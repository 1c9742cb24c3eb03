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
 * What a cross-validation of processors is, so that its shards know each other and it can be finished.
 *
 * @param machine id of the machine that runs the sequences
 * @param models what is fitted, in order
 * @param seeds of the halves, in order
 * @param figures digest of the file of measured figures
 * @param code hashes of program and plugins
 */
@JsonPropertyOrder({"machine", "models", "seeds", "figures", "code"})
public record ShardedCrossValidation(
        String machine, List<Model> models, List<Long> seeds, String figures, Map<String, String> code)
        implements ShardedWork<ShardedCrossValidation> {

    private static final String KIND = "cross-validation";

    /** A processor with the values of its parameters. */
    public record Model(String id, Map<String, String> parameters) {
        public Model {
            Objects.requireNonNull(id, "id");
            parameters = new TreeMap<>(parameters);
        }
    }

    public ShardedCrossValidation {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(figures, "figures");
        models = List.copyOf(models);
        seeds = List.copyOf(seeds);
        code = new TreeMap<>(code);
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
     * The cross-validation whose shards are in a directory of results, if there are any.
     *
     * @throws org.sidestep.lab.BadInput if they are of several
     */
    public static Optional<ShardedCrossValidation> of(Path results) {
        return in(results).read();
    }

    private static Identity<ShardedCrossValidation> in(Path results) {
        return new Identity<>(
                ShardDirectory.place(results), KIND, bytes -> JSON.readValue(bytes, ShardedCrossValidation.class));
    }

    @Override
    public String digest() {
        return Digest.of(bytes());
    }

    @Override
    public List<String> differences(ShardedCrossValidation other) {
        List<String> differences = new ArrayList<>();
        if (!machine.equals(other.machine)) differences.add("it ran on another machine");
        if (!models.equals(other.models)) differences.add("it is of other processors");
        if (!seeds.equals(other.seeds)) differences.add("it has other seeds");
        if (!figures.equals(other.figures)) differences.add("the measured figures are others");
        ShardedRun.compare(differences, code, other.code);
        return differences;
    }
}
