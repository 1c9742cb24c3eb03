package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.AE;
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
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.isolation.FloatingPoint;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/** Finding TCBs by id, and the steps of a thread's life that boot and ThreadControl share. */
public final class ThreadTable extends KernelRoutines {

    private static final int UTCB_SHIFT = Integer.numberOfTrailingZeros(MemoryMap.UTCB_SIZE);

    private final Label none = label("thread.find.none");

    public ThreadTable(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.bss();
        asm.align(4);
        asm.reserve(Utcb.ORIGIN);
        here(at.nobodysUtcb);
        asm.reserve(MemoryMap.UTCB_SIZE - Utcb.ORIGIN);
        kernel.text();
        find();
        findLocal();
        init();
        place();
        activate();
    }

    private void find() {
        routine(at.findThread);
        test(Reg8.AL, ThreadId.GLOBAL);
        exitIf(Z, at.findLocal, "a local id");

        entered(at.findGlobal);
        mov(EDX, EAX);
        shr(EDX, ThreadId.NUMBER_SHIFT);
        cmp(EDX, MemoryMap.THREADS);
        exitIf(AE, none, "no such thread number");
        shl(EDX, MemoryMap.TCB_SHIFT);
        add(EDX, MemoryMap.TCBS);
        cmp(EDX.at(thread.globalId), EAX);
        exitIf(NE, none, "no thread, or another version");
        test(EDX, EDX);
        ret();
    }

    private void findLocal() {
        routine(at.findLocal);
        mov(ECX, EBX.at(thread.space));
        mov(EDX, EAX);
        sub(EDX, ECX.at(SpaceLayout.UTCB_AREA));
        cmp(EDX, ECX.at(SpaceLayout.UTCB_AREA_SIZE));
        exitIf(AE, none, "outside the UTCB area");
        shr(EDX, UTCB_SHIFT);
        mov(ECX, ECX.at(SpaceLayout.UTCB_MAP));
        mov(EDX, ECX.at(EDX, 4, 0));
        test(EDX, EDX);
        exitIf(Z, none, "no thread there");
        cmp(EDX.at(thread.localId), EAX);
        exitIf(NE, none, "an address inside a UTCB");
        test(EDX, EDX);
        ret();

        asm.comment("behind its users: a processor takes a backward branch that it does not know for a loop's");
        here(none);
        xor(EDX, EDX);
        ret();
    }

    private void init() {
        spentOn(Cause.KERNEL);
        routine(at.threadInit);
        new FloatingPoint(kernel).forget();
        push(EDI);
        push(EAX);
        push(ECX);
        lea(EDI, EBP.at(thread.tcb.origin()));
        xor(EAX, EAX);
        mov(ECX, thread.tcb.size() / 4);
        op("rep stosd");
        pop(ECX);
        pop(EAX);
        pop(EDI);
        mov(EBP.at(thread.globalId), EAX);
        mov(EBP.at(thread.utcbAlias), at.nobodysUtcb);
        mov(EBP.at(tcb.scheduler), EDX);
        mov(EBP.at(tcb.timeControl), Schedule.DEFAULT_TIME_CONTROL);
        mov(EBP.at(thread.state), State.INACTIVE);
        mov(EAX, EBP);
        mov(EDX, Schedule.ticks(kernel, Threads.DEFAULT_TIME_SLICE));
        call(kernel.scheduler.init);
        call(at.threadEnlist);

        entered(at.threadEnter);
        mov(EBP.at(thread.space), EDI);
        mov(ECX, EDI.at(SpaceLayout.PAGE_DIRECTORY));
        mov(EBP.at(thread.pageDirectory), ECX);
        mov(ECX, EDI.at(SpaceLayout.NUMBER));
        mov(EBP.at(tcb.spaceNumber), ECX);
        inc(EDI.at(SpaceLayout.THREADS));

        entered(at.threadReach);
        Label limited = fresh("limited");
        Label free = fresh("free");
        mov(EBP.at(tcb.reach), EDI);
        cmp(EDI.at(SpaceLayout.REDIRECTOR), 0);
        exitIf(NE, limited, "a redirector");
        cmp(EBP.at(tcb.named), 0);
        exitIf(E, free, "nobody is queued in another's name");
        here(limited);
        mov(EBP.at(tcb.reach), Tcb.NOT_BEYOND);
        here(free);
        ret();
    }

    private void place() {
        routine(at.threadPlace);
        call(at.threadUnplace);
        mov(EBP.at(thread.localId), EAX);
        mov(EBP.at(thread.utcbAlias), ESI);
        sub(EAX, EDI.at(SpaceLayout.UTCB_AREA));
        shr(EAX, UTCB_SHIFT);
        mov(ECX, EDI.at(SpaceLayout.UTCB_MAP));
        mov(ECX.at(EAX, 4, 0), EBP);
        push(EDI);
        lea(EDI, ESI.at(-Utcb.ORIGIN));
        xor(EAX, EAX);
        mov(ECX, MemoryMap.UTCB_SIZE / 4);
        op("rep stosd");
        pop(EDI);
        mov(EAX, EBP.at(thread.globalId));
        mov(ESI.at(Utcb.GLOBAL_ID), EAX);
        kernel.policy.place(ESI);
        queued();
        ret();

        routine(at.threadUnplace);
        Label done = fresh("done");
        mov(ECX, EBP.at(thread.localId));
        test(ECX, ECX);
        exitIf(Z, done, "it has none");
        mov(EBP.at(thread.localId), 0);
        mov(EDX, EBP.at(thread.space));
        sub(ECX, EDX.at(SpaceLayout.UTCB_AREA));
        shr(ECX, UTCB_SHIFT);
        mov(EDX, EDX.at(SpaceLayout.UTCB_MAP));
        mov(EDX.at(ECX, 4, 0).dword(), 0);
        mov(EDX, EBP.at(thread.utcbAlias));
        mov(EDX.at(Utcb.GLOBAL_ID).dword(), 0);
        here(done);
        ret();
    }

    /** Who had no UTCB could be sent to all the same. */
    private void queued() {
        Label none = fresh("none");
        cmp(EBP.at(tcb.firstSender), 0);
        exitIf(E, none, "nobody is queued");
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishPending(EBP, true, EAX));
        cmp(EBP.at(tcb.named), 0);
        exitIf(E, none, "nobody in another's name");
        kernel.spentOn(Cause.QUEUES, () -> kernel.policy.publishNamed(EBP, true, EAX));
        here(none);
    }

    private void activate() {
        routine(at.threadActivate);
        mov(EBP.at(tcb.activated), 1);
        lea(EDI, EBP.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        xor(EAX, EAX);
        mov(ECX, Frame.SIZE / 4);
        op("rep stosd");
        mov(Tcb.frame(EBP, Frame.CS), UserSegment.CODE);
        mov(Tcb.frame(EBP, Frame.SS), UserSegment.DATA);
        mov(Tcb.frame(EBP, Frame.EFLAGS), Selectors.USER_EFLAGS);
        ret();
    }
}
