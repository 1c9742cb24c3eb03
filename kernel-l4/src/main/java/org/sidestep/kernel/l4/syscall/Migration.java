package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
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

import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/**
 * The way of a thread that has a UTCB to another space; the contents of its UTCB come with it. Its Ipc is cancelled, and who deals with it has
 * no partner any more; what the kernel does on its behalf ends, and begins again where it then is. A thread that has not been started
 * yet waits on for that. So it is with a thread that stays, and gets another version of its id. Only interrupts know their handler by its
 * id alone, and stay with one that moves.
 */
final class Migration extends KernelRoutines {

    private final Label detach = label("migration.detach");

    private final Label turns = label("migration.turns");

    Migration(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.outOfLine(() -> {
            stop();
            turns();
            answer();
            renamed();
            detach();
            notStarted();
            move();
        });
    }

    private void stop() {
        routine(at.threadStop);
        Label transfer = fresh("transfer");
        Label own = fresh("own");
        mov(EAX, EBP.at(tcb.transfer.to));
        or(EAX, EBP.at(tcb.transfer.from));
        exitIf(NZ, transfer, "in a transfer of strings");
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.START);
        exitIf(E, label("migration.notStarted"), "it waits to be started");
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        exitIf(NE, detach, "the kernel does something on its behalf");
        mov(ECX, EBP.at(thread.state));
        dec(ECX);
        cmp(ECX, State.SENDING);
        exitIf(AE, turns, "ready, or inactive");
        mov(EAX, EBP);
        mov(ECX, IpcError.CANCELLED);
        call(at.ipcCancel);
        jmp(detach);
        here(transfer);
        mov(EAX, EBP);
        call(at.transferCancel);
        jmp(detach);
    }

    /** What it does in turns ends where it has begun: the rest would be done in, or from, another space. */
    private void turns() {
        routine(turns, """
                in      EBP thread at user level; between two turns of an Unmap that one is over, the fpages not done as they were given;
                        the answer to a page fault is cancelled""");
        Label other = fresh("other");
        mov(EAX, Tcb.frame(EBP, Frame.EIP));
        mov(ECX, EBP.at(thread.space));
        sub(EAX, ECX.at(SpaceLayout.KIP));
        add(EAX, MemoryMap.KIP);
        cmp(EAX, at.unmapStub);
        exitIf(NE, other, "in no Unmap");
        add(Tcb.frame(EBP, Frame.EIP), SystemCalls.INT_LENGTH);
        mov(ECX, EBP.at(thread.utcbAlias));
        mov(EAX, ECX.at(Utcb.MR0));
        mov(Tcb.frame(EBP, Frame.ESI), EAX);
        jmp(detach);
        here(other);
        call(at.answerCancel);
        jmp(detach);
    }

    private void answer() {
        routine(at.answerCancel);
        Label none = fresh("none");
        cmp(EBP.at(tcb.answering), 0);
        exitIf(E, none, "with no answer");
        mov(EBP.at(tcb.answering), 0);
        mov(EAX, EBP.at(tcb.transfer.userIp));
        mov(Tcb.frame(EBP, Frame.EIP), EAX);
        mov(ECX, IpcError.CANCELLED);
        push(EDI);
        push(EBP.at(tcb.protocol));
        push(EBP.at(thread.state));
        asm.comment("a quantum that is used up is another matter");
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        mov(EDI, EBP);
        call(at.ipcFail);
        pop(EBP.at(thread.state));
        pop(EBP.at(tcb.protocol));
        pop(EDI);
        here(none);
        ret();
    }

    /** A transfer of strings ends with the old id, as for whoever is gone. */
    private void renamed() {
        routine(at.threadRenamed);
        Label over = fresh("over");
        Label onBehalf = fresh("onBehalf");
        Label user = fresh("user");
        mov(EAX, EBP.at(tcb.transfer.to));
        or(EAX, EBP.at(tcb.transfer.from));
        exitIf(NZ, over, "in a transfer of strings");
        mov(EAX, EBP);
        cmp(EBP.at(thread.state), State.DEAD);
        exitIf(E, over, "it does nothing any more");
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.START);
        exitIf(E, over, "it waits to be started");
        exitIf(A, onBehalf, "the kernel does something on its behalf");
        mov(ECX, EBP.at(thread.state));
        dec(ECX);
        cmp(ECX, State.SENDING);
        exitIf(AE, user, "ready, or inactive");
        mov(ECX, IpcError.CANCELLED);
        call(at.ipcCancel);
        jmp(over);
        here(user);
        call(at.answerCancel);
        jmp(over);
        here(onBehalf);
        call(at.threadDetach);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        cmp(EBP.at(tcb.halted), 0);
        exitIf(NE, over, "it stays halted");
        mov(EAX, EBP);
        call(at.threadReady);
        here(over);
        mov(EAX, EBP);
        jmp(at.threadAbandon);
    }

    private void detach() {
        routine(detach, "in      EBP thread; out in no queue, INACTIVE, nobody's partner. Clobbers EAX, ECX, EDX");
        mov(EAX, EBP);
        call(at.threadDetach);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        mov(EAX, EBP);
        jmp(at.threadMoved);
    }

    private void notStarted() {
        routine("migration.notStarted", """
                in      EBP thread that waits for its start message
                out     who may send it is known by global id, from wherever it is looked at. Clobbers EAX, ECX, EDX""");
        Label done = fresh("done");
        mov(EAX, EBP.at(thread.partner));
        test(Reg8.AL, ThreadId.GLOBAL);
        exitIf(NZ, done, "of another space");
        xchg(EBX, EBP);
        call(at.findLocal);
        xchg(EBX, EBP);
        exitIf(Z, done, "it is gone");
        mov(EAX, EDX.at(thread.globalId));
        mov(EBP.at(thread.partner), EAX);
        here(done);
        ret();
    }

    private void move() {
        routine(at.threadMigrate);
        Label done = fresh("done");
        Label elsewhere = fresh("elsewhere");
        Label beside = fresh("beside");
        asm.comment("where Ipc returns it, it is its new one");
        mov(ECX, EBP.at(thread.localId));
        cmp(Tcb.frame(EBP, Frame.EDI), ECX);
        exitIf(NE, elsewhere, "something else");
        mov(Tcb.frame(EBP, Frame.EDI), EAX);
        here(elsewhere);
        asm.comment("in a stub of the interface page it is in that of its new space");
        mov(ECX, Tcb.frame(EBP, Frame.EIP));
        mov(EDX, EBP.at(thread.space));
        sub(ECX, EDX.at(SpaceLayout.KIP));
        cmp(ECX, MemoryMap.PAGE);
        exitIf(AE, beside, "it is in none");
        add(ECX, EDI.at(SpaceLayout.KIP));
        mov(Tcb.frame(EBP, Frame.EIP), ECX);
        here(beside);
        changePlace();
        phase("it goes on, if it was going on");
        cmp(EBP.at(thread.state), State.INACTIVE);
        exitIf(NE, done, "it waits to be started");
        cmp(EBP.at(tcb.activated), 0);
        exitIf(E, done, "not active");
        cmp(EBP.at(tcb.halted), 0);
        exitIf(NE, done, "halted");
        mov(EAX, EBP);
        jmp(at.threadReady);
        here(done);
        ret();
    }

    /** It takes its UTCB along. */
    private void changePlace() {
        push(EBP.at(thread.utcbAlias));
        push(EBP.at(thread.space));
        call(at.threadPlace);
        pop(EAX);
        pop(ECX);
        push(ESI);
        push(EDI);
        lea(EDI, ESI.at(-Utcb.ORIGIN));
        lea(ESI, ECX.at(-Utcb.ORIGIN));
        mov(ECX, MemoryMap.UTCB_SIZE / 4);
        op("rep movsd");
        pop(EDI);
        pop(ESI);
        mov(ECX, EBP.at(thread.globalId));
        mov(ESI.at(Utcb.GLOBAL_ID), ECX);
        kernel.policy.migrate(ESI);
        call(at.threadEnter);
        call(at.spaceRelease);
    }
}
