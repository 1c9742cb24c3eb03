package org.sidestep.machine.ia32.timing.netburst;

import static org.sidestep.machine.ia32.timing.netburst.NetBurstClocks.TWELFTHS;

import org.sidestep.isa.Instruction;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.OutOfOrderTiming;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.memo.Core;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/**
 * The clock of a Pentium 4. What instructions report is looked up in caches, branch predictor and recent stores as it
 * happens; the {@link NetBurstScoreboard} schedules them, unless the {@link MemoizedTiming memo} knows how that ends.
 */
final class NetBurstPipeline extends OutOfOrderTiming {

    private final NetBurstSheet sheet;
    /** By how much an instruction may be late that meets no delay, beside what its row tells. */
    private final long longestWait;

    private final NetBurstScoreboard scoreboard;
    private final NetBurstMemory memory;
    private final BranchPredictor predictor;

    NetBurstPipeline(NetBurstSheet sheet) {
        super(NetBurstSheet.ACCESSES, NetBurstSheet::figure);
        this.sheet = sheet;
        longestWait = longestWait(sheet);
        scoreboard = new NetBurstScoreboard(sheet, outcomes);
        memory = new NetBurstMemory(sheet, outcomes, losses);
        predictor = new BranchPredictor(sheet.of("btb.entries"), sheet.of("btb.ways"), sheet.of("ras.depth"));
    }

    @Override
    public void keep(StateTape tape) {
        super.keep(tape);
        scoreboard.keep(tape);
        memory.keep(tape);
        predictor.keep(tape);
    }

    /** The places of its accesses in the stream, their turns at the ports, and all that a load or a branch may meet. */
    private static long longestWait(NetBurstSheet sheet) {
        long cycles = 2L * NetBurstSheet.ACCESSES
                + sheet.of("cache.l1d.latency")
                + sheet.of("merge.cycles")
                + sheet.of("forward.cycles")
                + sheet.of("blocked-load.cycles")
                + sheet.of("branch.decoded.cycles")
                + sheet.of("mispredict.cycles")
                + sheet.of("store.hundredths") * NetBurstSheet.ACCESSES / 100;
        return NetBurstScoreboard.ticks(cycles);
    }

    @Override
    public Object prepare(Instruction instruction) {
        return NetBurstOperation.of(instruction, sheet);
    }

    @Override
    public void fetch(int line) {
        memory.fetch(line);
    }

    @Override
    public void load(int physical, int bytes) {
        if (isUncached(physical)) memory.loadUncached();
        else memory.load(physical, bytes);
    }

    @Override
    public void store(int physical, int bytes) {
        if (isUncached(physical)) memory.storeUncached(physical, bytes);
        else memory.store(physical, bytes);
    }

    @Override
    public void prefetch(int physical, boolean first, boolean second) {
        if (!isUncached(physical)) memory.prefetch(physical);
    }

    @Override
    public void nonTemporal() {
        memory.nonTemporal();
    }

    @Override
    public void fence() {
        memory.fence();
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        memory.walk(physical, instructionSide);
    }

    @Override
    public boolean invalidate(int physical) {
        return memory.dropInstructions(physical);
    }

    @Override
    public BranchPredictor predictor() {
        return predictor;
    }

    @Override
    public int foreseen(int target) {
        return Outcomes.NONE;
    }

    @Override
    protected int surprised(int how, Branch kind, int next, int target, boolean taken) {
        if (sheet.isPerfect(kind == Branch.RETURN ? Mechanism.RAS : Mechanism.BTB)) return Outcomes.NONE;
        String figure = how == BranchPredictor.DECODED ? "branch.decoded.cycles" : "mispredict.cycles";
        charges.add(figure);
        if (how == BranchPredictor.MISPREDICTED) mispredictions++;
        if (sheet.isPerfect(Mechanism.MISPREDICT)) return Outcomes.NONE;
        losses.add(Loss.MISPREDICTION, sheet.of(figure));
        return Outcomes.branch(how, 0);
    }

    @Override
    public FirstLevel firstLevel() {
        return memory;
    }

    @Override
    public void event(Event event) {
        count(event);
        takeEffect(event);
        if (event == Event.SPLIT_ACCESS) memory.late(Outcomes.DELAY, sheet.cost(event));
        else meet(event);
    }

    @Override
    protected void takeEffect(Event event) {
        if (event == Event.CR3_LOAD && !sheet.isPerfect(Mechanism.CR3)) memory.dropTraces();
    }

    @Override
    protected long cost(Event event) {
        return NetBurstScoreboard.ticks(sheet.cost(event));
    }

    @Override
    protected int cycles(Event event) {
        return sheet.cost(event);
    }

    @Override
    protected void meet(Event event) {
        memory.late(Outcomes.DRAIN, sheet.cost(event));
        if (!putsOff()) catchUpNow();
    }

    @Override
    protected long longestDelay() {
        return NetBurstScoreboard.ticks(memory.longestDelay());
    }

    @Override
    protected long walkCycles() {
        return NetBurstScoreboard.ticks(sheet.of("walk.cycles"));
    }

    @Override
    protected boolean isCalm() {
        return !repeating;
    }

    @Override
    protected long bound(Object prepared) {
        return ((NetBurstOperation) prepared).longest() + longestWait;
    }

    @Override
    protected boolean isSerial(Object prepared) {
        return ((NetBurstOperation) prepared).repeats();
    }

    @Override
    protected void complete(Object prepared, int iterations) {
        if (((NetBurstOperation) prepared).repeats()) {
            repeated(iterations);
            delayed(scoreboard.repeats(iterations));
        }
        repeating = false;
        memory.send();
        int delay = memory.takeDelay();
        if (delay != 0) delayed(NetBurstScoreboard.ticks(delay));
    }

    @Override
    protected Core core() {
        return scoreboard;
    }

    @Override
    protected long time(long cycle) {
        return NetBurstScoreboard.ticks(Math.min(cycle, Long.MAX_VALUE / TWELFTHS));
    }

    @Override
    protected long cycle(long time) {
        return time / TWELFTHS;
    }

    @Override
    public void idleUntil(long cycle) {
        catchUpNow();
        losses.add(Loss.IDLE, Math.max(0, cycle - cycles()));
        scoreboard.idleUntil(cycle);
    }

    @Override
    public long l1Misses() {
        return memory.l1Misses();
    }

    @Override
    public long l2Misses() {
        return memory.l2Misses();
    }

    @Override
    public void listen(MissListener listener) {
        memory.listen(listener);
    }
}
