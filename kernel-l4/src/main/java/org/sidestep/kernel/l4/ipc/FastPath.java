package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.O;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.isolation.UserState;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/**
 * Short Ipc: a message of untyped words to a thread that already waits for it, by a sender that then waits itself, forever.
 * The receiver runs at once, on the sender's time slice; no ready queue, no frame, no timeout is touched.
 */
public final class FastPath extends KernelRoutines {

    /** Typed items and flags in MR0. */
    private static final int TYPED_OR_FLAGS = 0xFFC0;

    /** A receive timeout, or a send timeout that is a point in time. */
    private static final int TIMEOUTS = 0x8000FFFF;

    /** Set in (number of untyped words + 1) if more words follow than travel in registers. */
    private static final int MORE_THAN_REGISTERS = 0x7C;

    private static final int UTCB_SHIFT = Integer.numberOfTrailingZeros(MemoryMap.UTCB_SIZE);

    private final Label slow = at.ipcGeneral;
    private final Label intra = label("ipc.fast.intra");

    private final Label local = label("ipc.fast.local");

    private final Label interUnusual = label("ipc.fast.inter.unusual");
    private final Label intraUnusual = label("ipc.fast.intra.unusual");

    public FastPath(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine("ipc.fast", """
                in      EAX to, ECX timeouts, EDX FromSpecifier, ESI MR0
                holds   EBX current thread, EBP receiver
                out     receiver at user level, or ipc.general with all inputs intact""");
        guards();
        inter();
        intra();
        local();
    }

    private void guards() {
        phase("guards");
        spentOn(Cause.VALIDATION);
        test(ESI, TYPED_OR_FLAGS);
        exitIf(NZ, slow, "typed items or flags");
        test(ECX, TIMEOUTS);
        exitIf(NZ, slow, "a finite receive timeout, or a point in time");
        test(Reg8.AL, ThreadId.GLOBAL);
        exitIf(Z, local, "a local id");
        spentOn(Cause.LOOKUP);
        mov(EBP, EAX);
        shr(EBP, ThreadId.NUMBER_SHIFT - MemoryMap.TCB_SHIFT);
        and(EBP, (MemoryMap.THREADS - 1) << MemoryMap.TCB_SHIFT);
        add(EBP, MemoryMap.TCBS);
        cmp(EBP.at(thread.globalId), EAX);
        exitIf(NE, slow, "no such thread");
        spentOn(Cause.VALIDATION);
        cmp(EBP.at(thread.state), State.WAITING);
        exitIf(NE, slow, "receiver does not wait");
        mov(EDI, EBP.at(thread.space));
        cmp(EDI, EBX.at(tcb.reach));
        exitIf(E, intra, "same address space");
        exitIf(O, slow, "a redirector, or a message in another's name is queued");
    }

    private void inter() {
        Label waits = fresh("waits");
        Label commit = fresh("commit");
        kernel.spentOn(Cause.VALIDATION, () -> kernel.policy.loadPartner(EBP, EDI));
        cmp(EDI, EBX.at(thread.globalId));
        exitIf(E, waits, "receiver waits for the sender");
        inc(EDI);
        exitIf(NZ, slow, "receiver waits for someone else");
        here(waits);
        cmp(EDX, EAX);
        exitIf(E, commit, "a call: nobody who waits can be queued to send, and nobody is in his name");
        cmp(EDX, ThreadId.ANY);
        exitIf(NE, slow, "closed receive from a third thread");
        cmp(EBX.at(tcb.firstSender), 0);
        exitIf(NE, slow, "someone is queued to send");
        here(commit);
        commit(true);
    }

