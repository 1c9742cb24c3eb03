package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.x2.ThreadId;

/** Who waits for whom. */
final class Partners extends KernelRoutines {

    Partners(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        waitsFor();
        matches();
        partnerOf();
    }

    private void waitsFor() {
        routine(at.ipcWaitsFor);
        Label kernelOnly = fresh("kernelOnly");
        Label no = fresh("no");
        cmp(EDI.at(thread.state), State.WAITING);
        exitIf(NE, kernelOnly, "user level has no say");
        kernel.spentOn(Cause.VALIDATION, () -> kernel.policy.loadPartner(EDI, EDX));
        jmp(at.ipcMatches);
        here(kernelOnly);
        cmp(EDI.at(thread.state), State.WAITING_FRAME);
        exitIf(NE, no, "it does not wait");
        mov(EDX, EDI.at(thread.partner));
        jmp(at.ipcMatches);
        here(no);
        ret();
    }

    private void matches() {
        routine(at.ipcMatches);
        Label done = fresh("done");
        Label global = fresh("global");
        cmp(EDX, ThreadId.ANY);
        exitIf(E, done, "it waits for any");
        mov(EAX, ESI.at(thread.space));
        cmp(EAX, EDI.at(thread.space));
        exitIf(NE, global, "another address space");
        cmp(EDX, ThreadId.ANY_LOCAL);
        exitIf(E, done, "it waits for any of this space");
        cmp(EDX, ESI.at(thread.localId));
        exitIf(E, done, "it waits for this one");
        here(global);
        cmp(EDX, ESI.at(thread.globalId));
        here(done);
        ret();
    }

    private void partnerOf() {
        routine(at.ipcPartnerOf);
        Label open = fresh("open");
        Label global = fresh("global");
        Label dead = fresh("dead");
        mov(EDX, EAX);
        cmp(EAX, ThreadId.ANY);
        exitIf(E, open, "any");
        cmp(EAX, ThreadId.ANY_LOCAL);
        exitIf(E, open, "anylocal");
        xchg(EBX, EDI);
        call(at.findThread);
        xchg(EBX, EDI);
        exitIf(Z, dead, "no such thread");
        cmp(EDX.at(thread.state), State.DEAD);
        exitIf(E, dead, "it was killed");
        mov(ECX, EDX.at(thread.space));
        cmp(ECX, EDI.at(thread.space));
        exitIf(NE, global, "another address space");
        cmp(EDX.at(thread.localId), 0);
        exitIf(E, global, "it has no UTCB yet");
        mov(EDX, EDX.at(thread.localId));
        here(dead);
        ret();
        here(global);
        mov(EDX, EDX.at(thread.globalId));
        here(open);
        test(EDX, EDX);
        ret();
    }
}
