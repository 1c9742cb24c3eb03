package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Optional;
import org.sidestep.machine.ia32.fault.Fault;

/** An interrupt or exception came before LIDT: IDTR is as the loader left it, at the vectors of real mode. */
final class NoInterruptTable implements Diagnosis {
    private static final int EXTERNAL = 1;
    private static final int IN_IDT = 2;

    static boolean isMissing(Evidence evidence) {
        return evidence.idt().base() == 0;
    }

    @Override
    public Optional<String> of(Evidence evidence) {
        if (evidence.shutdown().isEmpty() || !isMissing(evidence)) return Optional.empty();
        Fault first = evidence.shutdown().get(0);
        boolean gate = (first.errorCode() & IN_IDT) != 0;
        boolean external = gate && (first.errorCode() & EXTERNAL) != 0 && evidence.interruptsEnabled();
        int vector = first.errorCode() >> 3;
        String what = external && vector >= 8 && vector < 16
                ? "interrupts are enabled, and IRQ %d came as vector %02x".formatted(vector - 8, vector)
                : gate
                        ? "vector %02x was called at %08x".formatted(vector, evidence.code())
                        : first.getMessage() + " at %08x".formatted(evidence.code());
        return Optional.of("no IDT loaded: %s".formatted(what));
    }
}
