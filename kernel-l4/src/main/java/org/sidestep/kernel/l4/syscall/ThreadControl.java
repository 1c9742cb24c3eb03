package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
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

import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** ThreadControl (X.2 reference manual): creates, changes, activates and deletes threads. */
public final class ThreadControl extends KernelRoutines {

    private static final int UNCHANGED = -1;

    public ThreadControl(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        dispatch();
        delete();
        create();
        modify();
        findSpace();
        placeUtcb();
        findScheduler();
    }

    private void fail(int error) {
        mov(EAX, error);
        jmp(at.syscallFail);
    }

    private void dispatch() {
        routine(at.calls.get(SystemCall.THREAD_CONTROL), """
                in      EBX current thread; frame: EAX dest - ESI space - EDX scheduler - ECX pager - EDI UTCB location
                holds   EBP TCB of dest""");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(Z, label("threadControl.noPrivilege"), "not the root task");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        test(Reg8.AL, ThreadId.GLOBAL);
        exitIf(Z, label("threadControl.invalidThread"), "a local id");
        shr(EAX, ThreadId.NUMBER_SHIFT);
        cmp(EAX, Threads.USER_BASE);
        exitIf(B, label("threadControl.invalidThread"), "the kernel's thread numbers");
        cmp(EAX, MemoryMap.THREADS);
        exitIf(AE, label("threadControl.invalidThread"), "no such thread number");
        shl(EAX, MemoryMap.TCB_SHIFT);
        lea(EBP, EAX.at(MemoryMap.window(MemoryMap.TCBS)));
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        test(EAX, EAX);
        jz(label("threadControl.delete"));
        cmp(EBP.at(thread.globalId), 0);
        je(label("threadControl.create"));
        jmp(label("threadControl.modify"));

        here("threadControl.noPrivilege");
        fail(SystemCallError.NO_PRIVILEGE);
        here("threadControl.invalidThread");
        fail(SystemCallError.INVALID_THREAD);
        here("threadControl.invalidSpace");
        fail(SystemCallError.INVALID_SPACE);
        here("threadControl.invalidUtcb");
        fail(SystemCallError.INVALID_UTCB_AREA);
        here("threadControl.noMemory");
        fail(SystemCallError.NO_MEMORY);
    }

    private void delete() {
        routine("threadControl.delete", "in      EBX current thread - EBP dest");
        cmp(EBP, EBX);
        exitIf(E, label("threadControl.invalidThread"), "itself");
        cmp(EBP.at(thread.globalId), 0);
        exitIf(E, at.syscallSucceed, "nothing to delete");
        mov(EAX, EBP);
        call(at.threadDetach);
        mov(EAX, EBP);
        call(at.threadAbandon);
        call(at.threadUnplace);
        mov(EBP.at(thread.globalId), 0);
        mov(EAX, EBP.at(thread.space));
        call(at.spaceRelease);
        jmp(at.syscallSucceed);
    }

    private void create() {
        routine("threadControl.create", """
                in      EBX current thread - EBP dest
                holds   EDI space - ESI kernel's address of the UTCB, 0 for none""");
        call(label("threadControl.scheduler"));
        test(EAX, EAX);
        exitIf(Z, label("threadControl.invalidThread"), "no scheduler");
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        cmp(EAX, Tcb.frame(EBX, Frame.EAX));
        jne(label("threadControl.create.existing"));
        phase("in a space of its own");
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        exitIf(NE, label("threadControl.invalidSpace"), "active in a space that is not configured");
        mov(EBP.at(tcb.utcbWanted), 0);
        xor(EDI, EDI);
        call(label("threadControl.utcb"));
        mov(EDX, SpaceLayout.TABLES);
        call(at.spaceCreate);
        test(EAX, EAX);
        exitIf(Z, label("threadControl.noMemory"), "no memory");
        mov(EDI, EAX);
        xor(ESI, ESI);
        jmp(label("threadControl.create.commit"));
        phase("in an existing space");
        here("threadControl.create.existing");
        mov(EBP.at(tcb.utcbWanted), 0);
        call(label("threadControl.space"));
        call(label("threadControl.utcb"));
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        je(label("threadControl.create.commit"));
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(E, label("threadControl.invalidSpace"), "active in a space that is not configured");
        test(ESI, ESI);
        exitIf(Z, label("threadControl.invalidUtcb"), "active without a UTCB");
        here("threadControl.create.commit");
        call(label("threadControl.scheduler"));
        mov(EDX, EAX);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        mov(ECX, Threads.DEFAULT_PRIORITY);
        call(at.threadInit);
        jmp(label("threadControl.place"));
    }

