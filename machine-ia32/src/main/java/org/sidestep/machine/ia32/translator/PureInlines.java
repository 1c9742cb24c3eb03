package org.sidestep.machine.ia32.translator;

import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.translator.Inlined.Choice;

/** Instructions on registers and flags alone whose semantics are called as they are: they cannot fault, and report nothing. */
final class PureInlines {
    private PureInlines() {}

    static void define(Map<String, Choice> set) {
        String all = "shld shrd bt bts btr btc bsf bsr bswap xadd cmpxchg lahf sahf cmc clc stc cld std";
        for (String mnemonic : all.split(" ")) set.put(mnemonic, PureInlines::register);
    }

    /** The semantics of a form without memory. */
    static Inline register(Instruction i) {
        if (i.modrm >= 0 && !i.isRegisterForm()) return null;
        return (b, op) -> {
            b.compared = false;
            b.perform(op);
        };
    }
}
