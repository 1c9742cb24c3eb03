package org.sidestep.kernel.l4.ipc;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.G;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
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

/** Finite timeouts, counted in ticks of the timer: a list in order of expiry. */
final class Timeouts extends KernelRoutines {

    private static final String FIRST = "timeout.first";
    private static final String NOW = "timeout.now";

    private static final int MANTISSA = 0x3FF;
    private static final int EXPONENT_SHIFT = 10;
    private static final int POINT = 0x8000;
    /** The longest timeout, short enough that expiries compare as signed differences. */
    private static final int LONGEST = 0x7FFFFFF0;

    Timeouts(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        ticks();
        start();
        forget();
        expire();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(FIRST);
        asm.reserve(4);
        here(NOW);
        asm.reserve(4);
        kernel.text();
    }

    private void ticks() {
        routine("timeout.ticks", """
                in  ECX L4 time, not never
                out ZF clear and EAX the tick at which it is over; ZF set if it is over now: zero, or a point in time, which
                    this kernel does not support. Clobbers ECX, EDX""");
        Label over = fresh("over");
        Label longest = fresh("longest");
        Label point = fresh("point");
        test(ECX, POINT);
        exitIf(NZ, point, "a point in time");
        mov(EAX, ECX);
        and(EAX, MANTISSA);
        exitIf(Z, over, "zero");
        phase("microseconds = mantissa << exponent");
        shr(ECX, EXPONENT_SHIFT);
        xor(EDX, EDX);
        op("shld", EDX, EAX, Reg8.CL);
        op("shl", EAX, Reg8.CL);
        phase("ticks that have passed for sure when as much time has");
        mov(ECX, kernel.parameters().integer("tick"));
        cmp(EDX, ECX);
        exitIf(AE, longest, "the quotient does not fit a word");
        op("div", ECX);
        cmp(EAX, LONGEST);
        exitIf(AE, longest, "longer than the longest");
        inc(EAX);
        add(EAX, Mem.at(label(NOW)));
        or(ECX, ECX);
        here(over);
        ret();

        here(longest);
        mov(EAX, LONGEST);
        add(EAX, Mem.at(label(NOW)));
        or(ECX, ECX);
        ret();
        here(point);
        xor(EAX, EAX);
        ret();
    }

    private void start() {
        routine("timeout.start", "in EDI thread, EAX tick at which its timeout expires. Clobbers EAX, ECX, EDX");
        Label next = fresh("next");
        Label found = fresh("found");
        mov(EDI.at(tcb.timed), 1);
        mov(EDI.at(tcb.expiry), EAX);
        push(ESI);
        phase("find the first that expires later");
        lea(EDX, head());
        here(next);
        mov(ECX, EDX.at(tcb.nextTimed));
        test(ECX, ECX);
        exitIf(Z, found, "the end");
        mov(ESI, ECX.at(tcb.expiry));
        sub(ESI, EAX);
        exitIf(G, found, "later");
        mov(EDX, ECX);
        jmp(next);
        here(found);
        mov(EDI.at(tcb.nextTimed), ECX);
        mov(EDX.at(tcb.nextTimed), EDI);
        pop(ESI);
        ret();
    }

    private void forget() {
        routine("timeout.forget", "in EDI thread; out not in the list. Clobbers EAX, ECX, EDX");
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
        routine(
                "timeout.tick",
                "A tick has passed: ends the Ipc of all whose timeout expires. Clobbers all but EBX, EBP");
        Label next = fresh("next");
        Label done = fresh("done");
        inc(Mem.at(label(NOW)).dword());
        here(next);
        mov(EDI, Mem.at(label(FIRST)));
        test(EDI, EDI);
        exitIf(Z, done, "nobody waits with a timeout");
        mov(EAX, EDI.at(tcb.expiry));
        sub(EAX, Mem.at(label(NOW)));
        exitIf(G, done, "the first is not due");
        mov(ECX, ErrorCode.TIMEOUT);
        call(label("ipc.end"));
        mov(EAX, EDI);
        call(kernel.scheduling().enqueue());
        jmp(next);
        here(done);
        ret();
    }

    /** The list's head as if it were a thread. */
    private Mem head() {
        return Mem.at(label(FIRST)).plus(-tcb.nextTimed.offset());
    }
}
