package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
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
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.layout.Field;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Time;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/**
 * Ipc in general: the send phase of the current thread, then receive phases. It works on a complete frame, so that a thread
 * can be left blocked or ready at any point. Throughout, EBX is the current thread and EBP the thread that was made ready
 * last and is not queued yet, or 0: whoever runs next is decided once, at the end.
 */
public final class GeneralPath extends KernelRoutines {

    /** EFLAGS inside the kernel: no direction, trap or nested-task flag that SYSENTER has kept from the user. */
    private static final int KERNEL_EFLAGS = 2;

    /** Set in a timeout that is a point in time. */
    private static final int POINTS = Time.pair(Time.POINT, Time.POINT);

    private final Label conclude = label("ipc.conclude");
    private final Label timed = label("ipc.timed");

    private final Label failedCurrent = label("ipc.failed.current");

    public GeneralPath(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        enter();
        send();
        block();
        refuse();
        conclude();
    }

    private void enter() {
        if (kernel.parameters().flag("fastpath")) routine(at.ipcGeneral);
        else entered(at.ipcGeneral);
        phase("frame");
        spentOn(Cause.REGISTERS);
        kernel.policy.takeResumePoint();
        push(UserSegment.DATA);
        push(EDI);
        push(Selectors.USER_EFLAGS);
        push(UserSegment.CODE);
        push(EBP);
        push(0);
        push(Vectors.IPC);
        op("pusha");
        push(KERNEL_EFLAGS);
        op("popf");

        phase("send phase");
        spentOn(Cause.VALIDATION);
        test(ECX, POINTS);
        exitIf(NZ, points(), "a point in time");
        here(timed);
        xor(EBP, EBP);
        mov(EDI, EBX);
        test(EAX, EAX);
        exitIf(Z, at.ipcReceive, "nothing to send");
        mov(ECX, ESI);
        mov(EDX, ESI);
        and(ECX, MessageTag.TYPED);
        shr(ECX, MessageTag.TYPED_SHIFT);
        and(EDX, MessageTag.UNTYPED);
        add(ECX, EDX);
        cmp(ECX, Utcb.MESSAGE_REGISTERS - 1);
        exitIf(A, label("ipc.refuse"), "more words than message registers");
        test(ESI, MessageTag.PROPAGATED | MessageTag.REDIRECTED);
        exitIf(NZ, at.ipcPropagate, "in another's name");
        call(at.findThread);
        exitIf(Z, at.ipcNoDestination, "no such thread");
        kernel.outOfLine(this::again);
    }

    /** Where the answer to a page fault goes on: its receiver may have gone meanwhile, or wait no more. */
    private void again() {
        routine(at.ipcAgain);
        cmp(EBX.at(tcb.answering), 0);
        exitIf(E, at.syscallNotOffered, "there is nothing to go on with");
        mov(EBX.at(tcb.answering), 0);
        mov(EAX, EBX.at(tcb.transfer.userIp));
        mov(frame(EBX, Frame.EIP), EAX);
        mov(frame(EBX, Frame.EFLAGS), Selectors.USER_EFLAGS);
        mov(EAX, frame(EBX, Frame.EAX));
        mov(ECX, frame(EBX, Frame.ECX));
        mov(ESI, frame(EBX, Frame.ESI));
        jmp(timed);
    }

    /** A point that has passed is a timeout of zero; of the others it is known from now on which one is meant. */
    private Label points() {
        Label points = label("ipc.points");
        kernel.outOfLine(() -> {
            routine("ipc.points", "in EBX current thread, with a frame - EAX, ESI as it passed them");
            push(EAX);
            for (int shift : new int[] {0, Time.HIGH_SHIFT}) {
                Label next = fresh("next");
                Label ahead = fresh("ahead");
                Field point = shift == 0 ? tcb.receivePoint : tcb.sendPoint;
                test(frame(EBX, Frame.ECX), Time.POINT << shift);
                exitIf(Z, next, "a period");
                mov(ECX, frame(EBX, Frame.ECX));
                if (shift != 0) shr(ECX, shift);
                call(at.timeoutPoint);
                exitIf(NC, ahead, "it is to come");
                and(frame(EBX, Frame.ECX), ~(0xFFFF << shift));
                or(frame(EBX, Frame.ECX), Time.ZERO << shift);
                jmp(next);
                here(ahead);
                call(at.timeoutFromNow);
                mov(EBX.at(point.offset()).of(point), EAX);
                mov(EBX.at(point.offset() + 4).of(point), EDX);
                here(next);
            }
            pop(EAX);
            jmp(timed);
        });
        return points;
    }

