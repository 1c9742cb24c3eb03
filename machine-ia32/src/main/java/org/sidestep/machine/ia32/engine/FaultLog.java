package org.sidestep.machine.ia32.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.diagnosis.Evidence;
import org.sidestep.machine.ia32.memory.Ram;

/** What has gone out of the ordinary lately, for a diagnosis at the end. It changes nothing and is in no snapshot. */
final class FaultLog {
    private static final int LENGTH = 4;

    /** Protected mode has no code among the vectors and the data of the BIOS. */
    private static final int FIRST_CODE = 0x500;

    private final Cpu cpu;
    private final Evidence.Delivery[] deliveries = new Evidence.Delivery[LENGTH];
    private long delivered;
    /** The first exceptions that left a handler with the error code still on top of its stack, each with the one handled. */
    private final List<Evidence.Delivery> unpopped = new ArrayList<>();

    private List<Fault> shutdown = List.of();
    private int interrupt = Evidence.NONE;
    private boolean strayed;
    private int strayedFrom;
    private int strayedTo;
    private boolean handled;

    FaultLog(Cpu cpu) {
        this.cpu = cpu;
    }

    /** An external interrupt has been delivered. */
    void interrupted(int vector) {
        interrupt = vector;
        delivered = 0;
        handled = true;
    }

    /** An exception has been delivered that left the instruction at {@code at} with the stack at {@code stackBefore}. */
    void delivered(Fault fault, int at, int stackBefore) {
        Evidence.Delivery delivery = new Evidence.Delivery(fault, at, stackBefore, stack());
        if (delivered > 0) keepUnpopped(deliveries[(int) ((delivered - 1) % LENGTH)], delivery);
        deliveries[(int) (delivered++ % LENGTH)] = delivery;
        handled = true;
    }

    /** A handler that goes round in such exceptions drives out whatever came before. */
    private void keepUnpopped(Evidence.Delivery last, Evidence.Delivery next) {
        boolean onTop = last.fault().hasErrorCode() && next.stackBefore() == last.stackAfter();
        boolean known = unpopped.size() == LENGTH || unpopped.stream().anyMatch(each -> each.at() == next.at());
        if (!onTop || known) return;
        unpopped.add(last);
        unpopped.add(next);
    }

    /** The processor has shut down over exceptions, each raised by the delivery of the one before it. */
    void shutDown(List<Fault> chain) {
        shutdown = List.copyOf(chain);
    }

    /** Code is decoded for the first time at {@code to}, where {@code from} has led. */
    void met(int from, int to, boolean empty) {
        boolean vectors = !cpu.realMode() && !paging() && Integer.compareUnsigned(to, FIRST_CODE) < 0;
        boolean stray = empty || vectors;
        if (stray && !strayed) {
            strayedFrom = from;
            strayedTo = to;
            handled = false;
        }
        // What lies behind the empty memory is no program either, unless a handler has taken over meanwhile.
        strayed = stray || strayed && !handled;
    }

    private boolean paging() {
        return (cpu.control.cr0 & ControlRegisters.PG) != 0;
    }

    int stack() {
        return cpu.segments[Cpu.SS].base + (cpu.r[Cpu.ESP] & cpu.stackMask());
    }

    Evidence evidence(Trail trail, Ram ram) {
        List<Evidence.Delivery> recent = new ArrayList<>(unpopped);
        for (long i = Math.max(0, delivered - LENGTH); i < delivered; i++) recent.add(deliveries[(int) (i % LENGTH)]);
        return new Evidence(
                cpu.protectedMode(),
                paging(),
                (cpu.flags.system & Eflags.IF) != 0,
                cpu.halted,
                cpu.cpl(),
                cpu.codeAddress(),
                cpu.segments[Cpu.CS].big,
                stack(),
                new Evidence.Table(cpu.gdtr.base, cpu.gdtr.limit),
                new Evidence.Table(cpu.ldtr.base, cpu.ldtr.isNull() ? -1 : cpu.ldtr.limit),
                new Evidence.Table(cpu.idtr.base, cpu.idtr.limit),
                cpu.tr.selector,
                shutdown,
                recent,
                interrupt,
                trail.lastAddress(),
                trail.lastInstruction(),
                strayed ? Optional.of(new Evidence.Stray(strayedFrom, strayedTo, handled)) : Optional.empty(),
                linear -> octet(ram, linear));
    }

    private int octet(Ram ram, int linear) {
        long physical = cpu.peek(linear);
        return physical < 0 ? Evidence.NONE : ram.read8((int) physical);
    }
}
