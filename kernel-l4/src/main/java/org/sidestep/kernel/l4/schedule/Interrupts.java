package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
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
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;

/**
 * Interrupts as Ipc (X.2 reference manual, "Interrupt Protocol"). A line with a handler has a thread that never runs: it is halted, and
 * waits for its handler. When the line is raised, it is masked and the thread sends; the handler's answer unmasks it. So a handler
 * gets one message for each answer that it gives, and who gives none gets no other.
 */
public final class Interrupts extends KernelRoutines {

    private static final int PIC1 = 0x20;
    private static final int PIC2 = 0xA0;
    private static final int END_OF_INTERRUPT = 0x20;
    /** To a command port: the next read there tells which lines are in service. */
    private static final int READ_IN_SERVICE = 0x0B;

    /** Lines of one controller. */
    private static final int PER_CONTROLLER = 8;
    /** Of each controller, the line that it names when there was none. */
    private static final int SPURIOUS = 7;

    private static final int LINES = 16;
    private static final int TIMER_LINE = 0;
    /** The line of the first controller by which the second one is heard. */
    private static final int CASCADE = 2;

    /** Microseconds of its time slice, which it never uses. */
    private static final int NO_SLICE = 1;

    private final Label invalidThread = label("interrupt.invalidThread");
    private final Label invalidSpace = label("interrupt.invalidSpace");

    public Interrupts(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.bss();
        asm.align(4);
        here(at.interruptsBound);
        asm.reserve(4);
        kernel.text();
        interrupt();
        send();
        spurious();
        control();
        associate();
        release();
        masks();
    }

    private void interrupt() {
        routine(at.interrupt);
        Label raised = fresh("raised");
        Label acknowledged = fresh("acknowledged");
        Label nobody = fresh("nobody");
        lea(EDI, EAX.at(-Vectors.IRQ));
        mov(EAX, EDI);
        and(EAX, PER_CONTROLLER - 1);
        cmp(EAX, SPURIOUS);
        exitIf(NE, raised, "a line that no controller names without need");
        call(label("interrupt.inService"));
        exitIf(Z, nobody, "it was not raised");
        here(raised);
        mov(EAX, EDI);
        call(label("interrupt.mask"));
        mov(EAX, END_OF_INTERRUPT);
        cmp(EDI, PER_CONTROLLER);
        exitIf(B, acknowledged, "the first controller's");
        op("out", imm(PIC2), Reg8.AL);
        here(acknowledged);
        op("out", imm(PIC1), Reg8.AL);
        shl(EDI, MemoryMap.TCB_SHIFT);
        lea(ESI, EDI.at(MemoryMap.TCBS));
        cmp(ESI.at(tcb.protocol), Protocol.INTERRUPT);
        exitIf(NE, nobody, "it has no handler: it stays masked");
        mov(EAX, ESI.at(thread.partner));
        call(at.findGlobal);
        exitIf(Z, nobody, "its handler is gone: it stays masked");
        cmp(EDX.at(thread.state), State.DEAD);
        exitIf(E, nobody, "its handler was killed");
        mov(EDI, EDX);
        jmp(label("interrupt.send"));
        here(nobody);
        cmp(EBX, at.idleTcb);
        exitIf(E, at.exitSchedule, "nobody was running");
        jmp(at.exitResume);
    }

    private void send() {
        routine("interrupt.send", "in      EBX current thread, or idle - ESI interrupt's thread - EDI its handler");
        Label queue = fresh("queue");
        Label sent = fresh("sent");
        Label done = fresh("done");
        mov(ESI.at(tcb.message.offset()).dword().of(tcb.message), org.sidestep.x2.Protocol.INTERRUPT.tag());
        call(at.ipcWaitsFor);
        exitIf(NE, queue, "the handler does something else");
        call(at.ipcTransfer);
        exitIf(Z, sent, "the handler is halted");
        mov(EAX, EDI);
        call(kernel.scheduler.enqueue);
        here(sent);
        mov(ESI.at(thread.state), State.WAITING_FRAME);
        jmp(done);
        here(queue);
        mov(EBP, EBX);
        mov(EBX, ESI);
        call(at.sendQueueAppend);
        mov(EBX, EBP);
        mov(ESI.at(thread.state), State.SENDING);
        here(done);
        cmp(EBX, at.idleTcb);
        exitIf(E, at.exitSchedule, "nobody was running");
        jmp(at.exitResched);
    }

    private void spurious() {
        routine("interrupt.inService", """
                in      EDI line 7 or 15
                out     ZF set: its controller named it without need, and is as before. Clobbers EAX, EDX""");
        Label first = fresh("first");
        Label done = fresh("done");
        mov(EAX, READ_IN_SERVICE);
        cmp(EDI, PER_CONTROLLER);
        exitIf(B, first, "the first controller's");
        op("out", imm(PIC2), Reg8.AL);
        op("in", Reg8.AL, imm(PIC2));
        test(Reg8.AL, 1 << SPURIOUS);
        exitIf(NZ, done, "raised");
        asm.comment("the first controller has named its second line with reason");
        mov(EAX, END_OF_INTERRUPT);
        op("out", imm(PIC1), Reg8.AL);
        xor(EAX, EAX);
        ret();
        here(first);
        op("out", imm(PIC1), Reg8.AL);
        op("in", Reg8.AL, imm(PIC1));
        test(Reg8.AL, 1 << SPURIOUS);
        here(done);
        ret();
    }

