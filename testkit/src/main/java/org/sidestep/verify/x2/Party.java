package org.sidestep.verify.x2;

import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/**
 * A thread that a random program may use.
 *
 * @param number its place among the parties
 * @param name as reports name it
 * @param space 0 is the root task's, whose threads may use the privileged system calls; negative for the thread of an interrupt
 * @param globalId when the program begins
 * @param localId in its space
 * @param block where its stack is empty; at this address it notes which step is its next
 */
record Party(int number, String name, int space, int globalId, int localId, int block) {

    /** No program uses them: what interrupt lines have. */
    private static final int NO_ADDRESS = 0;

    /** The thread of an interrupt line, which is alone in its space. */
    static Party interrupt(int number, String name, int line) {
        return new Party(number, name, -1 - line, ThreadId.global(line), NO_ADDRESS, NO_ADDRESS);
    }

    boolean isInterrupt() {
        return space < 0;
    }

    /** What ThreadControl calls the UTCB location. */
    int utcbLocation() {
        return localId - Utcb.ORIGIN;
    }
}
