package org.sidestep.lab.variant;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.claim.Verifier;
import org.sidestep.plugin.Parameter;

/** A figure of low confidence that a claim's value rests on, and the claim at both ends of its bracket. */
public record ClaimDoubt(ClaimResult claim, Parameter figure, ClaimResult low, ClaimResult high) {

    /** All of them: per claim those figures that move it when all cells change together. */
    public static List<ClaimDoubt> of(
            List<ClaimResult> claims, Map<Cell, CellResult> results, Map<Cell, List<Doubt>> doubts) {
        Map<String, Parameter> figures = new LinkedHashMap<>();
        doubts.values()
                .forEach(all -> all.forEach(doubt -> figures.put(doubt.figure().name(), doubt.figure())));
        List<ClaimDoubt> found = new ArrayList<>();
        figures.forEach((name, figure) -> {
            Verifier low = new Verifier(at(name, false, results, doubts), Map.of());
            Verifier high = new Verifier(at(name, true, results, doubts), Map.of());
            for (ClaimResult claim : claims) {
                ClaimResult below = low.verify(claim.claim());
                ClaimResult above = high.verify(claim.claim());
                boolean moves = !below.measured().equals(claim.measured())
                        || !above.measured().equals(claim.measured());
                if (moves) found.add(new ClaimDoubt(claim, figure, below, above));
            }
        });
        return found;
    }

    private static Map<Cell, CellResult> at(
            String figure, boolean high, Map<Cell, CellResult> results, Map<Cell, List<Doubt>> doubts) {
        Map<Cell, CellResult> changed = new LinkedHashMap<>(results);
        doubts.forEach((cell, all) -> all.stream()
                .filter(doubt -> doubt.figure().name().equals(figure))
                .forEach(doubt -> changed.put(cell, high ? doubt.high() : doubt.low())));
        return changed;
    }

    /** Whether the claim stands at both ends as it stands. */
    public boolean holds() {
        return low.passed() == claim.passed() && high.passed() == claim.passed();
    }

    /** What becomes of the claim, in words. */
    public String verdict() {
        if (holds()) return claim.passed() ? "passed at both ends" : "FAILED at both ends";
        return word(low) + " at low, " + word(high) + " at high";
    }

    private static String word(ClaimResult result) {
        return result.passed() ? "passed" : "FAILED";
    }
}
