package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;

/** SpaceControl (X.2 reference manual): says once where a new space has its KIP and its UTCBs, and who its redirector is. */
public final class SpaceControl extends SystemCallRoutines {

    private final Label noPrivilege = label("spaceControl.noPrivilege");
    private final Label invalidSpace = label("spaceControl.invalidSpace");
    private final Label invalidThread = label("spaceControl.invalidThread");
    private final Label invalidUtcbArea = label("spaceControl.invalidUtcbArea");
    private final Label invalidKipArea = label("spaceControl.invalidKipArea");
    private final Label noMemory = label("spaceControl.noMemory");

    public SpaceControl(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.calls.get(SystemCall.SPACE_CONTROL), """
                in      EBX current thread; frame: EAX space - ECX control - EDX KIP fpage - ESI UTCB fpage - EDI redirector
                holds   EDI space""");
        Label done = fresh("done");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(Z, noPrivilege, "not the root task");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        call(at.findThread);
        exitIf(Z, invalidSpace, "no thread of that id");
        mov(EDI, EDX.at(thread.space));
        test(EDI, EDI);
        exitIf(Z, invalidSpace, "an interrupt's thread has none");
        findRedirector();
        cmp(EDI.at(SpaceLayout.UTCB_AREA_SIZE), 0);
        exitIf(NE, done, "has its areas");
        utcbArea();
        kipArea();
        mov(EAX, EDI);
        call(at.spaceConfigure);
        test(EAX, EAX);
        exitIf(Z, noMemory, "no memory");
        here(done);
        setRedirector();
        mov(Tcb.frame(EBX, Frame.ECX), 0);
        jmp(at.syscallSucceed);

        fail(noPrivilege, SystemCallError.NO_PRIVILEGE);
        fail(invalidSpace, SystemCallError.INVALID_SPACE);
        fail(invalidThread, SystemCallError.INVALID_THREAD);
        fail(invalidUtcbArea, SystemCallError.INVALID_UTCB_AREA);
        fail(invalidKipArea, SystemCallError.INVALID_KIP_AREA);
        fail(noMemory, SystemCallError.NO_MEMORY);
    }

    /** Checked before anything changes; its global id takes the argument's place. Nil is none, any leaves the one there is. */
    private void findRedirector() {
        Label known = fresh("known");
        phase("redirector");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        cmp(EAX, ThreadId.NIL);
        exitIf(E, known, "none");
        cmp(EAX, ThreadId.ANY);
        exitIf(E, known, "it stays");
        call(at.findThread);
        exitIf(Z, invalidThread, "no such thread");
        cmp(EDX.at(thread.space), 0);
        exitIf(E, invalidThread, "an interrupt");
        mov(EAX, EDX.at(thread.globalId));
        mov(Tcb.frame(EBX, Frame.EDI), EAX);
        here(known);
    }

    private void setRedirector() {
        Label stays = fresh("stays");
        Label next = fresh("next");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        cmp(EAX, ThreadId.ANY);
        exitIf(E, stays, "unchanged");
        mov(EDI.at(SpaceLayout.REDIRECTOR), EAX);
        phase("all its threads know");
        lea(EBP, threads());
        here(next);
        nextThread(EBP, stays);
        cmp(EBP.at(thread.space), EDI);
        jne(next);
        call(at.threadReach);
        jmp(next);
        here(stays);
    }

    private void utcbArea() {
        phase("UTCB area: ECX address, ESI size");
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        loadSize(ECX, EAX);
        cmp(ECX, 12);
        exitIf(B, invalidUtcbArea, "less than a page");
        cmp(ECX, 31);
        exitIf(A, invalidUtcbArea, "all there is");
        mov(ESI, 1);
        op("shl", ESI, Reg8.CL);
        mov(ECX, ESI);
        neg(ECX);
        and(ECX, EAX);
        lea(EAX, ECX.at(ESI, 1, -1));
        cmp(EAX, MemoryMap.USER_END);
        exitIf(AE, invalidUtcbArea, "outside the user area");
    }

    private void kipArea() {
        phase("KIP area: EDX address");
        mov(EDX, Tcb.frame(EBX, Frame.EDX));
        loadSize(EAX, EDX);
        cmp(EAX, 12);
        exitIf(B, invalidKipArea, "less than a page");
        and(EDX, -MemoryMap.PAGE);
        cmp(EDX, MemoryMap.USER_END);
        exitIf(AE, invalidKipArea, "outside the user area");
        mov(EAX, EDX);
        sub(EAX, ECX);
        cmp(EAX, ESI);
        exitIf(B, invalidKipArea, "overlaps the UTCB area");
    }

    /** {@code size} := log2 of the size of {@code fpage}. */
    private void loadSize(Reg32 size, Reg32 fpage) {
        mov(size, fpage);
        shr(size, 4);
        and(size, 63);
    }
}
