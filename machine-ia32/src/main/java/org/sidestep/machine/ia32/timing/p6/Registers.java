package org.sidestep.machine.ia32.timing.p6;

import java.util.Arrays;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/** The renamed registers of the P6 core: when the last value of each is there, when it has retired, and what is held in pieces. */
final class Registers {

    /** Flags, and what is no register, do not occupy read ports. */
    private static final long NEVER = Long.MAX_VALUE;

    private final int partialCycles;
    private final int retirementCycles;

    /** When each register is there; see {@link Template} for the places. */
    private final long[] ready;
    /** When the last value of each register has retired. */
    private final long[] retired;
    /** Partially written registers and flags: see {@link PartialState}. */
    private int partial;

    Registers(P6Sheet sheet) {
        partialCycles = sheet.of("partial.cycles");
        retirementCycles = sheet.of("retirement.cycles");
        ready = new long[Template.PLACES];
        retired = new long[Template.PLACES];
        retired[Template.ALWAYS] = NEVER;
        retired[Template.FLAGS] = NEVER;
    }

    void keep(StateTape tape) {
        tape.array(ready);
        tape.array(retired);
        partial = tape.integer(partial);
    }

    /** When an instruction that is renamed at {@code issue} has the operands that it computes with. */
    long data(Template template, long issue) {
        long first = Math.max(issue, Math.max(ready[template.source0], ready[template.source1]));
        if (!template.moreSources) return first;
        return Math.max(first, Math.max(ready[template.source2], ready[template.source3]));
    }

    /** When it knows where to access memory. */
    long address(Template template, long issue) {
        return Math.max(issue, Math.max(ready[template.address0], ready[template.address1]));
    }

    /** The sources, as a set of places, whose values are in the register file when they are renamed at {@code issue}. */
    int inFile(Template template, long issue) {
        long cycle = issue - retirementCycles;
        int few = inFile(template.source0, cycle)
                | inFile(template.source1, cycle)
                | inFile(template.address0, cycle)
                | inFile(template.address1, cycle);
        if (!template.moreSources) return few;
        return few | inFile(template.source2, cycle) | inFile(template.source3, cycle);
    }

    /** Whether the value of a place is in the register file when it is renamed at {@code issue}. */
    boolean hasRetired(int place, long issue) {
        return inFile(place, issue - retirementCycles) != 0;
    }

    private int inFile(int place, long cycle) {
        return (int) (retired[place] - cycle - 1 >>> 63) << place;
    }

    /** Whether an instruction reads what was written only in part. */
    boolean arePartial(Template template) {
        return (partial & template.stalls) != 0;
    }

    /** When partial writes that an instruction reads have left the reorder buffer. */
    long merge(Template template) {
        int pending = partial & template.stalls;
        int registers = (pending | pending >> 8) & 0xFF;
        long writer = (pending & PartialState.FLAGS) != 0 ? ready[Template.FLAGS] : 0;
        for (int r = 0; r < 8; r++) if ((registers >> r & 1) != 0) writer = Math.max(writer, ready[r]);
        partial &= ~(PartialState.bytes(registers) | PartialState.words(registers));
        if ((pending & PartialState.FLAGS) != 0) partial &= ~PartialState.FLAGS;
        return writer + partialCycles;
    }

    /** The result is there at {@code done}, and leaves the reorder buffer at {@code end}. */
    void write(Template template, long done, long end) {
        if (template.movesStack) moveStack(template);
        retired[template.destination0] = end;
        retired[template.destination1] = end;
        retired[template.step0] = end;
        retired[template.step1] = end;
        ready[template.destination0] = done;
        ready[template.destination1] = done;
        ready[template.flagsDestination] = done;
        if ((partial & template.settles | template.leaves) != 0) partial = PartialState.after(partial, template);
    }

    void step0(Template template, long cycle) {
        ready[template.step0] = cycle;
    }

    void step1(Template template, long cycle) {
        ready[template.step1] = cycle;
    }

    /** The x87 stack is renamed: when its top moves or two registers are exchanged, nothing is copied. */
    private void moveStack(Template template) {
        for (long[] times : new long[][] {ready, retired}) {
            long[] before = Arrays.copyOfRange(times, Template.STACK, Template.XMM);
            for (int i = 0; i < before.length; i++) times[Template.STACK + (i + template.pushes & 7)] = before[i];
            times[Template.STACK] = template.exchanges == 0 ? times[Template.STACK] : before[template.exchanges];
            if (template.exchanges != 0) times[Template.STACK + template.exchanges] = before[0];
        }
    }

    void exchange(StateVector state) {
        long merging = partial == 0 ? state.floor() : state.floor() - partialCycles;
        long retiring = state.floor() - retirementCycles;
        partial = state.value(partial);
        for (int i = 0; i < Template.PLACES; i++) {
            if (i == Template.ALWAYS || i == Template.SINK) continue;
            ready[i] = state.time(ready[i], merging);
            if (i != Template.FLAGS) retired[i] = state.time(retired[i], retiring);
        }
    }
}
