package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.NE;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.ThreadId;

/** Whether a thread waits for anyone of its space. */
final class OpenWait extends Code {

    OpenWait(Assembler asm) {
        super(asm);
    }

    /** Goes on at one of two places. No branch leads back that is not taken: a processor that does not know it would take it for a loop's. */
    void emit(Reg32 status, Label open, Label kernel) {
        Label any = fresh("anyone");
        cmp(status, ThreadId.ANY_LOCAL);
        jne(any);
        jmp(open);
        here(any);
        cmp(status, ThreadId.ANY);
        exitIf(NE, kernel, "partner does not wait for any thread");
        jmp(open);
    }
}
