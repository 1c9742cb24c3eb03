package org.sidestep.verify.x2;

import org.sidestep.isa.Reg32;

/**
 * What the interface says of a thread.
 *
 * @param phase what it is about
 * @param halted it must not execute user instructions
 * @param restart when it executes user instructions next, it begins anew
 * @param step the present one, from its call on
 * @param partner to whom it sends, with whom it transfers strings, or for whom it waits: a party, or one of the below
 * @param deadline in microseconds, when it gives up
 * @param answer what it must come back with
 * @param envelope of the message that it sends
 * @param before what it was about when the kernel began to call for it; null if it does so itself
 */
record Actor(
        Profile profile,
        Phase phase,
        boolean halted,
        boolean restart,
        Step step,
        int partner,
        double deadline,
        Answer answer,
        Envelope envelope,
        Actor before) {

    static final int NOBODY = -3;
    static final int ANY_LOCAL = -2;
    static final int ANY = -1;

    static final double NEVER = Double.POSITIVE_INFINITY;

    private static final int SENSITIVE_SHIFT = 16;
    private static final int LONGEST_DELAY = 0xFFFF;

    static final Actor NONE =
            new Actor(Profile.NONE, Phase.NONE, false, false, null, NOBODY, NEVER, null, Envelope.PLAIN, null);

    enum Phase {
        /** There is no such thread. */
        NONE,
        INACTIVE,
        /** Stopped for good, since nobody helps it. */
        DEAD,
        /** It waits for its first message, with IP and SP, from its pager. */
        START,
        USER,
        /** About to make a step, which has not begun. */
        CALLED,
        SENDING,
        WAITING,
        /** Copies strings to its partner, which is in {@link #TRANSFER_IN}. */
        TRANSFER_OUT,
        /** Does not, since its partner has faulted. */
        TRANSFER_HELD,
        TRANSFER_IN,
        /** Its fault is over: its partner may go on. */
        TRANSFER_RESUMED,
        /** The step is over. */
        RETURNING;

        boolean isIpc() {
            return this == SENDING || this == WAITING || isTransfer();
        }

        boolean isTransfer() {
            return isOut() || this == TRANSFER_IN || this == TRANSFER_RESUMED;
        }

        boolean isOut() {
            return this == TRANSFER_OUT || this == TRANSFER_HELD;
        }
    }

    boolean exists() {
        return phase != Phase.NONE;
    }

    int globalId() {
        return profile.globalId();
    }

    int priority() {
        return profile.priority();
    }

    int handle() {
        return profile.handle();
    }

    int pager() {
        return profile.pager();
    }

    int space() {
        return profile.space();
    }

    /** Null if it has put no number into the floating-point unit. */
    Integer floating() {
        return profile.floating();
    }

    /** Whether it could be given the processor. Halted, it goes on copying: that is part of its Ipc. */
    boolean isReady() {
        return switch (phase) {
            case USER, CALLED, RETURNING -> !halted;
            case TRANSFER_OUT, TRANSFER_RESUMED -> true;
            default -> false;
        };
    }

    Actor in(Phase next) {
        return new Actor(profile, next, halted, restart, step, partner, NEVER, answer, envelope, null);
    }

    /** Waits, sends or copies. */
    Actor with(Phase next, int whom, double until) {
        return new Actor(profile, next, halted, restart, step, whom, until, null, envelope, before);
    }

    Actor calling(Step made) {
        return new Actor(profile, Phase.CALLED, halted, restart, made, NOBODY, NEVER, null, Envelope.PLAIN, null);
    }

    /** Its step, as it is understood from now on. */
    Actor about(Step understood) {
        return new Actor(profile, phase, halted, restart, understood, partner, deadline, answer, envelope, before);
    }

    Actor returning(Answer result) {
        return new Actor(profile, Phase.RETURNING, halted, restart, step, NOBODY, NEVER, result, envelope, null);
    }

    /** Interrupted by the kernel, which makes a call for it. */
    Actor interrupted(Step call) {
        return new Actor(
                profile, Phase.CALLED, halted, restart, call, NOBODY, NEVER, null, Envelope.PLAIN, as(Profile.NONE));
    }

    /** Goes on with what it was about when it was interrupted. */
    Actor resumed() {
        return new Actor(
                profile,
                before.phase,
                halted,
                restart,
                before.step,
                before.partner,
                before.deadline,
                before.answer,
                before.envelope,
                before.before);
    }

    /** Whether it waits for an answer to a preemption message. */
    boolean isPreempted() {
        return before != null && step.action() == Step.Action.PREEMPTION || hasUsedUp();
    }

    /** Whether it does so since its total quantum is used up. */
    boolean hasUsedUp() {
        return before != null && step.action() == Step.Action.QUANTUM;
    }

    /** Whether it was killed then, since nobody was there to be told. */
    boolean hasDiedOfIt() {
        return phase() == Phase.DEAD && step.action() == Step.Action.QUANTUM;
    }

    /** Whether it waits for its pager. */
    boolean isFaulting() {
        return before != null && step.action() == Step.Action.FAULT;
    }

    /** In the middle of a transfer it is in that, whatever it does about a fault. */
    Actor itself() {
        return isFaulting() && before.phase.isTransfer() ? before : this;
    }

    Actor halted(boolean now) {
        return new Actor(profile, phase, now, restart, step, partner, deadline, answer, envelope, before);
    }

    Actor restarting(boolean now) {
        return new Actor(profile, phase, halted, now, step, partner, deadline, answer, envelope, before);
    }

    Actor sending(Envelope now) {
        return new Actor(profile, phase, halted, restart, step, partner, deadline, answer, now, before);
    }

    Actor named(int now) {
        return as(profile.named(now));
    }

    Actor ofPriority(int now) {
        return as(profile.ofPriority(now));
    }

    Actor withHandle(int now) {
        return as(profile.withHandle(now));
    }

    Actor inSpace(int now) {
        return as(profile.inSpace(now));
    }

    Actor withPager(int now) {
        return as(profile.withPager(now));
    }

    Actor computing(int number) {
        return as(profile.computing(number));
    }

    int scheduler() {
        return profile.scheduler();
    }

    /** What it may have of the processor. */
    Share share() {
        return profile.share();
    }

    Actor scheduledBy(int now) {
        return as(profile.scheduledBy(now));
    }

    /** The highest priority whose preemption it has a say in. */
    int sensitivePriority() {
        return profile.control() >>> SENSITIVE_SHIFT;
    }

    /** For how many microseconds it may delay one. */
    int longestDelay() {
        return profile.control() & LONGEST_DELAY;
    }

    /** Its preempt flags; they are only set while it spins. */
    int preemptFlags() {
        boolean spins = phase == Phase.CALLED && !restart && step.action() == Step.Action.SPIN;
        return spins ? step.register(Reg32.EDX) : 0;
    }

    Actor controlled(int now) {
        return as(profile.controlled(now));
    }

    Actor sharing(Share now) {
        return as(profile.sharing(now));
    }

    /** The same but for what is only known within limits. */
    Actor exact() {
        return answering(answer == null ? null : answer.exact()).sharing(share().untouched());
    }

    /** What is known if it is this or another, which are alike but for what is only known within limits. */
    Actor or(Actor other) {
        return answering(answer == null ? null : answer.or(other.answer)).sharing(share().or(other.share()));
    }

    private Actor answering(Answer now) {
        return new Actor(profile, phase, halted, restart, step, partner, deadline, now, envelope, before);
    }

    private Actor as(Profile now) {
        return new Actor(now, phase, halted, restart, step, partner, deadline, answer, envelope, before);
    }
}
