package org.sidestep.verify.x2;

import java.util.List;
import org.sidestep.x2.ThreadId;

/** How threads are named. */
final class Ids {

    /** The root task's, which is its pager's too. */
    private static final int ROOT_SPACE = 0;

    private final List<Party> parties;

    Ids(List<Party> parties) {
        this.parties = parties;
    }

    Party party(int number) {
        return parties.get(number);
    }

    List<Party> parties() {
        return parties;
    }

    /** Whether a party is the thread of an interrupt. */
    boolean isInterrupt(int party) {
        return party(party).isInterrupt();
    }

    /** The thread that an id names for a caller, or {@link Actor#NOBODY}. */
    int find(State state, int caller, int id) {
        for (Party party : parties) {
            if (!state.at(party.number()).exists()) continue;
            boolean local = areNeighbours(state, caller, party.number()) && id == party.localId();
            if (local || id == state.at(party.number()).globalId()) return party.number();
        }
        return Actor.NOBODY;
    }

    /** Whom a FromSpecifier names: a party, {@link Actor#ANY}, {@link Actor#ANY_LOCAL} or {@link Actor#NOBODY}. */
    int from(State state, int receiver, int specifier) {
        return switch (specifier) {
            case ThreadId.ANY -> Actor.ANY;
            case ThreadId.ANY_LOCAL -> Actor.ANY_LOCAL;
            default -> find(state, receiver, specifier);
        };
    }

    /** In whose name a thread sends: its own, another's, or that of {@link Actor#NOBODY} if who had that id is gone. */
    int named(State state, int sender) {
        int id = state.at(sender).envelope().sentAs();
        return id == 0 ? sender : find(state, sender, id);
    }

    /** How a receiver is told who has sent. */
    int told(State state, int sender, int receiver) {
        return areNeighbours(state, sender, receiver)
                ? party(sender).localId()
                : state.at(sender).globalId();
    }

    /** Whether a thread that waits for {@code specified} takes a message from {@code sender}, who may be somebody who is gone. */
    boolean matches(State state, int receiver, int specified, int sender) {
        if (sender == Actor.NOBODY) return specified == Actor.ANY;
        return switch (specified) {
            case Actor.ANY -> true;
            case Actor.ANY_LOCAL -> areNeighbours(state, sender, receiver);
            default -> specified == sender;
        };
    }

    /** Whether what a thread sends to the common pager reaches nobody, since its space's redirector is gone; what goes to its space goes straight. */
    boolean isCutOff(State state, int party) {
        if (!isRedirected(state, party)) return false;
        int redirector = find(state, party, state.redirector(space(state, party)));
        return redirector == Actor.NOBODY
                || state.at(redirector).phase() == Actor.Phase.DEAD && !isPrivileged(state, redirector);
    }

    /**
     * Whether another gets what a thread sends to the common pager, since its space's redirector is in a third space; or what that one answers,
     * since the root task's space has a redirector.
     */
    boolean isDiverted(State state, int party) {
        if (!isPrivileged(state, party) && state.redirector(ROOT_SPACE) != 0) return true;
        if (!isRedirected(state, party) || isCutOff(state, party)) return false;
        return !isPrivileged(state, find(state, party, state.redirector(space(state, party))));
    }

    private boolean isRedirected(State state, int party) {
        return !isPrivileged(state, party) && state.redirector(space(state, party)) != 0;
    }

    /** In which space a thread is; that of an interrupt is alone in its own. */
    int space(State state, int party) {
        return isInterrupt(party) ? party(party).space() : state.at(party).space();
    }

    boolean areNeighbours(State state, int one, int other) {
        return space(state, one) == space(state, other);
    }

    boolean isPrivileged(State state, int party) {
        return space(state, party) == ROOT_SPACE;
    }
}
