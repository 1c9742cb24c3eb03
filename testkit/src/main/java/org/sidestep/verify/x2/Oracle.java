package org.sidestep.verify.x2;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.isa.Reg32;
import org.sidestep.verify.x2.Actor.Phase;
import org.sidestep.x2.IpcError;

/**
 * Says whether what was seen of a program's threads is something that the interface allows. It knows a set of states in which
 * the threads may be. Between two events there may be some that cannot be seen: a call begins, a timeout passes, strings are
 * copied, the processor goes from one to another. An event leaves those states in which it may happen; if there are none, it
 * may not.
 */
final class Oracle {

    /** A timeout passes no more than a tick too late; and so long after the event before which it began, or the end of a spin, something else is seen. */
    private static final double LATE = 2_000;
    /** More than a program comes to whose order of events says enough. */
    private static final int MOST_STATES = 4_000;

    /** A thread does what the model does not follow: another than the pager of all would have to help it, or nobody. */
    static final class Undecided extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final Ids ids;
    private final List<Party> parties;
    private final Ipc ipc;
    private final Control control;
    private final Interrupts interrupts;
    private final Scheduling scheduling;
    private final int pager;
    private final Player layout;
    private Set<State> states = new LinkedHashSet<>();
    /** What each party may have come back with: several answers to one call, if what was seen fits all of them. */
    private final List<List<Set<Answer>>> answers = new ArrayList<>();

    /** How often which call has come back with which success or error. */
    private final Map<String, Integer> reached = new TreeMap<>();

    Oracle(Player player, RandomProgram program) {
        parties = Interrupts.with(player.parties());
        ids = new Ids(parties);
        ipc = new Ipc(ids, player);
        interrupts = new Interrupts(ids, ipc);
        control = new Control(ids, ipc, player, interrupts);
        scheduling = new Scheduling(ids, ipc);
        pager = player.pager();
        layout = player;
        Actor[] actors = new Actor[parties.size()];
        Arrays.fill(actors, Actor.NONE);
        for (Party party : parties) answers.add(new ArrayList<>());
        for (Party party : player.parties()) {
            actors[party.number()] = Actor.NONE
                    .named(party.globalId())
                    .inSpace(party.space())
                    .withPager(pager)
                    .ofPriority(Control.DEFAULT_PRIORITY)
                    .scheduledBy(pager)
                    .with(Phase.WAITING, Actor.NOBODY, Actor.NEVER)
                    .restarting(true);
        }
        for (RandomProgram.Role role : program.roles()) {
            int number = role.party().number();
            actors[number] = actors[number].ofPriority(role.priority()).returning(null);
        }
        states.add(new State(actors, Memory.first(player::address)));
    }

    /** What was wrong, if anything was. */
    Optional<String> check(Player.Run run) {
        List<Event> events = run.events();
        if (!events.isEmpty()) scheduling.begin(events.get(0).micros());
        if (!events.isEmpty()) states.forEach(state -> state.begin(events.get(0).micros()));
        for (int i = 0; i < events.size(); i++) {
            Optional<String> wrong = accept(events.get(i));
            if (wrong.isPresent()) return Optional.of(wrong.get() + "\n" + course(events.subList(0, i + 1)));
        }
        if (run.strays())
            return strays(run) ? Optional.empty() : Optional.of("nobody goes on elsewhere\n" + course(events));
        boolean rests = rests(run);
        if (run.isBusy() && isBusy(run)) return Optional.empty();
        if (!run.ended() && !run.sleeps())
            return Optional.of("it ended otherwise than with all waiting: " + run.stop() + "\n" + course(events));
        return rests
                ? Optional.empty()
                : Optional.of("it ended while a thread should go on, or nothing more could happen, or might\n"
                        + course(events));
    }

