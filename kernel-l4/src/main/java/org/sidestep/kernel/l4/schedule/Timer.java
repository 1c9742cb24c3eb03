package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;

import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;

/** The timer's interrupt: timeouts, then total quantum and time slice of the running thread. */
public final class Timer extends KernelRoutines {

    private static final int PIC1_COMMAND = 0x20;
    private static final int END_OF_INTERRUPT = 0x20;

    public Timer(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.timerInterrupt);
        mov(EAX, END_OF_INTERRUPT);
        op("out", imm(PIC1_COMMAND), Reg8.AL);
        call(at.timeoutTick);
        cmp(EBX, at.idleTcb);
        exitIf(E, at.exitSchedule, "nobody was running");
        cmp(EBX.at(tcb.quantum), 0);
        exitIf(NE, at.quantumTick, "it has a total quantum");
        entered(at.timerSlice);
        mov(EAX, EBX);
        call(kernel.scheduler.tick);
        exitIf(NZ, at.exitResched, "another's turn");
        asm.comment("nobody better is ready: what it may have delayed is over");
        mov(EBX.at(tcb.delayed), 0);
        jmp(at.exitResume);
        new Preemption(kernel).emit();
    }
}
