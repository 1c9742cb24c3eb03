package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What the interface says of all threads at a moment. */
final class State {

    static final int NOBODY = -1;

    private final Actor[] actors;
    /** Those who send and wait, in the order in which they began to. */
    private final List<Integer> senders;
    /** Who has the processor. */
    private int running = NOBODY;
    /** Who was handed the processor by who had it, and has not run yet: a set of bits. */
    int handedOver;
    /** Who was ready already when the one who runs was handed the processor, and better: they wait for a decision. */
    int passedOver;
    /** When something was last seen, or a timeout passed. */
    private double now;
    /** Since when who has the processor has had it while another of its priority was ready too; NEVER if none is. */
    double contended = Actor.NEVER;
    /** Until when, at the earliest, who has the processor delays its preemption; NEVER if it does not. */
    double delayed = Actor.NEVER;
    /**
     * Who has delayed a preemption and then handed over the processor, and until when it might have gone on. A kernel may count that as one
     * delay if the one whom it was for has not had its turn.
     */
    private Map<Integer, Double> delayedBefore = Map.of();

    /** Slices and quanta end with a tick of the clock: when, at the earliest, the last one was at which one did. */
    double ticked = Double.NEGATIVE_INFINITY;
    /** The shortest and the longest of all time slices that there have been. */
    double shortest = Share.DEFAULT_SLICE;

    double longest = Share.DEFAULT_SLICE;

    /** Map items of many pages are carried out in turns: their receiver waits meanwhile. */
    boolean mapsInTurns;

    /** The common pager has been told of a fault where nothing should be: it ends the run. */
    boolean strayed;

    /** The interrupt lines that are not masked: a set of bits, by the numbers of their threads. */
    private int open;
    /** Those that have been raised while they were masked. */
    private int raised;

    /** By sender: transfers of strings that are under way. */
    private Map<Integer, Progress> transfers = Map.of();

    private Memory memory;
    /** By space that has one: the redirector's global id. */
    private Map<Integer, Integer> redirectors = Map.of();

    State(Actor[] actors, Memory memory) {
        this(actors, memory, new ArrayList<>());
    }

    private State(Actor[] actors, Memory memory, List<Integer> senders) {
        this.actors = actors;
        this.memory = memory;
        this.senders = senders;
    }

    State copy() {
        State copy = new State(actors.clone(), memory, new ArrayList<>(senders));
        copy.running = running;
        copy.handedOver = handedOver;
        copy.passedOver = passedOver;
        copy.now = now;
        copy.redirectors = redirectors;
        copy.transfers = transfers;
        copy.open = open;
        copy.raised = raised;
        copy.contended = contended;
        copy.ticked = ticked;
        copy.delayed = delayed;
        copy.strayed = strayed;
        copy.delayedBefore = delayedBefore;
        copy.shortest = shortest;
        copy.longest = longest;
        return copy;
    }

