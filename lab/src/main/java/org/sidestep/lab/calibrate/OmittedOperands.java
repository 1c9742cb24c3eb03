package org.sidestep.lab.calibrate;

import java.util.List;
import java.util.stream.Collectors;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.Spelling;

/** OmittedOperands that a row's name leaves out, in the notation of the others, from the instruction table. */
final class OmittedOperands {

    private OmittedOperands() {}

    /**
     * What is written, if the instruction takes so many operands; none, if it takes none; or else, if it takes more, those of the
     * first form that the instruction table has of it. The assembler is left to tell what it does not know.
     */
    static String complete(String name, String written) {
        Spelling spelling = Spelling.of(name.replaceAll("^(lock|rep\\w*) ", ""), written.isEmpty());
        List<InstructionForm> forms = InstructionTable.rows(spelling.mnemonic());
        if (forms.isEmpty() || spelling.implicit()) return written;
        long count =
                written.isEmpty() ? 0 : written.chars().filter(c -> c == ',').count() + 1;
        if (forms.stream().anyMatch(form -> form.operands().size() == count)) return written;
        int first = forms.get(0).operands().size();
        if (first > 0 && first < count) return written;
        return forms.get(0).operands().stream().map(OmittedOperands::text).collect(Collectors.joining(", "));
    }

    private static String text(OperandForm operand) {
        return switch (operand.kind()) {
            case E, G, R, Z -> "r" + bits(operand);
            case M -> isSized(operand) ? "[m" + bits(operand) + "]" : "[mem]";
            case I -> operand.size() == OperandForm.Size.B || operand.size() == OperandForm.Size.BS ? "imm8" : "imm32";
            case P, N, Q -> "mm";
            case V, U, W -> "xmm";
            case STI -> "st(i)";
            case FIXED -> operand.register();
            case CONSTANT -> "1";
            default -> operand.letters();
        };
    }

    private static boolean isSized(OperandForm operand) {
        return operand.size() != OperandForm.Size.NONE && operand.size() != OperandForm.Size.IMAGE;
    }

    private static int bits(OperandForm operand) {
        return switch (operand.size()) {
            case B, BS -> 8;
            case W, WV -> 16;
            case Q -> 64;
            case X -> 128;
            case T -> 80;
            default -> 32;
        };
    }
}
