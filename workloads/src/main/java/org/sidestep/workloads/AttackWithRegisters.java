package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.UserSegment;

/** What a thread of a hostile space leaves in the processor when it gives way and when it calls an honest one, and what it may not load. */
final class AttackWithRegisters extends AttackCode {

    private static final String NULL_SEGMENTS = "null-segments";
    private static final String SHORT_SEGMENTS = "short-segments";
    private static final String FLAT_GS = "flat-gs";
    private static final String SHORT_STACK = "short-stack";
    private static final String FLAGS = "flags";
    private static final String FLOATING_POINT = "floating-point";
    private static final String DEBUG_REGISTERS = "debug-registers";

    static final List<String> ALL =
            List.of(NULL_SEGMENTS, SHORT_SEGMENTS, FLAT_GS, SHORT_STACK, FLAGS, FLOATING_POINT, DEBUG_REGISTERS);

    /** A control word of x87 without any mask. */
    private static final int UNMASKED = 0x340;

    /** Turns of a loop. */
    private static final int LONG = 12_000;

    private final UserThread honest;

    AttackWithRegisters(UserProgram program, UserThread self, UserThread honest) {
        super(program, self);
        this.honest = honest;
    }

    @Override
    void attack(String name) {
        switch (name) {
            case NULL_SEGMENTS -> leaveBehind(() -> loadSegments(0, 0));
            case SHORT_SEGMENTS -> leaveBehind(() -> loadSegments(UserSegment.UTCB, UserSegment.UTCB));
            case FLAT_GS -> leaveBehind(() -> loadSegments(UserSegment.DATA, UserSegment.DATA));
            case SHORT_STACK -> shortStack();
            case FLAGS -> flags();
            case FLOATING_POINT -> leaveBehind(this::fillFloatingPoint);
            case DEBUG_REGISTERS -> mov(Dr.DR7, EAX);
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** Lets others run, by giving way and by calling one of them, each time with what {@code state} leaves in the processor. */
    private void leaveBehind(Runnable state) {
        mov(EDX, stub(SystemCall.THREAD_SWITCH));
        mov(EAX, ThreadId.NIL);
        state.run();
        call(EDX);
        loadSegments(UserSegment.DATA, UserSegment.UTCB);
        op("cld");
        mov(EBP, stub(SystemCall.IPC));
        prepareCall();
        state.run();
        call(EBP);
        loadSegments(UserSegment.DATA, UserSegment.UTCB);
        op("cld");
    }

    /** Has no stack to speak of for longer than a time slice, and when it calls an honest thread: who needs it then is stopped. */
    private void shortStack() {
        loadStackSegment(UserSegment.UTCB);
        mov(ECX, LONG);
        Label spin = here(fresh("spin"));
        dec(ECX);
        jnz(spin);
        loadStackSegment(UserSegment.DATA);
        giveWay();
        mov(EBP, stub(SystemCall.IPC));
        Label back = fresh("back");
        push(back);
        loadStackSegment(UserSegment.UTCB);
        prepareCall();
        jmp(EBP);
        here(back);
        loadStackSegment(UserSegment.DATA);
    }

    private void loadStackSegment(int selector) {
        mov(EAX, selector);
        mov(Seg.SS, EAX);
    }

    /** All of them, and no exception masked. */
    private void fillFloatingPoint() {
        op("fninit");
        for (int st = 0; st < 8; st++) op("fldpi");
        push(UNMASKED);
        op("fldcw", Mem.base(ESP, 0).word());
        lea(ESP, ESP.at(4));
    }

    /** The registers of a call to the witness but EBX and EBP. */
    private void prepareCall() {
        mov(EDI, self.localId());
        mov(EAX, honest.globalId());
        mov(EDX, EAX);
        mov(ECX, Time.NEVER);
        mov(ESI, MessageTag.of(0, 0));
    }

    /** Keeps all general registers. */
    private void loadSegments(int data, int gs) {
        push(EAX);
        mov(EAX, gs);
        mov(Seg.GS, EAX);
        mov(EAX, data);
        mov(Seg.FS, EAX);
        mov(Seg.ES, EAX);
        mov(Seg.DS, EAX);
        pop(EAX);
    }

    /** Those that stay set; then the trap flag, with which SYSENTER leads into the kernel, if anywhere. */
    private void flags() {
        leaveBehind(() -> setFlags(Eflags.NT | Eflags.AC | Eflags.DF | Eflags.ID));
        prepareCall();
        mov(EBX, label("H.trapped"));
        mov(EBP, ESP);
        setFlags(Eflags.NT | Eflags.TF);
        op("sysenter");
        here("H.trapped");
    }

    private void setFlags(int flags) {
        op("pushf");
        or(Mem.base(ESP, 0).dword(), flags);
        op("popf");
    }
}
