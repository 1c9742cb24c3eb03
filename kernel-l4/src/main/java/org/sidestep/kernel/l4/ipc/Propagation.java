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
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.layout.Tcb.frame;
import static org.sidestep.x2.MessageTag.PROPAGATED;
import static org.sidestep.x2.MessageTag.REDIRECTED;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/**
 * Messages in another thread's name, and messages that go to a redirector instead of where they were sent (X.2 reference manual,
 * "Propagation", "Redirection"). Bits p and r of the tag in the sender's frame say that its message is such a one; user level's own
 * are cleared before. All of it stands behind the other routines.
 */
final class Propagation extends KernelRoutines {

    /** Redirectors of redirectors that are asked, at most. */
    private static final int MOST_REDIRECTORS = 8;

    private final Label mayPropagate = label("propagation.may");
    private final Label redirectPartner = label("propagation.redirectPartner");

    Propagation(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.outOfLine(() -> {
            propagate();
            may();
            matches();
            redirect();
            delivered();
            tell();
            partner();
        });
    }

    private void propagate() {
        routine(at.ipcPropagate);
        Label allowed = fresh("allowed");
        push(EAX);
        and(frame(EBX, Frame.ESI), ~REDIRECTED);
        call(mayPropagate);
        exitIf(Z, allowed, "allowed");
        and(frame(EBX, Frame.ESI), ~PROPAGATED);
        pop(EAX);
        call(at.findThread);
        exitIf(Z, at.ipcNoDestination, "no such thread");
        jmp(at.ipcSend);

        here(allowed);
        mov(EAX, ESI.at(thread.globalId));
        mov(EBX.at(tcb.sentAs), EAX);
        pop(EAX);
        call(at.findThread);
        exitIf(Z, at.ipcNoDestination, "no such thread");
        mov(EDI, EDX);
        cmp(EBX.at(tcb.reach), Tcb.NOT_BEYOND);
        exitIf(E, at.ipcRedirect, "perhaps the sender's space has a redirector");

        routine("propagation.send", "in EBX current thread, with a frame and sentAs - EDI destination; EBP 0");
        mov(EAX, EBX.at(tcb.sentAs));
        call(at.findGlobal);
        mov(ESI, EDX);
        call(at.ipcWaitsFor);
        mov(ESI, EBX);
        jmp(at.ipcMatched);
    }

    private void may() {
        routine(mayPropagate, """
                in  EBX current thread, with a frame whose tag asks for propagation, or not - EAX its destination
                out ZF set: it asks, and may; ESI the virtual sender. Clobbers EAX, ECX, EDX, ESI""");
        Label no = fresh("no");
        Label yes = fresh("yes");
        push(EDI);
        mov(EDI, EAX);
        test(frame(EBX, Frame.ESI), PROPAGATED);
        exitIf(Z, no, "not asked for");
        mov(EAX, EBX.at(thread.utcbAlias));
        mov(EAX, EAX.at(Utcb.ACTUAL_SENDER));
        call(at.findThread);
        exitIf(Z, no, "no such virtual sender");
        mov(ESI, EDX);
        mov(ECX, ESI.at(thread.space));
        test(ECX, ECX);
        exitIf(Z, no, "an interrupt");
        cmp(ECX, EBX.at(thread.space));
        exitIf(E, yes, "of the sender's space");
        mov(EAX, EDI);
        call(at.findThread);
        exitIf(Z, no, "nobody to send to");
        mov(ECX, EDX.at(thread.space));
        cmp(ECX, EBX.at(thread.space));
        exitIf(E, yes, "to the sender's space");
        phase("the virtual sender's redirector, or that one's, and so on");
        mov(EDX, ESI);
        mov(EDI, MOST_REDIRECTORS);
        Label next = here(fresh("next"));
        mov(EAX, EDX.at(thread.space));
        mov(EAX, EAX.at(SpaceLayout.REDIRECTOR));
        cmp(EAX, EBX.at(thread.globalId));
        exitIf(E, yes, "the sender");
        call(at.findGlobal);
        exitIf(Z, no, "none");
        dec(EDI);
        jnz(next);
        here(no);
        test(ESP, ESP);
        here(yes);
        pop(EDI);
        ret();
    }

    private void matches() {
        routine(at.ipcMatchesAs);
        Label gone = fresh("gone");
        Label done = fresh("done");
        cmp(ESI.at(tcb.protocol), Protocol.NONE);
        exitIf(NE, at.ipcMatches, "the kernel sends in its own name");
        push(ECX);
        push(EDX);
        push(ESI);
        mov(EAX, ESI.at(tcb.sentAs));
        call(at.findGlobal);
        exitIf(Z, gone, "who has no name any more is still somebody");
        mov(ESI, EDX);
        mov(EDX, Mem.base(ESP, 4).dword());
        call(at.ipcMatches);
        here(done);
        pop(ESI);
        pop(EDX);
        pop(ECX);
        ret();
        here(gone);
        cmp(Mem.base(ESP, 4).dword(), ThreadId.ANY);
        jmp(done);
    }

