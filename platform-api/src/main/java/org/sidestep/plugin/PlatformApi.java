package org.sidestep.plugin;

/**
 * The version of what plugins are built against: all public types of this module. The last number changes with what no plugin
 * notices, the middle one as soon as a plugin may have to be changed.
 *
 * <p>A plugin says in its manifest which it needs, {@code Plugin-Requires: ~0.2.0}; the lab refuses it under any other.
 */
public final class PlatformApi {

    private PlatformApi() {}

    /** As {@code Plugin-Requires} is compared with. */
    public static final String VERSION = "0.2.0";
}
