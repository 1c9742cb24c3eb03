package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.C;
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

import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** ThreadControl (X.2 reference manual): creates, changes, activates and deletes threads. */
public final class ThreadControl extends SystemCallRoutines {

    private static final int UNCHANGED = -1;

    private final Label invalidThread = label("threadControl.invalidThread");
    private final Label invalidSpace = label("threadControl.invalidSpace");
    private final Label invalidUtcb = label("threadControl.invalidUtcb");
    private final Label noMemory = label("threadControl.noMemory");

    public ThreadControl(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        dispatch();
        delete();
        last();
        create();
        modify();
        findSpace();
        wantedLocalId();
        findUtcb();
        findScheduler();
        new Migration(kernel).emit();
    }

    private void dispatch() {
        routine(at.calls.get(SystemCall.THREAD_CONTROL), """
                in      EBX current thread; frame: EAX dest - ESI space - EDX scheduler - ECX pager - EDI UTCB location
                holds   EBP TCB of dest""");
        Label noPrivilege = fresh("noPrivilege");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(Z, noPrivilege, "not the root task");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        test(Reg8.AL, ThreadId.GLOBAL);
        exitIf(Z, invalidThread, "a local id");
        shr(EAX, ThreadId.NUMBER_SHIFT);
        cmp(EAX, Threads.USER_BASE);
        exitIf(B, at.interruptControl, "an interrupt, or a number of the kernel's");
        cmp(EAX, MemoryMap.THREADS);
        exitIf(AE, invalidThread, "no such thread number");
        shl(EAX, MemoryMap.TCB_SHIFT);
        lea(EBP, EAX.at(MemoryMap.TCBS));
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        test(EAX, EAX);
        exitIf(Z, label("threadControl.delete"), "no space: delete");
        cmp(EBP.at(thread.globalId), 0);
        exitIf(E, label("threadControl.create"), "no thread of this number");
        jmp(label("threadControl.modify"));

        fail(noPrivilege, SystemCallError.NO_PRIVILEGE);
        fail(invalidThread, SystemCallError.INVALID_THREAD);
        fail(invalidSpace, SystemCallError.INVALID_SPACE);
        fail(invalidUtcb, SystemCallError.INVALID_UTCB_AREA);
        fail(noMemory, SystemCallError.NO_MEMORY);
    }

    private void delete() {
        routine("threadControl.delete", "in      EBX current thread - EBP dest");
        cmp(EBP, EBX);
        exitIf(E, invalidThread, "itself");
        cmp(EBP.at(thread.globalId), 0);
        exitIf(E, at.syscallSucceed, "nothing to delete");
        Label alone = fresh("alone");
        mov(EAX, EBP);
        call(at.threadDetach);
        asm.comment("its partner does not copy from or to a space that is being emptied");
        mov(ECX, EBP.at(tcb.transfer.to));
        or(ECX, EBP.at(tcb.transfer.from));
        exitIf(Z, alone, "in no transfer");
        mov(EAX, EBP);
        call(at.threadAbandon);
        here(alone);
        call(label("threadControl.last"));
        exitIf(C, at.syscallAgain, "not all of its space's pages are unmapped yet");
        mov(EAX, EBP);
        call(at.threadAbandon);
        call(at.threadUnplace);
        call(at.threadDelist);
        mov(EBP.at(thread.globalId), 0);
        mov(EAX, EBP.at(thread.space));
        call(at.spaceRelease);
        jmp(at.syscallSucceed);
    }

    /** A space that loses its last thread is freed, so it must be empty. */
    private void last() {
        routine("threadControl.last", """
                in      EBP thread that is about to leave its space, or to go
                out     CF clear: its space may be freed with it; CF set: not yet. Clobbers EAX, ECX, EDX""");
        Label others = fresh("others");
        mov(EAX, EBP.at(thread.space));
        cmp(EAX.at(SpaceLayout.THREADS), 1);
        exitIf(NE, others, "others stay");
        jmp(at.spaceEmpty);
        here(others);
        op("clc");
        ret();
    }

