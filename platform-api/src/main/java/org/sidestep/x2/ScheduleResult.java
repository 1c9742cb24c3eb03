package org.sidestep.x2;

/** What Schedule answers in EAX: 0 for an error, else the state of the thread. */
public final class ScheduleResult {

    private ScheduleResult() {}

    public static final int DEAD = 1;
    public static final int INACTIVE = 2;
    public static final int RUNNING = 3;
    public static final int PENDING_SEND = 4;
    public static final int SENDING = 5;
    public static final int WAITING = 6;
    public static final int RECEIVING = 7;
}
