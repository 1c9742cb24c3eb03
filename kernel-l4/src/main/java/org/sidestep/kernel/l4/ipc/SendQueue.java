package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
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
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.x2.MessageTag;

/** The threads queued to send to a receiver: a ring in order of arrival. */
final class SendQueue extends KernelRoutines {

    private final Label named = label("sendQueue.named");
    private final Label unnamed = label("sendQueue.unnamed");

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
        Label queue = fresh("queue");
        mov(EBX.at(tcb.receiver), EDI);
        test(frame(EBX, Frame.ESI), MessageTag.PROPAGATED);
        exitIf(NZ, named(queue), "perhaps in another's name");
        here(queue);
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

    /** Until the queue is empty again, its owner looks into it whomever it waits for. */
    private Label named(Label queue) {
        kernel.outOfLine(() -> {
            routine(named, "in EBX sender, EDI receiver. Clobbers EAX");
            cmp(EBX.at(tcb.protocol), Protocol.NONE);
            exitIf(NE, queue, "the kernel sends in its own name");
            cmp(EDI.at(thread.space), 0);
            exitIf(E, queue, "an interrupt calls nobody");
            mov(EDI.at(tcb.named), 1);
            mov(EDI.at(tcb.reach), Tcb.NOT_BEYOND);
            kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishNamed(EDI, true, EAX));
            jmp(queue);
        });
        return named;
    }

    private Label unnamed(Label removed) {
        kernel.outOfLine(() -> {
            routine(unnamed, "in EDX thread whose queue is empty again. Clobbers EAX");
            mov(EDX.at(tcb.named), 0);
            kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishNamed(EDX, false, EAX));
            push(EBP);
            push(EDI);
            mov(EBP, EDX);
            mov(EDI, EBP.at(thread.space));
            call(at.threadReach);
            pop(EDI);
            pop(EBP);
            jmp(removed);
        });
        return unnamed;
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
        cmp(EDX.at(tcb.named), 0);
        exitIf(NE, unnamed(notFirst), "a message in another's name was queued");
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
