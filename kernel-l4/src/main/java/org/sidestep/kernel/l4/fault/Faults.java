package org.sidestep.kernel.l4.fault;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Cr.CR2;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.TransferWords;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.layout.Field;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.Utcb;

/** Faults as messages, and what their answers do (X.2 reference manual, "Protocols"). */
public final class Faults extends KernelRoutines {

    private static final int ERROR_WRITE = 2;
    /** LOCK, NOP. */
    private static final int LOCK = 0xF0;

    private static final int NOP = 0x90;

    /** The exception message, from MR1. */
    private static final List<Field> EXCEPTION_MESSAGE = List.of(
            Frame.EIP,
            Frame.EFLAGS,
            Frame.VECTOR,
            Frame.ERROR,
            Frame.EDI,
            Frame.ESI,
            Frame.EBP,
            Frame.ESP,
            Frame.EBX,
            Frame.EDX,
            Frame.ECX,
            Frame.EAX);

    private final Exchange start = Exchange.awaited(Tcb.Protocol.START, label("fault.start"), this::startAddress);
    private final Exchange exception = new Exchange(
            Tcb.Protocol.EXCEPTION,
            Utcb.EXCEPTION_HANDLER,
            "no exception handler",
            this::registersMessage,
            label("fault.registers"),
            this::registers);
    private final Exchange pageFault = new Exchange(
            Tcb.Protocol.PAGE_FAULT,
            Utcb.PAGER,
            "no pager",
            this::addressMessage,
            label("fault.mapping"),
            this::mapping);

    private final Exchange interrupt =
            Exchange.awaited(Tcb.Protocol.INTERRUPT, label("fault.acknowledged"), this::acknowledged);

    private final Exchange preemption = Exchange.awaited(Tcb.Protocol.PREEMPTION, label("fault.goesOn"), this::goesOn);
    private final Exchange quantum = Exchange.awaited(Tcb.Protocol.QUANTUM, preemption.answered(), () -> {});

    /** In the order in which an answer is looked for. */
    private final List<Exchange> exchanges = List.of(start, exception, interrupt, preemption, quantum, pageFault);

    private final Label run = label("fault.answered.run");
    private final Label wait = label("fault.answered.wait");
    private final Label stays = label("fault.answered.stays");
    private final Label again = label("fault.answered.again");

    public Faults(Kernel kernel) {
        super(kernel);
    }

    /** MR{@code i} of the message that the kernel sends or receives for a thread. */
    private Mem message(Reg32 of, int i) {
        return of.at(tcb.message.offset() + 4 * i).dword().of(tcb.message);
    }

    @Override
    public void emit() {
        pageFault();
        invalidOpcode();
        exception();
        answered();
    }

