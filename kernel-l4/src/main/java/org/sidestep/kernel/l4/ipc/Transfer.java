package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
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
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/** Moves a message, and ends the Ipc of a thread with a message or an error. */
final class Transfer extends KernelRoutines {

    /** Flags that mean nothing in a message that is sent; the others are the kernel's by now. */
    static final int USER_FLAGS = MessageTag.FLAGS & ~(MessageTag.PROPAGATED | MessageTag.REDIRECTED);

    Transfer(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        transfer();
        deliver();
        answer();
        typed();
        reframe();
        results();
    }

    private void transfer() {
        routine(at.ipcTransfer);
        Label framed = fresh("framed");
        Label words = fresh("words");
        call(at.timeoutForget);
        cmp(EDI.at(thread.state), State.WAITING);
        exitIf(NE, framed, "it has a frame");
        call(at.ipcReframe);
        here(framed);

        phase("where from, where to");
        mov(EAX, ESI.at(thread.utcbAlias));
        mov(ECX, frame(ESI, Frame.ESI));
        cmp(ESI.at(tcb.protocol), Protocol.NONE);
        exitIf(E, words, "the sender's own message");
        lea(EAX, ESI.at(tcb.message.offset()));
        mov(ECX, EAX.at(0));
        here(words);
        and(ECX, ~USER_FLAGS);
        mov(EDX, EDI.at(thread.utcbAlias));
        cmp(EDI.at(tcb.protocol), Protocol.NONE);
        exitIf(E, label("ipc.deliver"), "the receiver's own message");
        lea(EDX, EDI.at(tcb.message.offset()));
        call(label("ipc.copy"));
        jmp(label("ipc.answer"));
    }

    private void deliver() {
        routine("ipc.deliver", "in ESI sender, EDI receiver, EAX from, EDX to, ECX MR0");
        call(label("ipc.copy"));
        test(ECX, MessageTag.TYPED | MessageTag.PROPAGATED | MessageTag.REDIRECTED);
        exitIf(NZ, label("ipc.typed"), "typed items, or not what it seems");
        entered(at.ipcDelivered);
        mov(frame(EDI, Frame.ESI), ECX);
        mov(ECX, EDX.at(Utcb.MR1));
        mov(frame(EDI, Frame.EBX), ECX);
        mov(ECX, EDX.at(Utcb.MR2));
        mov(frame(EDI, Frame.EBP), ECX);
        mov(ECX, EDI.at(thread.localId));
        mov(frame(EDI, Frame.EDI), ECX);
        phase("the sender, as the receiver names it");
        nameFor(EDI, ESI, ECX);
        mov(frame(EDI, Frame.EAX), ECX);
        xor(ECX, ECX);
        jmp(at.ipcReleased);

        routine("ipc.copy", "in EAX from, EDX to, ECX MR0; copies the message. Keeps all");
        push(ESI);
        push(EDI);
        push(ECX);
        mov(EDX.at(Utcb.MR0), ECX);
        lea(ESI, EAX.at(Utcb.MR1));
        lea(EDI, EDX.at(Utcb.MR1));
        push(EAX);
        mov(EAX, ECX);
        and(ECX, MessageTag.UNTYPED);
        and(EAX, MessageTag.TYPED);
        shr(EAX, MessageTag.TYPED_SHIFT);
        add(ECX, EAX);
        op("rep movsd");
        pop(EAX);
        pop(ECX);
        pop(EDI);
        pop(ESI);
        ret();
    }

    private void answer() {
        routine("ipc.answer", "in ESI sender, EDI receiver on behalf of the kernel, which has the message");
        mov(EAX, EDI);
        mov(ECX, ESI);
        call(at.protocolAnswered);
        exitIf(NZ, at.ipcReleased, "it may run");
        ret();
    }

    private void typed() {
        routine("ipc.typed", "in ESI sender, EDI receiver, EDX message as copied, ECX MR0, with typed items, p or r");
        test(ECX, MessageTag.TYPED);
        exitIf(Z, at.ipcDeliveredAs, "in another's name, or to another");
        push(ECX);
        push(EDX);
        push(ESI);
        mov(EAX, ESI);
        mov(ECX, EDI);
        mov(ESI, EDI.at(thread.utcbAlias));
        mov(ESI, ESI.at(Utcb.BR0));
        call(at.typedItems);
        pop(ESI);
        pop(EDX);
        pop(ECX);
        test(EAX, EAX);
        exitIf(Z, at.ipcDeliveredAs, "all accepted");
        push(EAX);
        mov(ECX, EAX);
        or(ECX, IpcError.RECEIVE);
        call(at.ipcOverflow);
        pop(ECX);
        ret();
    }

    private void reframe() {
        spentOn(Cause.REGISTERS);
        routine(at.ipcReframe);
        kernel.spentOn(Cause.REGISTERS, () -> kernel.policy.loadResumePoint(EDI, EAX, ECX));
        mov(frame(EDI, Frame.EIP), EAX);
        mov(frame(EDI, Frame.ESP), ECX);
        mov(frame(EDI, Frame.CS), UserSegment.CODE);
        mov(frame(EDI, Frame.SS), UserSegment.DATA);
        mov(frame(EDI, Frame.EFLAGS), Selectors.USER_EFLAGS);
        mov(frame(EDI, Frame.ECX), 0);
        mov(frame(EDI, Frame.EDX), 0);
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishRunning(EDI, EAX));
        ret();
    }

    private void results() {
        spentOn(Cause.QUEUES);
        routine(at.ipcFail);
        Label registers = fresh("registers");
        Label own = fresh("own");
        cmp(EDI.at(tcb.protocol), Protocol.NONE);
        exitIf(E, own, "its own Ipc");
        mov(EDI.at(tcb.protocol), Protocol.NONE);
        jmp(at.ipcReleased);
        here(own);
        mov(EAX, EDI.at(thread.utcbAlias));
        mov(EAX.at(Utcb.ERROR_CODE), ECX);
        mov(ECX, MessageTag.ERROR);
        jmp(registers);

        routine(at.ipcSucceed);
        xor(ECX, ECX);
        here(registers);
        xor(EAX, EAX);
        mov(frame(EDI, Frame.EAX), EAX);
        mov(frame(EDI, Frame.EBX), EAX);
        mov(frame(EDI, Frame.EBP), EAX);
        mov(frame(EDI, Frame.ESI), ECX);
        mov(ECX, EDI.at(thread.localId));
        mov(frame(EDI, Frame.EDI), ECX);

        entered(at.ipcReleased);
        Label halted = fresh("halted");
        cmp(EDI.at(tcb.halted), 0);
        exitIf(NE, halted, "it was halted");
        mov(EDI.at(thread.state), State.READY);
        test(EDI, EDI);
        ret();
        here(halted);
        jmp(at.ipcReleasedHalted);
    }
}
