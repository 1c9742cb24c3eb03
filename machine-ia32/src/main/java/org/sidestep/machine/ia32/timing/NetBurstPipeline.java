package org.sidestep.machine.ia32.timing;

import static org.sidestep.machine.ia32.timing.NetBurstClocks.TWELFTHS;

import java.util.SortedMap;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.NetBurstClocks.Row;
import org.sidestep.machine.ia32.timing.NetBurstClocks.Unit;

/**
 * The clock of a Pentium 4: a scoreboard of out-of-order execution. The trace cache delivers three micro-ops a cycle, in
 * program order; each instruction waits for its operands and its unit; results retire in order. Units give away their time
 * in program order. All times are in twelfths of a cycle.
 *
 * <p>Approximations: no replay, no limit of the schedulers, decoding only as a penalty when the trace cache misses.
 */
final class NetBurstPipeline extends Timing {

    private static final int STACK_MASK = 7;
    private static final int PLACE = TWELFTHS / 3;
    private static final int HUNDRED = 100;
    /** Accesses of one instruction that are scheduled one by one. */
    private static final int MOST = 16;

    private final NetBurstSheet sheet;
    private final P6Sheet wiring;
    private final NetBurstMemory memory;
    private final BranchPredictor predictor;
    private final Charges charges;
    private final int storeBusy;
    private final int storeBuffer;
    private final int transfer;
    private final int merge;
    private long mispredictions;

    /** The next place in the stream of micro-ops. */
    private long issued;
    /** When the last instruction retired, and when each of the last places of the reorder buffer was left. */
    private long retired;

    private final long[] leaves;
    private int entered;
    private final long[] ready;
    private int top;
    /** From when on each unit has time to give away. */
    private final long[] free;

    private long loadFree;
    private long storeFree;
    private long busFree;

    // What the current instruction has reported.
    private final int[] loadAt;
    private final int[] loadBytes;
    private final int[] loadCycles;
    private int loads;
    private final int[] storeAt;
    private final int[] storeBytes;
    private int stores;
    private int linesToStore;
    private long extra;
    private int branch;

    private boolean eventful;
    private boolean repeating;
    private final Losses losses;

    /** @param wiring a sheet of the P6, whose templates tell which registers an instruction uses */
    NetBurstPipeline(NetBurstSheet sheet, P6Sheet wiring) {
        this.sheet = sheet;
        this.wiring = wiring;
        memory = new NetBurstMemory(sheet);
        predictor = new BranchPredictor(sheet.of("btb.entries"), sheet.of("btb.ways"), sheet.of("ras.depth"));
        charges = new Charges();
        storeBusy = sheet.of("store.hundredths") * TWELFTHS / HUNDRED;
        storeBuffer = sheet.of("store-buffer.entries") * storeBusy;
        transfer = sheet.of("memory.transfer") * TWELFTHS;
        merge = sheet.of("merge.cycles") * TWELFTHS;
        leaves = new long[sheet.of("rob.entries")];
        ready = new long[Template.PLACES];
        free = new long[Unit.values().length];
        loadAt = new int[MOST];
        loadBytes = new int[MOST];
        loadCycles = new int[MOST];
        storeAt = new int[MOST];
        storeBytes = new int[MOST];
        losses = new Losses();
    }

    private NetBurstPipeline(NetBurstPipeline other) {
        sheet = other.sheet;
        wiring = other.wiring;
        memory = new NetBurstMemory(other.memory);
        predictor = new BranchPredictor(other.predictor);
        charges = new Charges(other.charges);
        storeBusy = other.storeBusy;
        storeBuffer = other.storeBuffer;
        transfer = other.transfer;
        merge = other.merge;
        mispredictions = other.mispredictions;
        issued = other.issued;
        retired = other.retired;
        leaves = other.leaves.clone();
        entered = other.entered;
        ready = other.ready.clone();
        top = other.top;
        free = other.free.clone();
        loadFree = other.loadFree;
        storeFree = other.storeFree;
        busFree = other.busFree;
        loadAt = other.loadAt.clone();
        loadBytes = other.loadBytes.clone();
        loadCycles = other.loadCycles.clone();
        loads = other.loads;
        storeAt = other.storeAt.clone();
        storeBytes = other.storeBytes.clone();
        stores = other.stores;
        linesToStore = other.linesToStore;
        extra = other.extra;
        branch = other.branch;
        eventful = other.eventful;
        repeating = other.repeating;
        losses = new Losses(other.losses);
    }

