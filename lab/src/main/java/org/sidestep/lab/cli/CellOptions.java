package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelImage;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.claim.Selection;
import org.sidestep.lab.experiment.Change;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.WholeNumber;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Selects one cell of an experiment. */
final class CellOptions {

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME=VALUE",
            description =
                    "The cell: coordinates such as ipc=lazy or workload.words=8. The first that matches is taken; with layout=N"
                            + " in another layout than the first.")
    private List<String> coordinates = new ArrayList<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The experiment whose cells are meant (default: seeds/lecture.yaml).")
    private Path file;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "Change cells first, as in 'run'.")
    private List<String> changes = new ArrayList<>();

    @Mixin
    private PluginOptions plugins;

    /** The experiment whose cells are meant. */
    Path file() {
        return file != null ? file : Home.file("seeds/lecture.yaml");
    }

    /** Changes cells in one more way, as {@code --set} does. */
    void change(String name, String value) {
        changes.add(name + "=" + value);
    }

    /** The plugins to choose from. */
    Catalog catalog() {
        return plugins.catalog();
    }

    /** The file that stands in the place of a cell, for a command that takes either. */
    Optional<Path> image() {
        boolean file = coordinates.size() == 1 && !coordinates.get(0).contains("=");
        return file ? Optional.of(InputFile.path(coordinates.get(0))) : Optional.empty();
    }

    /** A cell with what it boots. */
    record Chosen(Cell cell, CellRunner.Assembled assembled, KernelImage image) {}

    /** Assembles the first cell that matches, and tells {@code err} which one that is. */
    Chosen assembled(PrintWriter err) {
        Cell cell = select(err);
        CellRunner.Assembled assembled = CellRunner.assemble(cell);
        KernelImage image = assembled
                .image()
                .orElseThrow(() -> new BadInput(String.format(
                        Locale.ROOT,
                        "%s: %s",
                        cell.coordinates(),
                        assembled.refusal().reason())));
        return new Chosen(cell, assembled, image);
    }

    /** The same, for who needs the image alone. */
    KernelImage image(PrintWriter err) {
        return assembled(err).image();
    }

    private Cell select(PrintWriter err) {
        Path source = file();
        List<Change> parsed = changes.stream().map(Change::parse).toList();
        List<Cell> cells =
                new ExperimentReader(plugins.catalog(), parsed).read(source).cells();
        Selection selection = selection(cells);
        List<Cell> matching = cells.stream().filter(selection::matches).toList();
        if (matching.isEmpty()) throw new BadInput(String.format(Locale.ROOT, "%s: no cell has %s", source, selection));
        Cell cell = matching.get(0).in(layout());
        err.println(String.format(Locale.ROOT, "cell %s%s", distinguishing(cell, cells), others(matching.size() - 1)));
        err.flush();
        return cell;
    }

    /** The plugins, and those of their parameters that are not the same in all cells. */
    private static Map<String, String> distinguishing(Cell cell, List<Cell> cells) {
        Map<String, String> coordinates = cell.coordinates();
        coordinates
                .entrySet()
                .removeIf(coordinate -> coordinate.getKey().contains(".")
                        && cells.stream()
                                .map(other ->
                                        other.coordinates().getOrDefault(coordinate.getKey(), coordinate.getValue()))
                                .allMatch(coordinate.getValue()::equals));
        return coordinates;
    }

    private static String others(int count) {
        return count == 0 ? "" : String.format(Locale.ROOT, " (%d more match)", count);
    }

    private int layout() {
        int layout = Cell.FIRST_LAYOUT;
        for (String text : coordinates) {
            Change coordinate = Change.parse(text);
            if (!coordinate.name().equals(Cell.LAYOUT)) continue;
            OptionalLong number = WholeNumber.parse(coordinate.value());
            if (number.isEmpty() || number.getAsLong() < 1 || number.getAsLong() > Layouts.MOST) {
                throw new BadInput(
                        String.format(Locale.ROOT, "%s: a layout is a number from 1 to %d", text, Layouts.MOST));
            }
            layout = (int) number.getAsLong();
        }
        return layout;
    }

    private Selection selection(List<Cell> cells) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        for (String text : coordinates) {
            Change coordinate = Change.parse(text);
            String name = coordinate.name();
            if (name.equals(Cell.LAYOUT)) continue;
            if (cells.stream().allMatch(cell -> cell.coordinate(name).isEmpty())) {
                List<String> known = cells.stream()
                        .flatMap(cell -> cell.coordinates().keySet().stream())
                        .distinct()
                        .toList();
                throw new BadInput(String.format(Locale.ROOT, "no cell has '%s'%s", name, Nearest.hint(name, known)));
            }
            wanted.put(name, List.of(coordinate.value()));
        }
        return new Selection(wanted);
    }
}
