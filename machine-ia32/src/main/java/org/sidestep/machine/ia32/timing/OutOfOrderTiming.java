package org.sidestep.machine.ia32.timing;

import java.util.SortedMap;
import java.util.function.Function;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/** What the clocks of out-of-order cores keep beside their core: what they count, and whether an instruction goes on. */
public abstract class OutOfOrderTiming extends MemoizedTiming {

    protected final Charges charges;
    protected final Losses losses;
    /** The counts of their figures, by the ordinal of the event. */
    private final Charges.Count[] events;

    protected long mispredictions;

    /** A repeated string instruction has paused: its set-up is paid. */
    protected boolean repeating;

    /**
     * @param accesses loads, and stores, of an instruction that are scheduled one by one
     * @param figures the figure that says what an event costs
     */
    protected OutOfOrderTiming(int accesses, Function<Event, String> figures) {
        super(accesses);
        charges = new Charges();
        losses = new Losses();
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
        losses.keep(tape);
        mispredictions = tape.number(mispredictions);
        repeating = tape.flag(repeating);
    }

    @Override
    public final void operands(Operands kind) {
        outcomes.add(Outcomes.OPERANDS, kind.ordinal(), 0);
    }

    /** Stores that are not scheduled one by one meet nothing in a line that is there already. */
    @Override
    public final void storeOn(int physical, int bytes, int count) {
        boolean waits = firstLevel().isInFlight(physical);
        for (int i = 0; i < count && (waits || outcomes.takesStore()); i++) store(physical + i * bytes, bytes);
    }

    @Override
    public final void pause(Object prepared, int iterations) {
        settle();
        retire(prepared, iterations);
        repeating = true;
    }

    @Override
    public final long mispredictions() {
        return mispredictions;
    }

    @Override
    public final SortedMap<String, Long> charges() {
        return charges.counts();
    }

    @Override
    public final long lost(Loss kind) {
        return losses.of(kind);
    }
}
