package org.sidestep.lab.matrix;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.claim.Verifier;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.variant.ClaimDoubt;
import org.sidestep.lab.variant.Contributions;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.VariantOutcome;
import org.sidestep.verify.Verdict;

/**
 * All that one run of an experiment gave; what every report is made from.
 *
 * @param versions of the program and of the plugins used, by {@code axis/id}
 * @param layouts of all cells, in the order of the experiment file, what each gave in each layout
 * @param cells the same with the median of every metric
 * @param verdicts on the policies of cells, if that was asked for
 * @param ablations cells with mechanisms made perfect, if that was asked for; in the first layout
 * @param doubts per cell the figures of low confidence that it rests on, if that was asked for; in the first layout
 */
public record Results(
        Experiment experiment,
        SortedMap<String, String> versions,
        Layouts layouts,
        Map<Cell, CellResult> cells,
        Map<Cell, Verdict> verdicts,
        List<ClaimResult> claims,
        List<VariantOutcome> ablations,
        Map<Cell, List<Doubt>> doubts) {

    public Results(
            Experiment experiment,
            SortedMap<String, String> versions,
            Layouts layouts,
            Map<Cell, Verdict> verdicts,
            List<ClaimResult> claims,
            List<VariantOutcome> ablations,
            Map<Cell, List<Doubt>> doubts) {
        this(experiment, versions, layouts, layouts.medians(), verdicts, claims, ablations, doubts);
    }

    /** Whether all claims passed, and all verdicts that no claim is about. */
    public boolean allPassed() {
        return claims.stream().allMatch(ClaimResult::passed)
                && verdicts.entrySet().stream()
                        .allMatch(entry -> entry.getValue().passed() || isClaimed(entry.getKey()));
    }

    private boolean isClaimed(Cell cell) {
        return claims.stream()
                .map(ClaimResult::claim)
                .anyMatch(claim -> claim.isVerdict() && claim.where().matches(cell));
    }

    /** The claims that rest on figures of low confidence. */
    public List<ClaimDoubt> claimDoubts() {
        if (doubts.isEmpty()) return List.of();
        Verifier verifier = new Verifier(first(), Map.of());
        List<ClaimResult> measured = claims.stream()
                .map(ClaimResult::claim)
                .filter(claim -> !claim.isVerdict())
                .map(verifier::verify)
                .toList();
        return ClaimDoubt.of(measured, first(), doubts);
    }

    /** What the cells gave in the first layout, in which their variants ran. */
    public Map<Cell, CellResult> first() {
        return layouts.at(0);
    }

    /** All numbers that were measured in a cell. */
    public Map<String, Double> metrics(Cell cell) {
        return cells.get(cell).metrics().flat();
    }

    /** What mechanisms contribute, if any was taken away. */
    public Contributions contributions() {
        return new Contributions(first(), ablations);
    }

    /** The cells of the matrix and their variants. */
    private List<Cell> allCells() {
        List<Cell> all = new ArrayList<>(cells.keySet());
        ablations.forEach(outcome -> all.add(outcome.variant().cell()));
        return all;
    }

    /** The names of all coordinates that some cell has, the parameters of an axis behind it. */
    public List<String> coordinateNames() {
        Set<String> names = new LinkedHashSet<>();
        for (Axis<?> axis : Axis.ALL) {
            names.add(axis.name());
            for (Cell cell : allCells()) {
                for (String parameter : cell.on(axis).chosen().keySet()) names.add(axis + "." + parameter);
            }
        }
        names.add(Cell.SEED);
        if (layouts.several()) names.add(Cell.LAYOUT);
        return List.copyOf(names);
    }
}
