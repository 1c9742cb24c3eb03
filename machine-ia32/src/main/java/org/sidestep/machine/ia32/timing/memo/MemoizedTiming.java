package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.Sites;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;

/**
 * A pipeline that remembers what blocks do to it. Between two blocks its state, relative to now, is nearly always one that
 * has been seen before, and from there the same block that meets the same (which loads wait for which stores, what
 * missed, how its branch was predicted) leads to the same state after the same time. So instructions are not scheduled
 * as they retire: what they met is collected until the end of the block, and then the step from state to state is
 * looked up, or made once by scheduling the block, instruction by instruction, and remembered. (Schnarr and Larus, "Fast
 * Out-Of-Order Processor Simulation Using Memoization", 1998.)
 *
 * <p>What is remembered never changes a result, only when it is computed. Whenever the exact time is asked for in the
 * middle of a block, or something happens there that does not fit, what has been put off is caught up with, and the
 * rest of the block is scheduled at once. A block is only put off if it will surely be over before the deadline, so that
 * interrupts arrive where they would have.
 */
public abstract class MemoizedTiming extends Timing {

    /** The first instruction of a block may come from two new lines. */
    private static final int FIRST_LINES = 2;

    /** Accesses that a walk makes at most, and the one that it is for. */
    private static final int WALKED = 4;

    /** So many blocks like the next one should have had room where another one had not. */
    private static final int SPARE = 8;

    private static final Event[] EVENTS = Event.values();

    protected final Outcomes outcomes;
    protected final Losses losses = new Losses();

    /** Steps that were taken and in which something is lost, which {@link #losses} do not have yet. */
    private final Debts debts = new Debts(losses);

    private final Memo memo = new Memo();
    private final StateVector vector = new StateVector();
    private int schedules;

    /** The state of the pipeline, if it is a remembered one; the parts of the pipeline are out of date then. Else null. */
    private PipelineState state;
    /** A repeated string instruction has paused: its set-up is paid. */
    protected boolean repeating;

    /** The time that those of {@link #state} are relative to. */
    private long floor;
    /** The transition that led to {@link #state}, or null. */
    private Transition last;

    /** The block whose instructions are being put off, or null. */
    private BlockSchedule block;

    /** The cycle before which the block will surely be over. */
    private long deadline;
    /** By how much the block may be delayed and still be. */
    private long slack;

    /** A deadline before which a block was not put off, and the room that there was. */
    private long shortOf = -1;

    private long shortRoom;

    /** Whether anything is put off at all. */
    private boolean memoizes = true;

    private final Novelty novelty = new Novelty();
    private final BlockReport report = new BlockReport(this);

    /** {@link #longestDelay}, once it has been asked for. */
    private long longest = -1;

    /** Likewise {@link #longestWalk()}. */
    private int longestWalk = -1;

    /** @param accesses loads, and stores, of an instruction that are scheduled one by one */
    protected MemoizedTiming(int accesses) {
        outcomes = new Outcomes(accesses);
    }

    /** From now on schedules each instruction as it retires: the same times, later. */
    public final MemoizedTiming withoutMemo() {
        memoizes = false;
        return this;
    }

    /** By how much an instruction moves anything in the pipeline at most if it meets no delay. */
    protected abstract long bound(Object template);

    /** Likewise a block, beside its instructions. */
    protected long boundOnce() {
        return 0;
    }

    /** Whether an instruction overlaps with nothing. */
    protected abstract boolean isSerial(Object template);

    /** Whether the access of an instruction may have to do with that of the one before, which is null if it is not known. */
    protected boolean meets(Object before, Object template) {
        return false;
    }

    /** Whether the access of an instruction may have to do with that of the next one. */
    protected boolean carries(Object template) {
        return false;
    }

    /** Whether the access of the current instruction may have to do with that of the one before. */
    protected final boolean meetsBefore() {
        return block == null || block.meets(outcomes.completed());
    }

    /** Bits that the access of a site has in what is {@link Usual} of a block. */
    public abstract int bits(BlockSchedule schedule, Sites sites, int site);

    /** Whether there can be such a number. */
    public boolean fits(BlockSchedule schedule, Sites sites) {
        return sites.count() <= Usual.ROOM;
    }

    /** These bits, where they do not say what a load depends on: what an access has to do with the one before. */
    public int met(int before, int physical) {
        return 0;
    }

    /** A step has been taken. */
    final void taken(Transition step) {
        if (step.lost != null) debts.owe(step);
    }

    @Override
    public long lost(Loss kind) {
        addUp();
        return losses.of(kind);
    }

