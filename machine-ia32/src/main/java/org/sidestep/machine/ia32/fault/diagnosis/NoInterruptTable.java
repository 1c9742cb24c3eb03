package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
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
                ? String.format(
                        Locale.ROOT, "interrupts are enabled, and IRQ %d came as vector %02x", vector - 8, vector)
                : gate
                        ? String.format(Locale.ROOT, "vector %02x was called at %08x", vector, evidence.code())
                        : first.getMessage() + String.format(Locale.ROOT, " at %08x", evidence.code());
        return Optional.of(String.format(Locale.ROOT, "no IDT loaded: %s", what));
    }
}
