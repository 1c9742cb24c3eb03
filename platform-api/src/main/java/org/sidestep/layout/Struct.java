package org.sidestep.layout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A structure whose offsets are generated, never typed: fields are laid out in the order in which they are added. */
public final class Struct {

    private final String name;
    private final int direction;
    private final int origin;
    private final List<Field> fields = new ArrayList<>();
    private int next;
    private int holeLow;
    private int holeHigh;

    private Struct(String name, int origin, int direction) {
        this.name = name;
        this.origin = origin;
        this.direction = direction;
        this.next = origin;
    }

    /** Fields at ascending offsets from {@code origin}. */
    public static Struct upwards(String name, int origin) {
        return new Struct(name, origin, 1);
    }

    /** Fields at descending offsets below {@code origin}. */
    public static Struct downwards(String name, int origin) {
        return new Struct(name, origin, -1);
    }

    /** A 32-bit word. */
    public Field word(String field) {
        return add(field, 4);
    }

    public Field bytes(String field, int size) {
        return add(field, size);
    }

    /** Moves to the next offset that is a multiple of {@code alignment}. */
    public Struct align(int alignment) {
        next = direction > 0 ? (next + alignment - 1) & -alignment : next & -alignment;
        return this;
    }

    /** Keeps fields out of {@code [low, high)}: those that would touch it are placed beyond it. */
    public Struct hole(int low, int high) {
        holeLow = low;
        holeHigh = high;
        return this;
    }

    private void skipHole(int size) {
        int low = direction > 0 ? next : next - size;
        if (low < holeHigh && low + size > holeLow) next = direction > 0 ? holeHigh : holeLow;
    }

    private Field add(String field, int size) {
        skipHole(size);
        if (direction < 0) next -= size;
        Field added = new Field(name, field, next, size);
        if (direction > 0) next += size;
        fields.add(added);
        return added;
    }

    /** Where its fields begin. */
    public int origin() {
        return origin;
    }

    /** Bytes used, from the origin, a hole included. */
    public int size() {
        return Math.abs(next - origin);
    }

    public String name() {
        return name;
    }

    /** The field of that name. */
    public Field field(String field) {
        return fields.stream()
                .filter(f -> f.name().equals(field))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " has no field " + field));
    }

    public List<Field> fields() {
        return Collections.unmodifiableList(fields);
    }
}
