package org.sidestep.plugin;

import java.util.List;

/**
 * Anything that an experiment file can name: a policy, a scheduler, a CPU model, a workload.
 *
 * <p>Instances are found through {@code META-INF/services}, are created once and are shared by all cells, which may run
 * side by side: an extension holds no state. What varies per cell arrives as {@link Parameters}.
 */
public interface Extension extends org.pf4j.ExtensionPoint {

    /** What an experiment file says, for example {@code p3-coppermine}: lower case, digits and hyphens. */
    String id();

    /** One line for {@code sidestep list}. */
    String summary();

    /** The parameters that an experiment file may set, in the order in which they are listed. */
    default List<Parameter> parameters() {
        return List.of();
    }

    /**
     * Checks values that are allowed each by itself. Called whenever a cell is configured, before anything is built from it.
     *
     * @throws BadParameter if they do not go together; the message names them and the remedy
     */
    default void check(Parameters parameters) {}
}
