package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.sidestep.asm.AssemblyException;
import org.sidestep.machine.Machine;

/**
 * A measured row as two loops that differ only in the number of copies: the difference of their times is that of the
 * copies alone, whatever the loop around them costs.
 */
final class Sequence {

    private static final int FEW = 48;
    private static final int MORE = 144;

    private final Loop few;
    private final Loop more;

    private Sequence(Figures.Row row, List<byte[]> period) {
        few = new Loop(row.name(), row.kind(), unrolled(period, FEW));
        more = new Loop(row.name(), row.kind(), unrolled(period, MORE));
    }

    /** Each copy depends on the one before. */
    static Sequence dependent(Figures.Row row) {
        return of(row, Notation.LINK, Notation.LINK);
    }

    /** No copy depends on another. */
    static Sequence independent(Figures.Row row) {
        return of(row, 0, Notation.PERIOD - 1);
    }

    private static Sequence of(Figures.Row row, int first, int last) {
        if (!Notation.isClear(row.name())) throw new NotExecuted("its name does not say what was measured", null);
        try {
            List<byte[]> period = new ArrayList<>();
            for (int copy = first; copy <= last; copy++) period.add(Snippet.assemble(Notation.code(row.name(), copy)));
            return new Sequence(row, period);
        } catch (AssemblyException e) {
            throw new NotExecuted("the assembler does not know it", e);
        }
    }

    private static List<byte[]> unrolled(List<byte[]> period, int copies) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < copies; i++) all.add(period.get(i % period.size()));
        return all;
    }

    /**
     * Cycles per copy.
     *
     * @param machines makes a machine just after reset
     */
    double cycles(Supplier<Machine> machines) {
        return (more.cycles(machines.get()) - few.cycles(machines.get())) / (MORE - FEW);
    }
}
