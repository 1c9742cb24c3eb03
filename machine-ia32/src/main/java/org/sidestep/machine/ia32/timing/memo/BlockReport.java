package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing.Event;

/** Tells a clock of a block that has been executed, in the order of the program, as the interpreter would have told it. */
final class BlockReport {
    private static final Event[] EVENTS = Event.values();

    private final MemoizedTiming clock;

    BlockReport(MemoizedTiming clock) {
        this.clock = clock;
    }

    /** The first instructions of the block that has begun have met this. */
    void all(BlockSchedule block, Sites sites, int[] met, Walks walks, int instructions) {
        walks.report(Walks.CODE, clock);
        if (instructions == 0) return;
        clock.fetched(sites.firstLine(0), sites.lineBehind(0));
        from(block, sites, met, walks, 0, instructions);
    }

    /** The instruction at a place has been given up, to be executed anew, but walks before its first access have been made. */
    void again(Sites sites, Walks walks, int place) {
        clock.fetched(sites.firstLine(place), sites.lineBehind(place));
        walks.report(sites.count(), clock);
    }

    /** Reports from a site on; those before it have been entered. */
    void from(BlockSchedule block, Sites sites, int[] met, Walks walks, int from, int instructions) {
        int place = from == 0 ? 0 : sites.place(from - 1);
        for (int site = from; site < sites.count(); site++) {
            int next = sites.place(site);
            if (next >= instructions) break;
            if (next != place) place = passTo(block, next, place);
            int value = met[site];
            walks.report(site, clock);
            switch (sites.kind(site)) {
                case Sites.LINE -> clock.fetch(sites.detail(site));
                case Sites.LOAD -> clock.load(value, sites.detail(site));
                case Sites.STORE -> clock.store(value, sites.detail(site));
                case Sites.EVENT -> clock.event(EVENTS[sites.detail(site)]);
                default -> clock.outcomes.branch(clock.predicted(sites, value));
            }
        }
        passTo(block, instructions, place);
        clock.line(sites.lineBehind(instructions - 1));
    }

    /** Makes the entries of all sites before one. */
    void enter(BlockSchedule block, Sites sites, int[] met, long usual, long walked, int end) {
        enterFirst(sites.firstLine(0), sites.lineBehind(0));
        boolean branched = end > 0 && sites.kind(end - 1) == Sites.BRANCH;
        long accesses = branched ? Usual.withoutBranch(usual) : usual;
        int behind = 0;
        for (int site = 0; site < end; site++) behind += clock.bits(block, sites, site);
        int place = 0;
        for (int site = 0; site < end; site++) {
            if (sites.place(site) != place) place = passTo(block, sites.place(site), place);
            if (Usual.isWalked(walked, site)) clock.firstLevel().enterWalk(false);
            int bits = clock.bits(block, sites, site);
            behind -= bits;
            switch (sites.kind(site)) {
                case Sites.LINE -> clock.firstLevel().enterFetch();
                case Sites.LOAD -> {
                    int sources = Usual.bits(accesses, behind, bits);
                    clock.firstLevel().enterLoad(sources, met[site], sites.detail(site));
                }
                case Sites.STORE -> clock.firstLevel().enterStore(met[site]);
                case Sites.BRANCH -> clock.outcomes.branch(Usual.branch(usual));
                default -> clock.meet(EVENTS[sites.detail(site)]);
            }
        }
        enterBegun(block, sites, walked, end, place);
    }

    /** The first lines, as far as they were not fetched before: {@code Timing.fetched}. */
    private void enterFirst(int firstLine, int lastLine) {
        if (lastLine == clock.line()) return;
        if (firstLine != clock.line()) clock.firstLevel().enterFetch();
        if (lastLine != firstLine) clock.firstLevel().enterFetch();
    }

    /** The walk before a site, of which not all has been made: the rest is reported. */
    private void enterBegun(BlockSchedule block, Sites sites, long walked, int site, int place) {
        if (!Usual.isWalked(walked, site)) return;
        if (sites.place(site) != place) passTo(block, sites.place(site), place);
        clock.firstLevel().enterWalk(false);
    }

    /** The instructions from one place up to another are complete, the first with what it has met. */
    private int passTo(BlockSchedule block, int next, int from) {
        if (clock.outcomes.isNotable()) clock.complete(block.templates[from], 1);
        clock.outcomes.passTo(next);
        return next;
    }
}