    /** All that has been lost until now is among the {@link #losses}. */
    private void addUp() {
        settle();
        lose(core().takeLost());
        debts.settle();
    }

    private void lose(Losses lost) {
        if (lost != null) losses.add(lost, 1);
    }

    /** Whether the next instruction finds the pipeline as usual, with nothing half done. */
    protected abstract boolean isCalm();

    /**
     * The instruction has retired, and will be scheduled now or later: enters what else it has met. Need not be called for
     * one that overlaps with others and has met nothing {@link Outcomes#isNotable notable}.
     */
    protected abstract void complete(Object template, int iterations);

    /** What schedules, and knows the time when nothing is put off. */
    protected abstract Core core();

    /** When a cycle begins, on the pipeline's own scale of time; it may be finer. */
    protected abstract long time(long cycle);

    /** The cycle to which a time belongs. */
    protected abstract long cycle(long time);

    /**
     * What is remembered is no part of the state, since it never changes a result: it outlives that another state is put
     * back.
     */
    @Override
    public void keep(StateTape tape) {
        addUp();
        outcomes.keep(tape);
        losses.keep(tape);
        repeating = tape.flag(repeating);
        shortOf = -1;
    }

    @Override
    public final Object schedule(Object[] prepared) {
        if (prepared.length > BlockSchedule.LONGEST) return null;
        long bound = boundOnce();
        long serial = 0;
        long meeting = 0;
        for (int i = 0; i < prepared.length; i++) {
            bound += bound(prepared[i]);
            if (isSerial(prepared[i])) serial |= 1L << i;
            if (meets(i == 0 ? null : prepared[i - 1], prepared[i])) meeting |= 1L << i;
        }
        boolean carries = prepared.length > 0 && carries(prepared[prepared.length - 1]);
        return new BlockSchedule(prepared, bound, serial, meeting, carries, ++schedules);
    }

    @Override
    public final void begin(Object schedule, long blockDeadline) {
        BlockSchedule next = (BlockSchedule) schedule;
        if (next == null || state == null && (isTooLate(next, blockDeadline) || !reachState())) {
            settle();
            return;
        }
        long room = room(blockDeadline);
        if (room > next.bound) {
            begin(next, blockDeadline, 0);
            return;
        }
        shortOf = blockDeadline;
        shortRoom = room;
        settle();
    }

    /**
     * Whether there has not been the room for a block before that deadline, and hardly more than this one takes: to read the state
     * for one that the next will have written back is dearer than to schedule it at once.
     */
    private boolean isTooLate(BlockSchedule next, long blockDeadline) {
        return blockDeadline == shortOf && SPARE * next.bound >= shortRoom;
    }

    /** Whether anything is remembered, so that translated code has a {@link Course} to go. */
    public final boolean memoizes() {
        return memoizes;
    }

    /** A block that has been executed as far as possible begins here, and is reported; so many of its stores have been. */
    final void begin(BlockSchedule schedule, long blockDeadline, int storesBefore) {
        slack = room(blockDeadline) - schedule.bound;
        deadline = blockDeadline;
        block = schedule;
        firstLevel().limit(state.pendingStores + storesBefore, state.pendingLines);
    }

    /** How far all that is under way may be put off before a deadline. */
    final long room(long blockDeadline) {
        return time(blockDeadline) - (floor + state.horizon);
    }

    /** By how much caches and walks may delay what is under way for one access, or for one line of code, on the scale of time. */
    protected abstract long longestDelay();

    /** The first instructions of the block that has begun have met this. */
    final void begun(Sites sites, int[] met, Walks walks, int instructions) {
        report.all(block, sites, met, walks, instructions);
        if (walks.remain()) report.again(sites, walks, instructions);
    }

    /**
     * The block that has begun is over. What it met before a site was usual, and has happened to caches and predictor; not
     * even its first lines were fetched if the site is negative.
     *
     * @param walked the sites before whose accesses walks took their time and have been made: {@link Usual#walk}
     */
    final void complete(Sites sites, int[] met, Walks walks, int instructions, int site, long usual, long walked) {
        if (Usual.isWalked(walked, Walks.CODE)) firstLevel().enterWalk(true);
        if (site < 0) {
            report.all(block, sites, met, walks, instructions);
            end();
            return;
        }
        boolean all = site == sites.count();
        Transition step = all ? last.successor(block.number, usual, walked) : null;
        if (step != null) {
            charged(block);
            line(sites.lineBehind(instructions - 1));
            novelty.known();
            follow(step);
            return;
        }
        report.enter(block, sites, met, usual, walked, site);
        report.from(block, sites, met, walks, site, instructions);
        end();
        if (all && last != null) last.take(usual, walked);
    }