    @Override
    public Object prepare(Instruction instruction) {
        return NetBurstOperation.of(instruction, sheet, wiring);
    }

    @Override
    public void fetch(int line) {
        issued += lose(Loss.CACHE_REFILL, memory.fetch(line));
    }

    @Override
    public void load(int physical, int bytes) {
        int cycles = memory.load(physical);
        losses.add(Loss.CACHE_REFILL, memory.late(cycles));
        if (loads == MOST) return;
        loadAt[loads] = physical;
        loadBytes[loads] = bytes;
        loadCycles[loads++] = cycles;
    }

    @Override
    public void store(int physical, int bytes) {
        if (memory.store(physical)) linesToStore++;
        if (stores == MOST) return;
        storeAt[stores] = physical;
        storeBytes[stores++] = bytes;
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        long walked = lose(Loss.TLB_REFILL, memory.walk(physical));
        if (instructionSide) issued += walked;
        else extra += walked;
    }

    /** Cycles are lost; returns them in twelfths. */
    private long lose(Loss loss, int cycles) {
        losses.add(loss, cycles);
        return (long) TWELFTHS * cycles;
    }

    @Override
    public void branch(Branch kind, int address, int next, int target, boolean taken) {
        branch = predictor.branch(kind, address, next, target, taken);
        if (branch <= BranchPredictor.TAKEN) return;
        if (sheet.isPerfect(kind == Branch.RETURN ? Mechanism.RAS : Mechanism.BTB)) {
            branch = BranchPredictor.TAKEN;
            return;
        }
        charges.add(branch == BranchPredictor.DECODED ? "branch.decoded.cycles" : "mispredict.cycles");
        if (branch == BranchPredictor.MISPREDICTED) mispredictions++;
    }

    @Override
    public void event(Event event) {
        charges.add(NetBurstSheet.figure(event));
        int cost = sheet.cost(event);
        losses.add(event, cost);
        if (event == Event.SPLIT_ACCESS) {
            extra += (long) TWELFTHS * cost;
            return;
        }
        drain(retired + (long) TWELFTHS * cost);
        eventful = true;
    }

    @Override
    public void retire(Object prepared, int iterations) {
        NetBurstOperation operation = (NetBurstOperation) prepared;
        Template wires = operation.wires();
        Row row = operation.row();
        int places = Math.max(row.places(), loads + 2 * stores);
        long issue = issue(places);
        long operands = operation.clears() ? issue : Math.max(issue, sources(wires));
        if (loads > 0) operands = Math.max(operands, load(Math.max(issue, addresses(wires))));
        operands += extra + operation.extra();
        boolean serial = row.unit() == Unit.SERIAL || eventful || operation.repeats() || operation.extra() > 0;
        if (serial) operands = Math.max(operands, retired);
        long done = execute(operation, issue, operands, iterations);
        write(wires, issue, done);
        if (stores > 0) store(done);
        leave(places, done);
        if (serial) drain(done);
        if (branch > BranchPredictor.TAKEN) redirect(done);
        loads = 0;
        stores = 0;
        linesToStore = 0;
        extra = 0;
        branch = BranchPredictor.SEQUENTIAL;
        eventful = false;
        repeating = false;
    }

    @Override
    public void pause(Object prepared, int iterations) {
        retire(prepared, iterations);
        repeating = true;
    }

    /** The instruction takes its places in the stream and in the reorder buffer. */
    private long issue(int places) {
        int last = (entered + places - 1) % leaves.length;
        issued = Math.max(issued, leaves[last]) + (long) places * PLACE;
        return issued;
    }

    private long sources(Template wires) {
        long latest = Math.max(ready(wires.source0), ready(wires.source1));
        return wires.moreSources ? Math.max(latest, Math.max(ready(wires.source2), ready(wires.source3))) : latest;
    }

    private long addresses(Template wires) {
        return Math.max(ready[wires.address0], ready[wires.address1]);
    }

    private long ready(int place) {
        return ready[renamed(place)];
    }

    /** The registers of the x87 are named relative to the top of their stack. */
    private int renamed(int place) {
        boolean stacked = place >= Template.STACK && place < Template.XMM;
        return stacked ? Template.STACK + (place - Template.STACK + top & STACK_MASK) : place;
    }