    /** Whether the parties may have come back with the same as those of another run. */
    boolean agrees(Oracle other) {
        for (int party = 0; party < answers.size(); party++) {
            List<Set<Answer>> ours = answers.get(party);
            List<Set<Answer>> theirs = other.answers.get(party);
            if (ours.size() != theirs.size()) return false;
            for (int i = 0; i < ours.size(); i++) if (Collections.disjoint(ours.get(i), theirs.get(i))) return false;
        }
        return true;
    }

    /** How often which call has come back with which success or error. */
    Map<String, Integer> reached() {
        return reached;
    }

    private String course(List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Event event : events) text.append(event.text(parties)).append('\n');
        return text.toString();
    }

    /** Whether all threads may have come to wait for ever, be it for an interrupt. */
    private boolean rests(Player.Run run) {
        return atEnd(run).stream()
                .anyMatch(state -> !state.strayed && state.rests() && interrupts.areAwaited(state) == run.sleeps());
    }

    /** Whether a thread may have gone where nothing is. */
    private boolean strays(Player.Run run) {
        return atEnd(run).stream().anyMatch(state -> state.strayed);
    }

    /** Whether a thread may do the same again and again. */
    private boolean isBusy(Player.Run run) {
        return atEnd(run).stream().anyMatch(state -> !state.isIdle() && scheduling.comesAgain(state, state.running()));
    }

    private Set<State> atEnd(Player.Run run) {
        return reachable(
                new Event(Event.Kind.CALL, State.NOBODY, run.micros(), null, Map.of(), List.of(), 0, null, 0, 0, 0));
    }

    private Optional<String> accept(Event event) {
        Set<State> before = reachable(event);
        if (event.party() < 0) return Optional.of("a thread has a stack that is none");
        Map<State, State> after = new LinkedHashMap<>();
        Set<String> instead = new TreeSet<>();
        Set<Answer> given = new LinkedHashSet<>();
        Set<String> outcomes = new TreeSet<>();
        for (State state : before) {
            String wrong = refusal(state, event);
            if (wrong != null) {
                instead.add(wrong);
                continue;
            }
            Actor actor = state.at(event.party());
            if (event.kind() == Event.Kind.RETURN) {
                given.add(actor.answer().exact());
                outcomes.add(actor.step().action() + ": " + actor.answer().outcome());
            }
            State next = state.copy();
            next.advance(event.micros());
            happen(next, event);
            next.contend();
            after.merge(next.exact(), next, State::or);
        }
        states = new LinkedHashSet<>(after.values());
        if (!given.isEmpty()) answers.get(event.party()).add(given);
        outcomes.forEach(outcome -> reached.merge(outcome, 1, Integer::sum));
        if (!after.isEmpty()) return Optional.empty();
        return Optional.of(String.format(
                Locale.ROOT, "%s may not happen:\n  %s", event.text(parties).strip(), String.join("\n  ", instead)));
    }

    /** Why an event may not happen in a state; or null. */
    private String refusal(State state, Event event) {
        int party = event.party();
        Actor actor = state.at(party);
        int running = state.running();
        if (state.strayed) return "the run should have ended";
        if (running != party)
            return "another should run: "
                    + (running == State.NOBODY ? "nobody" : parties.get(running).name());
        if (!actor.isReady()) return "it should not run: it is " + actor.phase() + (actor.halted() ? ", halted" : "");
        double due = actor.phase() == Phase.CALLED && actor.step().action() == Step.Action.SPIN
                ? Math.max(state.now(), actor.step().spinsUntil())
                : state.now();
        if (event.micros() > due + LATE) return String.format(Locale.ROOT, "it should have gone on at %.3f", due);
        String kept = scheduling.kept(state, event.micros());
        if (kept != null) return kept;
        int waiting = state.better(state.ready(), actor.priority()) & ~state.passedOver;
        if (waiting != 0)
            return parties.get(Integer.numberOfTrailingZeros(waiting)).name() + " should run: its priority is higher";
        for (int i = 0; i < state.size(); i++)
            if (event.micros() > state.at(i).deadline() + LATE)
                return String.format(
                        Locale.ROOT,
                        "%s should have given up at %.3f",
                        parties.get(i).name(),
                        state.at(i).deadline());
        return switch (event.kind()) {
            case ENTRY -> actor.restart() ? null : "it should not begin anew";
            case CALL -> actor.phase() == Phase.USER && !actor.restart() ? null : "it should not be at a call";
            case RETURN -> returnRefused(actor, event);
        };
    }

    private static String returnRefused(Actor actor, Event event) {
        if (actor.restart()) return "it should begin anew";
        if (actor.phase() != Phase.RETURNING) return "its call is not over";
        List<String> differences = actor.answer().differences(event);
        return differences.isEmpty() ? null : String.join(", ", differences);
    }

    private void happen(State state, Event event) {
        Actor actor = state.at(event.party());
        switch (event.kind()) {
            case ENTRY -> state.set(event.party(), actor.restarting(false).in(Phase.USER));
            case CALL ->
                state.set(
                        event.party(),
                        actor.calling(event.step().begun(event.micros())).withPager(event.pager()));
            case RETURN -> state.set(event.party(), actor.in(Phase.USER));
        }
    }

    /** The states in which the threads may be just before an event. */
    private Set<State> reachable(Event event) {
        Set<State> reached = new LinkedHashSet<>(states);
        Deque<State> open = new ArrayDeque<>(states);
        while (!open.isEmpty()) {
            for (State next : unseen(open.remove(), event)) if (reached.add(next)) open.add(next);
            if (reached.size() > MOST_STATES) throw new Undecided();
        }
        return reached;
    }

    private List<State> unseen(State state, Event event) {
        List<State> next = new ArrayList<>();
        for (int i = 0; i < state.size(); i++) {
            if (state.at(i).deadline() <= event.micros()) next.add(expired(state, i));
            if (i != state.running() && (i == event.party() || works(state.at(i))))
                scheduling.dispatched(state, i, event.micros(), next);
        }
        if (state.isIdle()) return next;
        scheduling.usedUp(state, event.micros(), next);
        scheduling.preempted(state, event.micros(), next);
        Actor running = state.at(state.running());
        if (running.phase() == Phase.CALLED && !running.restart() && isDue(running.step(), event.micros()))
            for (Step step : running.step().begun(state.now(), event.micros())) {
                next.add(worked(state, step, false));
                if (mapsMuch(state)) next.add(worked(state, step, true));
            }
        if (running.phase().isTransfer()) next.add(worked(state, running.step(), false));
        return next;
    }

    /** Whether a message may be delivered whose pages are mapped in turns, if a kernel likes. */
    private static boolean mapsMuch(State state) {
        for (int i = 0; i < state.size(); i++)
            if (state.at(i).exists() && Ipc.mapsMuch(state.at(i).step())) return true;
        return false;
    }

    private static boolean isDue(Step step, double now) {
        return step.action() != Step.Action.SPIN || step.spinsUntil() <= now;
    }

    /** Whether a thread does something that is not seen when it has the processor. */
    private static boolean works(Actor actor) {
        return actor.phase() == Phase.CALLED || actor.phase().isTransfer();
    }

    private State expired(State state, int party) {
        State next = state.copy();
        next.advance(state.at(party).deadline());
        ipc.end(next, party, IpcError.TIMEOUT);
        next.contend();
        return next;
    }

    /** The running thread does what it is about: that step, as it is understood. */
    private State worked(State state, Step step, boolean mapsInTurns) {
        State next = state.copy();
        next.mapsInTurns = mapsInTurns;
        int party = state.running();
        Actor actor = state.at(party).about(step);
        next.set(party, actor);
        int readyBefore = state.ready();
        if (actor.phase() == Phase.TRANSFER_OUT) ipc.goOn(next, party);
        else if (actor.phase() == Phase.TRANSFER_RESUMED) ipc.resume(next, party);
        else carryOut(next, party, step);
        boolean isIpc = step.action().isIpc()
                || step.action().isException()
                || next.at(party).isFaulting();
        if (isIpc) scheduling.handOver(next, party, readyBefore);
        if (next.running() == party && !next.at(party).isReady()) next.give(State.NOBODY);
        interrupts.arrive(next);
        next.contend();
        return next;
    }

    private void carryOut(State state, int party, Step step) {
        switch (step.action()) {
            case IPC, LIPC -> ipc.call(state, party);
            case EXCHANGE -> control.exchangeRegisters(state, party);
            case CONTROL -> control.threadControl(state, party);
            case SCHEDULE -> control.schedule(state, party);
            case REDIRECT -> control.spaceControl(state, party);
            case SWITCH -> scheduling.threadSwitch(state, party);
            case UNMAP -> {
                int fpage = step.register(Reg32.ESI);
                int seen = state.changedMemory().unmap(ids.space(state, party), step.register(Reg32.EAX), fpage);
                state.set(party, state.at(party).returning(Answer.of(Map.of(Reg32.ESI, seen))));
            }
            case READ, WRITE -> access(state, party, step);
            case UNDEFINED, PRIVILEGED -> ipc.raise(state, party);
            case SPIN -> spin(state, party, step);
            case RAISE -> {
                if (!ids.isPrivileged(state, party)) {
                    ipc.raise(state, party);
                    return;
                }
                interrupts.raise(state);
                state.set(party, state.at(party).returning(Answer.of(Map.of())));
            }
            case STRAY -> stray(state, party);
            case PREEMPTION, QUANTUM, FAULT, INTERRUPT -> throw new IllegalStateException("the kernel does it");
            case LOAD -> {
                Actor computing = state.at(party).computing(step.register(Reg32.EDX));
                state.set(party, computing.returning(Answer.of(Map.of())));
            }
            case STORE -> {
                Integer number = state.at(party).floating();
                Map<Reg32, Integer> loaded = number == null ? Map.of() : Map.of(Reg32.EAX, number);
                state.set(party, state.at(party).returning(Answer.of(loaded)));
            }
        }
    }

    private void stray(State state, int party) {
        if (state.at(party).pager() != pager || ids.isCutOff(state, party) || ids.isDiverted(state, party))
            throw new Undecided();
        state.strayed = true;
    }

    private static void spin(State state, int party, Step step) {
        state.advance(step.spinsUntil());
        state.delayOver();
        state.set(party, state.at(party).returning(Answer.of(Map.of(Reg32.EAX, step.register(Reg32.EDX)))));
    }

    /**
     * Where nothing is, the pager of all has the processor meanwhile, and hands it back; another takes its time. If its space's redirector is
     * gone, the thread faults again and again.
     */
    private void access(State state, int party, Step step) {
        int address = step.register(Reg32.EAX);
        boolean write = step.action() == Step.Action.WRITE;
        Memory memory = state.changedMemory();
        boolean faults = memory.faults(ids.space(state, party), address, write);
        if (faults && state.at(party).pager() != pager) {
            String place = write ? ScriptedThreads.WRITE : ScriptedThreads.READ;
            ipc.fault(state, party, address, write, layout.address(place));
            return;
        }
        if (faults && ids.isDiverted(state, party)) throw new Undecided();
        if (faults && ids.isCutOff(state, party)) return;
        if (faults)
            state.passedOver |= state.better(state.ready(), state.at(party).priority());
        Answer answer = Answer.of(Map.of());
        Integer word = write ? null : memory.read(ids.space(state, party), address);
        if (write) memory.write(ids.space(state, party), address, step.register(Reg32.EDX));
        else if (word != null) answer = answer.with(Reg32.EAX, word);
        state.set(party, state.at(party).returning(answer));
    }
}