    private void modify() {
        routine("threadControl.modify", """
                in      EBX current thread - EBP dest
                holds   EDI space - ESI kernel's address of the UTCB, 0 for none""");
        call(label("threadControl.space"));
        cmp(EDI, EBP.at(thread.space));
        je(label("threadControl.modify.utcb"));
        cmp(EBP.at(thread.localId), 0);
        exitIf(NE, label("threadControl.invalidSpace"), "it has a UTCB and cannot leave its space");
        here("threadControl.modify.utcb");
        call(label("threadControl.utcb"));
        test(ESI, ESI);
        jz(label("threadControl.modify.pager"));
        cmp(EBP.at(tcb.activated), 0);
        exitIf(NE, label("threadControl.invalidUtcb"), "an active thread keeps its UTCB");
        here("threadControl.modify.pager");
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        je(label("threadControl.modify.scheduler"));
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(E, label("threadControl.invalidSpace"), "active in a space that is not configured");
        mov(EAX, EBP.at(thread.localId));
        or(EAX, ESI);
        exitIf(Z, label("threadControl.invalidUtcb"), "active without a UTCB");
        here("threadControl.modify.scheduler");
        call(label("threadControl.scheduler"));
        test(EAX, EAX);
        jz(label("threadControl.modify.commit"));
        mov(EBP.at(tcb.scheduler), EAX);
        here("threadControl.modify.commit");
        mov(EAX, EBP.at(thread.space));
        cmp(EAX, EDI);
        je(label("threadControl.modify.id"));
        call(at.threadEnter);
        call(at.spaceRelease);
        here("threadControl.modify.id");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        cmp(EAX, EBP.at(thread.globalId));
        je(label("threadControl.place"));
        phase("a new version: who deals with the old id fails");
        mov(EAX, EBP);
        call(at.threadAbandon);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        mov(EBP.at(thread.globalId), EAX);
        cmp(EBP.at(thread.localId), 0);
        je(label("threadControl.place"));
        mov(ECX, EBP.at(thread.utcbAlias));
        mov(ECX.at(Utcb.GLOBAL_ID), EAX);

        routine("threadControl.place", """
                in      EBX current thread - EBP dest - EDI its space - ESI kernel's address of its new UTCB, 0 for none
                out     the caller resumed""");
        call(label("threadControl.localId"));
        test(ESI, ESI);
        jz(label("threadControl.later"));
        mov(EBP.at(tcb.utcbWanted), 0);
        call(at.threadPlace);
        jmp(label("threadControl.activate"));
        here("threadControl.later");
        cmp(Tcb.frame(EBX, Frame.EDI), UNCHANGED);
        je(label("threadControl.activate"));
        mov(EBP.at(tcb.utcbWanted), EAX);
        here("threadControl.activate");
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        test(ECX, ECX);
        exitIf(Z, at.syscallSucceed, "no pager: stays as it is");
        mov(EAX, EBP.at(thread.utcbAlias));
        mov(EAX.at(Utcb.PAGER), ECX);
        cmp(EBP.at(tcb.activated), 0);
        exitIf(NE, at.syscallSucceed, "active already");
        call(at.threadActivate);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.START);
        mov(EAX, EBP);
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        call(at.ipcKernelWait);
        jmp(at.syscallSucceed);
    }

    private void findSpace() {
        routine("threadControl.space", """
                in      EBX current thread; frame ESI space specifier
                out     EDI space; or fails. Clobbers EAX, ECX, EDX""");
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        call(at.findThread);
        exitIf(Z, label("threadControl.invalidSpace"), "no thread of that id");
        mov(EDI, EDX.at(thread.space));
        ret();
    }

    private void placeUtcb() {
        routine("threadControl.localId", """
                in      EBX current thread - EBP dest; frame EDI UTCB location - ECX pager
                out     EAX the local id asked for, now or, if the thread is to become active, before; or 0""");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        cmp(EAX, UNCHANGED);
        je(label("threadControl.localId.before"));
        add(EAX, Utcb.ORIGIN);
        ret();
        here("threadControl.localId.before");
        xor(EAX, EAX);
        cmp(Tcb.frame(EBX, Frame.ECX), ThreadId.NIL);
        je(label("threadControl.localId.done"));
        mov(EAX, EBP.at(tcb.utcbWanted));
        here("threadControl.localId.done");
        ret();

        routine("threadControl.utcb", """
                in      EBX current thread - EBP dest - EDI space, 0 for one that does not exist yet; frame EDI UTCB location - ECX pager
                out     ESI kernel's address of MR0 of a free UTCB there, 0 if none is wanted or the space has no UTCB area yet;
                        or fails. Clobbers EAX, ECX, EDX""");
        xor(ESI, ESI);
        call(label("threadControl.localId"));
        test(EAX, EAX);
        jz(label("threadControl.utcb.done"));
        lea(EDX, EAX.at(-Utcb.ORIGIN));
        test(EDX, MemoryMap.UTCB_SIZE - 1);
        exitIf(NZ, label("threadControl.invalidUtcb"), "not aligned");
        cmp(EDX, MemoryMap.USER_END);
        exitIf(AE, label("threadControl.invalidUtcb"), "outside the user area");
        test(EDI, EDI);
        exitIf(Z, label("threadControl.utcb.done"), "a new space: checked when the thread becomes active");
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(E, label("threadControl.utcb.done"), "no UTCB area yet: likewise");
        mov(ECX, EDX);
        sub(ECX, EDI.at(SpaceLayout.UTCB_AREA));
        cmp(ECX, EDI.at(SpaceLayout.UTCB_AREA_SIZE));
        exitIf(AE, label("threadControl.invalidUtcb"), "outside the area");
        shr(ECX, Integer.numberOfTrailingZeros(MemoryMap.UTCB_SIZE));
        mov(EAX, EDI.at(SpaceLayout.UTCB_MAP));
        cmp(EAX.at(ECX, 4, 0).dword(), 0);
        exitIf(NE, label("threadControl.invalidUtcb"), "taken");
        mov(EAX, EDI);
        add(EDX, Utcb.ORIGIN);
        call(at.spaceBackUtcb);
        mov(ESI, EAX);
        test(EAX, EAX);
        exitIf(Z, label("threadControl.noMemory"), "no memory");
        here("threadControl.utcb.done");
        ret();
    }

    private void findScheduler() {
        routine("threadControl.scheduler", """
                in      EBX current thread; frame EDX scheduler
                out     EAX its global id, or nil; or fails. Clobbers ECX, EDX""");
        mov(EAX, Tcb.frame(EBX, Frame.EDX));
        test(EAX, EAX);
        jz(label("threadControl.scheduler.done"));
        cmp(EAX, Tcb.frame(EBX, Frame.EAX));
        exitIf(E, label("threadControl.scheduler.done"), "its own scheduler, even before it exists");
        call(at.findThread);
        jz(label("threadControl.scheduler.invalid"));
        mov(EAX, EDX.at(thread.globalId));
        here("threadControl.scheduler.done");
        ret();
        here("threadControl.scheduler.invalid");
        fail(SystemCallError.INVALID_SCHEDULER);
    }
}