    private void control() {
        routine(at.interruptControl, """
                in      EBX current thread, privileged - EAX number; frame: EAX dest - ESI space - ECX handler
                holds   EBP interrupt's thread - EDI line
                out     associated with its handler, or with nobody if that is the thread itself""");
        cmp(EAX, LINES);
        exitIf(AE, invalidThread, "a number of the kernel's");
        mov(ECX, ~(1 << TIMER_LINE | 1 << CASCADE));
        op("bt", ECX, EAX);
        exitIf(NC, invalidThread, "the kernel's own line");
        mov(EDI, EAX);
        shl(EAX, ThreadId.NUMBER_SHIFT);
        or(EAX, ThreadId.global(0));
        cmp(EAX, Tcb.frame(EBX, Frame.EAX));
        exitIf(NE, invalidThread, "interrupts have version 1");
        cmp(EAX, Tcb.frame(EBX, Frame.ESI));
        exitIf(NE, invalidSpace, "an interrupt is its own space");
        mov(EBP, EDI);
        shl(EBP, MemoryMap.TCB_SHIFT);
        add(EBP, MemoryMap.TCBS);
        cmp(EAX, Tcb.frame(EBX, Frame.ECX));
        exitIf(NE, label("interrupt.associate"), "a handler");
        call(label("interrupt.release"));
        jmp(at.syscallSucceed);

        here(invalidThread);
        mov(EAX, SystemCallError.INVALID_THREAD);
        jmp(at.syscallFail);
        here(invalidSpace);
        mov(EAX, SystemCallError.INVALID_SPACE);
        jmp(at.syscallFail);
    }

    private void associate() {
        routine("interrupt.associate", """
                in      EBX current thread - EBP interrupt's thread - EDI line; frame ECX handler
                out     its messages go there, and its line is unmasked""");
        mov(EAX, Tcb.frame(EBX, Frame.ECX));
        call(at.findThread);
        exitIf(Z, invalidThread, "no such handler");
        mov(EAX, EDX.at(thread.space));
        test(EAX, EAX);
        exitIf(Z, invalidThread, "an interrupt is no handler");
        push(EDX.at(thread.globalId));
        call(label("interrupt.release"));
        pop(EBP.at(thread.partner));
        call(at.threadEnlist);
        inc(Mem.at(at.interruptsBound).dword());
        push(EDI);
        call(at.threadActivate);
        pop(EDI);
        mov(EBP.at(tcb.activated), 0);
        mov(EBP.at(thread.utcbAlias), at.nobodysUtcb);
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        mov(EBP.at(thread.globalId), EAX);
        mov(EAX, EBX.at(thread.globalId));
        mov(EBP.at(tcb.scheduler), EAX);
        mov(EBP.at(tcb.protocol), Protocol.INTERRUPT);
        mov(EBP.at(tcb.halted), 1);
        mov(EBP.at(thread.state), State.WAITING_FRAME);
        mov(EAX, EBP);
        mov(ECX, Threads.SERVER_PRIORITY);
        mov(EDX, NO_SLICE);
        call(kernel.scheduler.init);
        call(at.interruptUnmask);
        jmp(at.syscallSucceed);
    }

    private void release() {
        routine("interrupt.release", """
                in      EBP interrupt's thread - EDI line
                out     no handler, the line masked; who is queued at it fails. Clobbers EAX, ECX, EDX""");
        Label done = fresh("done");
        cmp(EBP.at(thread.globalId), 0);
        exitIf(E, done, "it has none");
        dec(Mem.at(at.interruptsBound).dword());
        mov(EAX, EDI);
        call(label("interrupt.mask"));
        mov(EAX, EBP);
        call(at.threadDetach);
        mov(EBP.at(tcb.protocol), Protocol.NONE);
        mov(EAX, EBP);
        call(at.threadAbandon);
        call(at.threadDelist);
        mov(EBP.at(thread.globalId), 0);
        here(done);
        ret();
    }

    private void masks() {
        routine(at.interruptUnmask);
        mov(EAX, EBP);
        sub(EAX, MemoryMap.TCBS);
        shr(EAX, MemoryMap.TCB_SHIFT);
        push(EAX);
        mov(EAX, CASCADE);
        call(label("interrupt.open"));
        pop(EAX);

        routine("interrupt.open", "in      EAX line; unmasked. Clobbers EAX, ECX, EDX");
        changeMask("btr");
        routine("interrupt.mask", "in      EAX line; masked. Clobbers EAX, ECX, EDX");
        changeMask("bts");
    }

    private void changeMask(String change) {
        Label first = fresh("first");
        mov(ECX, EAX);
        mov(EDX, PIC1 + 1);
        cmp(ECX, PER_CONTROLLER);
        exitIf(B, first, "the first controller's");
        mov(EDX, PIC2 + 1);
        sub(ECX, PER_CONTROLLER);
        here(first);
        op("in", Reg8.AL, Reg16.DX);
        op(change, EAX, ECX);
        op("out", Reg16.DX, Reg8.AL);
        ret();
    }
}
