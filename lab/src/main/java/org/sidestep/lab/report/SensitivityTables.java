package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.variant.ClaimDoubt;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.Headline;
import org.sidestep.plugin.Parameter;

/** What results become at both ends of the figures of low confidence that they rest on, for the terminal. */
final class SensitivityTables {

    private SensitivityTables() {}

    static String of(Results results) {
        if (results.doubts().isEmpty()) return "";
        StringBuilder text = new StringBuilder();
        text.append("\nsensitivity: medians at both ends of figures of low confidence (each by itself)\n");
        text.append(medians(results));
        List<ClaimDoubt> claims = results.claimDoubts();
        if (!claims.isEmpty()) {
            text.append("\nsensitivity: claims at both ends of figures of low confidence (each by itself)\n");
            text.append(claims(claims));
        }
        return text.toString();
    }

    /** A row per model and figure: how far it moves the medians of how many cells. */
    private static String medians(Results results) {
        Map<List<String>, List<double[]>> moved = new LinkedHashMap<>();
        Map<List<String>, Parameter> figures = new LinkedHashMap<>();
        results.doubts().forEach((cell, doubts) -> {
            double asIs = headline(results.cells().get(cell));
            for (Doubt doubt : doubts) {
                List<String> key = List.of(
                        cell.coordinates().get(Axis.CPU.name()), doubt.figure().name());
                figures.put(key, doubt.figure());
                moved.computeIfAbsent(key, k -> new ArrayList<>())
                        .add(new double[] {headline(doubt.low()) - asIs, headline(doubt.high()) - asIs});
            }
        });
        List<List<String>> rows = new ArrayList<>();
        moved.forEach((key, changes) -> rows.add(List.of(
                key.get(0),
                key.get(1),
                Cell.text(figures.get(key).defaultValue()),
                figures.get(key).evidence().orElseThrow().bracket(),
                Integer.toString(changes.size()),
                range(changes, 0),
                range(changes, 1))));
        return TextTable.of(List.of("cpu", "figure", "value", "bracket", "cells", "at low", "at high"), rows, 2);
    }

    private static double headline(CellResult result) {
        return Headline.value(result).orElse(Double.NaN);
    }

    /** The changes of all cells, as {@code -36} or {@code -72..-36}. */
    private static String range(List<double[]> changes, int end) {
        double[] sorted =
                changes.stream().mapToDouble(change -> change[end]).sorted().toArray();
        String least = signed(sorted[0]);
        String most = signed(sorted[sorted.length - 1]);
        return least.equals(most) ? least : least + ".." + most;
    }

    private static String signed(double cycles) {
        return Double.isNaN(cycles) ? "fails" : (cycles > 0 ? "+" : "") + Numbers.text(cycles);
    }

    private static String claims(List<ClaimDoubt> claims) {
        List<List<String>> rows = new ArrayList<>();
        for (ClaimDoubt doubt : claims) {
            rows.add(List.of(
                    doubt.claim().claim().id(),
                    doubt.figure().name(),
                    doubt.figure().evidence().orElseThrow().bracket(),
                    doubt.claim().claim().expect().toString(),
                    measured(doubt.low()),
                    measured(doubt.claim()),
                    measured(doubt.high()),
                    verdict(doubt)));
        }
        List<String> headings = List.of("claim", "figure", "bracket", "expect", "at low", "as is", "at high", "");
        return TextTable.of(headings, rows, 2);
    }

    private static String measured(ClaimResult claim) {
        OptionalDouble measured = claim.measured();
        return measured.isPresent() ? Numbers.text(measured.getAsDouble()) : claim.reason();
    }

    static String verdict(ClaimDoubt doubt) {
        if (doubt.holds()) return doubt.claim().passed() ? "passed at both ends" : "FAILED at both ends";
        return String.format(Locale.ROOT, "%s at low, %s at high", word(doubt.low()), word(doubt.high()));
    }

    private static String word(ClaimResult claim) {
        return claim.passed() ? "passed" : "FAILED";
    }
}
