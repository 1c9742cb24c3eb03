package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.ThreadId;

/** Ends what a thread does, from outside: timeout, cancellation, deletion of a partner. */
final class Endings extends KernelRoutines {

    /** Whose threads stay if someone goes for good. */
    private static final int NO_PROTOCOL = -1;

    Endings(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        ready();
        end();
        ended();
        cancel();
        detach();
        abandon();
    }

    private void ready() {
        routine(at.threadReady);
        mov(EAX.at(thread.state), State.READY);
        jmp(kernel.scheduler.enqueue);
    }

    private void end() {
        routine("ipc.end", """
                in  EDI thread SENDING, WAITING or WAITING_FRAME, ECX cause, without the phase
                out as ipc.released. Clobbers EAX, ECX, EDX, ESI""");
        Label receiving = fresh("receiving");
        Label framed = fresh("framed");
        push(ECX);
        cmp(EDI.at(thread.state), State.SENDING);
        exitIf(NE, receiving, "receive phase");
        mov(ESI, EDI);
        call(at.sendQueueRemove);
        pop(ECX);
        jmp(at.ipcFail);

        here(receiving);
        cmp(EDI.at(thread.state), State.WAITING);
        exitIf(NE, framed, "it has a frame");
        call(at.ipcReframe);
        here(framed);
        call(at.timeoutForget);
        pop(ECX);
        or(ECX, IpcError.RECEIVE);
        jmp(at.ipcFail);
    }

    private void ended() {
        routine(at.ipcEnded);
        call(label("ipc.end"));
        returnReady();
    }

    private void cancel() {
        routine(at.ipcCancel);
        push(ESI);
        push(EDI);
        mov(EDI, EAX);
        call(at.ipcEnded);
        pop(EDI);
        pop(ESI);
        ret();
    }

    private void detach() {
        routine(at.threadDetach);
        Label notSending = fresh("notSending");
        Label notWaiting = fresh("notWaiting");
        Label running = fresh("running");
        push(ESI);
        push(EDI);
        mov(EDI, EAX);
        cmp(EDI.at(thread.state), State.SENDING);
        exitIf(NE, notSending, "in no send queue");
        mov(ESI, EDI);
        call(at.sendQueueRemove);
        here(notSending);
        call(at.timeoutForget);
        cmp(EDI.at(thread.state), State.WAITING);
        exitIf(NE, notWaiting, "user level cannot resume it");
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishRunning(EDI, EAX));
        here(notWaiting);
        cmp(EDI.at(thread.state), State.READY);
        exitIf(NE, running, "not in the ready queue");
        lea(EAX, EDI.at(MemoryMap.TCB_SIZE));
        cmp(Tss.esp0(), EAX);
        exitIf(E, running, "it runs");
        mov(EAX, EDI);
        call(kernel.scheduler.dequeue);
        here(running);
        mov(EDI.at(thread.state), State.INACTIVE);
        pop(EDI);
        pop(ESI);
        ret();
    }

    private void abandon() {
        Label all = fresh("all");
        routine(at.threadMoved);
        mov(EDX, Protocol.INTERRUPT);
        jmp(all);
        routine(at.threadForsake);
        mov(EDX, NO_PROTOCOL);
        here(all);
        push(ESI);
        push(EDI);
        push(EBP);
        mov(EBP, EAX);
        push(EDX);
        senders();
        receivers();
        pop(EDX);
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
    }

    /** In: EBP who goes; EDX, and on the stack, the protocol whose threads stay with it: their messages wait on, or what they wait for. */
    private void senders() {
        Label first = here(fresh("sender"));
        Label next = fresh("nextSender");
        Label fails = fresh("fails");
        Label none = fresh("noSender");
        mov(EDI, EBP.at(tcb.firstSender));
        test(EDI, EDI);
        exitIf(Z, none, "nobody is queued");
        here(next);
        cmp(EDI.at(tcb.protocol), EDX);
        exitIf(NE, fails, "its message is not one that stays");
        mov(EDI, EDI.at(tcb.nextSender));
        cmp(EDI, EBP.at(tcb.firstSender));
        jne(next);
        jmp(none);
        here(fails);
        mov(ECX, IpcError.NO_PARTNER);
        call(at.ipcEnded);
        mov(EDX, Mem.base(ESP, 0).dword());
        jmp(first);
        here(none);
    }

    /**
     * There is no list of those who wait for a thread: all threads are asked. One that has not begun to run stays, since another may still
     * start it, and knows the thread by its global id from now on: others may live where it has lived. One that waits for others, too, stays
     * as it is.
     */
    private void receivers() {
        Label next = fresh("receiver");
        Label stays = fresh("stays");
        Label done = fresh("done");
        lea(EDI, threads());
        here(next);
        nextThread(EDI, done);
        mov(ESI, EBP);
        call(at.ipcWaitsFor);
        j(NE, next);
        or(EDX, ThreadId.GLOBAL);
        inc(EDX);
        jz(next);
        mov(EAX, EDI.at(tcb.protocol));
        cmp(EAX, Mem.base(ESP, 0).dword());
        je(next);
        cmp(EAX, Protocol.START);
        exitIf(E, stays, "not begun");
        mov(ECX, IpcError.NO_PARTNER);
        call(at.ipcEnded);
        jmp(next);
        here(stays);
        mov(EAX, EBP.at(thread.globalId));
        mov(EDI.at(thread.partner), EAX);
        jmp(next);
        here(done);
    }
}