    private void send() {
        entered(at.ipcSend);
        Label unmoved = fresh("unmoved");
        mov(EDI, EDX);
        cmp(EBX.at(tcb.reach), Tcb.NOT_BEYOND);
        exitIf(E, at.ipcRedirect, "perhaps the sender's space has a redirector");
        entered(at.ipcSendTo);
        mov(ESI, EBX);
        call(at.ipcWaitsFor);
        entered(at.ipcMatched);
        exitIf(NE, label("ipc.block"), "destination does not wait for the sender");
        call(at.ipcTransfer);
        phase("receive phase");
        exitIf(Z, unmoved, "the receiver goes on waiting, on behalf of the kernel");
        mov(EBP, EDI);
        here(unmoved);
        mov(EDI, EBX);
        test(ECX, ECX);
        exitIf(NZ, at.ipcFailed, "the receiver did not accept the message");
        spentOn(Cause.QUEUES);
        entered(at.ipcReceive);
        call(at.ipcReceivePhase);
        jmp(conclude);
        entered(at.ipcFailed);
        call(at.ipcSendOver);
        jmp(conclude);
    }

    private void block() {
        routine("ipc.block", "in EBX current thread, sender; EDI destination, which does not wait for it");
        Label queue = fresh("queue");
        cmp(EDI.at(thread.state), State.DEAD);
        exitIf(E, at.ipcNoDestination, "it was killed");
        cmp(EBX.at(tcb.protocol), Tcb.Protocol.NONE);
        exitIf(NE, queue, "the kernel has no timeouts");
        mov(ECX, frame(EBX, Frame.ECX));
        shr(ECX, Time.HIGH_SHIFT);
        exitIf(Z, queue, "no timeout");
        lea(EDX, EBX.at(tcb.sendPoint));
        call(at.timeoutAwaited);
        mov(ECX, IpcError.TIMEOUT);
        exitIf(Z, failedCurrent, "no time, or no time left");
        xchg(EBX, EDI);
        call(at.timeoutStart);
        xchg(EBX, EDI);
        here(queue);
        call(at.sendQueueAppend);
        mov(EBX.at(thread.state), State.SENDING);
        jmp(at.exitSchedule);
    }

    private void refuse() {
        routine("ipc.refuse", "in EBX current thread, with a frame, whose send phase fails");
        mov(ECX, IpcError.MESSAGE_OVERFLOW);
        jmp(failedCurrent);
        here(at.ipcNoDestination);
        mov(ECX, IpcError.NO_PARTNER);
        here(failedCurrent);
        mov(EDI, EBX);
        jmp(at.ipcFailed);
    }

    private void conclude() {
        routine(
                "ipc.conclude",
                "in EBX current thread, READY with a frame or blocked; EBP thread just made ready, or 0");
        Label handOff = fresh("handOff");
        Label preempt = fresh("preempt");
        spentOn(Cause.SCHEDULER);
        cmp(EBX.at(thread.state), State.READY);
        exitIf(NE, handOff, "the current thread waits");
        test(EBP, EBP);
        exitIf(Z, at.exitResume, "nobody was made ready");
        mov(EAX, EBP);
        mov(EDX, EBX);
        call(kernel.scheduler.better);
        exitIf(NZ, preempt, "the other is better");
        mov(EAX, EBP);
        call(kernel.scheduler.enqueue);
        jmp(at.exitResume);

        here(preempt);
        mov(EAX, EBX);
        call(kernel.scheduler.preempted);
        mov(EAX, EBP);
        jmp(at.exitSwitch);

        here(handOff);
        test(EBP, EBP);
        exitIf(Z, at.exitSchedule, "nobody to hand the time slice to");
        mov(EAX, EBP);
        jmp(at.exitSwitch);
    }
}
