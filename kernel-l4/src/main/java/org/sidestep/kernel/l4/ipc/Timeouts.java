package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NC;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.Time;

/**
 * Finite timeouts: a list in order of expiry, looked at in each tick of the timer. They are kept as cycle counts, by the clock
 * that user level reads, so that none passes before its time; it passes at most a tick, and the way through the kernel, later.
 */
final class Timeouts extends KernelRoutines {

    Timeouts(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        awaited();
        deadline();
        clock();
        point();
        start();
        forget();
        expire();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(at.timeoutFirst);
        asm.reserve(4);
        kernel.text();
    }

    private void awaited() {
        routine(at.timeoutAwaited);
        test(ECX, Time.POINT);
        exitIf(Z, at.timeoutDeadline, "a period");
        push(ESI);
        mov(ESI, EDX);
        op("rdtsc");
        sub(EAX, ESI.at(0));
        op("sbb", EDX, ESI.at(4).dword());
        op("sbb", ECX, ECX);
        mov(EAX, ESI.at(0));
        mov(EDX, ESI.at(4));
        pop(ESI);
        test(ECX, ECX);
        ret();
    }

    private void deadline() {
        routine(at.timeoutDeadline);
        Label zero = fresh("zero");
        Label point = fresh("point");
        test(ECX, Time.POINT);
        exitIf(NZ, point, "a point in time");
        mov(EAX, ECX);
        and(EAX, Time.MANTISSA);
        exitIf(Z, zero, "zero");
        phase("EDX:EAX microseconds = mantissa << exponent");
        shr(ECX, Time.EXPONENT_SHIFT);
        shiftPeriod();
        entered(at.timeoutFromNow);
        fromNow();
        here(zero);
        ret();
        here(point);
        call(at.timeoutPoint);
        exitIf(NC, at.timeoutFromNow, "it is to come");
        xor(EAX, EAX);
        ret();
    }

    /** Inline. In: EDX:EAX microseconds. Out: EDX:EAX the cycle count then, ZF clear. Clobbers ECX. */
    private void fromNow() {
        phase("ECX:EAX cycles = microseconds * kHz / 1000; the product has at most 41 + 22 bits");
        push(ESI);
        mov(ESI, Kip.kernelWord(Kip.INTERNAL_FREQUENCY));
        mov(ECX, EDX);
        op("imul", ECX, ESI);
        op("mul", ESI);
        add(ECX, EDX);
        mov(ESI, 1000);
        push(EAX);
        mov(EAX, ECX);
        xor(EDX, EDX);
        op("div", ESI);
        mov(ECX, EAX);
        pop(EAX);
        op("div", ESI);
        phase("from now on, and one for what the division has cut off");
        mov(ESI, EAX);
        op("rdtsc");
        add(EAX, 1);
        op("adc", EDX, imm(0));
        add(EAX, ESI);
        op("adc", EDX, ECX);
        or(ESI, 1);
        pop(ESI);
    }

    private void clock() {
        routine(at.clock);
        phase("EDX:EAX = cycles * 1000 / kHz");
        push(ESI);
        op("rdtsc");
        mov(ECX, 1000);
        mov(ESI, EDX);
        op("mul", ECX);
        op("imul", ESI, ECX);
        add(EDX, ESI);
        mov(ECX, Kip.kernelWord(Kip.INTERNAL_FREQUENCY));
        mov(ESI, EAX);
        mov(EAX, EDX);
        xor(EDX, EDX);
        op("div", ECX);
        xchg(EAX, ESI);
        op("div", ECX);
        mov(EDX, ESI);
        pop(ESI);
        ret();
    }

    /** Of the points with these low bits, the nearest. */
    private void point() {
        routine(at.timeoutPoint);
        push(ESI);
        push(EDI);
        mov(EDI, ECX);
        call(at.clock);
        mov(ESI, EAX);
        phase("the difference, in as many bits as the point has");
        mov(ECX, EDI);
        shr(ECX, Time.POINT_EXPONENT_SHIFT);
        and(ECX, Time.POINT_EXPONENT);
        and(EDI, Time.POINT_BITS);
        op("shl", EDI, Reg8.CL);
        sub(EDI, ESI);
        mov(EAX, Time.POINT_BITS + 1);
        op("shl", EAX, Reg8.CL);
        dec(EAX);
        and(EAX, EDI);
        mov(EDX, Time.POINT_BITS / 2 + 1);
        op("shl", EDX, Reg8.CL);
        cmp(EAX, EDX);
        mov(EDX, 0);
        op("cmc");
        pop(EDI);
        pop(ESI);
        ret();
    }

    private void start() {
        routine(at.timeoutStart);
        Label next = fresh("next");
        Label found = fresh("found");
        mov(EDI.at(tcb.timed), 1);
        mov(EDI.at(tcb.expiry), EAX);
        mov(EDI.at(tcb.expiryHigh), EDX);
        push(ESI);
        phase("find the first that expires later");
        lea(EDX, head());
        here(next);
        mov(ECX, EDX.at(tcb.nextTimed));
        test(ECX, ECX);
        exitIf(Z, found, "the end");
        mov(ESI, EDI.at(tcb.expiry));
        cmp(ESI, ECX.at(tcb.expiry));
        mov(ESI, EDI.at(tcb.expiryHigh));
        op("sbb", ESI, ECX.at(tcb.expiryHigh));
        exitIf(B, found, "later");
        mov(EDX, ECX);
        jmp(next);
        here(found);
        mov(EDI.at(tcb.nextTimed), ECX);
        mov(EDX.at(tcb.nextTimed), EDI);
        pop(ESI);
        ret();
    }

    private void forget() {
        routine(at.timeoutForget);
        Label next = fresh("next");
        Label found = fresh("found");
        Label untimed = fresh("untimed");
        cmp(EDI.at(tcb.timed), 0);
        exitIf(E, untimed, "no timeout");
        mov(EDI.at(tcb.timed), 0);
        lea(EDX, head());
        here(next);
        cmp(EDX.at(tcb.nextTimed), EDI);
        exitIf(E, found, "its predecessor");
        mov(EDX, EDX.at(tcb.nextTimed));
        jmp(next);
        here(found);
        mov(ECX, EDI.at(tcb.nextTimed));
        mov(EDX.at(tcb.nextTimed), ECX);
        here(untimed);
        ret();
    }

    private void expire() {
        routine(at.timeoutTick);
        Label next = fresh("next");
        Label done = fresh("done");
        here(next);
        mov(EDI, Mem.at(at.timeoutFirst));
        test(EDI, EDI);
        exitIf(Z, done, "nobody waits with a timeout");
        op("rdtsc");
        sub(EAX, EDI.at(tcb.expiry));
        op("sbb", EDX, EDI.at(tcb.expiryHigh));
        exitIf(B, done, "the first is not due");
        mov(ECX, IpcError.TIMEOUT);
        call(at.timeoutPassed);
        jmp(next);
        here(done);
        ret();
    }

    /** The list's head as if it were a thread. */
    private Mem head() {
        return Mem.at(at.timeoutFirst).plus(-tcb.nextTimed.offset());
    }
}
