package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.Instruction;

/** Execution has left the program: for empty memory, whose zeroes are instructions too, or for the vectors at address 0. */
final class StrayExecution implements Diagnosis {

    @Override
    public Optional<String> of(Evidence evidence) {
        if (evidence.stray().isEmpty()) return Optional.empty();
        Evidence.Stray stray = evidence.stray().get();
        boolean stillThere = (evidence.word(evidence.code()) | evidence.word(evidence.code() + 4)) == 0;
        boolean ended = !evidence.shutdown().isEmpty() && !stray.handled();
        if (!stillThere && !ended) return Optional.empty();
        String how = evidence.instruction(stray.from()).map(StrayExecution::how).orElse("execution");
        return Optional.of(String.format(
                Locale.ROOT,
                "%s at %08x led to %08x, where there is no program: execution runs through empty memory",
                how,
                stray.from(),
                stray.to()));
    }

    private static String how(Instruction instruction) {
        String mnemonic = instruction.form.mnemonic();
        return switch (mnemonic) {
            case "ret" -> "a return without a caller (from the entry, or with the stack out of place)";
            case "call", "jmp", "iret", "retf" -> mnemonic;
            default -> "the end of the code";
        };
    }
}
