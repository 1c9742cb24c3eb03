package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sidestep.isa.Reg32;
import org.sidestep.verify.x2.Actor.Phase;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;

/**
 * X.2 reference manual, "Interrupt Protocol": the thread of a line that has a handler sends to it when the line is raised, and waits for
 * its answer; until then the line is masked.
 */
final class Interrupts {

    /** The line that programs raise. */
    static final int KEYBOARD = 1;

    /** Thread numbers below are those of interrupts, and of the kernel. */
    private static final int USER_BASE = 48;

    private final Ids ids;
    private final Ipc ipc;

    Interrupts(Ids ids, Ipc ipc) {
        this.ids = ids;
        this.ipc = ipc;
    }

    /** The threads of a program, and behind them those of the interrupt lines. */
    static List<Party> with(List<Party> threads) {
        List<Party> all = new ArrayList<>(threads);
        all.add(Party.interrupt(all.size(), "keyboard", KEYBOARD));
        return all;
    }

    /** Whether ThreadControl of that id is about an interrupt. */
    static boolean isNamed(int id) {
        return ThreadId.number(id) < USER_BASE;
    }

    /** Whether a line has been given to a handler, so that something might still happen if nobody runs. */
    boolean areAwaited(State state) {
        return ids.parties().stream()
                .anyMatch(
                        party -> party.isInterrupt() && state.at(party.number()).exists());
    }

    /** The device raises its line. */
    void raise(State state) {
        for (Party party : ids.parties()) if (party.isInterrupt()) state.raise(party.number());
    }

    /** What has been raised and is not masked is told to its handlers. */
    void arrive(State state) {
        for (Party party : ids.parties()) {
            if (!party.isInterrupt() || !state.interrupts(party.number())) continue;
            if (state.at(party.number()).phase() == Phase.WAITING) ipc.interrupt(state, party.number());
        }
    }

    /** ThreadControl gives a line to a handler, or to nobody; out: an error, or 0. */
    int control(State state, int caller) {
        Step step = state.at(caller).step();
        int id = step.register(Reg32.EAX);
        int line = party(id);
        if (line == Actor.NOBODY) return SystemCallError.INVALID_THREAD;
        if (step.register(Reg32.ESI) != id) return SystemCallError.INVALID_SPACE;
        int named = step.register(Reg32.ECX);
        if (named == id) {
            release(state, line);
            return 0;
        }
        int handler = ids.find(state, caller, named);
        if (handler == Actor.NOBODY || ids.isInterrupt(handler)) return SystemCallError.INVALID_THREAD;
        release(state, line);
        int whom = state.at(handler).globalId();
        Map<Reg32, Integer> registers = Map.of(Reg32.EAX, whom, Reg32.EDX, whom, Reg32.ESI, Protocol.INTERRUPT.tag());
        Step sends = new Step(Step.Action.INTERRUPT, registers, List.of(), List.of(), "is raised");
        state.set(line, Actor.NONE.named(id).about(sends).with(Phase.WAITING, handler, Actor.NEVER));
        state.unmask(line);
        return 0;
    }

    private void release(State state, int line) {
        if (!state.at(line).exists()) return;
        state.set(line, state.at(line).in(Phase.INACTIVE));
        ipc.forsake(state, line);
        state.set(line, Actor.NONE);
        state.mask(line);
    }

    private int party(int id) {
        for (Party party : ids.parties()) if (party.isInterrupt() && party.globalId() == id) return party.number();
        return Actor.NOBODY;
    }
}
