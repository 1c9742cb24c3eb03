package org.sidestep.kernel;

import org.sidestep.plugin.Extension;

/**
 * How the kernel reads a thread's status that user level could have written. A policy that keeps the status in the UTCB
 * calls the hooks; it never reads the word directly.
 */
public interface StateValidation extends Extension {

    /** Whether no lie of user level can do harm beyond the liar's own address space. Contract suites attack only if so. */
    default boolean contains() {
        return true;
    }

    /** This validation's code in one kernel. Called once per cell, before those of scheduler and policy. */
    ValidationHooks hooks(KernelCode kernel);
}