    /** The last step, if nothing is half done and the next block may follow it; else null. */
    final Transition standing() {
        boolean ready = state != null
                && outcomes.isEmpty()
                && !outcomes.isNotable()
                && firstLevel().isAtRest();
        return ready ? last : null;
    }

    final long floor() {
        return floor;
    }

    /** Steps that are known have led to another one. */
    final void stand(Transition step, long newFloor, int newLine, int steps) {
        last = step;
        state = step.to;
        floor = newFloor;
        line(newLine);
        novelty.known(steps);
    }

    /** Counts what a block is charged with that ends with an event, and has met what is usual. */
    public final void charged(Object schedule) {
        BlockSchedule over = (BlockSchedule) schedule;
        if (over.isSerialAtLast()) charge(over.templates[over.last()]);
    }

    /** By how much it may be delayed in addition, whatever it meets. */
    public final long longestDelay(Sites sites) {
        if (longest < 0) longest = longestDelay();
        long events = 0;
        for (int site = 0; site < sites.count(); site++) {
            if (sites.kind(site) == Sites.EVENT) events += cost(EVENTS[sites.detail(site)]);
        }
        return (sites.count() + FIRST_LINES) * longest + events;
    }

    /** By how much a walk, and the access behind it, may delay what is under way, on the scale of time. */
    final int longestWalk() {
        if (longestWalk < 0) longestWalk = (int) (WALKED * longestDelay() + walkCycles());
        return longestWalk;
    }

    /** What a walk costs beside its accesses, on the scale of time. */
    protected abstract long walkCycles();

    /** An event, by its ordinal, that is part of what a block meets as usual: counts it. */
    public final void happened(int event) {
        count(EVENTS[event]);
        takeEffect(EVENTS[event]);
    }

    /** An event has happened: what it does to caches. */
    protected void takeEffect(Event event) {}

    /** An instruction that overlaps with nothing is complete: counts the figure that it is charged with. */
    protected void charge(Object template) {}

    /** By how much an event delays what is under way, on the scale of time. */
    protected abstract long cost(Event event);

    /** An event has happened: the counts of figures and losses go up. */
    protected abstract void count(Event event);

    /** The current instruction has met an event that has been counted. */
    protected abstract void meet(Event event);

    /** Adds the branch at the end of a block to what the block has met; the predictor learns. */
    public final long branch(long usual, Branch kind, int address, int next, int target, boolean taken) {
        return Usual.branch(usual, predicted(kind, address, next, target, taken));
    }

    /** The caches that are asked first. */
    public abstract FirstLevel firstLevel();

    /** A branch is looked up by the predictor, which learns; the detail of its entry, negative if it makes no difference. */
    protected abstract int predicted(Branch kind, int address, int next, int target, boolean taken);

    @Override
    public final void branch(Branch kind, int address, int next, int target, boolean taken) {
        outcomes.branch(predicted(kind, address, next, target, taken));
    }

    /** The branch at the end of a block has met this; the detail of its entry, as above. */
    final int predicted(Sites sites, int value) {
        int target = sites.isDirect() ? sites.target() : value;
        boolean taken = sites.branch() != Branch.CONDITIONAL || value != 0;
        return predicted(sites.branch(), sites.address(), sites.next(), target, taken);
    }

    /** Whether the pipeline is in a state that can be remembered, from now on in {@link #state}. */
    private boolean reachState() {
        if (!memoizes || novelty.abounds() || !isCalm() || !outcomes.isEmpty()) return false;
        state = readState();
        return true;
    }

    @Override
    public final void retire(Object prepared, int iterations) {
        if (block == null || outcomes.isNotable() || block.isSerial(outcomes.completed())) seeTo(prepared, iterations);
        else outcomes.next();
    }

    /** The same for an instruction of which more is to be said than what it has met. */
    private void seeTo(Object prepared, int iterations) {
        complete(prepared, iterations);
        if (block != null) {
            outcomes.next();
            return;
        }
        if (state != null) writeState();
        core().schedule(prepared, 0, outcomes.count());
        outcomes.clear();
    }

    @Override
    public final boolean isBefore(long cycle) {
        return block != null && cycle == deadline || cycles() < cycle;
    }

