package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.machine.ia32.fault.Vector;

/** IRQ 0 to 7 come as vectors 8 to 15, as the BIOS of a PC wants them, and were handled as the exceptions that those are. */
final class UnmappedInterrupts implements Diagnosis {
    private static final int BASE = 8;

    @Override
    public Optional<String> of(Evidence evidence) {
        List<Evidence.Delivery> since = evidence.deliveries();
        int irq = evidence.interrupt() - BASE;
        boolean wrongReturn =
                !since.isEmpty() && evidence.isAt(since.get(since.size() - 1).at(), "iret");
        if (irq < 0 || irq > 7 || !wrongReturn && !undelivered(evidence)) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "the PIC is not remapped: IRQ %d came as vector %d, which is an exception's (%s), and was handled as that",
                irq,
                BASE + irq,
                Vector.name(BASE + irq)));
    }

    /** The handler's return itself shut the processor down. */
    private static boolean undelivered(Evidence evidence) {
        return !evidence.shutdown().isEmpty() && evidence.isAt(evidence.code(), "iret");
    }
}
