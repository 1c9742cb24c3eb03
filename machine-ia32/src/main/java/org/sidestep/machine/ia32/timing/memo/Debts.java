package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;

/**
 * Losses that are added up when somebody asks for them, or when many steps have some: a guest takes steps in which something is lost all the time,
 * and hardly anybody asks.
 */
final class Debts {
    private static final int MOST = 256;

    private final Losses losses;
    private final Transition[] owing = new Transition[MOST];
    private int count;

    Debts(Losses losses) {
        this.losses = losses;
    }

    /** A step has been taken in which something is lost. */
    void owe(Transition step) {
        if (step.debts == 0) {
            if (count == MOST) settle();
            owing[count++] = step;
        }
        step.debts++;
    }

    /** Adds them up. */
    void settle() {
        for (int i = 0; i < count; i++) {
            losses.add(owing[i].lost, owing[i].debts);
            owing[i].debts = 0;
        }
        Arrays.fill(owing, 0, count, null);
        count = 0;
    }
}
