package org.sidestep.plugin;

/**
 * The version of what plugins are built against: all public types of this module. The last number changes with what no plugin
 * notices, the middle one as soon as a plugin may have to be changed.
 *
 * <p>A plugin says in its manifest which it needs, {@code Plugin-Requires: ~0.3.0}; the lab refuses it under any other.
 *
 * <p>What has to be changed in a plugin that was written for the version before: a policy's {@code PolicyHooks.onIpcEntry} finds the
 * caller's resume point in EBX and EBP, no longer on the stack, and says itself where it keeps it, for {@code takeResumePoint} and
 * {@code suspend}; who overrides none of them does nothing.
 */
public final class PlatformApi {

    private PlatformApi() {}

    /** As {@code Plugin-Requires} is compared with. */
    public static final String VERSION = "0.3.0";
}
