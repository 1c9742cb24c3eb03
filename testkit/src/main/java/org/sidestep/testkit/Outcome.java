package org.sidestep.testkit;

import java.util.List;
import java.util.Map;
import org.sidestep.machine.Stop;

/**
 * What a run came to: how it ended, what each thread received, in order, and which of the kernel's invariants were broken at
 * one of its exits. It has no times: two policies, or a run with and
 * one without an interruption, may take different ones and come to the same outcome.
 */
public record Outcome(Stop stop, Map<String, List<Delivery>> deliveries, String console, List<String> violations) {

    /** Whether the workload ended the run and found that all was well, with the kernel's structures intact. */
    public boolean succeeded() {
        return stop.kind() == Stop.Kind.EXIT && stop.code() == 0 && violations.isEmpty();
    }
}
