package org.sidestep.verify.x2;

import java.util.Locale;
import org.sidestep.verify.x2.Actor.Phase;
import org.sidestep.x2.Time;

/**
 * X.2 reference manual, "Schedule": what may be left of a thread's time slice and of its total quantum, in microseconds; NEVER of what has
 * no end. Programs' times are whole ticks, and a kernel may count in these.
 */
record Left(double leastOfSlice, double mostOfSlice, double leastOfQuantum, double mostOfQuantum) {

    /** Of a thread at a moment. */
    static Left of(State state, int party) {
        Actor actor = state.at(party);
        Share share = actor.share();
        double late = party == state.running() ? Spent.TICK : 0;
        Left ofSlice = slice(state, actor, late);
        if (share.ofQuantum() == null) return ofSlice.withQuantum(Actor.NEVER, Actor.NEVER);
        if (actor.hasUsedUp() || actor.hasDiedOfIt()) return ofSlice.withQuantum(0, 0);
        double quantum = share.quantum();
        Spent spent = share.ofQuantum();
        return ofSlice.withQuantum(
                quantum - spent.atMost(state.now()) - late, Math.min(quantum, quantum - spent.atLeast()));
    }

    /** Who waits gets a whole slice when it is ready; another may have had one in the meantime, or runs on somebody else's. */
    private static Left slice(State state, Actor actor, double late) {
        Share share = actor.share();
        double slice = share.slice();
        if (slice == Actor.NEVER || waits(actor.phase())) return new Left(slice, slice, 0, 0);
        if (share.ofSlice() == null) return new Left(0, Double.MAX_VALUE, 0, 0);
        return new Left(slice - share.ofSlice().atMost(state.now()) - late, slice, 0, 0);
    }

    private static boolean waits(Phase phase) {
        return phase == Phase.INACTIVE
                || phase == Phase.START
                || phase == Phase.WAITING
                || phase == Phase.SENDING
                || phase == Phase.DEAD;
    }

    private Left withQuantum(double least, double most) {
        return new Left(leastOfSlice, mostOfSlice, least, most);
    }

    /** What is known if it is one or the other; null if nothing is known. */
    Left or(Left other) {
        if (other == null) return null;
        return new Left(
                Math.min(leastOfSlice, other.leastOfSlice),
                Math.max(mostOfSlice, other.mostOfSlice),
                Math.min(leastOfQuantum, other.leastOfQuantum),
                Math.max(mostOfQuantum, other.mostOfQuantum));
    }

    /** @param times what Schedule has answered */
    boolean allows(int times) {
        double slice = Control.duration(times >>> Time.HIGH_SHIFT);
        double quantum = Control.duration(times & 0xFFFF);
        return leastOfSlice <= slice && slice <= mostOfSlice && leastOfQuantum <= quantum && quantum <= mostOfQuantum;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "slice %.0f to %.0f, quantum %.0f to %.0f",
                leastOfSlice,
                mostOfSlice,
                leastOfQuantum,
                mostOfQuantum);
    }
}
