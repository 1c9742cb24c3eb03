package org.sidestep.lab.boot;

import org.sidestep.machine.Machine;

/**
 * Lets a guest that waits for a person wait in the person's time: an idle guest's clock would otherwise race ahead, and the
 * host with it. Without a live input nothing is held back, and no clock but the guest's is looked at.
 */
final class Pace {

    private final Machine machine;
    private final int kiloHertz;
    private final Input input;
    private final long startNanos = System.nanoTime();
    private final long startCycles;

    /** Guest time, in milliseconds, that a busy guest is behind and need not catch up. */
    private long behind;

    Pace(Machine machine, int kiloHertz, Input input) {
        this.machine = machine;
        this.kiloHertz = kiloHertz;
        this.input = input;
        startCycles = machine.cycles();
    }

    /** Waits, for a character at the longest, while the guest's clock is ahead. */
    void keep() {
        if (!input.isLive()) return;
        long guest = (machine.cycles() - startCycles) / kiloHertz;
        long host = (System.nanoTime() - startNanos) / 1_000_000;
        long ahead = guest + behind - host;
        if (ahead < 0) behind -= ahead;
        else if (ahead > 0) input.await(ahead);
    }
}
