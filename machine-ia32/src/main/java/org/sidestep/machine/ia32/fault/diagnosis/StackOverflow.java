package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** The stack has grown into a page that is not there, where the exception that this is could not be delivered either. */
final class StackOverflow implements Diagnosis {

    /** A frame of PUSHA or of an exception, and some. */
    private static final int NEAR = 64;

    @Override
    public Optional<String> of(Evidence evidence) {
        boolean grown = evidence.shutdown().stream().anyMatch(fault -> isBelow(evidence, fault));
        if (!grown) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "stack overflow: the stack, at %08x, has grown into the page below, which is not mapped",
                evidence.stack()));
    }

    private static boolean isBelow(Evidence evidence, Fault fault) {
        int distance = evidence.stack() - fault.address();
        return fault.vector() == Vector.PF
                && distance >= 0
                && distance <= NEAR
                && !evidence.isMapped(fault.address())
                && evidence.isMapped((fault.address() | 0xFFF) + 1);
    }
}
