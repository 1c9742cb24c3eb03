package org.sidestep.verification;

import java.util.List;
import org.sidestep.plugin.Extension;

/**
 * A kind of thing that may happen to a running system between any two instructions, and that correct IPC survives: an interrupt,
 * a lie, another thread's deed. The verifier stops the undisturbed run at each instruction boundary of a round and asks what
 * can happen there; each {@link Strike} becomes one trial, a run that is struck there and must keep its {@link Promise}.
 *
 * <p>Found like every plugin. Instances hold no state; the same occasion gives the same strikes in the same order.
 */
public interface Disturbance extends Extension {

    /**
     * What can happen here, each by itself; empty if nothing. The machine stands at the boundary and may be inspected, but not
     * changed.
     */
    List<Strike> at(Occasion occasion);

    /**
     * Whether a strike may follow another of a disturbed run, so that pairs of strikes make sense. Such strikes may depend on
     * nothing but the occasion's instruction count.
     */
    default boolean repeats() {
        return false;
    }
}
