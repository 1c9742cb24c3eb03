package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Utcb;

/**
 * Copies the words of a message that do not travel in registers from UTCB to UTCB. Without a loop, whose exit a processor would
 * mispredict, and without a string instruction, which takes long to start: one line of code for all words, from the last to the
 * first, with a few places to enter it. Some words more than are sent are copied, which takes less than to tell more sizes apart;
 * what is beyond a message is undefined.
 *
 * <p>A word is a load and a store, and a P6 stores no more than one in a cycle. Registers of the floating-point unit are the user's.
 */
final class WordCopy extends Code {

    /** Numbers of words with which it may be entered, all of them two more than a multiple of four; beside that of all words. */
    private static final List<Integer> ENTRIES = List.of(10, 18, 34);

    private final Label done;

    /** @param done where the code goes on */
    WordCopy(Assembler asm, Label done) {
        super(asm);
        this.done = done;
    }

    /**
     * In: EBP the number of words u plus one, rounded down to a multiple of four, EDI the sender, EAX the receiver, both by local
     * id. Keeps them; EBX is scratch.
     */
    void emit() {
        Map<Integer, Label> entries = new LinkedHashMap<>();
        for (int words : ENTRIES) {
            Label entry = fresh("entry");
            entries.put(words, entry);
            cmp(EBP, words);
            exitIf(B, entry, "u <= " + words);
        }
        for (int word = MessageTag.UNTYPED; word >= Utcb.REGISTER_WORDS; word--) {
            if (entries.containsKey(word)) here(entries.get(word));
            mov(EBX, Utcb.mr(EDI, word));
            mov(Utcb.mr(EAX, word), EBX);
        }
        jmp(done);
    }
}