    /** When the last of the loads has its data. */
    private long load(long begin) {
        long last = begin;
        for (int i = 0; i < loads; i++) {
            long start = Math.max(begin, loadFree);
            loadFree = Math.max(loadFree, issued) + TWELFTHS;
            start = memory.available(loadAt[i], loadBytes[i], start);
            if (memory.isFromMemory(loadCycles[i])) {
                start = Math.max(start, busFree);
                busFree = start + transfer;
            }
            long data = start + (long) TWELFTHS * loadCycles[i] + (loadBytes[i] < 4 ? merge : 0);
            last = Math.max(last, data);
        }
        return last;
    }

    private long execute(NetBurstOperation operation, long issue, long operands, int iterations) {
        Row row = operation.row();
        if (operation.repeats()) {
            int cycles = (repeating ? 0 : sheet.of("repeat.setup")) + iterations * sheet.of("repeat.each");
            return operands + (long) TWELFTHS * cycles;
        }
        if (eventful && operation.transfers()) return operands;
        if (row.unit() == Unit.NONE || row.unit() == Unit.SERIAL) return operands + row.latency();
        int unit = row.unit().ordinal();
        long start = Math.max(operands, free[unit]);
        free[unit] = Math.max(free[unit], issue) + row.busy();
        return start + row.latency();
    }

    private void write(Template wires, long issue, long done) {
        top = top - wires.pushes & STACK_MASK;
        if (wires.exchanges != 0) exchange(wires.exchanges);
        ready[renamed(wires.destination0)] = done;
        ready[renamed(wires.destination1)] = done;
        ready[wires.flagsDestination] = done;
        if (!wires.steps) return;
        ready[wires.step0] = Math.max(issue, ready[wires.step0]) + TWELFTHS / 2;
        ready[wires.step1] = Math.max(issue, ready[wires.step1]) + TWELFTHS / 2;
    }

    private void exchange(int with) {
        int here = renamed(Template.STACK);
        int other = renamed(Template.STACK + with);
        long swapped = ready[here];
        ready[here] = ready[other];
        ready[other] = swapped;
    }

    /** Stores leave for the cache in order; if too many wait, nothing more enters. */
    private void store(long data) {
        for (int i = 0; i < stores; i++) {
            if (!continues(i)) storeFree = Math.max(storeFree, issued) + storeBusy;
            memory.remember(storeAt[i], storeBytes[i], data, Math.max(storeFree, Math.max(retired, data)));
        }
        storeFree += (long) linesToStore * transfer;
        issued = Math.max(issued, storeFree - storeBuffer);
    }

    /** Whether a store is the second half of one of sixteen bytes. */
    private boolean continues(int i) {
        return i % 2 == 1 && storeBytes[i] == 8 && storeBytes[i - 1] == 8 && storeAt[i] == storeAt[i - 1] + 8;
    }

    private void leave(int places, long done) {
        retired = Math.max(retired, done);
        for (int i = 0; i < places; i++) leaves[(entered + i) % leaves.length] = retired;
        entered = (entered + places) % leaves.length;
    }

    private void redirect(long resolved) {
        boolean decoded = branch == BranchPredictor.DECODED;
        if (sheet.isPerfect(Mechanism.MISPREDICT)) return;
        if (decoded) issued += lose(Loss.MISPREDICTION, sheet.of("branch.decoded.cycles"));
        else issued = Math.max(issued, resolved + lose(Loss.MISPREDICTION, sheet.of("mispredict.cycles")));
    }

    /** Nothing more enters, and nothing retires, before {@code time}. */
    private void drain(long time) {
        retired = Math.max(retired, time);
        issued = Math.max(issued, time);
    }

    @Override
    public void idleUntil(long cycle) {
        losses.add(Loss.IDLE, Math.max(0, cycle - cycles()));
        drain(cycle * TWELFTHS);
    }

    @Override
    public long cycles() {
        return retired / TWELFTHS;
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
        return charges.counts();
    }

    @Override
    public long lost(Loss kind) {
        return losses.of(kind);
    }

    @Override
    public Timing copy() {
        return new NetBurstPipeline(this);
    }

    @Override
    public void listen(MissListener listener) {
        memory.listen(listener);
    }
}
