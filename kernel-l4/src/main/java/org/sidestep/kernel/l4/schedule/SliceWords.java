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
        next = thread.tcb.field("scheduler.next");
        previous = thread.tcb.field("scheduler.previous");
        priority = thread.tcb.field("scheduler.priority");
        left = thread.tcb.field("scheduler.left");
        slice = thread.tcb.field("scheduler.slice");
    }

    static void declare(ThreadLayout layout) {
        layout.kernelWord("scheduler.next");
        layout.kernelWord("scheduler.previous");
        layout.kernelWord("scheduler.priority");
        layout.kernelWord("scheduler.left");
        layout.kernelWord("scheduler.slice");
    }
}
