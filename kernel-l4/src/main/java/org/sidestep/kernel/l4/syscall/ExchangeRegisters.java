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
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.x2.ExchangeControl.ABORT_RECEIVE;
import static org.sidestep.x2.ExchangeControl.ABORT_SEND;
import static org.sidestep.x2.ExchangeControl.DELIVER;
import static org.sidestep.x2.ExchangeControl.HALT;
import static org.sidestep.x2.ExchangeControl.HALT_VALID;
import static org.sidestep.x2.ExchangeControl.SET_FLAGS;
import static org.sidestep.x2.ExchangeControl.SET_HANDLE;
import static org.sidestep.x2.ExchangeControl.SET_IP;
import static org.sidestep.x2.ExchangeControl.SET_PAGER;
import static org.sidestep.x2.ExchangeControl.SET_SP;
import static org.sidestep.x2.ExchangeControl.USER_FLAGS;
import static org.sidestep.x2.ExchangeControl.WAS_HALTED;
import static org.sidestep.x2.ExchangeControl.WAS_RECEIVING;
import static org.sidestep.x2.ExchangeControl.WAS_SENDING;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.layout.Field;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** ExchangeRegisters (X.2 reference manual): stops, starts, aborts and changes a thread of the caller's space, or one that has its pager there. */
public final class ExchangeRegisters extends SystemCallRoutines {

    /** All bits beyond; old values are delivered, asked for or not. */
    private static final int RESERVED = ~(DELIVER | DELIVER - 1);

    private final Label abort = label("exchange.abort");
    private final Label mayExchange = label("exchange.mayExchange");

    public ExchangeRegisters(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.calls.get(SystemCall.EXCHANGE_REGISTERS), """
                in      EBX current thread; frame: EAX dest - ECX control - EDX SP - ESI IP - EDI FLAGS - EBX handle - EBP pager
                holds   EBP TCB of dest - EDI control - ESI old control
                out     frame: EAX the other id of dest - ECX old control - EDX, ESI, EDI, EBX, EBP old values""");
        Label invalidThread = fresh("invalidThread");
        Label invalidParameter = fresh("invalidParameter");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        call(at.findThread);
        exitIf(Z, invalidThread, "no such thread");
        mov(EBP, EDX);
        cmp(EBP.at(tcb.activated), 0);
        exitIf(E, invalidThread, "not active");
        cmp(EBP.at(thread.state), State.DEAD);
        exitIf(E, invalidThread, "killed");
        call(mayExchange);
        exitIf(NE, invalidThread, "in another space, and its pager too");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        mov(EDI, Tcb.frame(EBX, Frame.ECX));
        test(EDI, RESERVED);
        exitIf(NZ, invalidParameter, "bits that no version of the interface has");
        otherId();
        oldControl();
        call(abort);
        exchangeAll();
        mov(Tcb.frame(EBX, Frame.ECX), ESI);
        halt();

