package org.sidestep.verify;

import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.sidestep.verification.Strike;

/** Where second strikes fall, for one who goes along the boundaries of a round on one machine. */
final class Sequels {

    private final Lane lane;
    private final Exploration exploration;
    /** By part, and by the name of the strike, of those that are near. */
    private final NavigableMap<Integer, NavigableMap<String, Sequel>> near = new TreeMap<>();

    Sequels(Lane lane, Exploration exploration) {
        this.lane = lane;
        this.exploration = exploration;
    }

    /** Those behind a strike, in order; none if it is neither the first nor the last of a row of its kind. */
    List<Boundary> seconds(int part, Strike strike) {
        near.headMap(part - 1).clear();
        Sequel own = sequel(part, strike);
        boolean same = exploration.reach().isByWay() && goesOn(part - 1, strike, own) && goesOn(part + 1, strike, own);
        return same ? List.of() : own.seconds();
    }

    /** Whether what comes behind the same strike at another boundary is the same. */
    private boolean goesOn(int part, Strike strike, Sequel same) {
        if (!exploration.begins(lane, part)) return false;
        return lane.strikesAt(part, exploration.disturbance()).stream()
                .filter(each -> each.name().equals(strike.name()))
                .anyMatch(each -> sequel(part, each).way() == same.way());
    }

    private Sequel sequel(int part, Strike strike) {
        return near.computeIfAbsent(part, p -> new TreeMap<>())
                .computeIfAbsent(
                        strike.name(),
                        name -> lane.sequel(
                                lane.strike(lane.boundaries().get(part), exploration.disturbance(), strike),
                                exploration.reach()));
    }
}
