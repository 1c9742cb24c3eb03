package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.machine.ia32.fault.Vector;

/** A handler returned with the error code still on top of its stack, so that IRET took it for EIP. */
final class ErrorCodeNotPopped implements Diagnosis {

    // SDM vol. 2, appendix A
    private static final int IRET = 0xCF;
    private static final int OPERAND_SIZE = 0x66;

    @Override
    public Optional<String> of(Evidence evidence) {
        List<Evidence.Delivery> deliveries = evidence.deliveries();
        for (int i = 0; i + 1 < deliveries.size(); i++) {
            Evidence.Delivery handled = deliveries.get(i);
            Evidence.Delivery next = deliveries.get(i + 1);
            if (isOnTop(evidence, handled, next.at(), next.stackBefore())) return message(handled, next.at());
        }
        if (evidence.shutdown().isEmpty() || deliveries.isEmpty()) return Optional.empty();
        Evidence.Delivery last = deliveries.get(deliveries.size() - 1);
        boolean shutDown = isOnTop(evidence, last, evidence.code(), evidence.stack());
        return shutDown ? message(last, evidence.code()) : Optional.empty();
    }

    /** Whether an instruction that faulted is the IRET of a handler that has popped nothing. */
    private static boolean isOnTop(Evidence evidence, Evidence.Delivery handled, int at, int stack) {
        return handled.fault().hasErrorCode() && stack == handled.stackAfter() && isIret(evidence, at);
    }

    /** By its bytes: the handler's code may have been of another size than the last code. */
    private static boolean isIret(Evidence evidence, int at) {
        int first = evidence.octet(at);
        return first == IRET || first == OPERAND_SIZE && evidence.octet(at + 1) == IRET;
    }

    private static Optional<String> message(Evidence.Delivery handled, int at) {
        return Optional.of(String.format(
                Locale.ROOT,
                "error code not popped: the handler of %s returns at %08x with the error code on top of the stack",
                Vector.name(handled.fault().vector()),
                at));
    }
}
