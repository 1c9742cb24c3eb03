package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/** The floating-point unit: when each register of the stack is there, and when the next operation can begin. */
final class FloatingPoint {

    private static final int MASK = 7;

    private final long[] ready;
    private int top;
    private long free;

    FloatingPoint() {
        ready = new long[MASK + 1];
    }

    void keep(StateTape tape) {
        tape.array(ready);
        top = tape.integer(top);
        free = tape.number(free);
    }

    /** The first cycle in which {@code operation} can execute. */
    long available(Operation operation) {
        long latest = free;
        if (operation.source0 >= 0) latest = Math.max(latest, ready[place(operation.source0)]);
        if (operation.source1 >= 0) latest = Math.max(latest, ready[place(operation.source1)]);
        return latest;
    }

    /** Executes from {@code start} on. An exchange only renames. */
    void execute(Operation operation, long start) {
        if (operation.exchange != Operation.NONE) exchange(place(operation.exchange));
        else free = start + operation.busy;
        if (operation.destination >= 0) ready[place(operation.destination)] = start + operation.latency;
        top = top + operation.pops & MASK;
    }

    /** Nothing executes before {@code now}; which register is the top of the stack makes no difference. */
    void exchange(StateVector state, long now) {
        free = state.time(free, now);
        for (int relative = 0; relative <= MASK; relative++) {
            ready[place(relative)] = state.time(ready[place(relative)], now);
        }
    }

    private void exchange(int other) {
        int here = place(0);
        long swapped = ready[here];
        ready[here] = ready[other];
        ready[other] = swapped;
    }

    private int place(int relative) {
        return top + relative & MASK;
    }
}
