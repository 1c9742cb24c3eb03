package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Distribution;
import org.sidestep.lab.claim.BreakEven;
import org.sidestep.lab.claim.BreakEven.Crossing;
import org.sidestep.lab.layout.Spread;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Part.Line;
import org.sidestep.lab.report.Part.Lines;
import org.sidestep.lab.report.Part.Point;
import org.sidestep.lab.report.Part.Spot;
import org.sidestep.lab.report.Part.Winners;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Headline;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.WholeNumber;

/**
 * Coordinates of a workload's cells that take several numbers: drawn as lines, a policy each, with the points where one becomes
 * dearer than another; two of them together as a map of who is cheapest where.
 */
final class Sweeps {

    private static final int FEWEST = 3;
    private static final String MEDIAN = ".median";

    private final Results results;
    private final Group group;
    /** Coordinate to its values, of those that are swept. */
    private final Map<String, TreeSet<Long>> swept = new LinkedHashMap<>();

    private final List<Plot> plots = new ArrayList<>();

    /** One plot: what is the same in it, and a line per policy. */
    private record Plot(String coordinate, String rest, String metric, Map<String, Map<Long, Cell>> lines) {}

    Sweeps(Results results, Group group) {
        this.results = results;
        this.group = group;
        List<Cell> measured = group.cells().stream()
                .filter(cell -> results.cells().get(cell).ok())
                .toList();
        for (String name : Group.varying(measured)) {
            TreeSet<Long> values = new TreeSet<>();
            boolean numbers = measured.stream()
                    .flatMap(cell -> cell.coordinate(name).stream())
                    .allMatch(text -> {
                        OptionalLong number = WholeNumber.parse(text);
                        number.ifPresent(values::add);
                        return number.isPresent();
                    });
            if (numbers && values.size() >= FEWEST) swept.put(name, values);
        }
        for (String coordinate : swept.keySet()) plot(coordinate, measured);
    }

    private void plot(String coordinate, List<Cell> cells) {
        Map<String, Map<String, Map<Long, Cell>>> byRest = new LinkedHashMap<>();
        for (Cell cell : cells) {
            if (number(cell, coordinate).isEmpty()) continue;
            byRest.computeIfAbsent(group.variantBut(cell, List.of(coordinate)), rest -> new LinkedHashMap<>())
                    .computeIfAbsent(group.policyBut(cell, List.of(coordinate)), policy -> new TreeMap<>())
                    .putIfAbsent(number(cell, coordinate).get(), cell);
        }
        byRest.forEach((rest, lines) -> {
            lines.values().removeIf(points -> points.size() < FEWEST);
            if (lines.isEmpty()) return;
            Cell first = lines.values().iterator().next().values().iterator().next();
            Optional<String> metric = Headline.metric(results.cells().get(first));
            metric.ifPresent(name -> plots.add(new Plot(coordinate, rest, name, lines)));
        });
    }

    private static Optional<Long> number(Cell cell, String coordinate) {
        return cell.coordinate(coordinate).map(text -> WholeNumber.parse(text).orElseThrow());
    }

