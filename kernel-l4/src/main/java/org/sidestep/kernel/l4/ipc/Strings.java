package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.A;
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
import static org.sidestep.kernel.l4.layout.Tcb.frame;
import static org.sidestep.kernel.l4.layout.TransferWords.UNDER_WAY;

import org.sidestep.asm.Label;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Utcb;

/**
 * Strings of messages, and map items that are more than one turn's work. Their transfer takes time, so it is a thing that the
 * sender does: it is READY, runs in its own time slice, and its frame leads to where the kernel goes on. The receiver waits meanwhile
 * (state TRANSFER). A fault is sent by the thread in whose space it is, and the other one waits meanwhile. How far it has come is in the
 * sender's TCB alone.
 *
 * <p>All of it stands behind the other routines, which lead here where a message has typed items or has failed.
 */
public final class Strings extends KernelRoutines {

    public Strings(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.outOfLine(() -> {
            typedItems();
            overflow();
            sendOver();
            releasedHalted();
            new StringTransfer(kernel).emit();
            new StringFaults(kernel).emit();
            new StringEndings(kernel).emit();
        });
    }

    private void typedItems() {
        routine(at.typedItems);
        Label done = fresh("done");
        call(at.mapTurn);
        push(EBX);
        push(EBP);
        push(EDI);
        mov(EBX, EAX);
        mov(EBP, ECX);
        mov(EDI, EDX);
        mov(EBX.at(tcb.transfer.mappedWords), 0);
        mov(EBX.at(tcb.transfer.mapped), 0);
        call(at.mapMessage);
        cmp(EAX, UNDER_WAY);
        exitIf(A, done, "not accepted");
        test(ECX, ECX);
        exitIf(Z, done, "all were map items");
        sub(EDX, EDI);
        call(at.transferBegin);
        mov(EAX, UNDER_WAY);
        here(done);
        pop(EDI);
        pop(EBP);
        pop(EBX);
        ret();
    }

    /** A cut message is delivered as far as it came. */
    private void overflow() {
        routine(at.ipcOverflow);
        Label cut = fresh("cut");
        cmp(ECX, UNDER_WAY);
        exitIf(NE, cut, "an error");
        ret();
        here(cut);
        mov(EDX.at(Utcb.ERROR_CODE), ECX);
        mov(ECX, frame(ESI, Frame.ESI));
        and(ECX, ~Transfer.USER_FLAGS);
        or(ECX, MessageTag.ERROR);
        jmp(at.ipcDeliveredAs);
    }

    private void releasedHalted() {
        routine(at.ipcReleasedHalted);
        Label goesOn = fresh("goesOn");
        push(EAX);
        mov(EAX, EDI.at(tcb.transfer.to));
        or(EAX, EDI.at(tcb.transfer.from));
        pop(EAX);
        exitIf(NZ, goesOn, "its fault is answered: the transfer is the kernel's");
        mov(EDI.at(thread.state), State.INACTIVE);
        cmp(EDI, EDI);
        ret();
        here(goesOn);
        mov(EDI.at(thread.state), State.READY);
        test(EDI, EDI);
        ret();
    }

    private void sendOver() {
        routine(at.ipcSendOver);
        Label underWay = fresh("underWay");
        cmp(ECX, UNDER_WAY);
        exitIf(E, underWay, "it goes on with its strings");
        jmp(at.ipcFail);
        here(underWay);
        ret();
    }
}
