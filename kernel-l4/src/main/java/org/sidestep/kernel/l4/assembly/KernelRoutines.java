package org.sidestep.kernel.l4.assembly;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.layout.Tcb;

/** A family of kernel routines: extend it, emit them in {@link #emit}. */
public abstract class KernelRoutines extends Code {

    /** The processors from the Pentium Pro on fetch code in blocks of so many bytes. */
    private static final int FETCH_BLOCK = 16;

    protected final Kernel kernel;
    protected final Labels at;
    protected final ThreadLayout thread;
    protected final Tcb tcb;

    protected KernelRoutines(Kernel kernel) {
        super(kernel.asm);
        this.kernel = kernel;
        at = kernel.labels;
        thread = kernel.thread;
        tcb = kernel.tcb;
    }

    /**
     * Begins a routine of the table {@link Labels}, which has its contract: at a fetch block, so that what a policy adds before it
     * does not move what it costs.
     */
    protected final Label routine(Label entry) {
        asm.align(FETCH_BLOCK);
        return entered(entry);
    }

    /** The same where the code above goes on into it, or where something else says where it stands. */
    protected final Label entered(Label entry) {
        return routine(entry, at.contract(entry));
    }

    /** Emits the family. The current section is the kernel's code, before and after. */
    public abstract void emit();

    /** In: EDI a thread, ZF set if it is halted. Returns to the caller; into the ready queue first, if it is not. Clobbers EAX. */
    protected final void returnReady() {
        Label halted = fresh("halted");
        exitIf(Z, halted, "it does not run until it is resumed");
        mov(EAX, EDI);
        jmp(kernel.scheduler.enqueue);
        here(halted);
        ret();
    }

    /** {@code out}: how {@code reader} names {@code who}, by its local id inside an address space, and by its global id beyond. */
    protected final void nameFor(Reg32 reader, Reg32 who, Reg32 out) {
        Label named = fresh("named");
        mov(out, who.at(thread.space));
        cmp(out, reader.at(thread.space));
        mov(out, who.at(thread.localId));
        exitIf(E, named, "same address space");
        mov(out, who.at(thread.globalId));
        here(named);
    }

    /** The head of the ring of all threads, as if it were one. */
    protected final Mem threads() {
        return Mem.at(at.threads).plus(-tcb.nextThread.offset());
    }

    /** Goes from one thread of the ring, or from its head, to the next; to {@code done} if there are no more. Clobbers EAX. */
    protected final void nextThread(Reg32 block, Label done) {
        mov(block, block.at(tcb.nextThread));
        lea(EAX, threads());
        cmp(block, EAX);
        exitIf(E, done, "no more threads");
    }

    /** Whether every space has the ports of the consoles, and not the root task's alone. */
    protected final boolean spacesHavePorts() {
        return kernel.parameters().choice("ports").equals("all");
    }

    /** What the code from here to the end of the family, or to the next such line, is spent on in a cycle bill. */
    protected final void spentOn(Cause cause) {
        asm.purpose(cause.word());
    }

    /** L4 time to microseconds: EDX:EAX := mantissa EAX shifted by the exponent in the low five bits of ECX. */
    protected final void shiftPeriod() {
        xor(EDX, EDX);
        op("shld", EDX, EAX, Reg8.CL);
        op("shl", EAX, Reg8.CL);
    }

    protected static Operand imm(int value) {
        return new Imm(value);
    }
}
