package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.sidestep.asm.AssemblyException;
import org.sidestep.machine.Machine;

/**
 * A measured row as a long unrolled loop, and the same loop with few of them: the difference of their times is that of the
 * copies alone, whatever the loop around them costs.
 */
final class Sequence {

    /**
     * As many as the data set's loops have, as far as one can tell: five bytes of code each do not fit into 8 KB, nine do
     * fit into 16 KB; nor do four bytes of data fit into 8 KB.
     */
    private static final int INDEPENDENT = 1824;
    /** Chains are shorter: what does not fit as independent copies fits as a chain. */
    private static final int DEPENDENT = 480;

    /** So many bytes fit into 8 KB, so many words do not, but into 16 KB, as the chains of string instructions show. */
    private static final int STRING = 6144;

    private static final int FEW = 48;

    private final int copies;

    private final Loop loop;
    private final Loop few;

    private Sequence(MeasuredFigures.Row row, List<byte[]> period) {
        boolean chain = period.size() == 1;
        boolean string = Notation.isString(row.name());
        copies = chain ? string ? STRING : DEPENDENT : INDEPENDENT;
        loop = new Loop(row.name(), row.kind(), chain, unrolled(period, copies));
        few = new Loop(row.name(), row.kind(), chain, unrolled(period, FEW));
    }

    /** Each copy depends on the one before. */
    static Sequence dependent(MeasuredFigures.Row row) {
        return of(row, Notation.LINK, Notation.LINK);
    }

    /** No copy depends on another. */
    static Sequence independent(MeasuredFigures.Row row) {
        return of(row, 0, Notation.PERIOD - 1);
    }

    private static Sequence of(MeasuredFigures.Row row, int first, int last) {
        try {
            List<byte[]> period = new ArrayList<>();
            for (int copy = first; copy <= last; copy++) period.add(Snippet.assemble(Notation.code(row.name(), copy)));
            return new Sequence(row, period);
        } catch (AssemblyException e) {
            throw new NotExecuted("the assembler does not know it", e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new NotExecuted("its name is not understood", e);
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
        return (loop.cycles(machines.get()) - few.cycles(machines.get())) / (copies - FEW);
    }
}
