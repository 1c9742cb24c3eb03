package org.sidestep.verify.x2;

import org.sidestep.x2.Utcb;

/**
 * A thread that a random program may use.
 *
 * @param number its place among the parties
 * @param name as reports name it
 * @param space 0 is the root task's, whose threads may use the privileged system calls
 * @param globalId when the program begins
 * @param localId in its space
 * @param block where its stack is empty; at this address it notes which step is its next
 */
record Party(int number, String name, int space, int globalId, int localId, int block) {

    /** What ThreadControl calls the UTCB location. */
    int utcbLocation() {
        return localId - Utcb.ORIGIN;
    }
}
