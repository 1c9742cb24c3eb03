package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.SelectorError;

/** INT 10h to 1Ah in protected mode, for which the guest has no gate: the BIOS answers in real mode only. */
final class BiosCallFromProtectedMode implements Diagnosis {
    private static final int FIRST = 0x10;
    private static final int LAST = 0x1A;

    @Override
    public Optional<String> of(Evidence evidence) {
        if (evidence.first().isEmpty()) return Optional.empty();
        int code = evidence.first().get().errorCode();
        return evidence.instruction(evidence.code())
                .filter(i -> i.form.mnemonic().equals("int"))
                .map(i -> i.imm & 0xFF)
                .filter(vector -> vector >= FIRST
                        && vector <= LAST
                        && SelectorError.of(code).isGate(vector))
                .map(vector -> String.format(
                        Locale.ROOT,
                        "BIOS call in protected mode: INT %02X at %08x reaches the BIOS in real mode only",
                        vector,
                        evidence.code()));
    }
}
