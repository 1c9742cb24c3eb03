package org.sidestep.verify.x2;

/**
 * What the interface says of a thread.
 *
 * @param globalId 0 if there is no such thread
 * @param phase what it is about
 * @param halted it must not execute user instructions
 * @param restart when it executes user instructions next, it begins anew
 * @param step the present one, from its call on
 * @param partner to whom it sends, with whom it transfers strings, or for whom it waits: a party, or one of the below
 * @param deadline in microseconds, when it gives up
 * @param answer what it must come back with
 * @param handle the UserDefinedHandle
 * @param envelope of the message that it sends
 * @param pager global id, that of the thread that may start it while it has not begun
 */
record Actor(
        int globalId,
        int priority,
        Phase phase,
        boolean halted,
        boolean restart,
        Step step,
        int partner,
        double deadline,
        Answer answer,
        int handle,
        int pager,
        Envelope envelope) {

    static final int NOBODY = -3;
    static final int ANY_LOCAL = -2;
    static final int ANY = -1;

    static final double NEVER = Double.POSITIVE_INFINITY;

    static final Actor NONE =
            new Actor(0, 0, Phase.NONE, false, false, null, NOBODY, NEVER, null, 0, 0, Envelope.PLAIN);

    enum Phase {
        /** There is no such thread. */
        NONE,
        INACTIVE,
        /** It waits for its first message, with IP and SP, from its pager. */
        START,
        USER,
        /** About to make a step, which has not begun. */
        CALLED,
        SENDING,
        WAITING,
        /** Copies strings to its partner, which is in {@link #TRANSFER_IN}. */
        TRANSFER_OUT,
        TRANSFER_IN,
        /** The step is over. */
        RETURNING;

        boolean isIpc() {
            return this == SENDING || this == WAITING || this == TRANSFER_OUT || this == TRANSFER_IN;
        }
    }

    boolean exists() {
        return phase != Phase.NONE;
    }

    /** Whether it could be given the processor. Halted, it goes on copying: that is part of its Ipc. */
    boolean isReady() {
        return switch (phase) {
            case USER, CALLED, RETURNING -> !halted;
            case TRANSFER_OUT -> true;
            default -> false;
        };
    }

    Actor in(Phase next) {
        return new Actor(
                globalId, priority, next, halted, restart, step, partner, NEVER, answer, handle, pager, envelope);
    }

    /** Waits, sends or copies. */
    Actor with(Phase next, int whom, double until) {
        return new Actor(globalId, priority, next, halted, restart, step, whom, until, null, handle, pager, envelope);
    }

    Actor calling(Step made) {
        return new Actor(
                globalId,
                priority,
                Phase.CALLED,
                halted,
                restart,
                made,
                NOBODY,
                NEVER,
                null,
                handle,
                pager,
                Envelope.PLAIN);
    }

    /** Its step, as it is understood from now on. */
    Actor about(Step understood) {
        return new Actor(
                globalId,
                priority,
                phase,
                halted,
                restart,
                understood,
                partner,
                deadline,
                answer,
                handle,
                pager,
                envelope);
    }

    Actor returning(Answer result) {
        return new Actor(
                globalId,
                priority,
                Phase.RETURNING,
                halted,
                restart,
                step,
                NOBODY,
                NEVER,
                result,
                handle,
                pager,
                envelope);
    }

    Actor halted(boolean now) {
        return new Actor(
                globalId, priority, phase, now, restart, step, partner, deadline, answer, handle, pager, envelope);
    }

    Actor restarting(boolean now) {
        return new Actor(
                globalId, priority, phase, halted, now, step, partner, deadline, answer, handle, pager, envelope);
    }

    Actor ofPriority(int now) {
        return new Actor(
                globalId, now, phase, halted, restart, step, partner, deadline, answer, handle, pager, envelope);
    }

    Actor named(int now) {
        return new Actor(
                now, priority, phase, halted, restart, step, partner, deadline, answer, handle, pager, envelope);
    }

    Actor withHandle(int now) {
        return new Actor(
                globalId, priority, phase, halted, restart, step, partner, deadline, answer, now, pager, envelope);
    }

    Actor sending(Envelope now) {
        return new Actor(
                globalId, priority, phase, halted, restart, step, partner, deadline, answer, handle, pager, now);
    }

    Actor withPager(int now) {
        return new Actor(
                globalId, priority, phase, halted, restart, step, partner, deadline, answer, handle, now, envelope);
    }
}
