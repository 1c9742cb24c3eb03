package org.sidestep.kernel;

import org.sidestep.plugin.Extension;

/**
 * A way of doing IPC: the code behind the Ipc and Lipc links of the kernel interface page, and what the kernel must do so
 * that user level and kernel agree on who runs.
 */
public interface IpcPolicy extends Extension {

    /** Whether several threads of a workload are contexts inside one kernel thread (the floor), so that the workload creates one. */
    default boolean threadsAtUserLevel() {
        return false;
    }

    /** This policy's code in one kernel. Called once per cell, before anything is emitted. */
    PolicyHooks hooks(KernelCode kernel);
}
