package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.Sites;

/**
 * The way of the clock while translated code executes block after block: from step to step of the memo, which the code itself
 * follows, in the fields below, as long as all that a block meets is {@link Usual} and leads where the block led last time.
 * Everything else is done here.
 */
public final class Course {
    /** Half of what a number holds, so that nothing overflows. */
    private static final long FAR = Integer.MAX_VALUE / 2;

    /** The last step; null if the clock has left the way, and the code must too. */
    public Transition last;

    /** The time that the state behind {@link #last} is relative to. */
    public long floor;

    /** The line that the last instruction byte came from. */
    public int line;

    /** By how much, at least, all that is under way may be delayed before the deadline. */
    public int room;

    /** Page walks in the block that is being executed. */
    public final Walks walks = new Walks();

    public final MemoizedTiming clock;
    public final FirstLevel first;
    private long deadline;

    public Course(MemoizedTiming clock) {
        this.clock = clock;
        first = clock.firstLevel();
    }

    /** Translated code begins; each block must surely be over before a cycle. Says whether the clock is on the way. */
    public boolean begin(long blockDeadline) {
        deadline = blockDeadline;
        find();
        return last != null;
    }

    private void find() {
        last = clock.standing();
        floor = clock.floor();
        line = clock.line();
        room = last == null ? -1 : (int) Math.max(-1, Math.min(FAR, clock.room(deadline)));
    }

    /** The code has come here, by so many steps: the clock follows. Nothing happens if it has left the way. */
    public void stand(int steps) {
        if (last != null) clock.stand(last, floor, line, steps);
    }

    /** Whether there is room for a block, with what it may be delayed; the room is computed anew. */
    public boolean admits(int bound, int reach) {
        if (last == null) return false;
        stand(0);
        find();
        room -= bound;
        return room > reach;
    }

    /** The clock stands before a block of which a part has been executed; to be reported ({@link MemoizedTiming#report}). */
    public void report(Object schedule, Sites sites, int[] met, int instructions) {
        clock.begin((BlockSchedule) schedule, deadline, 0);
        clock.report(sites, met, walks, instructions);
        if (walks.remain()) clock.report(sites, walks, instructions);
        walks.clear();
    }

    /** Whether there is room for a walk in a block that has been admitted; it is taken. */
    public boolean admitsWalk(Sites sites) {
        int longest = (int) clock.longestWalk();
        boolean fits = room > FAR / 2 || room - longest > clock.longestDelay(sites);
        if (fits) room -= longest;
        return fits;
    }

    private boolean sends(Sites sites, int site) {
        return first.sendsEventful() || !sites.isEventful(site);
    }

    /**
     * A block is over that, from a site on, has met something unusual, or leads elsewhere than last time; nothing of it is known
     * to be usual if the site is negative. The code must go on from what stands here then.
     */
    public void complete(Object schedule, Sites sites, int[] met, int instructions, int site, long usual) {
        stand(0);
        int stores = 0;
        for (int i = 0; i < site; i++) if (sites.kind(i) == Sites.STORE && sends(sites, i)) stores++;
        clock.begin((BlockSchedule) schedule, deadline, stores);
        clock.complete(sites, met, walks, instructions, site, usual);
        walks.clear();
        find();
    }
}
