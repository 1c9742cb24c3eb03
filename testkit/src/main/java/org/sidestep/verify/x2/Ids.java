package org.sidestep.verify.x2;

import java.util.List;
import org.sidestep.x2.ThreadId;

/** How threads are named. */
final class Ids {

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
            boolean local = areNeighbours(caller, party.number()) && id == party.localId();
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
        return areNeighbours(sender, receiver)
                ? party(sender).localId()
                : state.at(sender).globalId();
    }

    /** Whether a thread that waits for {@code specified} takes a message from {@code sender}, who may be somebody who is gone. */
    boolean matches(int receiver, int specified, int sender) {
        if (sender == Actor.NOBODY) return specified == Actor.ANY;
        return switch (specified) {
            case Actor.ANY -> true;
            case Actor.ANY_LOCAL -> areNeighbours(sender, receiver);
            default -> specified == sender;
        };
    }

    /** Whether what a thread sends to other spaces reaches nobody, since its space's redirector is gone. */
    boolean isCutOff(State state, int party) {
        int id = state.redirector(party(party).space());
        if (id == 0) return false;
        int redirector = find(state, party, id);
        return redirector == Actor.NOBODY || state.at(redirector).phase() == Actor.Phase.DEAD;
    }

    boolean areNeighbours(int one, int other) {
        return party(one).space() == party(other).space();
    }

    boolean isPrivileged(int party) {
        return party(party).space() == 0;
    }
}
