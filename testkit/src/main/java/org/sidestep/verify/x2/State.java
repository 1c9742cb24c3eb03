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
    int running = NOBODY;
    /** Who was handed the processor by who had it, and has not run yet: a set of bits. */
    int handedOver;
    /** Who was ready already when the one who runs was handed the processor, and better: they wait for a decision. */
    int passedOver;
    /** When something was last seen, or a timeout passed. */
    double now;

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
        return copy;
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
                && senders.equals(that.senders)
                && redirectors.equals(that.redirectors)
                && memory.equals(that.memory)
                && Arrays.equals(actors, that.actors);
    }

    @Override
    public int hashCode() {
        return Objects.hash(running, handedOver, passedOver, senders, Arrays.hashCode(actors));
    }
}
