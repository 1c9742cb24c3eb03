package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.verify.EquivalentMutants;
import org.sidestep.lab.verify.MutantFate;
import org.sidestep.lab.verify.MutantFate.Fate;
import org.sidestep.verify.mutation.Mutation.Kind;

/** What became of the mutants of one plugin: how much a verdict on it is worth. */
public final class MutantTables {

    private final String plugin;
    private final List<MutantFate> fates;
    private final EquivalentMutants equivalent;

    /** @param plugin for example {@code ipc/lazy} */
    public MutantTables(String plugin, List<MutantFate> fates, EquivalentMutants equivalent) {
        this.plugin = plugin;
        this.fates = fates;
        this.equivalent = equivalent;
    }

    /** For the terminal. */
    public String text() {
        return TextTable.of(List.of(score(), left()));
    }

    /** A row for each kind: how many there are, what caught them first, what is left. */
    Table score() {
        Set<String> by = catchers(fates);
        List<Column> columns = columns(by);
        List<Row> rows = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<MutantFate> some = fates.stream()
                    .filter(fate -> fate.mutation().kind() == kind)
                    .toList();
            rows.add(row(kind.toString(), by, some, this::isEquivalent));
        }
        rows.add(row("all", by, fates, this::isEquivalent));
        String title = String.format(
                Locale.ROOT, "%s: %d of %d mutants caught, and by what first", plugin, caught(), fates.size());
        return new Table("mutants", title, columns, rows, List.of());
    }

    private long caught() {
        return fates.stream().filter(MutantFate::isCaught).count();
    }

    /** What caught mutants first. */
    static Set<String> catchers(List<MutantFate> fates) {
        Set<String> by = new LinkedHashSet<>();
        fates.stream().filter(fate -> fate.fate() == Fate.CAUGHT).forEach(fate -> by.add(fate.by()));
        return by;
    }

    /** Those of {@link #row(String, Set, List, Predicate)}. */
    static List<Column> columns(Set<String> by) {
        List<Column> columns = new ArrayList<>(List.of(Column.words("mutants"), number("all")));
        by.forEach(name -> columns.add(number(name)));
        columns.addAll(List.of(
                number("refused"), number("equivalent"), number("unreached"), number("survived"), number("undecided")));
        return columns;
    }

    static Column number(String heading) {
        return Column.number(heading, heading, "", "");
    }

    /** What became of some mutants. */
    static Row row(String name, Set<String> by, List<MutantFate> some, Predicate<MutantFate> isEquivalent) {
        List<Value> values = new ArrayList<>(List.of(Value.of(name), Value.of(some.size())));
        for (String disturbance : by) values.add(count(some, fate -> fate.by().equals(disturbance)));
        values.add(count(some, fate -> fate.fate() == Fate.REFUSED));
        values.add(count(some, fate -> !fate.isCaught() && isEquivalent.test(fate)));
        for (Fate fate : List.of(Fate.UNREACHED, Fate.SURVIVED, Fate.UNDECIDED)) {
            values.add(count(some, each -> each.fate() == fate && !isEquivalent.test(each)));
        }
        return Table.row(name, values);
    }

    private boolean isEquivalent(MutantFate fate) {
        return equivalent.reason(plugin, fate.mutation()).isPresent();
    }

    private static Value count(List<MutantFate> some, Predicate<MutantFate> which) {
        long count = some.stream().filter(which).count();
        return count == 0 ? Value.NONE : Value.of(count);
    }

    /** A row for each mutant that was not caught and is not known to be equivalent, and for each that is but was. */
    Table left() {
        List<Row> rows = new ArrayList<>();
        for (MutantFate fate : equivalent.contradicted(plugin, fates))
            rows.add(row(fate, "LISTED AS EQUIVALENT, BUT CAUGHT by " + fate.by()));
        for (MutantFate fate : equivalent.survivors(plugin, fates))
            rows.add(row(fate, fate.fate().toString().toLowerCase(Locale.ROOT)));
        return new Table(
                "survivors",
                rows.isEmpty() ? "" : "not caught",
                List.of(
                        Column.words("mutant"),
                        Column.words("line"),
                        Column.words("outcome"),
                        Column.number("trials", "trials", "", "That did not fail.")),
                rows,
                rows.isEmpty() ? List.of("every mutant was caught or is equivalent") : List.of());
    }

    private static Row row(MutantFate fate, String outcome) {
        return Table.row(
                fate.mutation().name(),
                Value.of(fate.mutation().name()),
                Value.of(fate.mutation().source()),
                Value.of(outcome),
                Value.of(fate.trials()));
    }
}
