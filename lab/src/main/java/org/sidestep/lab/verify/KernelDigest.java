package org.sidestep.lab.verify;

import java.io.ByteArrayOutputStream;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.Cause;
import org.sidestep.lab.catalog.Digest;

/** Tells kernels apart by their code: what became of mutants is known of one. */
public final class KernelDigest {

    private static final int DIGITS = 16;

    private KernelDigest() {}

    /** That of the kernel of a cell with its stubs, whatever its workload. */
    public static String of(Cell cell) {
        Program program = cell.assemble().program();
        ByteArrayOutputStream kernel = new ByteArrayOutputStream();
        for (Program.Line line : program.lines()) {
            boolean code = line.kind() == Program.Line.Kind.CODE && line.length() > 0;
            if (code && !line.purpose().equals(Cause.WORKLOAD.word())) add(program, line, kernel);
        }
        return Digest.of(kernel.toByteArray()).substring(0, DIGITS);
    }

    private static void add(Program program, Program.Line line, ByteArrayOutputStream kernel) {
        for (Program.Segment segment : program.segments()) {
            int offset = line.address() - segment.address();
            if (Integer.compareUnsigned(offset, segment.bytes().length) < 0)
                kernel.write(segment.bytes(), offset, line.length());
        }
    }
}
