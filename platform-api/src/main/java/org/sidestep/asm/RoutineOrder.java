package org.sidestep.asm;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Orders of a section's routines that are as good as the one in which they were emitted. A processor takes a conditional branch that it
 * does not know for a loop's if it leads backwards, and one that is never taken it never gets to know: so who puts an exit behind its
 * guard asks for that, as others do for an alignment, and each order keeps it.
 */
final class RoutineOrder {

    private final List<List<Fragment>> routines;
    private final Map<Label, Integer> homes = new HashMap<>();

    RoutineOrder(List<List<Fragment>> routines) {
        this.routines = routines;
        for (int i = 0; i < routines.size(); i++) {
            for (Fragment fragment : routines.get(i)) {
                if (fragment instanceof Fragment.Mark mark) homes.put(mark.label, i);
            }
        }
    }

    /** All fragments, routine by routine, in an order drawn from {@code random}. */
    List<Fragment> draw(Random random) {
        List<BitSet> earlier = earlier();
        List<Integer> waiting = new ArrayList<>();
        for (int i = 0; i < routines.size(); i++) waiting.add(i);
        Collections.shuffle(waiting, random);
        List<Fragment> drawn = new ArrayList<>();
        BitSet placed = new BitSet();
        while (!waiting.isEmpty()) {
            int next = next(waiting, earlier, placed);
            drawn.addAll(routines.get(waiting.get(next)));
            placed.set(waiting.remove(next));
        }
        return drawn;
    }

    /** The first that follows none of those that wait with it; there is one, since guards that lead forward make no ring. */
    private static int next(List<Integer> waiting, List<BitSet> earlier, BitSet placed) {
        int next = 0;
        while (!isSubset(earlier.get(waiting.get(next)), placed)) next++;
        return next;
    }

    private static boolean isSubset(BitSet few, BitSet many) {
        BitSet rest = (BitSet) few.clone();
        rest.andNot(many);
        return rest.isEmpty();
    }

    /** By routine, those that have a guard whose exit it is. */
    private List<BitSet> earlier() {
        List<BitSet> earlier = new ArrayList<>();
        routines.forEach(routine -> earlier.add(new BitSet()));
        for (int i = 0; i < routines.size(); i++) {
            for (Fragment fragment : routines.get(i)) {
                if (!(fragment instanceof Fragment.Branch branch) || !branch.isConditional()) continue;
                int exit = homes.getOrDefault(branch.target(), i);
                if (exit > i) earlier.get(exit).set(i);
            }
        }
        return earlier;
    }
}
