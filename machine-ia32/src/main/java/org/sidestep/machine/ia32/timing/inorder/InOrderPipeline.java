package org.sidestep.machine.ia32.timing.inorder;

import java.util.SortedMap;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.Sites;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.Charges;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.memo.BlockSchedule;
import org.sidestep.machine.ia32.timing.memo.Core;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/**
 * The clock of a processor that executes in program order. What instructions report is looked up in caches and target buffer as
 * it happens; the {@link Stages} take their time for it, unless the {@link MemoizedTiming memo} knows how that ends.
 */
final class InOrderPipeline extends MemoizedTiming {

    /** Stages, an address that waits, a pair that meets in a bank. */
    private static final int FEW = 8;

    private final Sheet sheet;
    private final int longestWait;
    private final boolean perfectBranches;
    private final Charges charges = new Charges();
    private final Stages stages;
    private final Memory memory;
    private final TargetBuffer targets;

    private long mispredictions;

    InOrderPipeline(Sheet sheet) {
        super(0);
        this.sheet = sheet;
        longestWait = sheet.of("mispredict.cycles") + FEW;
        perfectBranches = sheet.isPerfect(Mechanism.BTB);
        stages = new Stages(sheet, outcomes);
        memory = new Memory(sheet, outcomes);
        targets = sheet.targets();
    }

    @Override
    public void keep(StateTape tape) {
        super.keep(tape);
        charges.keep(tape);
        stages.keep(tape);
        memory.keep(tape);
        if (targets != null) targets.keep(tape);
        mispredictions = tape.number(mispredictions);
    }

    @Override
    public Object prepare(Instruction instruction) {
        return OperationCompiler.compile(instruction, sheet);
    }

    @Override
    public void fetch(int physical) {
        memory.fetch(physical);
    }

    @Override
    public void load(int physical, int bytes) {
        if (isUncached(physical)) memory.loadUncached(physical, bytes);
        else memory.load(physical, bytes);
    }

    @Override
    public void store(int physical, int bytes) {
        if (isUncached(physical)) memory.storeUncached(physical, bytes);
        else memory.store(physical, bytes);
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
    protected int predicted(Branch kind, int address, int next, int target, boolean taken) {
        if (perfectBranches) return Outcomes.NONE;
        boolean redirected = targets == null ? taken : !targets.predicts(address, target, taken);
        if (!redirected) return Outcomes.NONE;
        mispredictions++;
        memory.restart();
        return 0;
    }

    @Override
    public FirstLevel firstLevel() {
        return memory;
    }

    @Override
    public void event(Event event) {
        if (isFree(event)) return;
        count(event);
        if (event == Event.SPLIT_ACCESS) memory.stall(sheet.cost(event));
        else meet(event);
    }

    /** There are none such. */
    private static boolean isFree(Event event) {
        return event == Event.SYSENTER || event == Event.SYSEXIT;
    }

    @Override
    protected void count(Event event) {
        if (isFree(event)) return;
        charges.add(Sheet.figure(event));
        losses.add(event, sheet.cost(event));
    }

    @Override
    protected void takeEffect(Event event) {
        if (!isFree(event)) memory.restart();
    }

    @Override
    protected void meet(Event event) {
        if (isFree(event)) return;
        takeEffect(event);
        outcomes.add(Outcomes.DRAIN, 0, sheet.cost(event));
        outcomes.note();
        if (putsOff()) {
            delayed(sheet.cost(event));
        } else {
            catchUpNow();
        }
    }

    @Override
    protected long cost(Event event) {
        return sheet.cost(event);
    }

    @Override
    protected void complete(Object prepared, int iterations) {
        Operation operation = (Operation) prepared;
        if (operation.repeatSetup >= 0) {
            repeated(iterations);
            delayed(operation.repeatSetup + (long) iterations * operation.repeatEach);
        }
        repeating = false;
        int delay = memory.complete(operation.memory && meetsBefore());
        if (delay != 0) delayed(delay);
    }

    @Override
    protected boolean isCalm() {
        return !repeating;
    }

    @Override
    protected boolean isSerial(Object prepared) {
        return ((Operation) prepared).repeatSetup >= 0;
    }

    @Override
    protected long bound(Object prepared) {
        return ((Operation) prepared).longest() + longestWait;
    }

    @Override
    protected long longestDelay() {
        return memory.longestDelay();
    }

    @Override
    protected long walkCycles() {
        return sheet.of("walk.cycles");
    }

    /** What may pair with the instruction before the block is not known; what may not surely does not. */
    @Override
    protected boolean meets(Object before, Object prepared) {
        Operation operation = (Operation) prepared;
        if (!operation.memory || !operation.joins) return false;
        return before == null || ((Operation) before).memory && Pairing.allows((Operation) before, operation);
    }

    @Override
    protected boolean carries(Object prepared) {
        Operation operation = (Operation) prepared;
        return operation.memory && operation.opens;
    }

    @Override
    public int bits(BlockSchedule schedule, Sites sites, int site) {
        return schedule.meets(sites.place(site)) && sites.isLastAccess(site) ? 1 : 0;
    }

    @Override
    public int met(int before, int physical) {
        return Pairing.sameBank(before, physical) ? 1 : 0;
    }

    @Override
    protected Core core() {
        return stages;
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
        catchUpNow();
        long now = stages.now();
        if (cycle <= now) return;
        losses.add(Loss.IDLE, cycle - now);
        stages.idleUntil(cycle);
        memory.restart();
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
    public long mispredictions() {
        return mispredictions;
    }

    @Override
    public SortedMap<String, Long> charges() {
        return charges.counts("mispredict.cycles", mispredictions);
    }

    /** What an instruction has lost that was given up is lost too. */
    @Override
    public long lost(Loss kind) {
        catchUpNow();
        return super.lost(kind);
    }

    @Override
    public void listen(MissListener listener) {
        memory.listen(listener);
    }
}
