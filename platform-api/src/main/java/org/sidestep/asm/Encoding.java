package org.sidestep.asm;

import java.util.List;
import org.sidestep.isa.InstructionForm;

/** One way to write an instruction: bytes with holes for addresses that are not known yet. */
record Encoding(InstructionForm form, byte[] bytes, List<Fixup> fixups) {

    /** With the lowest bit of one byte flipped. */
    Encoding withBitFlipped(int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 1;
        return new Encoding(form, flipped, fixups);
    }

    int length() {
        return bytes.length;
    }
}
