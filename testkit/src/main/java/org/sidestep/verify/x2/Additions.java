package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.Time;

/** Adds to what the parties of a random program do. */
abstract class Additions {

    /** A register, or a part of one, that asks for no change. */
    static final int UNCHANGED = -1;

    final SplittableRandom random;
    final ProgramAuthor author;
    final Map<Party, List<Step>> scripts;
    final List<Party> parties;

    Additions(SplittableRandom random, ProgramAuthor author, Map<Party, List<Step>> scripts) {
        this.random = random;
        this.author = author;
        this.scripts = scripts;
        parties = List.copyOf(scripts.keySet());
    }

    /** Called once, when the scripts have what they are added to. */
    abstract void write();

    /** Those of the root task's space, who may do everything; there may be none. */
    final List<Party> masters() {
        return parties.stream().filter(party -> party.space() == 0).toList();
    }

    final Party any(List<Party> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** Before one of the first steps of a party, of which there are so many at most, or behind them. */
    final void insert(Party party, Step step, int first) {
        List<Step> steps = scripts.get(party);
        steps.add(random.nextInt(Math.min(steps.size(), first) + 1), step);
    }

    /** Anywhere. */
    final void insert(Party party, Step step) {
        insert(party, step, Integer.MAX_VALUE);
    }

    /** Waits for itself, for so many microseconds at least, and for less than {@code more} beyond them. */
    final Step sleep(Party self, int least, int more) {
        int timeouts = Time.pair(Time.NEVER, Time.period(least + random.nextInt(more)));
        Map<Reg32, Integer> registers = Map.of(EDX, self.localId(), EDI, self.localId(), ECX, timeouts);
        return new Step(Step.Action.IPC, registers, List.of(), List.of(0), "sleeps");
    }
}
