package org.sidestep.layout;

/**
 * A named field of a {@link Struct}.
 *
 * @param offset bytes from the structure's origin; may be negative (a UTCB grows both ways)
 * @param size bytes
 */
public record Field(String struct, String name, int offset, int size) {
    @Override
    public String toString() {
        return struct + "." + name;
    }
}
