package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg16;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Utcb;

/**
 * Copies the words of a message that do not travel in registers from UTCB to UTCB. Without a loop, whose exit a processor would
 * mispredict, and without a string instruction, which takes long to start: a line of code for a whole message, from the last word
 * to the first, and another for half a message, with a few places to enter it. Some words more than are sent are copied, which
 * takes less than to tell more sizes apart; what is beyond a message is undefined.
 *
 * <p>A word is a load and a store, three micro-ops, and a P6 renames three and stores one in a cycle. Registers of the
 * floating-point unit are the user's.
 */
final class WordCopy extends Code {

    /** What the second line copies at most. This and the places to enter it are two more than a multiple of four. */
    private static final int HALF = 34;

    private static final List<Integer> ENTRIES = List.of(10, 18);

    private final Label kernel;

    private final Label done;

    /**
     * @param kernel where it goes if there are typed items or flags, with all registers as they came
     * @param done where it goes on, with MR1 in EBX
     */
    WordCopy(Assembler asm, Label kernel, Label done) {
        super(asm);
        this.kernel = kernel;
        this.done = done;
    }

    /**
     * In: ESI MR0, EDI the sender, EAX the receiver, both by local id. Keeps them. Out: EBX MR1. The lower half of MR0 is the number of
     * untyped words if there are neither typed items nor flags.
     */
    void emit() {
        Label half = fresh("half");
        cmp(Reg16.SI, HALF);
        exitIf(BE, half, "u <= " + HALF);
        cmp(Reg16.SI, MessageTag.UNTYPED);
        exitIf(A, kernel, "typed items or flags");
        copy(MessageTag.UNTYPED, Map.of());
        here(half);
        Map<Integer, Label> entries = new LinkedHashMap<>();
        for (int words : ENTRIES) {
            Label entry = fresh("entry");
            entries.put(words, entry);
            cmp(Reg16.SI, words);
            exitIf(BE, entry, "u <= " + words);
        }
        copy(HALF, entries);
    }

    private void copy(int words, Map<Integer, Label> entries) {
        for (int word = words; word >= Utcb.REGISTER_WORDS; word--) {
            if (entries.containsKey(word)) here(entries.get(word));
            mov(EBX, Utcb.mr(EDI, word));
            mov(Utcb.mr(EAX, word), EBX);
        }
        mov(EBX, EDI.at(Utcb.MR1));
        jmp(done);
    }
}
