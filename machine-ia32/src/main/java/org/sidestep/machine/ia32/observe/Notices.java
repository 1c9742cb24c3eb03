package org.sidestep.machine.ia32.observe;

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
    public static final int BY_SYSENTER = -1;

    public static final int BY_RETURN = -2;
    public static final int BY_FAR_TRANSFER = -3;

    /** Makes the processor look around before the next instruction. */
    private final Runnable attention;

    private final List<Observer> observers = new ArrayList<>();
    private final Queue<BiConsumer<Observer, Machine>> pending = new ArrayDeque<>();

    /** No observers yet; {@code attention} is run when there is something to tell. */
    public Notices(Runnable attention) {
        this.attention = attention;
    }

    /** Adds an observer. */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /** The privilege level has changed; the same level is no change. */
    public void privilegeChanged(int from, int to, int cause) {
        if (from == to || isIdle()) return;
        post((observer, machine) -> observer.privilegeChanged(machine, from, to, cause));
    }

    /** CR3 has been loaded. */
    public void cr3Loaded(int cr3) {
        if (!isIdle()) post((observer, machine) -> observer.cr3Loaded(machine, cr3));
    }

    /** An interrupt has been delivered. */
    public void interrupt(int vector) {
        if (!isIdle()) post((observer, machine) -> observer.interrupt(machine, vector));
    }

    /** An exception has been delivered. */
    public void fault(int vector, int errorCode) {
        if (!isIdle()) post((observer, machine) -> observer.fault(machine, vector, errorCode));
    }

    /** A TLB has missed. */
    public void tlbMissed(int linear, boolean instruction) {
        if (!isIdle()) post((observer, machine) -> observer.tlbMissed(machine, linear, instruction));
    }

    /** A cache has missed. */
    public void cacheMissed(int level, int physical) {
        if (!isIdle()) post((observer, machine) -> observer.cacheMissed(machine, level, physical));
    }

    /** Whether nobody observes. */
    public boolean isIdle() {
        return observers.isEmpty();
    }

    /** Somebody observes: of what nobody would hear, nothing is made. */
    private void post(BiConsumer<Observer, Machine> notice) {
        pending.add(notice);
        attention.run();
    }

    /** Tells the observers; called between instructions. */
    public void publish(Machine machine) {
        while (!pending.isEmpty()) {
            BiConsumer<Observer, Machine> notice = pending.remove();
            for (Observer observer : observers) notice.accept(observer, machine);
        }
    }

    void passed(Machine machine, int address) {
        for (Observer observer : observers) observer.passed(machine, address);
    }

    /** Forgets what has not been told: the machine goes back to a snapshot. */
    public void clear() {
        pending.clear();
    }
}
