package org.sidestep.verify.x2;

/**
 * What is said of a thread whatever it is about.
 *
 * @param globalId 0 if there is no such thread
 * @param handle the UserDefinedHandle
 * @param pager global id, that of the thread that may start it while it has not begun
 * @param floating the number in its floating-point unit; null if it has put none there
 */
record Profile(int globalId, int priority, int handle, int pager, Integer floating) {

    static final Profile NONE = new Profile(0, 0, 0, 0, null);

    Profile named(int now) {
        return new Profile(now, priority, handle, pager, floating);
    }

    Profile ofPriority(int now) {
        return new Profile(globalId, now, handle, pager, floating);
    }

    Profile withHandle(int now) {
        return new Profile(globalId, priority, now, pager, floating);
    }

    Profile withPager(int now) {
        return new Profile(globalId, priority, handle, now, floating);
    }

    Profile computing(int number) {
        return new Profile(globalId, priority, handle, pager, number);
    }
}
