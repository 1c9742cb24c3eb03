package org.sidestep.kernel.l4.schedule;

import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;

/** What both schedulers keep in a TCB. */
final class SliceWords {

    /** Next ready thread in the same ring; 0 while the thread is not queued. */
    final Field next;

    final Field previous;
    final Field priority;
    /** Ticks left of its slice while it is queued. */
    final Field left;
    /** Ticks of a full time slice. */
    final Field slice;

    SliceWords(ThreadLayout thread) {
        next = thread.tcb.field("schedule.next");
        previous = thread.tcb.field("schedule.previous");
        priority = thread.tcb.field("schedule.priority");
        left = thread.tcb.field("schedule.left");
        slice = thread.tcb.field("schedule.slice");
    }

    static void declare(ThreadLayout layout) {
        layout.kernelWord("schedule.next");
        layout.kernelWord("schedule.previous");
        layout.kernelWord("schedule.priority");
        layout.kernelWord("schedule.left");
        layout.kernelWord("schedule.slice");
    }
}
