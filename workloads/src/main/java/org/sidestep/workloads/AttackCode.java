package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EDI;

import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.L4Code;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Attacks of one kind, which a thread of a hostile space makes. */
abstract class AttackCode extends L4Code {

    final UserThread self;

    AttackCode(UserProgram program, UserThread self) {
        super(program);
        this.self = self;
    }

    /** Emits one of those that the class lists. */
    abstract void attack(String name);

    /** Whatever becomes of the thread whose UTCB is at EDI, the root task need not know. */
    final void renounce() {
        mov(EDI.at(Utcb.PAGER).dword(), ThreadId.NIL);
        mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), ThreadId.NIL);
    }
}
