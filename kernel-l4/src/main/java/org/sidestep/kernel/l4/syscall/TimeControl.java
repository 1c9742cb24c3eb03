package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NS;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.S;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Label;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.x2.Time;

/** The times of Schedule: a new time slice and total quantum, and what was left of the old ones. */
final class TimeControl extends SystemCallRoutines {

    private static final int UNCHANGED = -1;
    private static final int MOST_TICKS = 0x7FFFFFFF;

    private final Label ticks = label("schedule.ticks");
    private final Label period = label("schedule.period");

    TimeControl(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        set();
        ticks();
        remaining();
        period();
    }

    private void set() {
        routine(at.scheduleTimes);
        Label done = fresh("done");
        mov(EAX, Tcb.frame(EBX, Frame.EDX));
        cmp(EAX, UNCHANGED);
        exitIf(E, done, "unchanged");
        mov(EBP.at(tcb.timeControl), EAX);
        shr(EAX, Time.HIGH_SHIFT);
        call(ticks);
        mov(ECX, EDX);
        mov(EAX, EBP);
        call(kernel.scheduler.setSlice);
        phase("total quantum: 0 ticks for no limit");
        xor(EDX, EDX);
        op("movzx", EAX, EBP.at(tcb.timeControl).word());
        test(EAX, EAX);
        Label quantum = fresh("quantum");
        exitIf(Z, quantum, "no limit");
        call(ticks);
        here(quantum);
        mov(EBP.at(tcb.quantumFull), EDX);
        mov(EBP.at(tcb.quantum), EDX);
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.QUANTUM);
        exitIf(NE, done, "its last one is not used up");
        cmp(EBP.at(thread.state), State.DEAD);
        exitIf(E, done, "killed, since nobody was there to be told that it is");
        phase("it goes on with the new one, and is queued with its new priority");
        mov(EAX, EBP);
        call(at.threadDetach);
        mov(EBP.at(tcb.protocol), Tcb.Protocol.NONE);
        mov(EDI, EBP);
        call(at.ipcReleased);
        here(done);
        ret();
    }

    private void ticks() {
        routine(ticks, """
                in      EAX L4 time, a period
                out     EDX ticks, at least one. Clobbers EAX, ECX""");
        Label set = fresh("set");
        Label divide = fresh("divide");
        Label most = fresh("most");
        phase("mantissa shifted by exponent, 0 for ever");
        mov(ECX, EAX);
        shr(ECX, Time.EXPONENT_SHIFT);
        and(EAX, Time.MANTISSA);
        mov(EDX, MOST_TICKS);
        exitIf(Z, set, "for ever");
        and(ECX, Time.EXPONENT);
        shiftPeriod();
        mov(ECX, kernel.parameters().integer("tick"));
        cmp(EDX, ECX);
        exitIf(B, divide, "it fits");
        here(most);
        mov(EDX, MOST_TICKS);
        here(set);
        ret();
        here(divide);
        op("div", ECX);
        mov(EDX, EAX);
        test(EDX, EDX);
        exitIf(S, most, "as good as for ever");
        cmp(EDX, 1);
        op("adc", EDX, imm(0));
        ret();
    }

    private void remaining() {
        routine(at.scheduleRemaining);
        Label used = fresh("used");
        Label unlimited = fresh("unlimited");
        Label whole = fresh("whole");
        Label some = fresh("some");
        xor(ECX, ECX);
        mov(EAX, EBP.at(tcb.quantum));
        test(EAX, EAX);
        exitIf(Z, unlimited, "no total quantum");
        cmp(EBP.at(tcb.protocol), Tcb.Protocol.QUANTUM);
        exitIf(NE, used, "not used up");
        xor(EAX, EAX);
        here(used);
        call(period);
        here(unlimited);
        push(ECX);
        op("movzx", ECX, EBP.at(tcb.timeControl).plus(Time.HIGH_SHIFT / 8).word());
        test(ECX, ECX);
        exitIf(Z, whole, "a slice without end");
        cmp(EBP.at(thread.state), State.READY);
        exitIf(NE, whole, "it gets another when it is ready");
        mov(EAX, EBP);
        mov(EDX, EBX);
        call(kernel.scheduler.sliceLeft);
        test(EAX, EAX);
        exitIf(NS, some, "not used up");
        xor(EAX, EAX);
        here(some);
        call(period);
        here(whole);
        shl(ECX, Time.HIGH_SHIFT);
        pop(EAX);
        or(EAX, ECX);
        ret();
    }

    private void period() {
        routine(period, """
                in      EAX ticks
                out     ECX the longest L4 time that is not longer. Clobbers EAX, EDX""");
        Label next = fresh("next");
        Label halve = fresh("halve");
        Label fits = fresh("fits");
        Label some = fresh("some");
        mov(ECX, kernel.parameters().integer("tick"));
        op("mul", ECX);
        test(EAX, EAX);
        exitIf(NZ, some, "not used up");
        mov(ECX, Time.ZERO);
        ret();
        here(some);
        xor(ECX, ECX);
        here(next);
        test(EDX, EDX);
        exitIf(NZ, halve, "far more than a mantissa holds");
        cmp(EAX, Time.MANTISSA);
        exitIf(BE, fits, "a mantissa");
        here(halve);
        op("shrd", EAX, EDX, imm(1));
        shr(EDX, 1);
        inc(ECX);
        jmp(next);
        here(fits);
        shl(ECX, Time.EXPONENT_SHIFT);
        or(ECX, EAX);
        ret();
    }
}