    private void intra() {
        Label waits = fresh("waits");
        Label open = fresh("open");
        Label commit = fresh("commit");
        here(intra);
        spentOn(Cause.VALIDATION);
        kernel.spentOn(Cause.VALIDATION, () -> kernel.policy.loadPartner(EBP, EDI));
        cmp(EDI, EBX.at(thread.localId));
        exitIf(E, waits, "receiver waits for the sender");
        or(EDI, ThreadId.GLOBAL);
        inc(EDI);
        exitIf(NZ, slow, "receiver waits neither for any nor for anylocal");
        here(waits);
        cmp(EDX, EAX);
        exitIf(NE, open, "no call");
        mov(EDX, EBP.at(thread.localId));
        here(commit);
        commit(false);

        spentOn(Cause.VALIDATION);
        here(open);
        cmp(EDX, ThreadId.ANY_LOCAL);
        Label vacant = fresh("vacant");
        exitIf(E, vacant, "open to local threads");
        cmp(EDX, ThreadId.ANY);
        exitIf(NE, slow, "closed receive from a third thread");
        here(vacant);
        cmp(EBX.at(tcb.firstSender), 0);
        exitIf(NE, slow, "someone is queued to send");
        jmp(commit);
    }

    private void local() {
        here(local);
        spentOn(Cause.LOOKUP);
        mov(EDI, EBX.at(thread.space));
        cmp(EDI, EBX.at(tcb.reach));
        exitIf(NE, slow, "a redirector, or a message in another's name is queued");
        mov(EBP, EAX);
        sub(EBP, EDI.at(SpaceLayout.UTCB_AREA));
        cmp(EBP, EDI.at(SpaceLayout.UTCB_AREA_SIZE));
        exitIf(AE, slow, "not in the UTCB area");
        shr(EBP, UTCB_SHIFT);
        mov(EDI, EDI.at(SpaceLayout.UTCB_MAP));
        mov(EBP, EDI.at(EBP, 4, 0));
        test(EBP, EBP);
        exitIf(Z, slow, "no thread has this UTCB");
        cmp(EBP.at(thread.localId), EAX);
        exitIf(NE, slow, "not the start of a UTCB");
        spentOn(Cause.VALIDATION);
        cmp(EBP.at(thread.state), State.WAITING);
        exitIf(NE, slow, "receiver does not wait");
        jmp(intra);
    }

