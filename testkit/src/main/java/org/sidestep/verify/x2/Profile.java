package org.sidestep.verify.x2;

/**
 * What is said of a thread whatever it is about.
 *
 * @param globalId 0 if there is no such thread
 * @param handle the UserDefinedHandle
 * @param pager global id, that of the thread that may start it while it has not begun
 * @param floating the number in its floating-point unit; null if it has put none there
 * @param scheduler global id
 * @param share what it may have of the processor
 * @param control of its preemption: sensitive priority, and longest delay in microseconds
 * @param space in which it is
 */
record Profile(
        int globalId,
        int priority,
        int handle,
        int pager,
        Integer floating,
        int scheduler,
        Share share,
        int control,
        int space) {

    static final Profile NONE = new Profile(0, 0, 0, 0, null, 0, Share.FIRST, 0, 0);

    Profile named(int now) {
        return new Profile(now, priority, handle, pager, floating, scheduler, share, control, space);
    }

    Profile ofPriority(int now) {
        return new Profile(globalId, now, handle, pager, floating, scheduler, share, control, space);
    }

    Profile withHandle(int now) {
        return new Profile(globalId, priority, now, pager, floating, scheduler, share, control, space);
    }

    Profile withPager(int now) {
        return new Profile(globalId, priority, handle, now, floating, scheduler, share, control, space);
    }

    Profile computing(int number) {
        return new Profile(globalId, priority, handle, pager, number, scheduler, share, control, space);
    }

    Profile scheduledBy(int now) {
        return new Profile(globalId, priority, handle, pager, floating, now, share, control, space);
    }

    Profile sharing(Share now) {
        return new Profile(globalId, priority, handle, pager, floating, scheduler, now, control, space);
    }

    Profile controlled(int now) {
        return new Profile(globalId, priority, handle, pager, floating, scheduler, share, now, space);
    }

    Profile inSpace(int now) {
        return new Profile(globalId, priority, handle, pager, floating, scheduler, share, control, now);
    }
}
