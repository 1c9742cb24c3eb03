package org.sidestep.kernel.l4.entry;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.isolation.FloatingPoint;
import org.sidestep.kernel.l4.isolation.UserState;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.tss.Tss;

/** The ways out of the kernel: back to the current thread, to another one, or to sleep until an interrupt. */
public final class KernelExit extends KernelRoutines {

    /** A control block and stack for when nobody is ready: the idle loop is a thread only to the kernel's exits. */

    /** Where the kernel halts for good when no thread can ever run again. */
    public static final String DEADLOCK = "exit.deadlock";

    /** Not 0 if a ready thread should run instead of the one that took over at user level. */
    private static final String RESCHEDULE = "exit.reschedule";

    private final Label frame = label("exit.frame");

    public KernelExit(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        start();
        yieldOrGoOn();
        schedule();
        switchTo();
        resume();
        idle();
        adopt();
        kernel.outOfLine(this::kill); // behind all guards that lead there
    }

    private void words() {
        kernel.bss();
        asm.align(MemoryMap.TCB_SIZE);
        here(at.idleTcb);
        asm.reserve(MemoryMap.TCB_SIZE);
        here(RESCHEDULE);
        asm.reserve(4);
        here(at.picks);
        asm.reserve(4);
        kernel.text();
    }

    private void start() {
        routine(at.start);
        mov(EBX, at.idleTcb);
        mov(EAX, Cr.CR3);
        mov(EBX.at(thread.pageDirectory), EAX);
        jmp(at.exitSchedule);
    }

    private void yieldOrGoOn() {
        spentOn(Cause.SCHEDULER);
        routine(at.exitYield);
        mov(EAX, EBX);
        call(kernel.scheduler.enqueue);
        jmp(at.exitSchedule);

        routine(at.exitResched);
        cmp(EBX.at(tcb.preemptionControl), 0);
        exitIf(NE, at.preemptionControl, "it may have a say");
        entered(at.exitPreempt);
        mov(EAX, EBX);
        call(kernel.scheduler.preempted);
        jmp(at.exitSchedule);
    }

    private void schedule() {
        routine(at.exitSchedule);
        inc(Mem.at(at.picks).dword());
        call(kernel.scheduler.pick);
        test(EAX, EAX);
        exitIf(Z, label("exit.idle"), "nobody is ready");
        mov(Mem.at(label(RESCHEDULE)).dword(), 0);
        jmp(at.exitSwitch);
    }

    private void switchTo() {
        routine(at.exitSwitch);
        spentOn(Cause.REGISTERS);
        new FloatingPoint(kernel).takeAway();
        spentOn(Cause.ADDRESS_SPACE);
        Label same = fresh("same");
        mov(ECX, EAX.at(thread.pageDirectory));
        cmp(ECX, EBX.at(thread.pageDirectory));
        exitIf(E, same, "same address space");
        new UserState(kernel).isolateGs();
        mov(ECX, EAX.at(thread.pageDirectory));
        mov(Cr.CR3, ECX);
        mov(EDX, EAX.at(thread.space));
        mov(EDX, EDX.at(SpaceLayout.IO_MAP_BASE));
        mov(UserState.ioMapBase(), Reg16.DX);
        here(same);
        spentOn(Cause.REGISTERS);
        lea(ECX, EAX.at(MemoryMap.TCB_SIZE));
        mov(UserState.esp0(), ECX);
        mov(ECX, EAX.at(thread.localId));
        mov(Mem.absolute(MemoryMap.CURRENT_UTCB).dword(), ECX);
        mov(EBX, EAX);
        jmp(frame);
    }

    private void resume() {
        routine(at.exitResume);
        Label now = fresh("now");
        spentOn(Cause.SCHEDULER);
        cmp(Mem.at(label(RESCHEDULE)).dword(), 0);
        exitIf(NE, now, "the thread that took over at user level is not the best");
        here(frame);
        spentOn(Cause.REGISTERS);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        kernel.probe(KernelProbes.KERNEL_EXIT);
        op("popa");
        add(ESP, Frame.EIP.offset() - Frame.VECTOR.offset());
        spentOn(Cause.TRAP);
        op("iret");

        spentOn(Cause.SCHEDULER);
        here(now);
        mov(Mem.at(label(RESCHEDULE)).dword(), 0);
        jmp(at.exitResched);
    }

    private void idle() {
        spentOn(Cause.KERNEL);
        routine("exit.idle", "in EBX thread that no longer runs, its page directory still loaded");
        mov(EAX, EBX.at(thread.pageDirectory));
        mov(EBX, at.idleTcb);
        mov(EBX.at(thread.pageDirectory), EAX);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE));
        jmp(label("exit.sleep"));
        kernel.outOfLine(this::sleep);
    }

    private void sleep() {
        routine("exit.sleep", "in EBX, ESP the idle loop's; sleeps until an interrupt");
        Label next = fresh("next");
        cmp(Mem.at(at.interruptsBound).dword(), 0);
        exitIf(NE, next, "an interrupt may wake its handler");
        cmp(Mem.at(at.timeoutFirst).dword(), 0);
        exitIf(E, label(DEADLOCK), "all wait, and without timeout");
        here(next);
        op("sti");
        op("hlt");
        jmp(next);

        routine(DEADLOCK, "Nobody can ever run again: sleeps with interrupts off, so that the machine can tell.");
        op("hlt");
        jmp(label(DEADLOCK));
    }

    private void adopt() {
        spentOn(Cause.FIXUP);
        routine(at.adopt);
        mov(EBX.at(thread.state), State.WAITING);
        mov(EDX.at(thread.state), State.READY);
        lea(ECX, EDX.at(MemoryMap.TCB_SIZE));
        mov(Tss.esp0(), ECX);
        push(EDX);
        mov(EAX, EBX);
        call(kernel.scheduler.lazySwitch);
        pop(EDX);
        Label best = fresh("best");
        exitIf(Z, best, "it may go on");
        mov(Mem.at(label(RESCHEDULE)).dword(), 1);
        here(best);
        ret();
    }

    private void kill() {
        spentOn(Cause.KERNEL);
        routine(at.killCurrent);
        kernel.probe(KernelProbes.KILL);
        mov(EBX.at(thread.state), State.DEAD);
        mov(EAX, EBX);
        call(at.threadAbandon);
        jmp(at.exitSchedule);
    }
}
