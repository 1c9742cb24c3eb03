package org.sidestep.machine.ia32.timing.p6;

import java.util.Set;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.OperandForm.Access;

/** What x87 instructions do to the top of the register stack. */
final class StackMotion {

    private static final Set<String> PUSH = Set.of("fptan", "fsincos", "fxtract", "fdecstp", "fld", "fild", "fbld");
    private static final Set<String> POP = Set.of("fpatan", "fyl2x", "fyl2xp1", "fincstp", "ffreep");
    private static final Set<String> POP_TWICE = Set.of("fcompp", "fucompp");

    private StackMotion() {}

    /** By how many registers everything moves away from the top: 1 for a push, -1 for a pop. */
    static int of(InstructionForm form) {
        String name = form.mnemonic();
        if (!form.timing().startsWith("fp.")) return 0;
        if (PUSH.contains(name) || form.timing().startsWith("fp.const")) return 1;
        if (POP_TWICE.contains(name)) return -2;
        if (POP.contains(name)) return -1;
        return name.endsWith("p") && !name.equals("fnop") ? -1 : 0;
    }

    /** Whether st(0) is an operand without being named. */
    static boolean readsTop(InstructionForm form) {
        String timing = form.timing();
        boolean fld = form.mnemonic().equals("fld");
        return !fld
                && !timing.matches(
                        "fp\\.(load.*|const.*|nop|stack|free|clex|init|.*cw|stsw|.*env|rstor|.*save|fx.*|xch)");
    }

    /** Whether st(1) is an operand without being named. */
    static boolean readsSecond(InstructionForm form) {
        return form.timing().matches("fp\\.(rem|scale|atan|log)") || POP_TWICE.contains(form.mnemonic());
    }

    /** Whether the result is in st(0) without being named. */
    static boolean writesTop(InstructionForm form) {
        if (form.timing().matches("fp\\.(load.*|const.*|chs|abs|sqrt|rndint|rem|scale|xtract|sin|tan|atan|exp|log)"))
            return true;
        if (form.mnemonic().equals("fld")) return true;
        boolean arithmetic = form.timing().matches("fp\\.(add|mul|div)(\\.int)?");
        return arithmetic && form.operands().stream().allMatch(o -> o.access() == Access.READ);
    }
}
