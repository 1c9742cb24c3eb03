package org.sidestep.lab.variant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameter.Kind;

/** Each cell again with one mechanism of its CPU model made perfect, and with all of them. */
public final class Ablation {

    /** Asks for every mechanism that a model has. */
    public static final String ALL = "all";

    /** The variant in which all that was asked for is perfect. */
    public static final String TOGETHER = "together";

    private Ablation() {}

    /**
     * The variants of {@code cells}; a cell whose model lacks a mechanism has none of it.
     *
     * @param wanted names such as {@code tlb}, or {@link #ALL}
     * @throws BadInput if no model of the cells has a mechanism of that name
     */
    public static List<Variant> variants(List<Cell> cells, List<String> wanted) {
        Set<String> known = new LinkedHashSet<>();
        cells.forEach(cell -> known.addAll(mechanisms(cell)));
        for (String name : wanted) {
            if (name.equals(ALL) || known.contains(name)) continue;
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "--ablate: no cpu of this experiment has a mechanism '%s'%s",
                    name,
                    Nearest.hint(name, known)));
        }
        List<Variant> variants = new ArrayList<>();
        for (Cell cell : cells) {
            List<String> perfect = mechanisms(cell).stream()
                    .filter(name -> wanted.contains(ALL) || wanted.contains(name))
                    .toList();
            for (String name : perfect) variants.add(new Variant(cell, name, without(cell, List.of(name))));
            if (perfect.size() > 1) variants.add(new Variant(cell, TOGETHER, without(cell, perfect)));
        }
        return variants;
    }

    /**
     * The names in a list such as {@code tlb,ras}.
     *
     * @throws BadInput if one is missing
     */
    public static List<String> names(String list) {
        List<String> names =
                Arrays.stream(list.split(",", -1)).map(String::strip).toList();
        if (names.contains("")) {
            throw new BadInput(String.format(
                    Locale.ROOT, "--ablate '%s': a name is missing; write for example tlb,ras, or all", list));
        }
        return names;
    }

    private static Cell without(Cell cell, List<String> mechanisms) {
        Cell changed = cell;
        for (String name : mechanisms) changed = changed.with(Axis.CPU, Parameter.ABLATE + name, true);
        return changed;
    }

    private static List<String> mechanisms(Cell cell) {
        return cell.on(Axis.CPU).plugin().parameters().stream()
                .filter(parameter -> parameter.kind() == Kind.ABLATION)
                .map(parameter -> parameter.name().substring(Parameter.ABLATE.length()))
                .toList();
    }
}
