package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.isa.Instruction;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.Charges;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.OutOfOrderTiming;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.memo.Core;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/**
 * The clock of a P6 core. What instructions report is looked up in caches, branch predictor and recent stores as it
 * happens; the {@link Scoreboard} schedules them, unless the {@link MemoizedTiming memo} knows how that ends.
 */
final class P6Pipeline extends OutOfOrderTiming {

    /** What an instruction accesses beyond that only adds its misses. */
    private static final int ACCESSES = 8;

    private final P6Sheet sheet;
    /** What a block may wait for beside its instructions: for a partial write before it, and for the way to go on behind it. */
    private final int once;

    private final Scoreboard scoreboard;
    private final MemorySide memory;
    private final BranchPredictor predictor;
    private final Charges.Count decoded = charges.of("branch.decoded.cycles");

    /** An event has been reported whose cost includes that of its memory accesses. */
    private boolean eventful;

    P6Pipeline(P6Sheet sheet) {
        super(ACCESSES, P6Sheet::figure);
        this.sheet = sheet;
        once = sheet.of("partial.cycles")
                + sheet.of("branch.taken.cycles")
                + sheet.of("branch.decoded.cycles")
                + sheet.of("mispredict.cycles");
        scoreboard = new Scoreboard(sheet, outcomes);
        memory = new MemorySide(sheet, outcomes, losses);
        predictor = new BranchPredictor(sheet.of("btb.entries"), sheet.of("btb.ways"), sheet.of("ras.depth"));
    }

    @Override
    public void keep(StateTape tape) {
        super.keep(tape);
        scoreboard.keep(tape);
        memory.keep(tape);
        predictor.keep(tape);
        eventful = tape.flag(eventful);
    }

    @Override
    public Object prepare(Instruction instruction) {
        return TemplateCompiler.compile(instruction, sheet);
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
        if (!isUncached(physical)) memory.prefetch(physical, first, second);
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
        memory.walk(physical, instructionSide, written);
    }

    @Override
    public boolean invalidate(int physical) {
        return memory.hierarchy().dropInstructions(physical);
    }

    @Override
    public BranchPredictor predictor() {
        return predictor;
    }

    @Override
    public int foreseen(int target) {
        return Outcomes.branch(BranchPredictor.TAKEN, target);
    }

    @Override
    protected int surprised(int how, Branch kind, int next, int target, boolean taken) {
        boolean isPerfect = sheet.isPerfect(kind == Branch.RETURN ? Mechanism.RAS : Mechanism.BTB);
        if (isPerfect) return taken ? foreseen(target) : Outcomes.NONE;
        if (how == BranchPredictor.MISPREDICTED) mispredictions++;
        else decoded.add();
        return Outcomes.branch(how, taken ? target : next);
    }

    @Override
    public FirstLevel firstLevel() {
        return memory;
    }

    @Override
    public void event(Event event) {
        count(event);
        if (event == Event.SPLIT_ACCESS) memory.holdRenaming(sheet.cost(event));
        else meet(event);
    }

    @Override
    protected long cost(Event event) {
        return sheet.cost(event);
    }

    @Override
    protected int cycles(Event event) {
        return sheet.cost(event);
    }

    @Override
    protected void meet(Event event) {
        if (putsOff()) {
            outcomes.add(Outcomes.DRAIN, 0, sheet.cost(event));
            delayed(sheet.cost(event));
        } else {
            settle();
            scoreboard.drain(sheet.cost(event));
        }
        eventful = event != Event.CR3_LOAD && event != Event.SELF_MODIFIED_CODE;
        outcomes.note();
    }

    @Override
    protected long longestDelay() {
        return memory.longestDelay();
    }

    @Override
    protected long walkCycles() {
        return sheet.of("walk.cycles");
    }

    @Override
    protected boolean isCalm() {
        return !eventful && !repeating;
    }

    @Override
    protected long bound(Object prepared) {
        return ((Template) prepared).longest();
    }

    @Override
    protected long boundOnce() {
        return once;
    }

    @Override
    protected boolean isSerial(Object prepared) {
        return ((Template) prepared).rare;
    }

    @Override
    protected void complete(Object prepared, int iterations) {
        Template template = (Template) prepared;
        if (template.rare | eventful) serialise(template, iterations);
        else if (outcomes.stores != 0) memory.send();
        if (memory.isDelayed()) delayed(memory.enterDelays());
    }

    private void serialise(Template template, int iterations) {
        outcomes.add(Outcomes.SERIAL, 0, 0);
        eventful = false;
        charge(template);
        if (template.repeatSetup >= 0) {
            repeated(iterations);
            delayed(Scoreboard.repeats(template, iterations));
        }
        repeating = false;
    }

    @Override
    protected void charge(Object prepared) {
        String figure = ((Template) prepared).serialFigure;
        if (figure != null) charges.add(figure);
    }

    @Override
    protected Core core() {
        return scoreboard;
    }

    @Override
    protected long time(long cycle) {
        return cycle;
    }

    @Override
    protected long cycle(long time) {
        return time;
    }

    @Override
    public void idleUntil(long cycle) {
        settle();
        losses.add(Loss.IDLE, Math.max(0, cycle - scoreboard.now()));
        scoreboard.idleUntil(cycle);
    }

    @Override
    public long l1Misses() {
        return memory.hierarchy().l1Misses();
    }

    @Override
    public long l2Misses() {
        return memory.hierarchy().l2Misses();
    }

    @Override
    public void listen(MissListener listener) {
        memory.hierarchy().listen(listener);
    }
}
