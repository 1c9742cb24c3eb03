package org.sidestep.machine.ia32.timing;

import java.util.SortedMap;
import java.util.function.Function;
import org.sidestep.machine.Sites;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.memo.BlockSchedule;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Outcomes;
import org.sidestep.machine.ia32.timing.memo.Usual;

/** What the clocks of out-of-order cores keep beside their core: what they count, and whether an instruction goes on. */
public abstract class OutOfOrderTiming extends MemoizedTiming {

    protected final Charges charges;
    /** The counts of their figures, by the ordinal of the event. */
    private final Charges.Count[] events;

    protected long mispredictions;

    /**
     * @param accesses loads, and stores, of an instruction that are scheduled one by one
     * @param figures the figure that says what an event costs
     */
    protected OutOfOrderTiming(int accesses, Function<Event, String> figures) {
        super(accesses);
        charges = new Charges();
        events = charges.of(figures);
    }

    /** What an event costs by the data sheet. */
    protected abstract int cycles(Event event);

    @Override
    protected final void count(Event event) {
        events[event.ordinal()].add();
        losses.add(event, cycles(event));
    }

    @Override
    public void keep(StateTape tape) {
        super.keep(tape);
        charges.keep(tape);
        mispredictions = tape.number(mispredictions);
    }

    /** What fetch goes by. */
    public abstract BranchPredictor predictor();

    /** The detail of the entry of a branch that leads to a target as fetch did; negative if it makes no difference. */
    public abstract int foreseen(int target);

    /** Likewise of one that leads elsewhere than fetch went, or that fetch learned of late; it is counted. */
    protected abstract int surprised(int how, Branch kind, int next, int target, boolean taken);

    @Override
    protected final int predicted(Branch kind, int address, int next, int target, boolean taken) {
        return detail(predictor().branch(kind, address, next, target, taken), kind, next, target, taken);
    }

    private int detail(int how, Branch kind, int next, int target, boolean taken) {
        if (how == BranchPredictor.SEQUENTIAL) return Outcomes.NONE;
        return how == BranchPredictor.TAKEN ? foreseen(target) : surprised(how, kind, next, target, taken);
    }

    @Override
    protected final boolean isSettled(int branch) {
        return predictor().isSettled(branch);
    }

    /** Adds a branch to what a block has met, of which the predictor has said {@code how} well fetch did. */
    public final long branched(long usual, int how, Branch kind, int next, int target, boolean taken) {
        return Usual.branch(usual, detail(how, kind, next, target, taken));
    }

    /** The stores that a load depends on. */
    @Override
    public final int bits(BlockSchedule schedule, Sites sites, int site) {
        return sites.kind(site) == Sites.LOAD ? Usual.sourceBits(sites) : 0;
    }

    @Override
    public final boolean fits(BlockSchedule schedule, Sites sites) {
        return Usual.fits(sites);
    }

    /** Stores that are not scheduled one by one meet nothing in a line that is there already. */
    @Override
    public final void storeOn(int physical, int bytes, int count) {
        boolean waits = firstLevel().isInFlight(physical);
        for (int i = 0; i < count && (waits || outcomes.takesStore()); i++) store(physical + i * bytes, bytes);
    }

    @Override
    public final long mispredictions() {
        return mispredictions;
    }

    @Override
    public final SortedMap<String, Long> charges() {
        return charges.counts();
    }
}