    /** What there is to see, plot by plot. */
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        plots.forEach(plot -> parts.add(lines(plot)));
        breakEvens("").ifPresent(parts::add);
        parts.addAll(maps());
        return parts;
    }

    private Lines lines(Plot plot) {
        List<Line> lines = new ArrayList<>();
        plot.lines.forEach((policy, cells) -> {
            List<Point> points = new ArrayList<>();
            cells.forEach(
                    (x, cell) -> value(cell, plot.metric).ifPresent(y -> points.add(point(x, y, cell, plot.metric))));
            if (!points.isEmpty()) lines.add(new Line(policy, points));
        });
        String title = plot.rest.isEmpty() ? plot.coordinate : plot.coordinate + ": " + plot.rest;
        Cell any = plot.lines.values().iterator().next().values().iterator().next();
        boolean layouts = results.layouts().several();
        return new Lines(
                title,
                axis(any, plot.coordinate),
                plot.metric + " (cycles)",
                layouts ? "least of all layouts" : "smallest",
                layouts ? "greatest of all layouts" : "p99",
                lines);
    }

    private Optional<Double> value(Cell cell, String metric) {
        return Optional.ofNullable(results.metrics(cell).get(metric));
    }

    /** A point with what its layouts spread, or its samples, from the smallest to the 99th percentile. */
    private Point point(long x, double y, Cell cell, String metric) {
        Optional<Spread> spread = Spreads.of(results, cell, metric);
        if (spread.isPresent()) {
            return new Point(
                    x,
                    Numbers.tidy(y),
                    Numbers.tidy(spread.get().low()),
                    Numbers.tidy(spread.get().high()));
        }
        CellResult result = results.cells().get(cell);
        Distribution samples = metric.endsWith(MEDIAN)
                ? result.metrics().distributions().get(metric.substring(0, metric.length() - MEDIAN.length()))
                : null;
        double low = samples == null ? y : samples.min();
        double high = samples == null ? y : samples.p99();
        return new Point(x, Numbers.tidy(y), Numbers.tidy(low), Numbers.tidy(high));
    }

    /** The coordinate with the unit in which its plugin says that it is. */
    private static String axis(Cell cell, String coordinate) {
        return Coordinates.parameter(cell, coordinate)
                .map(declared -> declared.evidence()
                        .map(Evidence::unit)
                        .map(unit -> coordinate + " (" + unit + ")")
                        .orElse(summary(coordinate, declared)))
                .orElse(coordinate);
    }

    private static String summary(String coordinate, Parameter declared) {
        return declared.summary().isEmpty() ? coordinate : coordinate + ": " + declared.summary();
    }

    /**
     * A row per pair of policies and place where the one becomes dearer than the other.
     *
     * @param workload named in the title, or empty
     */
    Optional<Table> breakEvens(String workload) {
        List<Row> rows = new ArrayList<>();
        for (Plot plot : plots) {
            List<String> policies = List.copyOf(plot.lines.keySet());
            for (int i = 0; i < policies.size(); i++) {
                for (int j = i + 1; j < policies.size(); j++) {
                    rows.addAll(breakEvens(plot, policies.get(i), policies.get(j)));
                }
            }
        }
        if (rows.isEmpty()) return Optional.empty();
        List<Column> columns = List.of(
                Column.words("along"),
                Column.words("where"),
                Column.words("before", "cheaper before", ""),
                Column.words("behind", "cheaper behind", ""),
                Column.number("breakeven", "break-even", "", "Where straight lines between measured points cross."),
                Column.number("bracket", "bracket", "", "The measured points between which it lies."),
                Column.number("cycles", "at cycles", "cycles", "What both cost there."));
        String title = workload.isEmpty() ? "Break-even points" : workload + ": break-even points";
        return Optional.of(new Table("breakeven", title, columns, rows, List.of()));
    }

    private List<Row> breakEvens(Plot plot, String first, String second) {
        List<Row> rows = new ArrayList<>();
        for (Crossing crossing : BreakEven.crossings(line(plot, first), line(plot, second))) {
            boolean cheaper = crossing.firstIsCheaperBefore();
            rows.add(Table.row(
                    String.join(" ", plot.coordinate, plot.rest, first, second, Numbers.text(crossing.at())),
                    Value.of(plot.coordinate),
                    Value.of(plot.rest),
                    Value.of(cheaper ? first : second),
                    Value.of(cheaper ? second : first),
                    Value.of(crossing.at()),
                    Value.of(Numbers.text(crossing.low()) + ".." + Numbers.text(crossing.high())),
                    Value.of(crossing.value())));
        }
        return rows;
    }

    private SortedMap<Double, Double> line(Plot plot, String policy) {
        SortedMap<Double, Double> line = new TreeMap<>();
        plot.lines.get(policy).forEach((x, cell) -> value(cell, plot.metric).ifPresent(y -> line.put((double) x, y)));
        return line;
    }

    /** Of each two coordinates that are swept together, who is cheapest where. */
    private List<Part> maps() {
        List<Part> maps = new ArrayList<>();
        List<String> names = List.copyOf(swept.keySet());
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) maps.addAll(maps(names.get(i), names.get(j)));
        }
        return maps;
    }

    private List<Part> maps(String across, String up) {
        Map<String, Map<List<Long>, Map<String, Cell>>> byRest = new LinkedHashMap<>();
        for (Cell cell : group.cells()) {
            CellResult result = results.cells().get(cell);
            Optional<Long> x = number(cell, across);
            Optional<Long> y = number(cell, up);
            if (!result.ok()
                    || x.isEmpty()
                    || y.isEmpty()
                    || Headline.value(result).isEmpty()) continue;
            List<String> both = List.of(across, up);
            byRest.computeIfAbsent(group.variantBut(cell, both), rest -> new LinkedHashMap<>())
                    .computeIfAbsent(List.of(x.get(), y.get()), place -> new LinkedHashMap<>())
                    .putIfAbsent(group.policyBut(cell, both), cell);
        }
        List<Part> maps = new ArrayList<>();
        byRest.forEach((rest, places) -> {
            boolean grid = distinct(places, 0) >= FEWEST && distinct(places, 1) >= FEWEST;
            boolean contest = places.values().stream().anyMatch(cells -> cells.size() > 1);
            if (grid && contest) maps.add(map(across, up, rest, places));
        });
        return maps;
    }

    private static long distinct(Map<List<Long>, ?> places, int index) {
        return places.keySet().stream()
                .map(place -> place.get(index))
                .distinct()
                .count();
    }

    private Winners map(String across, String up, String rest, Map<List<Long>, Map<String, Cell>> places) {
        List<String> policies = places.values().stream()
                .flatMap(cells -> cells.keySet().stream())
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
        List<Spot> spots = new ArrayList<>();
        places.forEach((place, cells) -> spots.add(spot(place, cells, policies)));
        String title = "Who is cheapest" + (rest.isEmpty() ? "" : ": " + rest);
        return new Winners(title, across, up, policies, spots);
    }

    private Spot spot(List<Long> place, Map<String, Cell> cells, List<String> policies) {
        List<Map.Entry<String, Cell>> ranked = cells.entrySet().stream()
                .sorted(Comparator.comparingDouble(entry -> cost(entry.getValue())))
                .toList();
        Cell winner = ranked.get(0).getValue();
        Optional<Cell> next = ranked.stream().skip(1).map(Map.Entry::getValue).findFirst();
        return new Spot(
                place.get(0),
                place.get(1),
                policies.indexOf(ranked.get(0).getKey()),
                Numbers.tidy(cost(winner)),
                next.map(cell -> Numbers.tidy(cost(cell) / cost(winner))).orElse(null),
                next.filter(cell -> Spreads.hide(results, winner, cell)).isEmpty());
    }

    private double cost(Cell cell) {
        return Headline.value(results.cells().get(cell)).orElseThrow();
    }
}
