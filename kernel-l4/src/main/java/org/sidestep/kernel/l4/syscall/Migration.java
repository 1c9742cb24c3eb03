package org.sidestep.kernel.l4.syscall;

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
 * yet waits on for that.
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
        Label answer = fresh("answer");
        mov(EAX, Tcb.frame(EBP, Frame.EIP));
        mov(ECX, EBP.at(thread.space));
        sub(EAX, ECX.at(SpaceLayout.KIP));
        add(EAX, MemoryMap.KIP);
        cmp(EAX, at.unmapStub);
        exitIf(NE, answer, "in no Unmap");
        add(Tcb.frame(EBP, Frame.EIP), SystemCalls.INT_LENGTH);
        mov(ECX, EBP.at(thread.utcbAlias));
        mov(EAX, ECX.at(Utcb.MR0));
        mov(Tcb.frame(EBP, Frame.ESI), EAX);
        jmp(detach);
        here(answer);
        cmp(EAX, at.ipcStub);
        exitIf(NE, detach, "nor with an answer");
        xor(EAX, EAX);
        xchg(EAX, EBP.at(tcb.ipcReturn));
        test(EAX, EAX);
        exitIf(Z, detach, "it went there itself");
        mov(Tcb.frame(EBP, Frame.EIP), EAX);
        mov(ECX, IpcError.CANCELLED);
        push(EDI);
        mov(EDI, EBP);
        call(at.ipcFail);
        pop(EDI);
        jmp(detach);
    }

    private void detach() {
        routine(detach, "in      EBP thread; out in no queue, INACTIVE, nobody's partner. Clobbers EAX, ECX, EDX");
        mov(EAX, EBP);
        call(at.threadDetach);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        mov(EAX, EBP);
        jmp(at.threadForsake);
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
