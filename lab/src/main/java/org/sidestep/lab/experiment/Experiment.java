package org.sidestep.lab.experiment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.claim.BreakEven;
import org.sidestep.lab.claim.Claim;

/**
 * An experiment, ready to run.
 *
 * @param text of the file it was read from
 * @param settings what the command line changed, as {@code key=value}
 * @param cells in the order of the file, each point once
 * @param layouts in how many layouts each of them runs
 * @param verify how its policies are verified, if that is asked for
 * @param dropped ids of claims whose cells the command line has changed away
 */
public record Experiment(
        String name,
        String title,
        String text,
        List<String> settings,
        List<Cell> cells,
        int layouts,
        Optional<Verify> verify,
        List<Claim> claims,
        List<String> dropped) {

    /** The metrics of a cell that claims look at. */
    public Set<String> measures(Cell cell) {
        Set<String> measures = new TreeSet<>();
        for (Claim claim : claims) {
            if (claim.where().matches(cell)) measures.add(BreakEven.metric(claim.measure()));
            for (Claim.Counterpart other : claim.counterparts()) {
                if (other.where().matches(cell)) measures.add(BreakEven.metric(other.measure()));
            }
        }
        measures.remove(Claim.VERDICT);
        return measures;
    }

    /** SHA-256 of the file it was read from. */
    public String digest() {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What tells the results of one run of it from those of another, a line each. */
    public List<String> identity() {
        List<String> lines = new ArrayList<>(List.of("experiment " + name, "sha256:" + digest()));
        settings.forEach(setting -> lines.add("--set " + setting.replaceAll("\\R", " ")));
        return lines;
    }
}
