package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.Utcb;

/**
 * The end of a total quantum, and preemption that a thread has a say in (X.2 reference manual, "Schedule", "Preemption Protocol"). Who has
 * used up its quantum tells its scheduler and waits for it. Who has a sensitive priority may delay, for as long as Schedule allows, that a
 * better thread of no more than that priority runs; or have its exception handler told of it. All of it stands behind the other
 * routines: other threads pay for a comparison.
 */
final class Preemption extends KernelRoutines {

    private static final int SENSITIVE_BYTE = 2;

    private final Label tell = label("preemption.tell");
    private final Label better = label("preemption.better");
    private final Label signal = label("preemption.signal");

    Preemption(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.outOfLine(() -> {
            quantum();
            tell();
            control();
            delay();
            signal();
            beyondSensitive();
        });
    }

    private void quantum() {
        routine(at.quantumTick);
        Label transfer = fresh("transfer");
        dec(EBX.at(tcb.quantum));
        exitIf(NZ, at.timerSlice, "not yet used up");
        mov(EAX, EBX.at(tcb.transfer.to));
        or(EAX, EBX.at(tcb.transfer.from));
        exitIf(NZ, transfer, "in a transfer of strings, which ends first");
        mov(EAX, EBX.at(tcb.quantumFull));
        mov(EBX.at(tcb.quantum), EAX);
        mov(EAX, EBX.at(tcb.scheduler));
        mov(ECX, Tcb.Protocol.QUANTUM);
        jmp(tell);
        here(transfer);
        inc(EBX.at(tcb.quantum));
        jmp(at.timerSlice);
    }

    private void tell() {
        routine(tell, """
                in      EBX current thread, with a frame - EAX whom it tells - ECX protocol
                out     a preemption message sent, and waits for the answer""");
        mov(EBX.at(tcb.protocol), ECX);
        push(EAX);
        call(at.clock);
        mov(message(0), Protocol.PREEMPTION.tag());
        mov(message(1), EAX);
        mov(message(2), EDX);
        pop(EAX);
        jmp(at.ipcKernelCall);
    }

    /** MR{@code i} of what the current thread sends. */
    private Mem message(int i) {
        return EBX.at(tcb.message.offset() + 4 * i).dword().of(tcb.message);
    }

    private void control() {
        routine(at.preemptionControl);
        Label nobody = fresh("nobody");
        mov(EAX, EBX.at(tcb.transfer.to));
        or(EAX, EBX.at(tcb.transfer.from));
        exitIf(NZ, at.exitPreempt, "in a transfer of strings");
        mov(EAX, EBX);
        mov(EDX, EBX);
        call(kernel.scheduler.lazySwitch);
        exitIf(Z, nobody, "nobody better is ready");
        call(better);
        exitIf(NZ, at.exitPreempt, "somebody beyond its sensitive priority is");
        jmp(label("preemption.delay"));
        here(nobody);
        mov(EBX.at(tcb.delayed), 0);
        jmp(at.exitPreempt);
    }

    private void delay() {
        routine("preemption.delay", """
                in      EBX current thread, with a frame
                out     as preemption.control; better ones are ready, none beyond its sensitive priority""");
        Label running = fresh("running");
        Label goOn = fresh("goOn");
        mov(ESI, EBX.at(thread.utcbAlias));
        test(ESI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.DELAY);
        exitIf(Z, signal, "no delay wanted");
        op("movzx", EAX, EBX.at(tcb.preemptionControl).word());
        test(EAX, EAX);
        exitIf(Z, signal, "none allowed");
        mov(ECX, Mem.at(at.picks));
        cmp(EBX.at(tcb.delayed), ECX);
        exitIf(E, running, "it has run on since it began to");
        mov(EBX.at(tcb.delayed), ECX);
        xor(EDX, EDX);
        call(at.timeoutFromNow);
        mov(EBX.at(tcb.delayEnd), EAX);
        mov(EBX.at(tcb.delayEndHigh), EDX);
        here(goOn);
        or(ESI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.PENDING);
        jmp(at.exitResume);
        here(running);
        op("rdtsc");
        sub(EAX, EBX.at(tcb.delayEnd));
        op("sbb", EDX, EBX.at(tcb.delayEndHigh));
        j(B, goOn);
        mov(EBX.at(tcb.delayed), 0);
        jmp(signal);
    }

    private void signal() {
        routine(
                signal,
                "in      EBX current thread, with a frame, about to be preempted - ESI the kernel's address of its MR0");
        test(ESI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.SIGNAL);
        exitIf(Z, at.exitPreempt, "nobody wants to know");
        mov(EAX, ESI.at(Utcb.EXCEPTION_HANDLER));
        test(EAX, EAX);
        exitIf(Z, at.exitPreempt, "nobody to tell");
        mov(ECX, Tcb.Protocol.PREEMPTION);
        jmp(tell);
    }

    /** The question is put as if the thread had its sensitive priority: it runs, so it is in no queue. */
    private void beyondSensitive() {
        routine(better, """
                in      EBX current thread
                out     ZF clear: a thread is ready that is better than its sensitive priority and its own. Clobbers EAX, ECX, EDX, ESI""");
        Label own = fresh("own");
        mov(EAX, EBX);
        call(kernel.scheduler.priority);
        op("movzx", ECX, EBX.at(tcb.preemptionControl).plus(SENSITIVE_BYTE).byte_());
        cmp(ECX, EAX);
        exitIf(BE, own, "its own is as high, and somebody is better");
        push(EAX);
        mov(EAX, EBX);
        call(kernel.scheduler.setPriority);
        mov(EAX, EBX);
        mov(EDX, EBX);
        call(kernel.scheduler.lazySwitch);
        op("setne", Reg8.AL);
        op("movzx", ESI, Reg8.AL);
        pop(ECX);
        mov(EAX, EBX);
        call(kernel.scheduler.setPriority);
        test(ESI, ESI);
        ret();
        here(own);
        or(EAX, 1);
        ret();
    }
}
