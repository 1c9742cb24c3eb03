package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** Paging was switched on, and the instruction behind is not mapped. */
final class NoIdentityMap implements Diagnosis {

    @Override
    public Optional<String> of(Evidence evidence) {
        Optional<Fault> fault = evidence.first().filter(f -> f.vector() == Vector.PF && f.address() == evidence.code());
        // The code is not mapped any more, so that what lies before it can only be known from its effect.
        boolean switchedOn = evidence.paging() && evidence.deliveries().isEmpty() && isJustBehind(evidence);
        if (fault.isEmpty() || !switchedOn) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT,
                "no identity map: paging was switched on at %08x, and the next instruction, at %08x, is not mapped",
                evidence.previous(),
                evidence.code()));
    }

    private static boolean isJustBehind(Evidence evidence) {
        return evidence.previousInstruction()
                .filter(NoIdentityMap::writesControl)
                .filter(i -> evidence.previous() + i.length == evidence.code())
                .isPresent();
    }

    private static boolean writesControl(Instruction instruction) {
        var operands = instruction.form.operands();
        return !operands.isEmpty() && operands.get(0).kind() == Kind.C && instruction.reg() == 0;
    }
}
