package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A table as data. Text, CSV, JSON and HTML are renderings of it.
 *
 * @param id what it is, for programs
 * @param notes stand below it
 */
public record Table(String id, String title, List<Column> columns, List<Row> rows, List<String> notes) implements Part {

    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        for (Row row : rows) {
            if (row.values().size() != columns.size())
                throw new IllegalArgumentException(id + ": a row of other length");
        }
    }

    /** What the values of a column are. */
    enum Kind {
        WORDS,
        /** Long enough for several lines. */
        PROSE,
        NUMBER
    }

    /** Whether a value is what one wishes for. */
    enum Mark {
        NONE,
        GOOD,
        BAD
    }

    /**
     * What stands below one heading.
     *
     * @param id the name in {@code results.json}: of a coordinate or a metric
     * @param unit of its numbers, or empty
     * @param meaning in a sentence, or empty if the heading says it
     * @param detail whether it is left out where there is little room
     */
    record Column(String id, String heading, Kind kind, String unit, String meaning, boolean detail) {

        static Column words(String heading) {
            return new Column(heading, heading, Kind.WORDS, "", "", false);
        }

        static Column words(String id, String heading, String meaning) {
            return new Column(id, heading, Kind.WORDS, "", meaning, false);
        }

        static Column prose(String heading) {
            return new Column(heading, heading, Kind.PROSE, "", "", false);
        }

        static Column number(String id, String heading, String unit, String meaning) {
            return new Column(id, heading, Kind.NUMBER, unit, meaning, false);
        }

        Column inDetail(boolean only) {
            return new Column(id, heading, kind, unit, meaning, only);
        }
    }

    /**
     * What stands in one place; a number is its decimal digits.
     *
     * @param detail what more there is to say, or empty
     */
    record Value(String text, Mark mark, String detail) {

        static final Value NONE = of("");

        static Value of(String text) {
            return new Value(text, Mark.NONE, "");
        }

        static Value of(double number) {
            return of(Numbers.text(number));
        }

        static Value of(Optional<Double> number) {
            return number.map(Value::of).orElse(NONE);
        }

        static Value of(OptionalDouble number, String otherwise) {
            return number.isPresent() ? of(number.getAsDouble()) : of(otherwise);
        }

        static Value verdict(boolean good, String text) {
            return new Value(text, good ? Mark.GOOD : Mark.BAD, "");
        }
    }

    /**
     * One row.
     *
     * @param id what it is about: a cell by its text, a claim by its id
     * @param detail whether it is left out where there is little room
     */
    record Row(String id, List<Value> values, boolean detail) {

        public Row {
            values = List.copyOf(values);
        }
    }

    static Row row(String id, List<Value> values) {
        return new Row(id, values, false);
    }

    static Row row(String id, Value... values) {
        return row(id, List.of(values));
    }

    /** The table for where there is little room. */
    Table brief() {
        List<Row> shown = new ArrayList<>();
        for (Row row : rows) {
            if (row.detail()) continue;
            List<Value> values = new ArrayList<>();
            for (int i = 0; i < columns.size(); i++) {
                if (!columns.get(i).detail()) values.add(row.values().get(i));
            }
            shown.add(row(row.id(), values));
        }
        return new Table(
                id, title, columns.stream().filter(column -> !column.detail()).toList(), shown, notes);
    }
}