    @Override
    public final void end() {
        if (block == null) return;
        if (outcomes.completed() < block.templates.length) {
            settle();
            return;
        }
        Transition step = memo.find(last, state, block, outcomes);
        if (step != null) novelty.known();
        else step = makeStep();
        outcomes.clear();
        follow(step);
    }

    /** Once a block has taken the pipeline to where it was before, it will do so again. */
    @Override
    public final boolean again(Object schedule, int instructions, long blockDeadline) {
        boolean known = state != null && last != null && last.goesRound(schedule);
        if (!known) return false;
        deadline = blockDeadline;
        slack = room(blockDeadline) - last.schedule.bound;
        if (slack <= 0) return false;
        outcomes.passTo(last.schedule.last());
        return true;
    }

    @Override
    public final void round(int instructions) {
        outcomes.next();
        block = last.schedule;
        if (outcomes.areEqual(last.outcomes)) {
            novelty.known();
            outcomes.clear();
            follow(last);
        } else {
            end();
        }
    }

    @Override
    public final int rounds(Object schedule, int instructions, int branch, int most, long blockDeadline) {
        boolean known = state != null && last != null && last.goesRound(schedule) && isSettled(branch);
        if (!known) return 0;
        long room = Math.max(0, room(blockDeadline) - last.schedule.bound);
        int rounds = (int) Math.min(most, last.time == 0 ? room : (room + last.time - 1) / last.time);
        floor += rounds * last.time;
        novelty.known(rounds);
        return rounds;
    }

    /** Whether a branch that has been taken a few times is foreseen when it is again, and the predictor learns nothing from it. */
    protected boolean isSettled(int branch) {
        return false;
    }

    private void follow(Transition step) {
        floor += step.time;
        state = step.to;
        last = step;
        block = null;
        taken(step);
        if (novelty.isResting()) settle();
    }

    private Transition makeStep() {
        novelty.met();
        PipelineState from = state;
        Transition before = last;
        long begin = floor;
        int hash = outcomes.hash();
        long[] met = outcomes.toArray();
        writeState();
        lose(core().takeLost());
        scheduleCompleted();
        PipelineState to = readState();
        assert time(deadline) - (floor + to.horizon) >= slack
                : "a block has moved more than its bound, " + block.bound + ", and what delayed it";
        Transition step = new Transition(from, block, met, to, floor - begin, core().takeLost());
        memo.add(before, step, hash);
        floor = begin;
        return step;
    }

    /** Something delays the block that is being put off, or may. */
    protected final void delayed(long time) {
        slack -= time;
        if (slack <= 0) settle();
    }

    /** Catches up with all that has been put off; from here to the end of the block nothing more is. */
    protected final void settle() {
        if (state != null) writeState();
        if (block == null) return;
        novelty.met();
        scheduleCompleted();
        outcomes.scheduled();
        core().catchUp(outcomes.count());
        block = null;
    }

    /** What has been reported so far takes its time before the instruction is complete. */
    protected final void catchUpNow() {
        settle();
        core().catchUp(outcomes.count());
    }

    /** The current instruction has been repeated so often since it began, or paused. */
    protected final void repeated(int iterations) {
        outcomes.add(repeating ? Outcomes.RESUMED : Outcomes.REPEATED, 0, iterations);
    }

    @Override
    public final void operands(Operands kind) {
        outcomes.add(Outcomes.OPERANDS, kind.ordinal(), 0);
    }

    @Override
    public final void pause(Object prepared, int iterations) {
        settle();
        retire(prepared, iterations);
        repeating = true;
    }

    /** Whether the current instruction is being put off. */
    protected final boolean putsOff() {
        return block != null;
    }

    private void scheduleCompleted() {
        int from = 0;
        for (int place = 0; place < outcomes.completed(); place++) {
            int to = outcomes.end(from, place);
            core().schedule(block.templates[place], from, to);
            from = to;
        }
    }

    private PipelineState readState() {
        Core core = core();
        floor = core.floor();
        vector.read(floor);
        core.exchange(vector);
        return memo.intern(
                vector.toState((int) (core.now() - floor), core.pendingStores(floor), core.pendingLines(floor)));
    }

    private void writeState() {
        vector.write(state, floor);
        core().exchange(vector);
        state = null;
        last = null;
    }

    /** Whether it is as late as when the block began: no instruction of it is complete, and the first waits for nothing to drain. */
    private boolean hasOnlyBegun() {
        return outcomes.completed() == 0 && !outcomes.drain();
    }

    @Override
    public final long cycles() {
        if (block != null && !hasOnlyBegun()) settle();
        return cycle(state != null ? floor + state.clock : core().now());
    }
}
