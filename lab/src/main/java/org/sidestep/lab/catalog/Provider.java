package org.sidestep.lab.catalog;

import java.util.Objects;
import org.sidestep.lab.BadInput;
import org.sidestep.plugin.Extension;

/** A plugin as the catalog found it. */
public record Provider<E extends Extension>(E extension, Origin origin) {

    public String id() {
        return extension.id();
    }

    /**
     * The plugin, whose parameters can be asked for.
     *
     * @throws BadInput if it has none to give; not even an empty list
     */
    public E readable() {
        try {
            extension.parameters().forEach(parameter -> Objects.requireNonNull(parameter, "a parameter is null"));
            return extension;
        } catch (Throwable e) { // a plugin may throw anything
            throw new BadInput(
                    "'" + id() + "': its parameters cannot be read: " + message(e) + "; it came from " + origin.place(),
                    e);
        }
    }

    /** What went wrong in a plugin, in one line. */
    public static String message(Throwable e) {
        String message = e instanceof BadInput || e instanceof NullPointerException ? e.getMessage() : e.toString();
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
