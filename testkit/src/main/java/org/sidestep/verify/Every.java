package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * Each so many-th of the strikes of an exploration on a course, counted along its parts. All of them come in turns, each from all
 * over the round: few, and with each turn three times as many as before it.
 *
 * @param step each so many-th
 * @param but those of the turns before it are not among them: each so many-th; 0 in the first turn
 */
public record Every(int step, int but) {

    private static final int RATIO = 4;

    private static final int LONGEST_STEP = 256;

    /** Trials of an exploration on all courses in the first turn, about. */
    private static final long FIRST_TURN = 250;

    /** The turns of an exploration that comes to so many trials on all courses. */
    static List<Every> turns(long trials) {
        int step = 1;
        while (step < LONGEST_STEP && trials > step * FIRST_TURN) step *= RATIO;
        List<Every> turns = new ArrayList<>(List.of(new Every(step, 0)));
        for (; step > 1; step /= RATIO) turns.add(new Every(step / RATIO, step));
        return List.copyOf(turns);
    }

    /** Whether they are those of an exploration's first turn. */
    public boolean isFirstTurn() {
        return but == 0;
    }

    boolean has(int number) {
        return number % step == 0 && (isFirstTurn() || number % but != 0);
    }

    @Override
    public String toString() {
        return step + (isFirstTurn() ? "" : " but " + but);
    }
}
