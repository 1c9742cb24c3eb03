package org.sidestep.workloads;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.AL;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.Report;
import org.sidestep.workload.l4.RootTask;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * What a thread of a hostile space does with an interrupt that it has been given: it never answers. Its landlord, a thread of the root
 * task's, gives it the clock's line, has that raised again and again, sees that no other comes, takes the line away and drives it itself.
 */
final class AttackOnInterrupts extends AttackCode {

    private static final String UNANSWERED = "interrupt-unanswered";
    private static final String HALTED = "interrupt-halted";
    private static final String KILLED = "interrupt-killed";

    static final List<String> ALL = List.of(UNANSWERED, HALTED, KILLED);

    /** Better than all others. */
    private static final int PRIORITY = 150;

    private static final int LINE = ThreadId.global(8);

    private static final int CMOS = 0x70;
    private static final int REGISTER_A = 0x0A;
    private static final int REGISTER_B = 0x0B;
    private static final int REGISTER_C = 0x0C;
    /** The oscillator as it is, 8192 interrupts in a second. */
    private static final int FAST = 0x23;

    private static final int PERIODIC = 0x42;
    private static final int SILENT = 0x02;

    /** In microseconds, more than a period of the clock's; as a time slice is shorter, the attacker has its turns. */
    private static final int PAUSE = 500;

    /** In microseconds: by then it has come. */
    private static final int LONG = 100_000;

    private static final int TIMES = 4;
    /** By then the attacker's first interrupt has come. */
    private static final int MOST_PAUSES = 50;

    private static final int PATIENT = Time.pair(Time.period(LONG), Time.period(LONG));
    private static final int HASTY = Time.pair(Time.ZERO, Time.period(PAUSE));

    private final UserThread landlord;
    private final Label wrong;

    /** @param wrong where the landlord goes if the attack has harmed it */
    AttackOnInterrupts(UserProgram program, RootTask root, UserThread self, Label wrong) {
        super(program, self);
        this.wrong = wrong;
        landlord = root.thread("K", root.ownSpace());
        root.priority(landlord, PRIORITY);
        root.expectReport(landlord);
    }

    @Override
    void attack(String name) {
        switch (name) {
            case UNANSWERED -> unanswered();
            case HALTED -> halted();
            case KILLED -> killed();
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** Takes one, and asks for the next. Its landlord sees on its stack how many have come. */
    private void unanswered() {
        push(0);
        Label again = here(fresh("again"));
        mov(EDI, self.localId());
        ipc(SystemCall.IPC, nil(), new Imm(LINE), HASTY, 0);
        Label none = fresh("none");
        cmp(ESI, Protocol.INTERRUPT.tag());
        exitIf(NE, none, "it has not come");
        inc(ESP.at(0).dword());
        here(none);
        giveWay();
        jmp(again);
    }

    /** Is halted for good by itself when one has been sent and it has not taken it. */
    private void halted() {
        receive(new Imm(landlord.globalId()));
        exchangeRegisters(self.localId(), ExchangeControl.HALT_VALID | ExchangeControl.HALT);
        here("H.wentOn");
    }

    /** Is killed then: nobody takes its page fault. */
    private void killed() {
        receive(new Imm(landlord.globalId()));
        mov(EAX, 0);
        mov(EAX, EAX.at(0));
        here("H.wentOn");
    }

    /** Its landlord, for the attack {@code name}. */
    void landlord(String name) {
        boolean waits = name.equals(UNANSWERED);
        asm.align(16);
        routine("K", "thread K of the root task's space: gives the clock's line away, and takes it back");
        here(landlord.start());
        loadOwnUtcb();
        mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), abi.rootId());
        bind(self.globalId());
        clock(REGISTER_A, FAST);
        clock(REGISTER_B, PERIODIC);
        waitUntilItIsSent(waits);
        if (!waits) strike();
        for (int n = 0; n < TIMES; n++) raiseAgain();
        if (waits) {
            cmp(received(), 1);
            exitIf(NE, wrong, "another has come, though none is answered");
        }
        if (name.equals(KILLED)) {
            schedule(LINE, UNCHANGED, UNCHANGED);
            cmp(EAX, ScheduleResult.PENDING_SEND);
            exitIf(E, wrong, "it is still to be sent to who was killed");
        }
        bind(landlord.globalId());
        for (int n = 0; n < TIMES; n++) drive();
        clock(REGISTER_B, SILENT);
        bind(LINE);
        loadOwnUtcb();
        Operand rootId = new Imm(abi.rootId());
        ipc(SystemCall.IPC, rootId, rootId, Time.NEVER, MessageTag.of(Report.DONE, 0));
    }

    private void waitUntilItIsSent(boolean isTaken) {
        Label sent = fresh("sent");
        push(MOST_PAUSES);
        Label again = here(fresh("again"));
        raiseAgain();
        if (isTaken) {
            cmp(received(), 0);
            exitIf(NE, sent, "and taken");
        } else {
            schedule(LINE, UNCHANGED, UNCHANGED);
            cmp(EAX, ScheduleResult.PENDING_SEND);
            exitIf(E, sent, "and waits to be taken");
        }
        dec(ESP.at(0).dword());
        jnz(again);
        jmp(wrong);
        here(sent);
        pop(EAX);
    }

    /** How many the attacker has received: below what it has pushed first. */
    private Mem received() {
        return Mem.at(self.stackTop()).plus(-2 * Integer.BYTES).dword();
    }

    /** The attacker goes on, with a message that waits for it. */
    private void strike() {
        loadOwnUtcb();
        ipc(SystemCall.IPC, new Imm(self.globalId()), nil(), PATIENT, MessageTag.of(0, 0));
        test(ESI, MessageTag.ERROR);
        exitIf(NZ, wrong, "the attacker has no turn");
    }

    /** Sees to it that the clock raises its line once more, and lets others run meanwhile. */
    private void raiseAgain() {
        clear();
        mov(EDI, landlord.localId());
        ipc(SystemCall.IPC, nil(), landlord.localId(), Time.period(PAUSE), 0);
    }

    /** Takes an interrupt, sees that no other comes, and answers it. */
    private void drive() {
        clear();
        take(PATIENT);
        cmp(ESI, Protocol.INTERRUPT.tag());
        exitIf(NE, wrong, "the line's new owner is not told of it");
        clear();
        take(HASTY);
        test(ESI, MessageTag.ERROR);
        exitIf(Z, wrong, "it is told once more, though it has not answered");
        loadOwnUtcb();
        ipc(SystemCall.IPC, new Imm(LINE), nil(), PATIENT, 0);
    }

    private void take(int timeouts) {
        loadOwnUtcb();
        ipc(SystemCall.IPC, nil(), new Imm(LINE), timeouts, 0);
    }

    private void bind(int handler) {
        threadControl(LINE, LINE, ThreadId.NIL, handler, UNCHANGED);
        test(EAX, EAX);
        exitIf(Z, wrong, "ThreadControl failed");
    }

    private void clock(int register, int value) {
        mov(EDX, CMOS);
        mov(EAX, register);
        op("out", Reg16.DX, AL);
        mov(EAX, value);
        inc(EDX);
        op("out", Reg16.DX, AL);
    }

    /** The clock takes its line back, until it is time again. */
    private void clear() {
        mov(EDX, CMOS);
        mov(EAX, REGISTER_C);
        op("out", Reg16.DX, AL);
        inc(EDX);
        op("in", AL, Reg16.DX);
    }
}
