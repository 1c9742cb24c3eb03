package org.sidestep.verify.x2;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.isa.Reg32;
import org.sidestep.verify.x2.Actor.Phase;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.ThreadId;

/** X.2 reference manual, "Schedule", "ThreadSwitch" and "Preemption Protocol": who may have the processor, and how long. */
final class Scheduling {

    /** Microseconds, more than a call takes that has the processor. */
    private static final double BRIEF = 500;

    private final Ids ids;
    private final Ipc ipc;
    private double began;

    Scheduling(Ids ids, Ipc ipc) {
        this.ids = ids;
        this.ipc = ipc;
    }

    /** A program begins. */
    void begin(double now) {
        began = now;
    }

    /** The processor goes to {@code party} before a moment, if it may. */
    void dispatched(State state, int party, double until, List<State> next) {
        Actor actor = state.at(party);
        if (!actor.isReady()) return;
        int better = state.better(state.ready(), actor.priority());
        boolean idle = state.isIdle();
        if (idle) {
            boolean handed = (state.handedOver >>> party & 1) != 0;
            if (!handed && better != 0) return;
            State then = given(state, party, state.now(), handed ? better : 0, handed);
            if (!handed) then.forgetDelays();
            next.add(then);
        } else if (actor.priority() > state.at(state.running()).priority()) {
            if (until < mayLose(state) && !noticesLate(state) || tells(state)) return;
            double when = noticesLate(state) ? state.now() : Math.max(state.now(), mayLose(state));
            State then = given(state, party, when, state.passedOver & better, sendsOrReceives(state));
            then.forgetDelays();
            next.add(then);
        } else if (actor.priority() == state.at(state.running()).priority()) {
            sliceOver(state, party, until, state.passedOver & better, next);
        }
    }

    /** Whether who has the processor has made others ready by its Ipc: they run on its time slice, if a kernel likes. */
    private static boolean sendsOrReceives(State state) {
        Actor actor = state.at(state.running());
        return actor.phase() == Phase.RETURNING
                && actor.step() != null
                && actor.step().action().isIpc();
    }

    private static State given(State state, int party, double when, int passedOver, boolean lent) {
        State then = state.copy();
        then.advance(when);
        then.give(party);
        then.handedOver = 0;
        then.passedOver = passedOver;
        if (lent) then.set(party, then.at(party).sharing(then.at(party).share().lent()));
        then.contend();
        return then;
    }

    /** Who has the processor loses it to another of its priority before a moment, at the end of its slice. */
    private void sliceOver(State state, int party, double until, int passedOver, List<State> next) {
        int running = state.running();
        if (isBrief(state, running)) until = Math.min(until, state.now() + BRIEF);
        Share share = state.at(running).share();
        double earliest = share.ofSlice() == null
                ? Math.max(state.now(), began + state.shortest - Spent.TICK)
                : share.ofSlice().earliest(share.slice(), state.now());
        earliest = Math.max(earliest, nextTick(state));
        if (earliest > until) return;
        for (double when : new double[] {earliest, until}) {
            State then = state.copy();
            then.ticked = earliest;
            then.advance(when);
            then.set(running, then.at(running).sharing(then.at(running).share().anotherSlice(when)));
            then = given(then, party, when, passedOver, false);
            then.forgetDelays();
            next.add(then);
        }
    }

    /** Whether a thread does what takes less than a tick. */
    private boolean isBrief(State state, int party) {
        Actor actor = state.at(party);
        return actor.phase() == Phase.CALLED && actor.step().action() != Step.Action.SPIN && !comesAgain(state, party);
    }

    /** Whether a thread may do the same again and again: what the kernel sends for it reaches nobody. */
    boolean comesAgain(State state, int party) {
        Actor actor = state.at(party);
        return actor.phase() == Phase.CALLED && actor.step().action().mayFault() && ids.isCutOff(state, party);
    }

    /** X.2 reference manual, "Ipc": who waits hands the processor to whom it has sent, with its time slice. */
    void handOver(State state, int party, int readyBefore) {
        if (state.at(party).isReady() || state.at(party).phase() == Phase.DEAD) return;
        int made = state.ready() & ~readyBefore;
        for (int i = 0; i < state.size(); i++)
            if ((made >>> i & 1) != 0 && state.better(made, state.at(i).priority()) == 0) state.handedOver |= 1 << i;
    }

    /** X.2 reference manual, "ThreadSwitch": to a thread that is ready, else to whoever is next. */
    void threadSwitch(State state, int party) {
        int target = ids.find(state, party, state.at(party).step().register(Reg32.EAX));
        Actor actor = state.at(party).returning(Answer.of(Map.of()));
        state.set(party, actor.sharing(actor.share().lent()));
        boolean there =
                target != Actor.NOBODY && target != party && state.at(target).isReady();
        state.give(there ? target : State.NOBODY);
        state.passedOver = there ? state.better(state.ready(), state.at(target).priority()) : 0;
        if (there)
            state.set(target, state.at(target).sharing(state.at(target).share().lent()));
    }

