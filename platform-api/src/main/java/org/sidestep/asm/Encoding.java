package org.sidestep.asm;

import java.util.List;
import org.sidestep.isa.InstructionForm;

/** One way to write an instruction: bytes with holes for addresses that are not known yet. */
record Encoding(InstructionForm form, byte[] bytes, List<Fixup> fixups) {

    int length() {
        return bytes.length;
    }
}
