package org.sidestep.machine.ia32.cpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;

/**
 * What observers will be told at the next instruction boundary: they must see the machine between two instructions, and
 * most happenings come to pass in the middle of one.
 */
public final class Notices {
    /** {@link Observer#privilegeChanged}'s causes that are no vector. */
    static final int BY_SYSENTER = -1;

    static final int BY_RETURN = -2;
    static final int BY_FAR_TRANSFER = -3;

    private final Cpu cpu;
    private final List<Observer> observers = new ArrayList<>();
    private final Queue<BiConsumer<Observer, Machine>> pending = new ArrayDeque<>();

    Notices(Cpu cpu) {
        this.cpu = cpu;
    }

    public void observe(Observer observer) {
        observers.add(observer);
    }

    void privilegeChanged(int from, int to, int cause) {
        if (from != to) post((observer, machine) -> observer.privilegeChanged(machine, from, to, cause));
    }

    void cr3Loaded(int cr3) {
        post((observer, machine) -> observer.cr3Loaded(machine, cr3));
    }

    void interrupt(int vector) {
        post((observer, machine) -> observer.interrupt(machine, vector));
    }

    void fault(int vector, int errorCode) {
        post((observer, machine) -> observer.fault(machine, vector, errorCode));
    }

    void tlbMissed(int linear, boolean instruction) {
        post((observer, machine) -> observer.tlbMissed(machine, linear, instruction));
    }

    void cacheMissed(int level, int physical) {
        post((observer, machine) -> observer.cacheMissed(machine, level, physical));
    }

    private void post(BiConsumer<Observer, Machine> notice) {
        if (observers.isEmpty()) return;
        pending.add(notice);
        cpu.attention();
    }

    /** Tells the observers; called between instructions. */
    void publish(Machine machine) {
        while (!pending.isEmpty()) {
            BiConsumer<Observer, Machine> notice = pending.remove();
            for (Observer observer : observers) notice.accept(observer, machine);
        }
    }

    void passed(Machine machine, int address) {
        for (Observer observer : observers) observer.passed(machine, address);
    }

    void clear() {
        pending.clear();
    }
}
