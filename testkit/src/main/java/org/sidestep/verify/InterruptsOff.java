package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.testkit.Booted;

/**
 * Measures how long interrupts are off: from an entry into the kernel, or from where it has let them in, to its next exit or to
 * where it lets them in.
 */
public final class InterruptsOff implements Observer {

    private static final int LEVEL_3 = 3;
    private static final int STI = 0xFB;
    /** With which SYSEXIT begins. */
    private static final int TWO_OCTETS = 0x0F;

    private static final long UNKNOWN = -1;

    private final Program program;
    private boolean measuring = true;
    private long since = UNKNOWN;
    private int entry;
    private long longest;
    private int from;
    private int to;

    /** Looks on while the machine runs. */
    public static InterruptsOff of(Booted booted) {
        InterruptsOff off = new InterruptsOff(booted.image().program());
        Machine machine = booted.machine();
        machine.observe(off);
        letsIn(off.program).forEach(address -> machine.watch(address, (at, behind) -> off.letIn(at)));
        return off;
    }

    private InterruptsOff(Program program) {
        this.program = program;
    }

    /** Behind each STI of the kernel, but for those of which the next instruction leaves it. */
    private static List<Integer> letsIn(Program program) {
        List<Program.Line> code = program.lines().stream()
                .filter(line -> line.kind() == Program.Line.Kind.CODE && line.length() > 0)
                .toList();
        List<Integer> behind = new ArrayList<>();
        for (int i = 0; i + 1 < code.size(); i++) {
            int next = code.get(i + 1).address();
            if (octet(program, code.get(i)) == STI && octet(program, code.get(i + 1)) != TWO_OCTETS) behind.add(next);
        }
        return behind;
    }

    /** Forgets what was, and measures from now on. */
    public void begin() {
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

    /** Of the longest, its length in cycles, which is had for less. */
    public long cycles() {
        return longest;
    }

    @Override
    public void privilegeChanged(Machine machine, int before, int level, int vector) {
        if (level != LEVEL_3) {
            off(machine);
            return;
        }
        on(machine);
        since = UNKNOWN;
    }

    /** The first of an instruction. */
    private static int octet(Program program, Program.Line line) {
        for (Program.Segment segment : program.segments()) {
            int offset = line.address() - segment.address();
            if (Integer.compareUnsigned(offset, segment.bytes().length) < 0) return segment.bytes()[offset] & 0xFF;
        }
        return 0;
    }

    /** If none comes, they are off again at once. */
    private void letIn(Machine machine) {
        on(machine);
        off(machine);
    }

    private void on(Machine machine) {
        long cycles = machine.cycles() - since;
        if (measuring && since != UNKNOWN && cycles > longest) {
            longest = cycles;
            from = entry;
            to = machine.codeAddress();
        }
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
