package org.sidestep.kernel.l4.ipc;

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
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.layout.Tcb.frame;

import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.kernel.l4.layout.TransferWords;
import org.sidestep.kernel.l4.layout.TransferWords.Limit;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.UserSegment;

/** How transfers end: all copied, cut, or broken off; always for both, who learn how many bytes have been copied. */
final class StringEndings extends KernelRoutines {

    private final TransferWords transfer;

    private final Label concluded = label("transfer.concluded");
    private final Label errors = label("transfer.errors");
    private final Label ended = label("transfer.ended");

    StringEndings(Kernel kernel) {
        super(kernel);
        transfer = tcb.transfer;
    }

    @Override
    public void emit() {
        finish();
        cut();
        concluded();
        timeout();
        end();
        cancel();
        abandon();
        errors();
        restore();
    }

    private void finish() {
        routine(at.transferFinish);
        restoreBoth();
        call(at.ipcDeliveredAs);
        jmp(concluded);
    }

    private void cut() {
        routine(at.transferCut);
        restoreBoth();
        mov(ECX, EBX.at(transfer.bytes));
        shl(ECX, IpcError.BYTES_SHIFT);
        or(ECX, IpcError.MESSAGE_OVERFLOW);
        push(ECX);
        or(ECX, IpcError.RECEIVE);
        call(at.ipcOverflow);
        pop(ECX);
        jmp(concluded);
    }

    /** Loads what ipc.delivered takes. */
    private void restoreBoth() {
        mov(ESI, EBX);
        mov(EDI, EBP);
        call(at.transferRestore);
        mov(EDX, EDI.at(thread.utcbAlias));
        mov(ECX, frame(ESI, Frame.ESI));
        and(ECX, ~Transfer.USER_FLAGS);
    }

    private void concluded() {
        routine(concluded, """
                in  EBX current thread, sender with a frame - EDI receiver, ZF clear if it is READY, not queued - ECX error code, or 0
                out ipc.receive or ipc.failed""");
        Label halted = fresh("halted");
        mov(EBP, 0);
        exitIf(Z, halted, "the receiver runs when it is resumed");
        mov(EBP, EDI);
        here(halted);
        mov(EDI, EBX);
        test(ECX, ECX);
        exitIf(Z, at.ipcReceive, "the sender's own receive phase");
        jmp(at.ipcFailed);
    }

    private void timeout() {
        routine(at.transferTimeout);
        lea(ESP, EBX.at(MemoryMap.TCB_SIZE - Frame.SIZE));
        mov(ESI, EBX);
        mov(EDI, EBP);
        mov(ECX, IpcError.TIMEOUT);
        call(errors);
        push(EAX);
        call(at.transferRestore);
        call(at.ipcFail);
        pop(ECX);
        jmp(concluded);
    }

    private void end() {
        routine(at.transferEnd);
        Label roles = fresh("roles");
        Label partner = fresh("partner");
        Label halted = fresh("halted");
        push(EBP);
        mov(EBP, EDI);
        mov(ESI, EDI.at(transfer.from));
        test(ESI, ESI);
        exitIf(NZ, roles, "it is the receiver");
        mov(ESI, EDI);
        mov(EDI, ESI.at(transfer.to));
        here(roles);
        call(errors);
        push(ECX);
        push(EAX);
        call(at.transferRestore);
        phase("the sender, then the receiver: out of all queues, its error");
        endOf(ESI);
        pop(ECX);
        xchg(ESI, EDI);
        call(at.ipcFail);
        xchg(ESI, EDI);
        endOf(EDI);
        pop(ECX);
        call(at.ipcFail);
        phase("the partner of the one that was asked for goes on by itself");
        cmp(EDI, EBP);
        exitIf(NE, partner, "the receiver is the partner");
        mov(EDI, ESI);
        here(partner);
        cmp(EDI.at(thread.state), State.READY);
        exitIf(NE, halted, "it was halted");
        mov(EAX, EDI);
        call(kernel.scheduler.enqueue);
        here(halted);
        mov(EDI, EBP);
        pop(EBP);
        jmp(at.ipcReleased);
    }