    private void pageFault() {
        routine(at.pageFault);
        mov(ECX, CR2);
        and(ECX, -MemoryMap.PAGE);
        cmp(ECX, MemoryMap.CURRENT_UTCB);
        exitIf(E, at.floatingPointSwitch, "the word behind %gs:0 is read-only for who has the floating-point unit");
        mov(ESI, CR2);
        mov(EDX, Tcb.frame(EBX, Frame.EIP));

        entered(at.pageFaultAt);
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.SIGMA0);
        exitIf(NZ, at.pageOwnFault, "sigma0's own fault");
        send(pageFault);
    }

    private void addressMessage() {
        Label read = fresh("read");
        mov(message(EBX, 0), Protocol.PAGE_FAULT.tag(Fpage.READ));
        test(Tcb.frame(EBX, Frame.ERROR), ERROR_WRITE);
        exitIf(Z, read, "no write");
        mov(message(EBX, 0), Protocol.PAGE_FAULT.tag(Fpage.WRITE));
        here(read);
        mov(message(EBX, 1), ESI);
        mov(message(EBX, 2), EDX);
    }

    /** Sends the current thread's message to its handler; killed without one. */
    private void send(Exchange exchange) {
        mov(ECX, EBX.at(thread.utcbAlias));
        mov(EAX, ECX.at(exchange.handler()));
        test(EAX, EAX);
        exitIf(Z, at.killCurrent, exchange.without());
        exchange.message().run();
        mov(EBX.at(tcb.protocol), exchange.number());
        jmp(at.ipcKernelCall);
    }

    /** The instruction was fetched a moment ago and page tables do not change meanwhile: its bytes can be read. */
    private void invalidOpcode() {
        routine(at.invalidOpcode);
        mov(EDX, Tcb.frame(EBX, Frame.EIP));
        cmp(EDX.at(0).byte_(), (byte) LOCK);
        exitIf(NE, at.exception, "no KernelInterface");
        cmp(EDX.at(1).byte_(), (byte) NOP);
        exitIf(NE, at.exception, "no KernelInterface");
        add(Tcb.frame(EBX, Frame.EIP), 2);
        mov(ECX, EBX.at(thread.space));
        mov(EAX, ECX.at(SpaceLayout.KIP));
        mov(Tcb.frame(EBX, Frame.EAX), EAX);
        mov(Tcb.frame(EBX, Frame.ECX), Kip.API_VERSION);
        mov(Tcb.frame(EBX, Frame.EDX), Kip.API_FLAGS);
        mov(Tcb.frame(EBX, Frame.ESI), Kip.KERNEL_ID);
        jmp(at.exitResume);
    }

    private void exception() {
        routine(at.exception);
        send(exception);
    }

    private void registersMessage() {
        mov(message(EBX, 0), Protocol.EXCEPTION.tag());
        for (int i = 0; i < EXCEPTION_MESSAGE.size(); i++) {
            mov(ECX, Tcb.frame(EBX, EXCEPTION_MESSAGE.get(i)));
            mov(message(EBX, i + 1), ECX);
        }
    }

    private void answered() {
        routine(at.protocolAnswered);
        push(EBP);
        mov(EBP, EAX);
        mov(EAX, EBP.at(tcb.protocol));
        Exchange last = exchanges.get(exchanges.size() - 1);
        for (Exchange exchange : exchanges) {
            if (exchange == last) break;
            cmp(EAX, exchange.number());
            exitIf(E, exchange.answered(), "this one");
        }
        jmp(last.answered());
        here(run);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        xor(ECX, ECX);
        or(EAX, -1);
        pop(EBP);
        ret();
        here(wait);
        mov(EBP.at(thread.state), State.WAITING_FRAME);
        here(stays);
        xor(ECX, ECX);
        here(again);
        xor(EAX, EAX);
        pop(EBP);
        ret();
        for (int i = exchanges.size() - 1; i >= 0; i--)
            exchanges.get(i).answer().run();
    }

    private void mapping() {
        phase("page fault: what did not get mapped faults again");
        here(pageFault.answered());
        test(message(EBP, 0), MessageTag.TYPED);
        exitIf(Z, run, "nothing mapped");
        Label goesOn = fresh("goesOn");
        push(ESI);
        push(ECX);
        mov(EAX, ECX);
        cmp(Tcb.frame(EAX, Frame.VECTOR), Vectors.SYSTEM_CALL);
        exitIf(E, goesOn, "its Ipc has had its first turn");
        mov(EAX.at(tcb.transfer.mappedWords), 0);
        mov(EAX.at(tcb.transfer.mapped), 0);
        here(goesOn);
        mov(ECX, EBP);
        call(at.mapTurn);
        lea(EDX, EBP.at(tcb.message.offset()));
        mov(ESI, Fpage.COMPLETE);
        call(at.mapMessage);
        pop(EDX);
        pop(ESI);
        cmp(EAX, TransferWords.UNDER_WAY);
        exitIf(E, label("fault.mapping.turn"), "not all of it yet");
        cmp(Mem.at(at.pageUsedUp).dword(), 0);
        exitIf(E, run, "all of it is mapped");
        phase("its space has no page table left: it would fault for ever");
        mov(EBP.at(thread.state), State.DEAD);
        mov(EAX, EBP);
        call(at.threadAbandon);
        jmp(stays);
        turn();
    }

    /**
     * The thread that has faulted may be in a transfer itself. So this is none: the answer is sent again, but for what is mapped. Meanwhile
     * it is at user level, as in Unmap.
     */
    private void turn() {
        routine("fault.mapping.turn", "in EBP thread that has faulted, ECX words left of the answer, EDX who sends it");
        mov(EAX, message(EBP, 0));
        shr(EAX, MessageTag.TYPED_SHIFT);
        and(EAX, MessageTag.TYPED >> MessageTag.TYPED_SHIFT);
        sub(EAX, ECX);
        mov(EDX.at(tcb.transfer.mappedWords), EAX);
        mov(EAX, Tcb.frame(EDX, Frame.EIP));
        mov(EDX.at(tcb.transfer.userIp), EAX);
        mov(EDX.at(tcb.answering), 1);
        mov(EAX, at.ipcStub);
        sub(EAX, MemoryMap.KIP);
        mov(ECX, EDX.at(thread.space));
        add(EAX, ECX.at(SpaceLayout.KIP));
        mov(Tcb.frame(EDX, Frame.EIP), EAX);
        mov(EBP.at(thread.state), State.WAITING_FRAME);
        mov(ECX, TransferWords.UNDER_WAY);
        mov(EDX.at(thread.state), State.READY);
        cmp(EDX.at(tcb.halted), 0);
        exitIf(E, again, "it goes on at once");
        mov(EDX.at(thread.state), State.INACTIVE);
        jmp(again);
    }

    /** A shorter answer leaves the last registers as they were: the message still holds them. */
    private void registers() {
        phase("exception: new registers");
        here(exception.answered());
        for (int i = 0; i < EXCEPTION_MESSAGE.size(); i++) {
            Field register = EXCEPTION_MESSAGE.get(i);
            if (register == Frame.VECTOR || register == Frame.ERROR) continue;
            mov(EAX, message(EBP, i + 1));
            if (register == Frame.EFLAGS) maskFlags();
            mov(Tcb.frame(EBP, register), EAX);
        }
        jmp(run);
    }

    private void maskFlags() {
        mov(ECX, Tcb.frame(EBP, Frame.EFLAGS));
        xor(EAX, ECX);
        and(EAX, ExchangeControl.USER_FLAGS);
        xor(EAX, ECX);
    }

    private void acknowledged() {
        phase("interrupt: whatever its handler sends, it has done its work");
        here(interrupt.answered());
        call(at.interruptUnmask);
        jmp(wait);
    }

    private void goesOn() {
        phase("preemption: whatever the answer, it goes on");
        here(preemption.answered());
        jmp(run);
    }

    private void startAddress() {
        phase("start: IP and SP");
        here(start.answered());
        mov(EAX, message(EBP, 0));
        and(EAX, MessageTag.TYPED | MessageTag.UNTYPED);
        cmp(EAX, Protocol.START_WORDS);
        exitIf(NE, wait, "no start message");
        mov(EAX, message(EBP, 1));
        mov(Tcb.frame(EBP, Frame.EIP), EAX);
        mov(EAX, message(EBP, 2));
        mov(Tcb.frame(EBP, Frame.ESP), EAX);
        jmp(run);
    }
}