    /** The same but for what is only known within limits. */
    State exact() {
        State exact = copy();
        exact.contended = Actor.NEVER;
        exact.ticked = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < actors.length; i++) exact.actors[i] = actors[i].exact();
        return exact;
    }

    /** What is known if it is this state or another, which are alike but for what is only known within limits. */
    State or(State other) {
        State both = copy();
        both.contended = Math.max(contended, other.contended);
        both.ticked = Math.min(ticked, other.ticked);
        for (int i = 0; i < actors.length; i++) both.actors[i] = actors[i].or(other.actors[i]);
        return both;
    }

    int running() {
        return running;
    }

    double now() {
        return now;
    }

    /** Whether nobody has the processor who could have it. */
    boolean isIdle() {
        return running == NOBODY || !actors[running].isReady();
    }

    /** Time passes; who has the processor has had it. */
    void advance(double to) {
        if (to > now && !isIdle())
            actors[running] = actors[running].sharing(actors[running].share().and(to - now));
        now = Math.max(now, to);
    }

    /** A program begins. */
    void begin(double when) {
        now = when;
    }

    /** The processor goes to a party, or to {@link #NOBODY}. */
    void give(int party) {
        if (delayed != Actor.NEVER) {
            delayedBefore = new TreeMap<>(delayedBefore);
            delayedBefore.putIfAbsent(running, delayed);
        }
        running = party;
        contended = Actor.NEVER;
        delayed = Actor.NEVER;
        if (party != NOBODY)
            actors[party] = actors[party].sharing(actors[party].share().dispatched());
    }

    /** Looks whether who has the processor has to share it from now on, or no more. */
    void contend() {
        boolean alone = isIdle() || peers(running) == 0;
        if (alone) contended = Actor.NEVER;
        else contended = Math.min(contended, now);
    }

    /** Until when who has the processor might have gone on with an earlier delay; NEVER if it has given way to nobody since. */
    double delayedBefore() {
        return delayedBefore.getOrDefault(running, Actor.NEVER);
    }

    /** Who has the processor does not wish to keep it any more. */
    void delayOver() {
        if (delayed == Actor.NEVER) return;
        delayedBefore = new TreeMap<>(delayedBefore);
        delayedBefore.put(running, delayed);
        delayed = Math.min(delayed, now);
    }

    /** The best one has its turn: whatever was delayed is not any more. */
    void forgetDelays() {
        delayedBefore = Map.of();
    }

    /** Who has the processor begins another delay. */
    void forgetDelay() {
        delayedBefore = new TreeMap<>(delayedBefore);
        delayedBefore.remove(running);
    }

    /** Those who could be given the processor instead of a party, with its priority, as a set of bits. */
    int peers(int party) {
        int priority = actors[party].priority();
        return better(ready(), priority - 1) & ~better(ready(), priority) & ~(1 << party);
    }

    int size() {
        return actors.length;
    }

    Actor at(int party) {
        return actors[party];
    }

    void set(int party, Actor actor) {
        if (actors[party].phase() == Actor.Phase.SENDING && actor.phase() != Actor.Phase.SENDING)
            senders.remove((Integer) party);
        if (actors[party].phase() != Actor.Phase.SENDING && actor.phase() == Actor.Phase.SENDING) senders.add(party);
        actors[party] = actor;
        if (transfers.containsKey(party) && !actor.itself().phase().isOut()) {
            transfers = new TreeMap<>(transfers);
            transfers.remove(party);
        }
    }

    /** What is mapped where and what is in it, to be changed. */
    Memory changedMemory() {
        memory = memory.copy();
        return memory;
    }

    /** The global id of a space's redirector; 0 if it has none. */
    int redirector(int space) {
        return redirectors.getOrDefault(space, 0);
    }

    /** @param id global; 0 for none */
    void redirect(int space, int id) {
        Map<Integer, Integer> changed = new TreeMap<>(redirectors);
        if (id == 0) changed.remove(space);
        else changed.put(space, id);
        redirectors = changed;
    }

    /** How far the transfer of a sender has come. */
    Progress progress(int sender) {
        return transfers.get(sender);
    }

    void progress(int sender, Progress now) {
        transfers = new TreeMap<>(transfers);
        transfers.put(sender, now);
    }

    void mask(int line) {
        open &= ~(1 << line);
    }

    void unmask(int line) {
        open |= 1 << line;
    }

    void raise(int line) {
        raised |= 1 << line;
    }

    /** Whether an interrupt comes through, which is masked and forgotten. */
    boolean interrupts(int line) {
        if ((open & raised & 1 << line) == 0) return false;
        mask(line);
        raised &= ~(1 << line);
        return true;
    }

    /** Those who send and wait, in the order in which they began to. */
    List<Integer> senders() {
        return List.copyOf(senders);
    }

    /** Those who could be given the processor, as a set of bits. */
    int ready() {
        int ready = 0;
        for (int i = 0; i < actors.length; i++) if (actors[i].isReady()) ready |= 1 << i;
        return ready;
    }

    /** Whether nothing will ever happen any more. */
    boolean rests() {
        return ready() == 0 && Arrays.stream(actors).allMatch(actor -> actor.deadline() == Actor.NEVER);
    }

    /** Of a set, those of a higher priority. */
    int better(int set, int priority) {
        int better = 0;
        for (int i = 0; i < actors.length; i++)
            if ((set >>> i & 1) != 0 && actors[i].priority() > priority) better |= 1 << i;
        return better;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof State that
                && running == that.running
                && now == that.now
                && handedOver == that.handedOver
                && passedOver == that.passedOver
                && contended == that.contended
                && ticked == that.ticked
                && delayed == that.delayed
                && strayed == that.strayed
                && delayedBefore.equals(that.delayedBefore)
                && shortest == that.shortest
                && longest == that.longest
                && senders.equals(that.senders)
                && redirectors.equals(that.redirectors)
                && transfers.equals(that.transfers)
                && open == that.open
                && raised == that.raised
                && memory.equals(that.memory)
                && Arrays.equals(actors, that.actors);
    }

    @Override
    public int hashCode() {
        return Objects.hash(running, handedOver, passedOver, senders, Arrays.hashCode(actors));
    }
}
