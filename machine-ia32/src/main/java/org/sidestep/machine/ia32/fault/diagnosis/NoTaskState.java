package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.machine.ia32.fault.Vector;

/** An interrupt from an outer level found no task state segment that would name the stack of the inner one. */
final class NoTaskState implements Diagnosis {

    @Override
    public Optional<String> of(Evidence evidence) {
        boolean asked = evidence.shutdown().stream().anyMatch(fault -> fault.vector() == Vector.TS);
        if (!asked || evidence.cpl() == 0 || (evidence.task() & 0xFFFC) != 0) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "ring %d without a TSS: TR is null, so that there is no stack to enter ring 0 with",
                evidence.cpl()));
    }
}
