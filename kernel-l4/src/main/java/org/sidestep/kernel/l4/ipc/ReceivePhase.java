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
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.x2.IpcError;

/**
 * Receive phases. A thread that takes the message of a queued sender lets that sender go on to its own receive phase at
 * once, so that a reply always finds it waiting; that may take a third thread's message, and so on.
 */
final class ReceivePhase extends KernelRoutines {

    private static final int TIMEOUT = 0xFFFF;

    private final Label sentOnly = label("ipc.sentOnly");
    private final Label overFailed = label("ipc.overFailed");

    ReceivePhase(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        receive();
        take();
        await();
        over();
    }

    private void receive() {
        routine(at.ipcReceivePhase);
        Label kernelOnly = fresh("kernelOnly");
        cmp(EDI.at(tcb.protocol), Protocol.NONE);
        exitIf(NE, kernelOnly, "it waits on behalf of the kernel");
        mov(EAX, frame(EDI, Frame.EDX));
        test(EAX, EAX);
        exitIf(Z, sentOnly, "no receive phase");
        call(at.ipcPartnerOf);
        mov(ECX, IpcError.NO_PARTNER | IpcError.RECEIVE);
        exitIf(Z, overFailed, "no such thread");
        call(at.sendQueueFind);
        test(ESI, ESI);
        exitIf(NZ, label("ipc.take"), "a sender is queued");
        jmp(label("ipc.await"));

        here(kernelOnly);
        mov(EDX, EDI.at(thread.partner));
        call(at.sendQueueFind);
        test(ESI, ESI);
        exitIf(NZ, label("ipc.take"), "the answer is queued already");
        mov(EDI.at(thread.state), State.WAITING_FRAME);
        ret();
    }

    private void take() {
        routine("ipc.take", "in EDI receiver with a frame, ESI sender queued at it");
        Label blocked = fresh("blocked");
        call(at.sendQueueRemove);
        call(at.ipcTransfer);
        exitIf(Z, blocked, "it goes on waiting, on behalf of the kernel");
        push(ECX);
        call(label("ipc.handOver"));
        pop(ECX);
        here(blocked);
        mov(EDI, ESI);
        test(ECX, ECX);
        exitIf(Z, at.ipcReceivePhase, "the sender's own receive phase");
        jmp(overFailed);
    }

    private void await() {
        routine("ipc.await", "in EDI receiver with a frame, EDX its partner, which has not sent yet");
        Label timed = fresh("timed");
        Label halted = fresh("halted");
        mov(ECX, frame(EDI, Frame.ECX));
        and(ECX, TIMEOUT);
        exitIf(NZ, timed, "a timeout");
        cmp(EDI.at(tcb.halted), 0);
        exitIf(NE, halted, "user level must not resume it");
        mov(EDI.at(thread.state), State.WAITING);
        mov(EAX, frame(EDI, Frame.EIP));
        mov(ECX, frame(EDI, Frame.ESP));
        mov(ESI, EDI.at(thread.utcbAlias));
        kernel.spentOn(Cause.REGISTERS, () -> kernel.policy.saveResumePoint(EDI, ESI, EAX, ECX));
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishWaiting(EDI, ESI, EDX));
        ret();

        here(halted);
        mov(EDI.at(thread.partner), EDX);
        mov(EDI.at(thread.state), State.WAITING_FRAME);
        ret();

        here(timed);
        mov(ESI, EDX);
        lea(EDX, EDI.at(tcb.receivePoint));
        call(at.timeoutAwaited);
        mov(ECX, IpcError.TIMEOUT | IpcError.RECEIVE);
        exitIf(Z, overFailed, "no time, or no time left");
        mov(EDI.at(thread.partner), ESI);
        mov(EDI.at(thread.state), State.WAITING_FRAME);
        jmp(at.timeoutStart);
    }

    private void over() {
        routine("ipc.over", "in EDI thread whose Ipc is over; ECX error code");
        here(overFailed);
        call(at.ipcSendOver);
        jmp(label("ipc.handOver"));

        here(sentOnly);
        call(at.ipcSucceed);

        routine("ipc.handOver", """
                in  EDI thread with a frame, READY or halted; EBX current thread; EBP thread made ready but not queued, or 0
                out EBP the better of the two, the other queued; nothing done for the current thread. Clobbers EAX, ECX, EDX""");
        Label only = fresh("only");
        Label done = fresh("done");
        Label worse = fresh("worse");
        cmp(EDI, EBX);
        exitIf(E, done, "it runs anyway");
        cmp(EDI.at(thread.state), State.READY);
        exitIf(NE, done, "it is halted");
        test(EBP, EBP);
        exitIf(Z, only, "nobody else was made ready");
        mov(EAX, EDI);
        mov(EDX, EBP);
        call(kernel.scheduler.better);
        mov(EAX, EDI);
        exitIf(Z, worse, "the other is as good");
        mov(EAX, EBP);
        mov(EBP, EDI);
        here(worse);
        jmp(kernel.scheduler.enqueue);
        here(only);
        mov(EBP, EDI);
        here(done);
        ret();
    }
}