    /** In: EDX whom the sender waits for, as the receiver will be told. No way back from here. */
    private void commit(boolean inter) {
        phase("sender waits");
        spentOn(Cause.QUEUES);
        mov(EBX.at(thread.state), State.WAITING);
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.suspend(EBX, EDX));
        mov(EAX, EBX.at(inter ? thread.globalId : thread.localId));
        Label unusual = inter ? interUnusual : intraUnusual;
        phase("receiver runs");
        usual(inter, unusual);
        receiverRuns(inter);
        xor(EBX, EBX);
        xor(EBP, EBP);
        leave(inter);
        kernel.outOfLine(() -> unusual(inter, unusual));
    }

    /** A message without words, and the interface's GS if there is another space: then nothing is left to be seen to. */
    private void usual(boolean inter, Label unusual) {
        spentOn(Cause.MESSAGE);
        if (!inter) {
            test(ESI, MessageTag.UNTYPED);
            exitIf(NZ, unusual, "words are sent");
            return;
        }
        asm.comment(
                "no selector in GS is greater than the interface's: the difference is that only if no words are sent");
        mov(ECX, Seg.GS);
        sub(ECX, ESI);
        cmp(Reg16.CX, UserSegment.UTCB);
        exitIf(NE, unusual, "words are sent, or GS is the user's own");
    }

    /** In: EAX the sender's name, EBX sender, EBP receiver, ESI MR0. */
    private void unusual(boolean inter, Label unusual) {
        routine(unusual, """
                in  EAX sender's name, EBX sender, EBP receiver, ESI MR0
                out receiver at user level, with the words; EBX and EBP hold those that were sent""");
        spentOn(Cause.MESSAGE);
        if (inter) new UserState(kernel).isolateGs();
        Label copied = fresh("copied");
        mov(EBX, EBX.at(thread.utcbAlias));
        lea(ECX, ESI.at(1));
        test(ECX, MORE_THAN_REGISTERS);
        exitIf(NZ, copyLater(copied), "words beyond the registers");
        here(copied);
        receiverRuns(inter);
        if (inter) loadSentWords();
        else {
            mov(EBP, EBX.at(Utcb.MR2));
            mov(EBX, EBX.at(Utcb.MR1));
        }
        leave(inter);
    }

    /** Out: EDX its IP, ECX its SP, EDI its local id. Keeps EAX, EBX, EBP, ESI. */
    private void receiverRuns(boolean inter) {
        spentOn(Cause.QUEUES);
        mov(EBP.at(thread.state), State.READY);
        kernel.spentOn(Cause.REGISTERS, () -> kernel.policy.beginResume(EBP, EDX));
        spentOn(Cause.ADDRESS_SPACE);
        if (inter) switchSpace();
        spentOn(Cause.REGISTERS);
        lea(ECX, EBP.at(MemoryMap.TCB_SIZE));
        mov(inter ? UserState.esp0() : Tss.esp0(), ECX);
        mov(EDI, EBP.at(thread.localId));
        mov(Mem.absolute(MemoryMap.CURRENT_UTCB).dword(), EDI);
        kernel.spentOn(Cause.REGISTERS, () -> kernel.policy.resume(EBP, EDX, ECX));
    }

    /** In: EBX sender's UTCB. EBX and EBP: MR1 and MR2 as far as they were sent. What else is there is not for another task. */
    private void loadSentWords() {
        Label none = fresh("none");
        Label one = fresh("one");
        Label loaded = fresh("loaded");
        xor(EBP, EBP);
        test(ESI, MessageTag.UNTYPED & ~1);
        exitIf(Z, one, "no second word");
        mov(EBP, EBX.at(Utcb.MR2));
        here(one);
        test(ESI, MessageTag.UNTYPED);
        exitIf(Z, none, "no word was sent");
        mov(EBX, EBX.at(Utcb.MR1));
        jmp(loaded);
        here(none);
        xor(EBX, EBX);
        here(loaded);
    }

    /** In: EBX sender's UTCB, ESI MR0, EBP receiver. Keeps all but ECX, EDX, EDI. */
    private Label copyLater(Label back) {
        Label copy = fresh("copy");
        kernel.outOfLine(() -> {
            routine(copy, "MR3 and following, from UTCB to UTCB");
            mov(EDX, ESI);
            mov(ECX, ESI);
            and(ECX, MessageTag.UNTYPED);
            sub(ECX, 2);
            lea(ESI, EBX.at(Utcb.MR3));
            mov(EDI, EBP.at(thread.utcbAlias));
            add(EDI, Utcb.MR3.offset());
            op("cld");
            op("rep movsd");
            mov(ESI, EDX);
            jmp(back);
        });
        return copy;
    }

    private void switchSpace() {
        mov(ECX, EBP.at(thread.pageDirectory));
        mov(Cr.CR3, ECX);
        mov(ECX, EBP.at(thread.space));
        mov(ECX, ECX.at(SpaceLayout.IO_MAP_BASE));
        mov(UserState.ioMapBase(), Reg16.CX);
    }

    /** In: EDX user IP, ECX user SP. */
    private void leave(boolean inter) {
        if (inter && kernel.entersBySysenter()) {
            asm.comment("SYSEXIT would hand the sender's direction flag to another task");
            op("cld");
        }
        spentOn(Cause.TRAP);
        kernel.probe(KernelProbes.KERNEL_EXIT);
        if (kernel.entersBySysenter()) {
            op("sti");
            op("sysexit");
            return;
        }
        push(UserSegment.DATA);
        push(ECX);
        push(Selectors.USER_EFLAGS);
        push(UserSegment.CODE);
        push(EDX);
        op("iret");
    }
}
