package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.layout.Field;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.Time;

/** Schedule and ThreadSwitch (X.2 reference manual). */
public final class Schedule extends SystemCallRoutines {

    /** Of a new thread: its time slice, and no total quantum. */
    static final int DEFAULT_TIME_CONTROL = Time.pair(Time.period(Threads.DEFAULT_TIME_SLICE), Time.NEVER);

    /** What it answers, by {@link State}. */
    private static final byte[] STATES = {
        ScheduleResult.RUNNING,
        ScheduleResult.WAITING,
        ScheduleResult.WAITING,
        ScheduleResult.PENDING_SEND,
        ScheduleResult.INACTIVE,
        ScheduleResult.DEAD,
        ScheduleResult.RECEIVING
    };

    private static final int UNCHANGED = -1;
    private static final int MOST_PRIORITY = 255;
    private static final int PERIOD = 0xFFFF;
    /** Longest delay of a preemption, and sensitive priority. */
    private static final int PREEMPTION_CONTROL = 0xFFFFFF;

    private static final int SENSITIVE_SHIFT = 16;

    private final Label invalidThread = label("schedule.invalidThread");
    private final Label noPrivilege = label("schedule.noPrivilege");
    private final Label invalidParameter = label("schedule.invalidParameter");
    private final Label inTransfer = label("schedule.inTransfer");

    public Schedule(Kernel kernel) {
        super(kernel);
    }

    /** Timer ticks of a time slice, at least one. */
    static int ticks(Kernel kernel, int microseconds) {
        return Math.max(1, microseconds / kernel.parameters().integer("tick"));
    }

    @Override
    public void emit() {
        schedule();
        new TimeControl(kernel).emit();
        threadSwitch();
    }

    private void schedule() {
        routine(at.calls.get(SystemCall.SCHEDULE), """
                in      EBX current thread; frame: EAX dest - EDX time control - ESI processor - ECX priority - EDI preemption control
                holds   EBP TCB of dest
                out     frame: EAX state of dest - EDX what was left of its slice and quantum""");
        Label states = fresh("states");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        call(at.findThread);
        exitIf(Z, invalidThread, "no such thread");
        mov(EBP, EDX);
        checkCaller();
        checkParameters();
        setControl();
        call(at.scheduleRemaining);
        push(EAX);
        priorityAndSlice();
        pop(EAX);
        mov(Tcb.frame(EBX, Frame.EDX), EAX);
        mov(EAX, EBP.at(thread.state));
        op("movzx", EAX, Mem.at(states, EAX, 1).byte_());
        mov(Tcb.frame(EBX, Frame.EAX), EAX);
        jmp(inTransfer);
        kernel.outOfLine(this::inTransfer);

        fail(invalidThread, SystemCallError.INVALID_THREAD);
        fail(noPrivilege, SystemCallError.NO_PRIVILEGE);
        fail(invalidParameter, SystemCallError.INVALID_PARAMETER);
        kernel.data();
        here(states);
        asm.bytes(STATES);
        kernel.text();
    }

    private void priorityAndSlice() {
        Label keeps = fresh("keeps");
        Label slice = fresh("slice");
        phase("priority and time slice, off the ready queue");
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        and(ECX, Tcb.frame(EBX, Frame.EDX));
        cmp(ECX, UNCHANGED);
        exitIf(E, keeps, "neither: it keeps its place there");
        unqueue();
        mov(EAX, EBP);
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        cmp(ECX, UNCHANGED);
        exitIf(E, slice, "the priority stays");
        op("movzx", ECX, Reg8.CL);
        call(kernel.scheduler.setPriority);
        here(slice);
        call(at.scheduleTimes);
        requeue();
        here(keeps);
    }

    /** Behind the other routines. */
    private void inTransfer() {
        routine(
                inTransfer,
                "in EBX current thread - EBP dest; out frame EAX its state, if it is in a transfer, or an answer");
        inTransfer(tcb.transfer.to, ScheduleResult.SENDING);
        inTransfer(tcb.transfer.from, ScheduleResult.RECEIVING);
        inTransfer(tcb.answering, ScheduleResult.SENDING);
        jmp(at.exitResched);
    }

    private void inTransfer(Field side, int state) {
        Label not = fresh("not");
        cmp(EBP.at(side), 0);
        exitIf(E, not, "not so");
        mov(Tcb.frame(EBX, Frame.EAX), state);
        here(not);
    }

