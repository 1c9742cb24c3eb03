package org.sidestep.lab.calibrate;

import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;

/** The time of a guest's rounds: that between two passes of a watched label, so the guest needs no instruction for it. */
final class Rounds implements Observer {

    /** Rounds until caches and predictor are warm, and those that are measured; {@link #ALL} and one more begin. */
    static final int WARM = 4;

    static final int MEASURED = 4;
    static final int ALL = WARM + MEASURED + 1;

    private static final long LIMIT = 400_000_000;

    private int passed;
    private long warm;
    private long last;

    private Rounds() {}

    /**
     * Cycles of a round, once warm.
     *
     * @param head linear address at which a round begins
     * @throws NotExecuted if the machine does not get to the end
     */
    static double cycles(Machine machine, byte[] elf, int head) {
        Rounds rounds = new Rounds();
        machine.load(elf);
        machine.watch(head);
        machine.observe(rounds);
        Stop stop = machine.run(Limits.cycles(LIMIT));
        if (stop.kind() != Stop.Kind.HALTED || rounds.passed < ALL) {
            throw new NotExecuted(stop.reason().lines().findFirst().orElse("it ended early"), null);
        }
        return (double) (rounds.last - rounds.warm) / MEASURED;
    }

    @Override
    public void passed(Machine machine, int address) {
        if (passed == WARM) warm = machine.cycles();
        if (passed == WARM + MEASURED) last = machine.cycles();
        passed++;
    }
}