    private void leave() {
        Label stays = fresh("stays");
        cmp(EDI, EBP.at(thread.space));
        exitIf(E, stays, "it stays in its space");
        call(label("threadControl.last"));
        exitIf(C, at.syscallAgain, "not all of its old space's pages are unmapped yet");
        here(stays);
    }

    private void create() {
        routine("threadControl.create", """
                in      EBX current thread - EBP dest
                holds   EDI space - ESI kernel's address of the UTCB, 0 for none""");
        Label existing = fresh("existing");
        Label commit = fresh("commit");
        call(label("threadControl.scheduler"));
        test(EAX, EAX);
        exitIf(Z, invalidThread, "no scheduler");
        call(at.threadBack);
        exitIf(C, noMemory, "no memory for it");
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        cmp(EAX, Tcb.frame(EBX, Frame.EAX));
        exitIf(NE, existing, "not in a space of its own");
        ownSpace(commit);
        existingSpace(existing, commit);
        here(commit);
        call(label("threadControl.scheduler"));
        mov(EDX, EAX);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        mov(ECX, Threads.DEFAULT_PRIORITY);
        call(at.threadInit);
        jmp(label("threadControl.place"));
    }

    private void ownSpace(Label commit) {
        phase("in a space of its own");
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        exitIf(NE, invalidSpace, "active in a space that is not configured");
        mov(EBP.at(tcb.utcbWanted), 0);
        xor(EDI, EDI);
        call(label("threadControl.utcb"));
        mov(EDX, SpaceLayout.TABLES);
        call(at.spaceCreate);
        test(EAX, EAX);
        exitIf(Z, noMemory, "no memory");
        mov(EDI, EAX);
        xor(ESI, ESI);
        jmp(commit);
    }

    private void existingSpace(Label existing, Label commit) {
        phase("in an existing space");
        here(existing);
        mov(EBP.at(tcb.utcbWanted), 0);
        call(label("threadControl.space"));
        call(label("threadControl.utcb"));
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        exitIf(E, commit, "it stays inactive");
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(E, invalidSpace, "active in a space that is not configured");
        test(ESI, ESI);
        exitIf(Z, invalidUtcb, "active without a UTCB");
    }

    private void modify() {
        routine("threadControl.modify", """
                in      EBX current thread - EBP dest
                holds   EDI space - ESI kernel's address of the UTCB, 0 for none""");
        Label utcb = fresh("utcb");
        Label pager = fresh("pager");
        Label scheduler = fresh("scheduler");
        Label noScheduler = fresh("noScheduler");
        call(label("threadControl.space"));
        cmp(EDI, EBP.at(thread.space));
        exitIf(E, utcb, "it stays in its space");
        cmp(EBP.at(thread.localId), 0);
        exitIf(NE, label("threadControl.migrate"), "it has a UTCB");
        here(utcb);
        call(label("threadControl.utcb"));
        test(ESI, ESI);
        exitIf(Z, pager, "no new UTCB");
        cmp(EBP.at(tcb.activated), 0);
        exitIf(NE, invalidUtcb, "an active thread keeps its UTCB");
        here(pager);
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        exitIf(E, scheduler, "it stays as active as it is");
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(E, invalidSpace, "active in a space that is not configured");
        mov(EAX, EBP.at(thread.localId));
        or(EAX, ESI);
        exitIf(Z, invalidUtcb, "active without a UTCB");
        here(scheduler);
        leave();
        call(label("threadControl.scheduler"));
        phase("nothing fails from here on");
        test(EAX, EAX);
        exitIf(Z, noScheduler, "it stays");
        mov(EBP.at(tcb.scheduler), EAX);
        here(noScheduler);
        changeSpace();
        changeId();
        place();
        migrate();
    }

