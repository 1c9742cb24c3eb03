package org.sidestep.machine.ia32.translator;

import java.util.Arrays;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.engine.Trail;

/**
 * The last blocks that translated code has completed. They go to the {@link Trail} only when somebody looks at it, or when
 * something else has been executed.
 */
final class Path {
    /** How many of the last blocks are kept, a power of two. */
    static final int LENGTH = Trail.LENGTH;

    /** Their numbers in their regions: generated code writes each at the number of completed blocks before it, modulo the length. */
    final int[] numbers = new int[LENGTH];

    /** The last runs, and how many blocks had been completed at the beginning of each. */
    private final Translation[] runs = new Translation[LENGTH];

    private final int[] begins = new int[LENGTH];

    /** Runs that have begun since the trail was told. */
    private int run;

    /** Blocks that have been completed since then. */
    int complete;

    /** Generated code begins. */
    void begin(Translation translation) {
        runs[run & LENGTH - 1] = translation;
        begins[run & LENGTH - 1] = complete;
        run++;
    }

    /** The number of the last block. */
    int last() {
        return numbers[complete - 1 & LENGTH - 1];
    }

    /** Blocks that the last run has completed. */
    int completed() {
        return complete - begins[run - 1 & LENGTH - 1];
    }

    /** Adds to the trail what has not been added. */
    void addTo(Trail trail) {
        int oldest = Math.max(0, run - LENGTH);
        int block = Math.max(complete - LENGTH, begins[oldest & LENGTH - 1]);
        for (int at = oldest; at < run; at++) {
            int end = at + 1 < run ? begins[at + 1 & LENGTH - 1] : complete;
            for (; block < end; block++) {
                Block done = runs[at & LENGTH - 1].blocks[numbers[block & LENGTH - 1]];
                trail.add(done, done.ops.length);
            }
        }
        Arrays.fill(runs, null);
        run = 0;
        complete = 0;
    }
}
