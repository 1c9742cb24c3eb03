package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How far the strings of a message have been copied.
 *
 * @param bytes so many
 * @param hasFaulted whether there was a page fault, with which the shorter of both transfer timeouts begins
 * @param isSenders whether that is the sender's
 * @param deadline when it passes
 * @param buffers what has come into buffers that are not in the window
 * @param written physical addresses in the window that have been written to
 */
record Progress(
        int bytes,
        boolean hasFaulted,
        boolean isSenders,
        double deadline,
        List<Strings.Copied> buffers,
        Set<Integer> written) {

    static final Progress NOTHING = new Progress(0, false, false, Actor.NEVER, List.of(), Set.of());

    /** Its first fault. */
    Progress faulted(boolean senders, double until) {
        return new Progress(bytes, true, senders, until, buffers, written);
    }

    /** So many bytes, in all. */
    Progress to(int count, List<Strings.Copied> moreBuffers, Set<Integer> moreWritten) {
        List<Strings.Copied> allBuffers = new ArrayList<>(buffers);
        allBuffers.addAll(moreBuffers);
        Set<Integer> allWritten = new HashSet<>(written);
        allWritten.addAll(moreWritten);
        return new Progress(count, hasFaulted, isSenders, deadline, allBuffers, allWritten);
    }
}
