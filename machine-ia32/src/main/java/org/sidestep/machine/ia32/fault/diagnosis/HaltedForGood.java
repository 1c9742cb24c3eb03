package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Optional;

/** HLT while interrupts are disabled: no mistake if it was meant. */
final class HaltedForGood implements Diagnosis {

    @Override
    public Optional<String> of(Evidence evidence) {
        if (!evidence.halted() || evidence.interruptsEnabled()) return Optional.empty();
        return Optional.of("hlt with interrupts disabled (cli; hlt): nothing will wake the processor");
    }
}
