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

    /** So often walks and what is behind them have not been usual: nothing else is expected from then on. */
    private static final int HOPELESS = 4;

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

    /** What the block that is being reported has met, and before which sites walks took their time. */
    private long usual;

    private long walked;

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
        if (last == null) return;
        clock.stand(last, floor, line, steps);
        first.limit(last.pendingStores, last.pendingLines);
    }

    /** Whether there is room for a block, with what it may be delayed; the room is computed anew. */
    public boolean admits(int bound, int reach) {
        if (last == null) return false;
        stand(0);
        find();
        room -= bound;
        return room > reach;
    }

    /** The clock stands before a block of which a part has been executed; to be reported ({@link MemoizedTiming#begun}). */
    public void handOver(Object schedule, Sites sites, int[] met, int instructions) {
        clock.begin((BlockSchedule) schedule, deadline, 0);
        clock.begun(sites, met, walks, instructions);
        walks.clear();
    }

    /**
     * Whether there is room for so many walks in a block that has been admitted; it is taken.
     *
     * @param reach by how much the block may be delayed besides: {@link MemoizedTiming#longestDelay(Sites)}
     */
    public boolean admitsWalks(int count, int reach) {
        int longest = count * clock.longestWalk();
        boolean fits = room - longest > reach;
        if (fits) room -= longest;
        return fits;
    }

    /** Whether there is room for a block, and for a walk before it, which is taken; {@code reach} as above. */
    public boolean admitsFetch(Object schedule, int reach) {
        if (last == null) return false;
        int longest = clock.longestWalk();
        int all = (int) ((BlockSchedule) schedule).bound + reach;
        if (room - longest <= all) {
            stand(0);
            find();
        }
        boolean fits = room - longest > all;
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
    public void complete(Object schedule, Sites sites, int[] met, int instructions, int site, long soFar) {
        complete(schedule, sites, met, instructions, site, soFar, 0);
    }

    /**
     * A block is over in which all has been usual, but something else followed last time: if that is known too, the clock is one step
     * further.
     */
    public boolean turns(int number, long met) {
        Transition step = last.successor(number, met, 0);
        if (step == null) return false;
        take(step);
        return true;
    }

    private void take(Transition step) {
        floor += step.time;
        last = step;
        clock.taken(step);
    }

    /**
     * A block is over in which pages were walked for, or at whose beginning lines may be in flight: it goes on as above, if all
     * is usual, what the walks meet too.
     *
     * @return whether it is
     */
    public boolean report(Object schedule, Sites sites, int[] met, int instructions) {
        usual = 0;
        walked = 0;
        BlockSchedule over = (BlockSchedule) schedule;
        boolean hopeful =
                clock.fits(over, sites) && (walks.count == 0 || last.surprises < HOPELESS && Usual.fitsWalks(sites));
        int site = hopeful ? reportAtOnce(over, sites, met) : Walks.CODE;
        if (hopeful && walks.count > 0 && site < sites.count()) last.surprises++;
        Transition step = site == sites.count() ? last.successor(over.number, usual, walked) : null;
        if (step == null) {
            complete(schedule, sites, met, instructions, site, usual, walked);
            return false;
        }
        clock.charged(schedule);
        line = sites.lineBehind(instructions - 1);
        take(step);
        if (over.carries) first.carry(met[sites.lastAccess()]);
        walks.clear();
        return true;
    }

    /** Reports a block as far as it is usual; the site that is not, or their count. */
    private int reportAtOnce(BlockSchedule schedule, Sites sites, int[] met) {
        first.limit(last.pendingStores, last.pendingLines);
        if (!walksAtOnce(Walks.CODE) || !fetchesAtOnce(sites.firstLine(0), sites.lineBehind(0))) return Walks.CODE;
        for (int site = 0; site < sites.count(); site++) {
            if (!walksAtOnce(site) || !reportsAtOnce(schedule, sites, met, site)) return site;
        }
        return sites.count();
    }

    private boolean walksAtOnce(int site) {
        if (walks.isPast(site)) return true;
        if (walks.atOnce(site, first) != 0) walked = Usual.walk(walked, site);
        return walks.isPast(site);
    }

    private boolean fetchesAtOnce(int firstLine, int lastLine) {
        if (line == lastLine) return true;
        if (firstLine != lastLine && line != firstLine && !first.fetchAtOnce(firstLine)) return false;
        return first.fetchAtOnce(lastLine);
    }

    private boolean reportsAtOnce(BlockSchedule schedule, Sites sites, int[] met, int site) {
        int value = met[site];
        switch (sites.kind(site)) {
            case Sites.LINE:
                return first.fetchAtOnce(sites.detail(site));
            case Sites.LOAD:
                int sources = first.loadAtOnce(value, sites.detail(site));
                return sources >= 0 && adds(schedule, sites, met, site, sources);
            case Sites.STORE:
                return first.storeAtOnce(value, sites.detail(site), sends(sites, site))
                        && adds(schedule, sites, met, site, 0);
            case Sites.EVENT:
                clock.happened(sites.detail(site));
                return true;
            default:
                usual = Usual.branch(usual, clock.predicted(sites, value));
                return true;
        }
    }

    /** Adds the bits of an access, if there is room for them. */
    private boolean adds(BlockSchedule schedule, Sites sites, int[] met, int site, int sources) {
        int bits = clock.bits(schedule, sites, site);
        if (bits == 0) return true;
        int value = first.forwarding() != null ? sources : clock.met(before(sites, met, site), met[site]);
        if ((value & -1 << bits) != 0) return false;
        usual = usual << bits | value;
        return true;
    }

    private int before(Sites sites, int[] met, int site) {
        int access = sites.accessBefore(site);
        return access < 0 ? first.before() : met[access];
    }

    private void complete(
            Object schedule, Sites sites, int[] met, int instructions, int site, long soFar, long walksSoFar) {
        stand(0);
        int stores = 0;
        for (int i = 0; i < site; i++) if (sites.kind(i) == Sites.STORE && sends(sites, i)) stores++;
        clock.begin((BlockSchedule) schedule, deadline, stores);
        clock.complete(sites, met, walks, instructions, site, soFar, walksSoFar);
        walks.clear();
        find();
    }
}
