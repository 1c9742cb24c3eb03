package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.List;
import java.util.Optional;

/** One kind of mistake. */
@FunctionalInterface
public interface Diagnosis {

    /** What the mistake is, in one line, if this kind explains the evidence. */
    Optional<String> of(Evidence evidence);

    /** The most telling first: what explains the first of several faults comes before what explains that nobody handled it. */
    List<Diagnosis> ALL = List.of(
            new HighJump(),
            new NoIdentityMap(),
            new StackOverflow(),
            new StrayExecution(),
            new UnmappedInterrupts(),
            new ErrorCodeNotPopped(),
            new BiosCallFromProtectedMode(),
            new NoTaskState(),
            new SelectorFault(),
            new NoInterruptTable(),
            new HaltedForGood());

    /** What the evidence says, in one line, or nothing. */
    static Optional<String> first(Evidence evidence) {
        // A handler that goes round may end anywhere, also outside protected mode.
        if (!evidence.protectedMode()) return new ErrorCodeNotPopped().of(evidence);
        return ALL.stream().flatMap(kind -> kind.of(evidence).stream()).findFirst();
    }
}