    private void migrate() {
        routine("threadControl.migrate", """
                in      EBX current thread - EBP dest, which has a UTCB - EDI another space than its own
                holds   ESI kernel's address of the new UTCB""");
        Label noScheduler = fresh("noScheduler");
        cmp(EBP, EBX);
        exitIf(E, invalidThread, "itself");
        cmp(EBP.at(thread.state), State.DEAD);
        exitIf(E, invalidThread, "killed: it can only be deleted");
        call(label("threadControl.utcb"));
        test(ESI, ESI);
        exitIf(Z, invalidSpace, "to a space that is not configured");
        call(label("threadControl.scheduler"));
        phase("nothing fails from here on");
        push(EAX);
        call(at.threadStop);
        call(label("threadControl.last"));
        pop(EAX);
        exitIf(C, at.syscallAgain, "not all of its old space's pages are unmapped yet");
        test(EAX, EAX);
        exitIf(Z, noScheduler, "it stays");
        mov(EBP.at(tcb.scheduler), EAX);
        here(noScheduler);
        call(label("threadControl.localId"));
        call(at.threadMigrate);
        mov(Tcb.frame(EBX, Frame.EDI), UNCHANGED);
        xor(ESI, ESI);
        jmp(label("threadControl.id"));
    }

    private void changeSpace() {
        Label id = fresh("id");
        mov(EAX, EBP.at(thread.space));
        cmp(EAX, EDI);
        exitIf(E, id, "it stays in its space");
        call(at.threadEnter);
        call(at.spaceRelease);
        here(id);
    }

    private void changeId() {
        routine("threadControl.id", "in      EBX current thread - EBP dest; out its new id; place");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        cmp(EAX, EBP.at(thread.globalId));
        exitIf(E, label("threadControl.place"), "the same id");
        phase("a new version: what it does in Ipc is over, and who deals with the old id fails");
        call(at.threadRenamed);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        mov(EBP.at(thread.globalId), EAX);
        cmp(EBP.at(thread.localId), 0);
        exitIf(E, label("threadControl.place"), "no UTCB that has the old id");
        mov(ECX, EBP.at(thread.utcbAlias));
        mov(ECX.at(Utcb.GLOBAL_ID), EAX);
    }