        fail(invalidParameter, SystemCallError.INVALID_PARAMETER);
        fail(invalidThread, SystemCallError.INVALID_THREAD);
        mayExchange();
        abort();
    }

    private void mayExchange() {
        routine(mayExchange, """
                in      EBX current thread - EBP TCB of dest
                out     ZF set: dest is of the caller's space, or its pager is. Clobbers EAX, ECX, EDX""");
        Label done = fresh("done");
        Label nobody = fresh("nobody");
        mov(ECX, EBP.at(thread.space));
        cmp(ECX, EBX.at(thread.space));
        exitIf(E, done, "its own space");
        mov(EAX, EBP.at(thread.utcbAlias));
        mov(EAX, EAX.at(Utcb.PAGER));
        call(at.findGlobal);
        exitIf(Z, nobody, "no pager");
        mov(ECX, EDX.at(thread.space));
        cmp(ECX, EBX.at(thread.space));
        here(done);
        ret();
        here(nobody);
        test(ESP, ESP);
        ret();
    }

    private void otherId() {
        Label id = fresh("id");
        test(Reg8.AL, ThreadId.GLOBAL);
        mov(EAX, EBP.at(thread.localId));
        exitIf(NZ, id, "the caller named it by its global id");
        mov(EAX, EBP.at(thread.globalId));
        here(id);
        mov(Tcb.frame(EBX, Frame.EAX), EAX);
    }

    private void oldControl() {
        Label states = fresh("states");
        mov(EAX, EBP.at(thread.state));
        op("movzx", ESI, Mem.at(states, EAX, 1).byte_());
        kernel.data();
        here(states);
        // by ThreadLayout.State
        asm.bytes(
                (byte) 0,
                (byte) WAS_RECEIVING,
                (byte) WAS_RECEIVING,
                (byte) WAS_SENDING,
                (byte) WAS_HALTED,
                (byte) 0,
                (byte) 0);
        kernel.text();
        asm.comment(
                "in the middle of a transfer it is in that, whatever it does about a fault; so it is in that of an answer");
        inTransfer(tcb.transfer.to, WAS_SENDING);
        inTransfer(tcb.transfer.from, WAS_RECEIVING);
        inTransfer(tcb.answering, WAS_SENDING);
        asm.comment("halted is 0 or WAS_HALTED, whatever it does in Ipc");
        or(ESI, EBP.at(tcb.halted));
    }

    private void inTransfer(Field side, int control) {
        Label not = fresh("not");
        cmp(EBP.at(side), 0);
        exitIf(E, not, "not so");
        mov(ESI, control);
        here(not);
    }

    private void abort() {
        routine(abort, """
                in      EBP TCB of dest - EDI control - ESI old control
                out     its Ipc ended as the control wants it. Keeps EBX, ESI, EDI, EBP""");
        Label done = fresh("done");
        Label onBehalf = fresh("onBehalf");
        mov(EAX, EDI);
        and(EAX, ESI);
        test(EAX, ABORT_RECEIVE | ABORT_SEND);
        exitIf(Z, done, "not wanted, or not in that phase");
        mov(EAX, EBP.at(tcb.transfer.to));
        or(EAX, EBP.at(tcb.transfer.from));
        mov(EAX, EBP);
        exitIf(NZ, at.transferCancel, "in a transfer, its fault with it");
        cmp(EBP.at(tcb.answering), 0);
        exitIf(NE, at.answerCancel, "between two turns of an answer");
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        exitIf(NE, onBehalf, "the kernel does it on its behalf");
        mov(ECX, IpcError.CANCELLED);
        jmp(at.ipcCancel);
        phase("what the kernel does on its behalf ends without a trace");
        here(onBehalf);
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.PREEMPTION);
        exitIf(AE, done, "its time is over: that is its scheduler's or its exception handler's business");
        call(at.threadDetach);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        cmp(EBP.at(tcb.halted), 0);
        exitIf(NE, done, "it stays halted");
        mov(EAX, EBP);
        jmp(at.threadReady);
        here(done);
        ret();
    }

    /**
     * A waiting thread's stack is empty: its resume point visits the place of the frame that it does not have. In a transfer, or
     * between two turns of an answer, its IP visits the place of the one with which the kernel goes on.
     */
    private void exchangeAll() {
        Label framed = fresh("framed");
        Label stored = fresh("stored");
        phase("registers");
        exchangeTransferIp();
        cmp(EBP.at(thread.state), State.WAITING);
        exitIf(NE, framed, "it has a frame");
        kernel.spentOn(Cause.REGISTERS, () -> kernel.policy.loadResumePoint(EBP, EAX, ECX));
        mov(Tcb.frame(EBP, Frame.EIP), EAX);
        mov(Tcb.frame(EBP, Frame.ESP), ECX);
        mov(Tcb.frame(EBP, Frame.EFLAGS), Selectors.USER_EFLAGS);
        here(framed);
        exchange(Frame.EDX, Tcb.frame(EBP, Frame.ESP), SET_SP);
        exchange(Frame.ESI, Tcb.frame(EBP, Frame.EIP), SET_IP);
        exchangeFlags();
        mov(EDX, EBP.at(thread.utcbAlias));
        exchange(Frame.EBX, EDX.at(Utcb.USER_DEFINED_HANDLE), SET_HANDLE);
        exchange(Frame.EBP, EDX.at(Utcb.PAGER), SET_PAGER);
        cmp(EBP.at(thread.state), State.WAITING);
        exitIf(NE, stored, "the frame is its own");
        mov(EAX, Tcb.frame(EBP, Frame.EIP));
        mov(ECX, Tcb.frame(EBP, Frame.ESP));
        kernel.spentOn(Cause.REGISTERS, () -> kernel.policy.saveResumePoint(EBP, EDX, EAX, ECX));
        here(stored);
        exchangeTransferIp();
    }

    private void exchangeTransferIp() {
        Label not = fresh("not");
        mov(EAX, EBP.at(tcb.transfer.to));
        or(EAX, EBP.at(tcb.transfer.from));
        or(EAX, EBP.at(tcb.answering));
        exitIf(Z, not, "neither");
        mov(EAX, Tcb.frame(EBP, Frame.EIP));
        xchg(EAX, EBP.at(tcb.transfer.userIp));
        mov(Tcb.frame(EBP, Frame.EIP), EAX);
        here(not);
    }

    /** The caller's {@code argument} gets the old value; the new one takes its place if {@code control} has the bit. */
    private void exchange(Field argument, Mem place, int bit) {
        Label unchanged = fresh("unchanged");
        mov(EAX, Tcb.frame(EBX, argument));
        mov(ECX, place);
        mov(Tcb.frame(EBX, argument), ECX);
        test(EDI, bit);
        exitIf(Z, unchanged, "not wanted");
        mov(place, EAX);
        here(unchanged);
    }

    private void exchangeFlags() {
        Label flags = fresh("flags");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        mov(ECX, Tcb.frame(EBP, Frame.EFLAGS));
        mov(Tcb.frame(EBX, Frame.EDI), ECX);
        test(EDI, SET_FLAGS);
        exitIf(Z, flags, "not wanted");
        xor(EAX, ECX);
        and(EAX, USER_FLAGS);
        xor(ECX, EAX);
        mov(Tcb.frame(EBP, Frame.EFLAGS), ECX);
        here(flags);
    }

    /**
     * A thread in Ipc stays there, and its partners notice nothing; what it must not do is run user instructions, hence not be
     * resumed at user level either.
     */
    private void halt() {
        Label halt = fresh("halt");
        Label inIpc = fresh("inIpc");
        Label other = fresh("other");
        phase("halt or resume");
        test(EDI, HALT_VALID);
        exitIf(Z, at.exitResched, "neither");
        mov(EAX, EBP);
        test(EDI, HALT);
        exitIf(NZ, halt, "halt");
        mov(EBP.at(tcb.halted), 0);
        cmp(EBP.at(thread.state), State.INACTIVE);
        exitIf(NE, at.exitResched, "it runs, or goes on with its Ipc");
        call(at.threadReady);
        jmp(at.exitResched);
        here(halt);
        mov(EBP.at(tcb.halted), 1);
        cmp(EBP.at(thread.state), State.READY);
        exitIf(NE, inIpc, "not at user level");
        cmp(EBP, EBX);
        exitIf(NE, other, "not the caller itself");
        mov(EBX.at(thread.state), State.INACTIVE);
        jmp(at.exitSchedule);
        here(other);
        cmp(EBP.at(tcb.transfer.to), 0);
        exitIf(NE, at.exitResched, "it copies strings, as part of its Ipc");
        cmp(EBP.at(tcb.transfer.from), 0);
        exitIf(NE, at.exitResched, "it deals with a fault, likewise");
        call(at.threadDetach);
        jmp(at.exitResched);

        here(inIpc);
        cmp(EBP.at(thread.state), State.WAITING);
        exitIf(NE, at.exitResched, "it has a frame: it stops when its Ipc is over");
        kernel.spentOn(Cause.VALIDATION, () -> kernel.policy.loadPartner(EBP, EDX));
        mov(EBP.at(thread.partner), EDX);
        mov(EDI, EBP);
        call(at.ipcReframe);
        mov(EBP.at(thread.state), State.WAITING_FRAME);
        jmp(at.exitResched);
    }
}
