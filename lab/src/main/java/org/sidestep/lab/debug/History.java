package org.sidestep.lab.debug;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Moment;

/**
 * Where a run has been. Snapshots stand along it; between two of them a moment is found by running again, which gives the same
 * states. A change from outside is not made again when one goes back behind it and forward.
 */
final class History {

    /** How many snapshots there are at most, beside the first; then every second one goes. */
    private static final int MOST = 64;

    private static final long FIRST_DISTANCE = 50_000;

    private final Machine machine;
    private final List<Mark> marks = new ArrayList<>();
    private long distance = FIRST_DISTANCE;

    /**
     * A snapshot.
     *
     * @param changed whether something has been changed from outside here
     */
    private record Mark(Moment moment, Machine.Snapshot state, boolean changed) {}

    /** Begins where the machine is. */
    History(Machine machine) {
        this.machine = machine;
        mark(false);
    }

    /** Where the machine is. */
    Moment now() {
        long deliveries = machine.counters().interrupts() + machine.counters().faults();
        return new Moment(machine.instructions(), machine.cycles(), deliveries);
    }

    /** How many there are. */
    int snapshots() {
        return marks.size();
    }

    boolean isAtBegin() {
        return now().equals(marks.get(0).moment);
    }

    /** The instruction count at which the next snapshot is due. */
    long nextMark() {
        return last().moment.instructions() + distance;
    }

    /** Takes a snapshot if one is due. */
    void passing() {
        if (machine.instructions() < nextMark()) return;
        mark(false);
        if (marks.size() <= MOST) return;
        distance *= 2;
        for (int i = marks.size() - 2; i > 0; i -= 2) {
            if (!marks.get(i).changed) marks.remove(i);
        }
    }

    /** Something has been changed from outside: what came later is no more. */
    void changed() {
        Moment here = now();
        marks.removeIf(mark -> mark != marks.get(0) && mark.moment.compareTo(here) >= 0);
        if (marks.get(0).moment.equals(here)) marks.clear();
        mark(true);
    }

    private void mark(boolean changed) {
        marks.add(new Mark(now(), machine.snapshot(), changed));
    }

    private Mark last() {
        return marks.get(marks.size() - 1);
    }

    /** Goes to the last snapshot before a moment, or to the first there is. */
    void goBefore(Moment moment) {
        goToLast(mark -> mark.moment.compareTo(moment) < 0);
    }

    /** Goes to the last snapshot at or before a moment. */
    void goNear(Moment moment) {
        goToLast(mark -> mark.moment.compareTo(moment) <= 0);
    }

    private void goToLast(Predicate<Mark> good) {
        int found = marks.size() - 1;
        while (found > 0 && !good.test(marks.get(found))) found--;
        restore(found);
    }

    private void restore(int index) {
        // What was changed later is not changed on the way that begins here.
        for (int i = index + 1; i < marks.size(); i++) {
            if (!marks.get(i).changed) continue;
            marks.subList(i, marks.size()).clear();
            break;
        }
        machine.restore(marks.get(index).state);
    }

    /** Runs on up to an instruction count, whatever breakpoints are in the way. */
    void runTo(long instructions) {
        while (machine.instructions() < instructions) {
            Moment before = now();
            machine.run(Limits.instructions(instructions));
            if (now().equals(before)) machine.step();
            if (now().equals(before)) return;
        }
    }
}