    private void place() {
        routine("threadControl.place", """
                in      EBX current thread - EBP dest - EDI its space - ESI kernel's address of its new UTCB, 0 for none
                out     the caller resumed""");
        Label later = fresh("later");
        Label activate = fresh("activate");
        call(label("threadControl.localId"));
        test(ESI, ESI);
        exitIf(Z, later, "none now");
        mov(EBP.at(tcb.utcbWanted), 0);
        call(at.threadPlace);
        jmp(activate);
        here(later);
        cmp(Tcb.frame(EBX, Frame.EDI), UNCHANGED);
        exitIf(E, activate, "unchanged");
        mov(EBP.at(tcb.utcbWanted), EAX);
        here(activate);
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        test(ECX, ECX);
        exitIf(Z, at.syscallSucceed, "no pager: stays as it is");
        mov(EAX, EBP.at(thread.utcbAlias));
        mov(EAX.at(Utcb.PAGER), ECX);
        cmp(EBP.at(tcb.activated), 0);
        exitIf(NE, label("threadControl.pager"), "active already");
        call(at.threadActivate);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.START);
        Label waits = here(fresh("waits"));
        mov(EAX, EBP);
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        call(at.ipcKernelWait);
        jmp(at.syscallSucceed);
        kernel.outOfLine(() -> {
            routine("threadControl.pager", "in      EBX current thread - EBP dest, active, which has another pager");
            cmp(EBP.at(tcb.protocol), Tcb.Protocol.START);
            exitIf(E, waits, "it has not been started: that is for this one to do");
            jmp(at.syscallSucceed);
        });
    }

    private void findSpace() {
        routine("threadControl.space", """
                in      EBX current thread; frame ESI space specifier
                out     EDI space; or fails. Clobbers EAX, ECX, EDX""");
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        call(at.findThread);
        exitIf(Z, invalidSpace, "no thread of that id");
        mov(EDI, EDX.at(thread.space));
        test(EDI, EDI);
        exitIf(Z, invalidSpace, "an interrupt's thread has none");
        ret();
    }

    private void wantedLocalId() {
        routine("threadControl.localId", """
                in      EBX current thread - EBP dest - EDI its space to be; frame EDI UTCB location - ECX pager
                out     EAX the local id asked for, now or, if the thread is to become active, before; the one that it has elsewhere;
                        or 0""");
        Label before = fresh("before");
        Label same = fresh("same");
        Label done = fresh("done");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        cmp(EAX, UNCHANGED);
        exitIf(E, before, "unchanged");
        add(EAX, Utcb.ORIGIN);
        ret();
        here(before);
        cmp(EDI, EBP.at(thread.space));
        exitIf(E, same, "it stays in its space");
        mov(EAX, EBP.at(thread.localId));
        test(EAX, EAX);
        exitIf(NZ, done, "it keeps its place in its new space");
        here(same);
        xor(EAX, EAX);
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        exitIf(E, done, "it stays as it is");
        mov(EAX, EBP.at(tcb.utcbWanted));
        here(done);
        ret();
    }

    private void findUtcb() {
        routine("threadControl.utcb", """
                in      EBX current thread - EBP dest - EDI space, 0 for one that does not exist yet; frame EDI UTCB location - ECX pager
                out     ESI kernel's address of MR0 of a free UTCB there, 0 if none is wanted or the space has no UTCB area yet;
                        or fails. Clobbers EAX, ECX, EDX""");
        Label done = fresh("done");
        xor(ESI, ESI);
        call(label("threadControl.localId"));
        test(EAX, EAX);
        exitIf(Z, done, "none wanted");
        lea(EDX, EAX.at(-Utcb.ORIGIN));
        test(EDX, MemoryMap.UTCB_SIZE - 1);
        exitIf(NZ, invalidUtcb, "not aligned");
        cmp(EDX, MemoryMap.USER_END);
        exitIf(AE, invalidUtcb, "outside the user area");
        test(EDI, EDI);
        exitIf(Z, done, "a new space: checked when the thread becomes active");
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(E, done, "no UTCB area yet: likewise");
        mov(ECX, EDX);
        sub(ECX, EDI.at(SpaceLayout.UTCB_AREA));
        cmp(ECX, EDI.at(SpaceLayout.UTCB_AREA_WHOLE));
        exitIf(AE, invalidUtcb, "outside the area");
        cmp(ECX, EDI.at(SpaceLayout.UTCB_AREA_SIZE));
        exitIf(AE, noMemory, "a UTCB of which no table is kept");
        shr(ECX, Integer.numberOfTrailingZeros(MemoryMap.UTCB_SIZE));
        mov(EAX, EDI.at(SpaceLayout.UTCB_MAP));
        cmp(EAX.at(ECX, 4, 0).dword(), 0);
        exitIf(NE, invalidUtcb, "taken");
        mov(EAX, EDI);
        add(EDX, Utcb.ORIGIN);
        call(at.spaceBackUtcb);
        mov(ESI, EAX);
        test(EAX, EAX);
        exitIf(Z, noMemory, "no memory");
        here(done);
        ret();
    }

    private void findScheduler() {
        routine("threadControl.scheduler", """
                in      EBX current thread; frame EDX scheduler
                out     EAX its global id, or nil; or fails. Clobbers ECX, EDX""");
        Label done = fresh("done");
        Label invalid = fresh("invalid");
        mov(EAX, Tcb.frame(EBX, Frame.EDX));
        test(EAX, EAX);
        exitIf(Z, done, "none");
        cmp(EAX, Tcb.frame(EBX, Frame.EAX));
        exitIf(E, done, "its own scheduler, even before it exists");
        call(at.findThread);
        exitIf(Z, invalid, "no such thread");
        mov(EAX, EDX.at(thread.globalId));
        here(done);
        ret();
        fail(invalid, SystemCallError.INVALID_SCHEDULER);
    }
}
