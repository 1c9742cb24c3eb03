package org.sidestep.verify;

import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;

/** Measures how long interrupts are off: from an entry into the kernel, or an interrupt while it idles, to the next exit. */
final class InterruptsOff implements Observer {

    private static final int LEVEL_3 = 3;
    private static final long UNKNOWN = -1;

    private final Program program;
    private boolean measuring = true;
    private long since = UNKNOWN;
    private int entry;
    private long longest;
    private int from;
    private int to;

    InterruptsOff(Program program) {
        this.program = program;
    }

    /** Forgets what was, and measures from now on. */
    void begin() {
        since = UNKNOWN;
        longest = 0;
        measuring = true;
    }

    /** Measures no more. */
    void end() {
        measuring = false;
    }

    /** The longest that was measured since the last {@link #begin}. */
    Stretch longest() {
        if (longest == 0) return Stretch.NONE;
        return new Stretch(longest, Place.describe(program, from), Place.describe(program, to));
    }

    /** Its length, which is had for less. */
    long cycles() {
        return longest;
    }

    @Override
    public void privilegeChanged(Machine machine, int before, int level, int vector) {
        if (level != LEVEL_3) {
            off(machine);
            return;
        }
        long cycles = machine.cycles() - since;
        if (measuring && since != UNKNOWN && cycles > longest) {
            longest = cycles;
            from = entry;
            to = machine.codeAddress();
        }
        since = UNKNOWN;
    }

    /** They were on until now. */
    @Override
    public void interrupt(Machine machine, int vector) {
        off(machine);
    }

    private void off(Machine machine) {
        since = machine.cycles();
        entry = machine.codeAddress();
    }
}
