package org.sidestep.lab.claim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.sidestep.experiment.Cell;
import org.sidestep.plugin.WholeNumber;

/** Some cells of a matrix: per named coordinate the values that are wanted. */
public record Selection(Map<String, List<String>> wanted) {

    public static final Selection ALL = new Selection(Map.of());

    public Selection {
        Map<String, List<String>> canonical = new LinkedHashMap<>();
        wanted.forEach((coordinate, values) -> canonical.put(
                coordinate, values.stream().map(Selection::canonical).toList()));
        wanted = canonical;
    }

    public boolean matches(Cell cell) {
        return wanted.entrySet().stream()
                .allMatch(entry -> cell.coordinate(entry.getKey())
                        .filter(entry.getValue()::contains)
                        .isPresent());
    }

    /** The cells that differ from {@code cell} in nothing but what is wanted here. */
    public List<Cell> counterparts(Cell cell, List<Cell> cells) {
        Map<String, String> same = cell.coordinates();
        same.keySet().removeIf(this::varies);
        return cells.stream()
                .filter(this::matches)
                .filter(other -> {
                    Map<String, String> coordinates = other.coordinates();
                    coordinates.keySet().removeIf(this::varies);
                    return coordinates.equals(same);
                })
                .toList();
    }

    /** Whether the selection speaks about the coordinate: itself, or the axis that it is a parameter of. */
    private boolean varies(String coordinate) {
        int dot = coordinate.indexOf('.');
        return wanted.containsKey(coordinate) || (dot > 0 && wanted.containsKey(coordinate.substring(0, dot)));
    }

    /** The one way in which {@link Cell#coordinates()} writes a value. */
    private static String canonical(String value) {
        return switch (value) {
            case "true" -> "on";
            case "false" -> "off";
            default -> {
                OptionalLong number = WholeNumber.parse(value);
                yield number.isPresent() ? Long.toString(number.getAsLong()) : value;
            }
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        wanted.forEach((coordinate, values) -> text.append(text.isEmpty() ? "" : ", ")
                .append(coordinate)
                .append(": ")
                .append(String.join(" or ", values)));
        return text.isEmpty() ? "everything" : text.toString();
    }
}
