package org.sidestep.machine.ia32.memory;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The memory of machines that are closed, all zeros again, for those that come: an experiment has hundreds of cells, each of
 * which changes a few dozen pages. To have 64 MB made for each took the host longer than most cells run.
 */
final class SpareMemory {
    private static final List<SoftReference<byte[]>> SPARE = new ArrayList<>();

    private SpareMemory() {}

    /** Zeros, of a length between two. */
    static synchronized byte[] take(int least, int most) {
        for (Iterator<SoftReference<byte[]>> each = SPARE.iterator(); each.hasNext(); ) {
            byte[] spare = each.next().get();
            boolean fits = spare != null && spare.length >= least && spare.length <= most;
            if (spare == null || fits) each.remove();
            if (fits) return spare;
        }
        return new byte[least];
    }

    /** @param zeros that nobody else has */
    static synchronized void give(byte[] zeros) {
        SPARE.add(new SoftReference<>(zeros));
    }
}
