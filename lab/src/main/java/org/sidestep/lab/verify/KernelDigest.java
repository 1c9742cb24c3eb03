package org.sidestep.lab.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.Cause;

/** Tells kernels apart by their code: what became of mutants is known of one. */
public final class KernelDigest {

    private static final int BYTES = 8;

    private KernelDigest() {}

    /** That of the kernel of a cell with its stubs, whatever its workload. */
    public static String of(Cell cell) {
        Program program = cell.assemble().program();
        MessageDigest digest = sha256();
        for (Program.Line line : program.lines()) {
            boolean code = line.kind() == Program.Line.Kind.CODE && line.length() > 0;
            if (code && !line.purpose().equals(Cause.WORKLOAD.word())) add(program, line, digest);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void add(Program program, Program.Line line, MessageDigest digest) {
        for (Program.Segment segment : program.segments()) {
            int offset = line.address() - segment.address();
            if (Integer.compareUnsigned(offset, segment.bytes().length) < 0)
                digest.update(segment.bytes(), offset, line.length());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