    private void redirect() {
        routine(at.ipcRedirect);
        Label goOn = fresh("goOn");
        Label own = fresh("own");
        Label named = label("propagation.send");
        mov(ECX, EDI.at(thread.space));
        cmp(ECX, EBX.at(thread.space));
        exitIf(E, goOn, "inside the space");
        mov(EAX, EBX.at(thread.space));
        mov(EAX, EAX.at(SpaceLayout.REDIRECTOR));
        test(EAX, EAX);
        exitIf(Z, goOn, "its space has none: only its queue must be looked into");
        call(at.findGlobal);
        exitIf(Z, at.ipcNoDestination, "the redirector is gone: nobody is reached");
        mov(ECX, EDX.at(thread.space));
        cmp(ECX, EDI.at(thread.space));
        exitIf(E, goOn, "to the redirector's space");
        mov(EAX, EDI.at(thread.globalId));
        mov(EBX.at(tcb.sentTo), EAX);
        mov(EDI, EDX);
        cmp(EBX.at(tcb.protocol), Protocol.NONE);
        exitIf(E, own, "the sender's own message");
        or(EBX.at(tcb.message.offset()).dword().of(tcb.message), REDIRECTED);
        jmp(at.ipcSendTo);
        here(own);
        or(frame(EBX, Frame.ESI), REDIRECTED);
        here(goOn);
        cmp(EBX.at(tcb.protocol), Protocol.NONE);
        exitIf(NE, at.ipcSendTo, "the kernel sends in its own name");
        test(frame(EBX, Frame.ESI), PROPAGATED);
        exitIf(NZ, named, "in another's name");
        jmp(at.ipcSendTo);
    }

    private void delivered() {
        routine(at.ipcDeliveredAs);
        test(ECX, PROPAGATED | REDIRECTED);
        exitIf(Z, at.ipcDelivered, "an ordinary message");
        push(ECX);
        call(at.ipcDelivered);
        pop(ECX);
        op("pushf");
        push(EAX);
        push(EDX);
        call(label("propagation.tell"));
        pop(EDX);
        pop(EAX);
        mov(ECX, 0);
        op("popf");
        ret();
    }

    private void tell() {
        routine("propagation.tell", """
                in  ESI sender - EDI receiver, which has its message - ECX flags p and r
                out the receiver's registers and UTCB say whose it is, and to whom it was sent. Clobbers EAX, ECX, EDX""");
        Label owned = fresh("owned");
        Label gone = fresh("gone");
        Label direct = fresh("direct");
        test(ECX, REDIRECTED);
        exitIf(Z, direct, "not redirected");
        mov(EAX, ESI.at(tcb.sentTo));
        mov(EDX, EDI.at(thread.utcbAlias));
        mov(EDX.at(Utcb.INTENDED_RECEIVER), EAX);
        here(direct);
        test(ECX, PROPAGATED);
        exitIf(Z, owned, "in the sender's own name");
        mov(EAX, ESI.at(thread.globalId));
        mov(EDX, EDI.at(thread.utcbAlias));
        mov(EDX.at(Utcb.ACTUAL_SENDER), EAX);
        mov(EAX, ESI.at(tcb.sentAs));
        call(at.findGlobal);
        exitIf(Z, gone, "its name is all that is left of it");
        push(EDX);
        call(redirectPartner);
        pop(EDX);
        nameFor(EDI, EDX, EAX);
        here(gone);
        mov(frame(EDI, Frame.EAX), EAX);
        here(owned);
        ret();
    }

    private void partner() {
        routine(redirectPartner, """
                in  ESI sender, EDI receiver, EDX virtual sender
                out if that waits for the sender alone, it waits for the receiver instead. Clobbers EAX, ECX, EDX""");
        Label done = fresh("done");
        Label kernelOnly = fresh("kernelOnly");
        push(EDI);
        mov(EDI, EDX);
        cmp(EDI.at(tcb.protocol), Protocol.START);
        exitIf(E, done, "it waits to be started, and has asked nothing");
        call(at.ipcWaitsFor);
        exitIf(NE, done, "not for the sender");
        or(EDX, ThreadId.GLOBAL);
        inc(EDX);
        exitIf(Z, done, "nor for it alone");
        mov(EAX, Mem.base(ESP, 0).dword());
        nameFor(EDI, EAX, EDX);
        cmp(EDI.at(thread.state), State.WAITING);
        exitIf(NE, kernelOnly, "user level has no say");
        mov(ECX, EDI.at(thread.utcbAlias));
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishWaiting(EDI, ECX, EDX));
        jmp(done);
        here(kernelOnly);
        mov(EDI.at(thread.partner), EDX);
        here(done);
        pop(EDI);
        ret();
    }
}
