package org.sidestep.workloads;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Seg;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.L4Code;
import org.sidestep.workload.l4.RootTask;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/**
 * Two threads of a space of their own that depend on the processor's state as the interface promises it: one looks at it
 * whenever it is called, the other whenever it gets the processor. A fault of theirs, or a difference, ends the run.
 */
final class Witness extends L4Code {

    private static final int USER_EFLAGS = 0x202;
    private static final int PRIVILEGE_LEVEL = 3;
    private static final int WRITTEN = 0x5EED;

    private final UserThread server;
    private final UserThread spinner;
    private final Label wrong;

    Witness(UserProgram program, RootTask root, Label wrong) {
        super(program);
        this.wrong = wrong;
        server = root.thread("W", root.space("witness"));
        spinner = root.thread("Y", root.space("witness"));
    }

    /** The thread that answers whoever calls it. */
    UserThread server() {
        return server;
    }

    void emit() {
        begin(server);
        receive(new Imm(ThreadId.ANY));
        Label turn = here("W.received");
        push(EAX);
        look(server);
        pop(EAX);
        ipc(SystemCall.IPC, EAX, new Imm(ThreadId.ANY), Time.SEND_AT_ONCE, MessageTag.of(0, 0));
        jmp(turn);

        begin(spinner);
        Label spin = here("Y.spin");
        look(spinner);
        giveWay();
        jmp(spin);
    }

    private void begin(UserThread thread) {
        asm.align(16);
        routine(thread.name(), "thread " + thread.name() + ": sees whether the processor is as the interface promises");
        here(thread.start());
        loadOwnUtcb();
        mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), abi.rootId());
        push(WRITTEN);
        op("fild", ESP.at(0).dword());
        pop(EAX);
    }

    /** Out: EDI own local id. Clobbers EAX, EBX, ECX, EDX. */
    private void look(UserThread self) {
        loadOwnUtcb();
        require(EDI, self.localId(), "gs:0 is not the own UTCB");
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS}) requireSelector(segment, UserSegment.DATA);
        requireSelector(Seg.GS, UserSegment.UTCB);
        stringsRunUpwards();
        interruptReturns();
        floatingPointIsItsOwn();
        loadOwnUtcb();
    }

    private void requireSelector(Seg segment, int selector) {
        mov(EAX, segment);
        or(EAX, PRIVILEGE_LEVEL);
        require(EAX, new Imm(selector), "another's selector in " + segment);
    }

    /** Two words on the stack, written through ES and read through FS. */
    private void stringsRunUpwards() {
        push(0);
        push(0);
        mov(EDI, ESP);
        mov(EDX, ESP);
        mov(EAX, WRITTEN);
        mov(ECX, 2);
        op("rep stosd");
        require(EDX.at(0).dword().in(Seg.FS), EAX, "the first word written through ES");
        require(EDX.at(4).dword().in(Seg.FS), EAX, "the second word written through ES");
        pop(EBX);
        pop(EBX);
    }

    /** The number that it has loaded once. */
    private void floatingPointIsItsOwn() {
        push(0);
        op("fist", ESP.at(0).dword());
        pop(EAX);
        require(EAX, new Imm(WRITTEN), "another's floating-point register");
    }

    private void interruptReturns() {
        Label returned = fresh("returned");
        mov(EDX, ESP);
        push(UserSegment.DATA);
        push(EDX);
        push(USER_EFLAGS);
        push(UserSegment.CODE);
        push(returned);
        op("iret");
        here(returned);
        mov(ESP, EDX);
    }

    private void require(Operand actual, Operand expected, String otherwise) {
        cmp(actual, expected);
        exitIf(NE, wrong, otherwise);
    }
}
