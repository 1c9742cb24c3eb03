package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.sidestep.verify.Exploration.Reach;

/**
 * What comes behind a strike, and where a second one may fall there. It ends where the run has come to what the undisturbed one is,
 * which is struck everywhere by itself; one strike there is left, for what only an interrupt looks at.
 *
 * @param way tells it from others: which instructions come, in the kernel too, and where who was struck goes on
 * @param seconds boundaries that count, in order
 */
record Sequel(long way, List<Boundary> seconds) {

    /**
     * Goes along with a machine that has been struck and has not gone on.
     *
     * @param most steps that are looked at
     * @param joins whether the machine, which has just left the kernel, has come to what the undisturbed run is
     */
    static Sequel of(Walk walk, Reach reach, int most, BooleanSupplier joins) {
        return new Course(walk, most, joins).along(reach);
    }

    /** In the making. */
    private static final class Course {
        private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

        private final Walk walk;
        private final int most;
        private final BooleanSupplier joins;
        private final int struck;
        private final List<Boundary> seconds = new ArrayList<>();
        private long way;
        private int steps;
        private boolean kernel;
        private boolean isBack;

        Course(Walk walk, int most, BooleanSupplier joins) {
            this.walk = walk;
            this.most = most;
            this.joins = joins;
            struck = walk.utcb();
        }

        Sequel along(Reach reach) {
            Boundary before = null;
            boolean joined = false;
            for (int user = 0; user < reach.most() && !joined && step(); ) {
                note(walk.address());
                if (kernel) before = null;
                if (!walk.isUser()) continue;
                Boundary here = walk.here();
                joined = kernel && joins.getAsBoolean();
                if (here.interruptible() && (joined || reach.follows(here, before))) seconds.add(here);
                before = here;
                user++;
                left();
            }
            if (reach.isByWay()) goOn();
            return new Sequel(way, List.copyOf(seconds));
        }

        /** To where the thread that was struck has the processor again. */
        private void goOn() {
            while (!isBack && step()) left();
            if (isBack) note(walk.address());
        }

        /** Whether the run goes on, and is looked at. */
        private boolean step() {
            if (steps++ == most || !walk.step()) return false;
            kernel |= !walk.isUser();
            return true;
        }

        private void left() {
            if (!walk.isUser()) return;
            isBack |= kernel && walk.utcb() == struck;
            kernel = false;
        }

        private void note(int what) {
            way = (way ^ what) * FACTOR;
            way ^= way >>> 29;
        }
    }
}