    private void checkCaller() {
        Label allowed = fresh("allowed");
        Label sensitive = fresh("sensitive");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(NZ, allowed, "privileged");
        mov(EAX, EBX.at(thread.globalId));
        cmp(EAX, EBP.at(tcb.scheduler));
        exitIf(NE, noPrivilege, "not its scheduler");
        phase("no one may give more than he has");
        mov(ECX, Tcb.frame(EBX, Frame.ECX));
        cmp(ECX, UNCHANGED);
        exitIf(E, sensitive, "it stays");
        mov(EAX, EBX);
        call(kernel.scheduler.priority);
        op("movzx", ECX, Tcb.frame(EBX, Frame.ECX).byte_());
        cmp(ECX, EAX);
        exitIf(A, invalidParameter, "a higher priority than the caller's");
        here(sensitive);
        mov(ECX, Tcb.frame(EBX, Frame.EDI));
        cmp(ECX, UNCHANGED);
        exitIf(E, allowed, "it stays");
        mov(EAX, EBX);
        call(kernel.scheduler.priority);
        op("movzx", ECX, Tcb.frame(EBX, Frame.EDI).plus(SENSITIVE_SHIFT / 8).byte_());
        cmp(ECX, EAX);
        exitIf(A, invalidParameter, "priorities above the caller's would have to wait");
        here(allowed);
    }

    private void checkParameters() {
        Label times = fresh("times");
        Label control = fresh("control");
        Label checked = fresh("checked");
        mov(EAX, Tcb.frame(EBX, Frame.ESI));
        inc(EAX);
        cmp(EAX, 1);
        exitIf(A, invalidParameter, "there is processor 0 only");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        cmp(EAX, UNCHANGED);
        exitIf(E, control, "it stays");
        test(EAX, ~PREEMPTION_CONTROL);
        exitIf(NZ, invalidParameter, "more than a delay and a priority");
        here(control);
        mov(EAX, Tcb.frame(EBX, Frame.ECX));
        cmp(EAX, UNCHANGED);
        exitIf(E, times, "it stays");
        cmp(EAX, MOST_PRIORITY);
        exitIf(A, invalidParameter, "no priority");
        phase("periods for the slice and the total quantum");
        here(times);
        mov(EAX, Tcb.frame(EBX, Frame.EDX));
        cmp(EAX, UNCHANGED);
        exitIf(E, checked, "both stay");
        for (int half = 0; half < 2; half++) {
            Label period = fresh("period");
            test(EAX, PERIOD);
            exitIf(Z, period, "without end");
            test(EAX, Time.POINT);
            exitIf(NZ, invalidParameter, "a point in time");
            test(EAX, Time.MANTISSA);
            exitIf(Z, invalidParameter, "no time");
            here(period);
            if (half == 0) shr(EAX, Time.HIGH_SHIFT);
        }
        here(checked);
    }

    /** A ready thread that does not run is queued; while its priority changes it must not be. */
    private void unqueue() {
        ifQueued(() -> {
            mov(EAX, EBP);
            call(kernel.scheduler.dequeue);
        });
    }

    private void requeue() {
        ifQueued(() -> {
            mov(EAX, EBP);
            call(at.threadReady);
        });
    }

    private void ifQueued(Runnable body) {
        Label notQueued = fresh("notQueued");
        cmp(EBP, EBX);
        exitIf(E, notQueued, "it runs");
        cmp(EBP.at(thread.state), State.READY);
        exitIf(NE, notQueued, "not ready");
        body.run();
        here(notQueued);
    }

    private void setControl() {
        Label stays = fresh("stays");
        mov(EAX, Tcb.frame(EBX, Frame.EDI));
        cmp(EAX, UNCHANGED);
        exitIf(E, stays, "unchanged");
        mov(EBP.at(tcb.preemptionControl), EAX);
        mov(EBP.at(tcb.delayed), 0);
        here(stays);
    }

    private void threadSwitch() {
        routine(at.calls.get(SystemCall.THREAD_SWITCH), "in      EBX current thread; frame EAX dest");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        call(at.findThread);
        exitIf(Z, at.exitYield, "nil, or no such thread");
        cmp(EDX, EBX);
        exitIf(E, at.exitYield, "itself");
        cmp(EDX.at(thread.state), State.READY);
        exitIf(NE, at.exitYield, "not ready");
        mov(EBP, EDX);
        mov(EAX, EBP);
        call(kernel.scheduler.dequeue);
        mov(EAX, EBX);
        call(kernel.scheduler.enqueue);
        mov(EAX, EBP);
        jmp(at.exitSwitch);
    }
}
