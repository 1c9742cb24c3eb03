package org.sidestep.lab.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Timeline.Slice;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Part.Bar;
import org.sidestep.lab.report.Part.Bars;
import org.sidestep.lab.report.Part.Lane;
import org.sidestep.lab.report.Part.Timelines;

/** What is drawn of the cells of one workload. */
final class Charts {

    private static final String ONE_WAY = "oneway.cycles";
    private static final String NOTE = "Upper rows: threads at user level (those inside one kernel thread are not told"
            + " apart). Lower rows: kernel code, and the thread that the kernel believes in.";

    private Charts() {}

    /** A bar per cell, or what became of it, under a heading per variant; nothing if no cell measures it. */
    static Optional<Bars> oneWay(Results results, Group group) {
        List<Bar> bars = new ArrayList<>();
        List<String> policies = new ArrayList<>();
        Optional<String> variant = Optional.empty();
        boolean measured = false;
        for (Cell cell : group.cells()) {
            CellResult result = results.cells().get(cell);
            Distribution oneWay = result.metrics().distributions().get(ONE_WAY);
            if (result.ok() && oneWay == null) continue;
            measured |= result.ok();
            boolean begins = !variant.equals(Optional.of(group.variant(cell)));
            variant = Optional.of(group.variant(cell));
            String policy = group.policy(cell);
            if (!policies.contains(policy)) policies.add(policy);
            bars.add(new Bar(
                    begins ? variant.get() : "",
                    policy,
                    result.ok() ? Numbers.tidy(oneWay.median()) : BigDecimal.ZERO,
                    policies.indexOf(policy),
                    result.ok() ? "" : result.status() + ": " + result.shortReason()));
        }
        return measured ? Optional.of(new Bars("One way, median cycles", bars)) : Optional.empty();
    }

    /** The variant that most policies have been measured in, one lane per policy, the first policy above. */
    static Optional<Timelines> whoRuns(Results results, Group group) {
        Map<String, Map<String, Cell>> variants = new LinkedHashMap<>();
        for (Cell cell : results.cells().keySet()) {
            if (!group.cells().contains(cell)) continue;
            if (slices(results, cell).isEmpty()) continue;
            variants.computeIfAbsent(group.variant(cell), v -> new LinkedHashMap<>())
                    .putIfAbsent(cell.on(Axis.IPC).plugin().id(), cell);
        }
        Optional<String> chosen = Optional.empty();
        for (String variant : variants.keySet()) {
            if (chosen.isEmpty()
                    || variants.get(variant).size() > variants.get(chosen.get()).size()) {
                chosen = Optional.of(variant);
            }
        }
        return chosen.map(variant ->
                whoRuns(results, group, variant, variants.get(variant).values()));
    }

    private static Timelines whoRuns(Results results, Group group, String variant, Collection<Cell> cells) {
        List<Lane> lanes = new ArrayList<>();
        List<String> threads = new ArrayList<>();
        long end = 0;
        for (Cell cell : cells) {
            List<Slice> slices = slices(results, cell);
            end = Math.max(end, slices.get(slices.size() - 1).to());
            slices.stream()
                    .map(Slice::thread)
                    .filter(thread -> !threads.contains(thread))
                    .forEach(threads::add);
            lanes.add(new Lane(group.policy(cell), slices));
        }
        String title = variant.isEmpty() ? "Who runs" : "Who runs: " + variant;
        return new Timelines(title, NOTE, threads, end, lanes);
    }

    private static List<Slice> slices(Results results, Cell cell) {
        return results.cells().get(cell).timeline().slices();
    }
}
