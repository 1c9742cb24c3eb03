package org.sidestep.machine.ia32.device;

import java.util.Optional;
import java.util.function.Supplier;

/** In strict mode, the first access to something that does not exist: it stops the machine. */
final class Refusals {
    private final boolean strict;
    private String first;

    Refusals(boolean strict) {
        this.strict = strict;
    }

    void refuse(Supplier<String> access) {
        if (strict && first == null) first = access.get();
    }

    Optional<String> first() {
        return Optional.ofNullable(first);
    }

    /** Goes back to an earlier one, or null. */
    void restore(String saved) {
        first = saved;
    }
}
