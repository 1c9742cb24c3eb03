package org.sidestep.machine.ia32.firmware;

/** What the host does for one interrupt. */
@FunctionalInterface
interface BiosService {

    /** Serves the call; whether the caller has to wait for an interrupt and to ask again. */
    boolean serve(BiosCall call);
}
