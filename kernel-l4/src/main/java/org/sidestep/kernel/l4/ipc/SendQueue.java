package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.layout.Tcb.frame;

import org.sidestep.asm.Label;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.x2.MessageTag;

/** The threads queued to send to a receiver: a ring in order of arrival. */
final class SendQueue extends KernelRoutines {

    SendQueue(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        append();
        remove();
        find();
    }

    private void append() {
        routine(at.sendQueueAppend);
        Label alone = fresh("alone");
        mov(EBX.at(tcb.receiver), EDI);
        mov(EAX, EDI.at(tcb.firstSender));
        test(EAX, EAX);
        exitIf(Z, alone, "the queue is empty");
        mov(ECX, EAX.at(tcb.previousSender));
        mov(EBX.at(tcb.nextSender), EAX);
        mov(EBX.at(tcb.previousSender), ECX);
        mov(ECX.at(tcb.nextSender), EBX);
        mov(EAX.at(tcb.previousSender), EBX);
        ret();
        here(alone);
        mov(EBX.at(tcb.nextSender), EBX);
        mov(EBX.at(tcb.previousSender), EBX);
        mov(EDI.at(tcb.firstSender), EBX);
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishPending(EDI, true, EAX));
        ret();
    }

    private void remove() {
        routine(at.sendQueueRemove);
        Label notFirst = fresh("notFirst");
        mov(EAX, ESI.at(tcb.nextSender));
        mov(ECX, ESI.at(tcb.previousSender));
        mov(ECX.at(tcb.nextSender), EAX);
        mov(EAX.at(tcb.previousSender), ECX);
        mov(EDX, ESI.at(tcb.receiver));
        mov(ESI.at(tcb.receiver), 0);
        cmp(EDX.at(tcb.firstSender), ESI);
        exitIf(NE, notFirst, "it was not the first");
        mov(EDX.at(tcb.firstSender), EAX);
        cmp(EAX, ESI);
        exitIf(NE, notFirst, "others are queued");
        mov(EDX.at(tcb.firstSender), 0);
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishPending(EDX, false, EAX));
        here(notFirst);
        xchg(ESI, EDI);
        call(at.timeoutForget);
        xchg(ESI, EDI);
        ret();
    }

    private void find() {
        routine(at.sendQueueFind);
        Label next = fresh("next");
        Label found = fresh("found");
        Label propagated = fresh("propagated");
        Label matched = fresh("matched");
        mov(ESI, EDI.at(tcb.firstSender));
        test(ESI, ESI);
        exitIf(Z, found, "the queue is empty");
        here(next);
        test(frame(ESI, Frame.ESI), MessageTag.PROPAGATED);
        exitIf(NZ, propagated, "perhaps in another's name");
        call(at.ipcMatches);
        here(matched);
        exitIf(E, found, "this one");
        mov(ESI, ESI.at(tcb.nextSender));
        cmp(ESI, EDI.at(tcb.firstSender));
        jne(next);
        xor(ESI, ESI);
        here(found);
        ret();
        here(propagated);
        call(at.ipcMatchesAs);
        jmp(matched);
    }
}
