package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Cr.CR2;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.layout.Tcb.frame;

import org.sidestep.asm.Label;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.TransferWords;
import org.sidestep.kernel.l4.layout.TransferWords.Limit;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Page faults of a transfer: either thread sends its own, like any fault of its, while the other one waits. The shorter of
 * both transfer timeouts begins with the first fault and covers all of them; it is that of the thread that waits.
 */
final class StringFaults extends KernelRoutines {

    /** Error code of a page fault: by user level, and for a write. */
    private static final int USER_READS = 4;

    private static final int USER_WRITES = 6;

    /** What a receiver's pager is told as its instruction pointer. */
    private static final int NO_INSTRUCTION = -1;

    private static final int TIMEOUT = 0xFFFF;

    private final TransferWords transfer;

    private final Label mayFault = label("transfer.mayFault");
    private final Label limit = label("transfer.limit");

    StringFaults(Kernel kernel) {
        super(kernel);
        transfer = tcb.transfer;
    }

    @Override
    public void emit() {
        sourceFault();
        targetFault();
        receiver();
        mayFault();
        limit();
    }

    private void sourceFault() {
        routine(at.transferSourceFault);
        mov(EDI, EBP);
        call(mayFault);
        mov(ESI, EBX.at(transfer.source.address()));
        mov(EDX, EBX.at(transfer.userIp));
        mov(frame(EBX, Frame.ERROR), USER_READS);
        send();
    }

    private void targetFault() {
        routine(at.transferTargetFault);
        mov(EDI, EBX);
        call(mayFault);
        mov(EBX.at(thread.state), State.TRANSFER);
        mov(EBP.at(thread.state), State.READY);
        mov(EAX, EBP);
        jmp(at.exitSwitch);
    }

    private void receiver() {
        routine(at.transferFault);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        mov(frame(EBX, Frame.EIP), at.transferResume);
        mov(EAX, EBX.at(transfer.from));
        mov(ESI, EAX.at(transfer.target.address()));
        mov(EDX, NO_INSTRUCTION);
        mov(frame(EBX, Frame.ERROR), USER_WRITES);
        send();

        routine(at.transferResume);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        mov(frame(EBX, Frame.EIP), at.transferFault);
        mov(EBX.at(thread.state), State.TRANSFER);
        mov(EDI, EBX.at(transfer.from));
        call(at.timeoutForget);
        mov(EDI.at(thread.state), State.READY);
        mov(EAX, EDI);
        jmp(at.exitSwitch);
    }

    /** In: ESI address, EDX IP. */
    private void send() {
        mov(CR2, ESI);
        mov(frame(EBX, Frame.VECTOR), Vectors.PAGE_FAULT);
        jmp(at.pageFaultAt);
    }

    private void mayFault() {
        routine(mayFault, """
                in  EBX current thread, sender - EBP receiver - EDI the one of them that waits during the fault
                out its timeout runs, if there is one; or, without return, transfer.timeout if no fault is allowed.
                    Clobbers EAX, ECX, EDX, ESI""");
        Label known = fresh("known");
        Label never = fresh("never");
        cmp(EBX.at(transfer.limit), Limit.UNKNOWN);
        exitIf(NE, known, "not the first fault");
        mov(EBX.at(transfer.limit), Limit.NEVER);
        mov(EAX, EBX.at(thread.utcbAlias));
        mov(ECX, EAX.at(Utcb.XFER_TIMEOUTS));
        shr(ECX, Time.HIGH_SHIFT);
        mov(ESI, Limit.SENDER);
        call(limit);
        mov(EAX, EBP.at(thread.utcbAlias));
        mov(ECX, EAX.at(Utcb.XFER_TIMEOUTS));
        and(ECX, TIMEOUT);
        mov(ESI, Limit.RECEIVER);
        call(limit);
        here(known);
        cmp(EBX.at(transfer.limit), Limit.NEVER);
        exitIf(E, never, "no timeout");
        mov(EAX, EBX.at(transfer.deadline));
        mov(EDX, EBX.at(transfer.deadlineHigh));
        jmp(at.timeoutStart);
        here(never);
        ret();
    }

    private void limit() {
        routine(limit, """
                in  EBX sender - ECX L4 time, a period or a point, ESI whose
                out that is the limit if it is the shorter one; or, without return, transfer.timeout if it is zero.
                    Clobbers EAX, ECX, EDX""");
        Label done = fresh("done");
        Label shorter = fresh("shorter");
        Label zero = fresh("zero");
        test(ECX, ECX);
        exitIf(Z, done, "never");
        call(at.timeoutDeadline);
        exitIf(Z, zero, "no fault is allowed");
        cmp(EBX.at(transfer.limit), Limit.NEVER);
        exitIf(E, shorter, "the first");
        mov(ECX, EAX);
        sub(ECX, EBX.at(transfer.deadline));
        mov(ECX, EDX);
        op("sbb", ECX, EBX.at(transfer.deadlineHigh));
        exitIf(AE, done, "the sender's is as short");
        here(shorter);
        mov(EBX.at(transfer.deadline), EAX);
        mov(EBX.at(transfer.deadlineHigh), EDX);
        mov(EBX.at(transfer.limit), ESI);
        here(done);
        ret();
        here(zero);
        mov(EBX.at(transfer.limit), ESI);
        jmp(at.transferTimeout);
    }
}
