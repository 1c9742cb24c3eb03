package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;

/** A kernel for high addresses went there before it had switched paging on. */
final class HighJump implements Diagnosis {
    private static final int UPPER_HALF = 1 << 31;

    @Override
    public Optional<String> of(Evidence evidence) {
        boolean high = Integer.compareUnsigned(evidence.code(), UPPER_HALF) >= 0;
        boolean empty = (evidence.octet(evidence.code()) & evidence.octet(evidence.code() + 1) & 0xFF) == 0xFF;
        if (evidence.shutdown().isEmpty() || evidence.paging() || !high || !empty) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "execution is at %08x, where there is no memory, and paging is off: a jump to the higher half before paging",
                evidence.code()));
    }
}