    /** Out of what it waits for or is queued in, and with it what the kernel does on its behalf. */
    private void endOf(Reg32 party) {
        mov(EAX, party);
        call(at.threadDetach);
        mov(party.at(tcb.protocol), Protocol.NONE);
    }

    private void cancel() {
        routine(at.transferCancel);
        push(ESI);
        push(EDI);
        mov(EDI, EAX);
        mov(ECX, IpcError.CANCELLED);
        call(ended);
        pop(EDI);
        pop(ESI);
        ret();

        routine(at.timeoutPassed);
        cmp(EDI.at(thread.state), State.TRANSFER);
        exitIf(NE, at.ipcEnded, "its own Ipc's");

        routine(ended, "in EDI, ECX as for transfer.end; out as ipc.ended. Clobbers EAX, ECX, EDX, ESI");
        call(at.transferEnd);
        returnReady();
    }

    /** A thread that is gone stays so; one that goes on under another id leaves the transfer, too. */
    private void abandon() {
        routine(at.threadAbandon);
        Label goesOn = fresh("goesOn");
        Label over = fresh("over");
        mov(ECX, EAX.at(transfer.to));
        or(ECX, EAX.at(transfer.from));
        exitIf(Z, at.threadForsake, "in no transfer");
        push(ESI);
        push(EDI);
        mov(EDI, EAX);
        mov(ECX, IpcError.CANCELLED);
        mov(EAX, EDI.at(thread.state));
        cmp(EAX, State.INACTIVE);
        exitIf(B, goesOn, "in the ready queue, or deals with a fault");
        cmp(EAX, State.TRANSFER);
        exitIf(E, goesOn, "its partner copies");
        push(EAX);
        call(at.transferEnd);
        pop(EAX);
        mov(EDI.at(thread.state), EAX);
        jmp(over);
        here(goesOn);
        call(ended);
        here(over);
        mov(EAX, EDI);
        pop(EDI);
        pop(ESI);
        jmp(at.threadForsake);
    }

    private void errors() {
        routine(errors, """
                in  ESI sender, EDI receiver - ECX cause: TIMEOUT for a transfer timeout
                out EAX sender's error code, ECX the receiver's""");
        Label count = fresh("count");
        cmp(ECX, IpcError.TIMEOUT);
        mov(EAX, IpcError.ABORTED);
        mov(ECX, IpcError.ABORTED | IpcError.RECEIVE);
        exitIf(NE, count, "it was not time that ended it");
        mov(EAX, IpcError.OWN_TRANSFER_TIMEOUT);
        mov(ECX, IpcError.PARTNER_TRANSFER_TIMEOUT | IpcError.RECEIVE);
        cmp(ESI.at(transfer.limit), Limit.SENDER);
        exitIf(E, count, "the sender's timeout");
        mov(EAX, IpcError.PARTNER_TRANSFER_TIMEOUT);
        mov(ECX, IpcError.OWN_TRANSFER_TIMEOUT | IpcError.RECEIVE);
        here(count);
        push(EDX);
        mov(EDX, ESI.at(transfer.bytes));
        shl(EDX, IpcError.BYTES_SHIFT);
        or(EAX, EDX);
        or(ECX, EDX);
        pop(EDX);
        ret();
    }

    private void restore() {
        routine(at.transferRestore);
        mov(ESI.at(transfer.to), 0);
        mov(EDI.at(transfer.from), 0);
        for (Reg32 party : new Reg32[] {ESI, EDI}) {
            mov(EAX, party.at(transfer.userIp));
            mov(frame(party, Frame.EIP), EAX);
            mov(frame(party, Frame.CS), UserSegment.CODE);
            mov(frame(party, Frame.EFLAGS), Selectors.USER_EFLAGS);
        }
        ret();
    }
}