    /** Who has the processor uses up its total quantum before a moment, if it may. */
    void usedUp(State state, double until, List<State> next) {
        int party = state.running();
        Share share = state.at(party).share();
        if (share.ofQuantum() == null || state.at(party).phase().isTransfer()) return;
        double earliest = Math.max(nextTick(state), share.ofQuantum().earliest(share.quantum(), state.now()));
        if (earliest > until) return;
        double latest = Math.min(until, share.ofQuantum().latest(share.quantum(), state.now()));
        for (double when : new double[] {earliest, Math.max(earliest, latest)}) {
            State then = told(state, party, when, state.at(party).scheduler(), Step.Action.QUANTUM);
            then.set(party, then.at(party).sharing(then.at(party).share().anotherQuantum(when)));
            then.ticked = earliest;
            next.add(then);
        }
    }

    /** When the clock ticks next, at the earliest. */
    private static double nextTick(State state) {
        return Math.max(state.now(), state.ticked + Spent.TICK - Spent.EDGE);
    }

    /**
     * X.2 reference manual, "Preemption Control": if who has the processor is to lose it to a better one before a moment, it may delay
     * that, or have it told.
     */
    void preempted(State state, double until, List<State> next) {
        if (!hasSay(state)) return;
        int party = state.running();
        Actor actor = state.at(party);
        double longest = state.now() + actor.longestDelay();
        if (mayLose(state) == Actor.NEVER) {
            delay(state, longest, next);
            if (state.delayedBefore() < longest && state.delayedBefore() > state.now())
                delay(state, state.delayedBefore(), next);
            if (tells(state) && noticesLate(state))
                next.add(told(state, party, state.now(), actor.step().name(), Step.Action.PREEMPTION));
            return;
        }
        boolean goesOn = delays(state) && (actor.preemptFlags() & PreemptFlags.PENDING) == 0;
        if (goesOn) delay(state, Math.max(state.delayed, Math.min(state.delayedBefore(), longest)), next);
        if (tells(state) && until >= mayLose(state))
            next.add(told(
                    state,
                    party,
                    Math.max(state.now(), mayLose(state)),
                    actor.step().name(),
                    Step.Action.PREEMPTION));
    }

    private static void delay(State state, double until, List<State> next) {
        int party = state.running();
        Actor actor = state.at(party);
        State then = state.copy();
        then.forgetDelay();
        then.delayed = until;
        then.passedOver |= state.better(state.ready(), actor.priority());
        then.set(party, actor.about(actor.step().pending()));
        next.add(then);
    }

    /** Whether who has the processor has preempt flags, and all who are better are no better than its sensitive priority. */
    private static boolean hasSay(State state) {
        Actor actor = state.at(state.running());
        return actor.preemptFlags() != 0
                && state.better(state.ready(), actor.priority()) != 0
                && state.better(state.ready(), Math.max(actor.priority(), actor.sensitivePriority())) == 0;
    }

    /** When, at the earliest, who has the processor loses it to a better one; NEVER if it begins to delay that now. */
    private static double mayLose(State state) {
        return delays(state) ? state.delayed : state.now();
    }

    private static boolean delays(State state) {
        Actor actor = state.at(state.running());
        return hasSay(state) && (actor.preemptFlags() & PreemptFlags.DELAY) != 0 && actor.longestDelay() > 0;
    }

    /** Whether a kernel may take its preemption for the end of a delay that it began before it handed over the processor. */
    private static boolean noticesLate(State state) {
        return mayLose(state) == Actor.NEVER && state.delayedBefore() <= state.now() + 2 * Spent.TICK;
    }

    /** Whether its exception handler is told when it does. */
    private static boolean tells(State state) {
        Actor actor = state.at(state.running());
        return hasSay(state)
                && (actor.preemptFlags() & PreemptFlags.SIGNAL) != 0
                && actor.step().name() != ThreadId.NIL;
    }

    /** Somebody is told that a thread is preempted. */
    private State told(State state, int party, double when, int whom, Step.Action why) {
        State then = state.copy();
        then.advance(when);
        int readyBefore = then.ready();
        ipc.preempt(then, party, whom, why);
        handOver(then, party, readyBefore);
        if (!then.at(party).isReady()) then.give(State.NOBODY);
        then.contend();
        return then;
    }

    /** What is wrong if who has the processor still has it at a moment; or null. */
    String kept(State state, double now) {
        Share share = state.at(state.running()).share();
        double used = share.ofQuantum() == null
                ? Actor.NEVER
                : share.ofQuantum().latest(share.quantum(), state.now()) + Spent.TICK;
        if (now > used) return String.format(Locale.ROOT, "its total quantum should have been used up at %.3f", used);
        if (now > state.delayed + 2 * Spent.TICK + Spent.EDGE)
            return String.format(Locale.ROOT, "its preemption should not be delayed from %.3f on", state.delayed);
        if (state.delayed != Actor.NEVER) return null;
        double slice = share.ofSlice() == null ? state.longest : share.slice();
        double over = state.contended + slice + 2 * Spent.TICK;
        return now > over ? String.format(Locale.ROOT, "its time slice should have been used up at %.3f", over) : null;
    }
}
