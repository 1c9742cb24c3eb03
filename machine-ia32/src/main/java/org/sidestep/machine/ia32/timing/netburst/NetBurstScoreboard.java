package org.sidestep.machine.ia32.timing.netburst;

import static org.sidestep.machine.ia32.timing.netburst.NetBurstClocks.TWELFTHS;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.Bus;
import org.sidestep.machine.ia32.timing.FillBuffers;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.StoreBuffer;
import org.sidestep.machine.ia32.timing.Wires;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.memo.Core;
import org.sidestep.machine.ia32.timing.memo.Outcomes;
import org.sidestep.machine.ia32.timing.memo.StateVector;
import org.sidestep.machine.ia32.timing.netburst.NetBurstClocks.Row;
import org.sidestep.machine.ia32.timing.netburst.NetBurstClocks.Unit;

/**
 * Out-of-order execution in the Pentium 4. The trace cache delivers three micro-ops a cycle, in program order; each
 * instruction waits for its operands and its unit; results retire in order. Units give away their time in program order.
 * All times are in twelfths of a cycle.
 *
 * <p>Approximations: no replay, no limit of the schedulers, decoding only as a penalty when the trace cache misses.
 */
final class NetBurstScoreboard implements Core {

    /** Detail of a store: it leaves together with the one before. */
    static final int SECOND_HALF = 1;

    static final int PLACE = TWELFTHS / 3;

    private static final int STACK_MASK = 7;
    private static final int HUNDRED = 100;

    private final long storeBusy;
    private final long storeBuffer;
    private final long transfer;
    private final long forward;
    private final long decodedBubble;
    private final long mispredict;
    private final int repeatSetup;
    private final int repeatEach;
    private final Outcomes outcomes;

    /** The next place in the stream of micro-ops. */
    private long issued;
    /** When the last instruction retired, and when each of the last places of the reorder buffer was left. */
    private long retired;

    private final long[] leaves;
    private int entered;
    private final long[] ready;
    /** The register that is on top of the x87 stack. */
    private int top;
    /** From when on each unit has time to give away. */
    private final long[] free;

    private long loadFree;
    private long storeFree;
    /** When the last page walk ends: one at a time is under way. */
    private long walked;

    private final Bus bus;
    private final FillBuffers fills;
    private final StoreBuffer stores;

    NetBurstScoreboard(NetBurstSheet sheet, Outcomes outcomes) {
        storeBusy = sheet.of("store.hundredths") * TWELFTHS / HUNDRED;
        storeBuffer = sheet.of("store-buffer.entries") * storeBusy;
        transfer = ticks(sheet.of("memory.transfer"));
        boolean forwardsAll = sheet.isPerfect(Mechanism.STORE_FORWARDING);
        forward = forwardsAll ? 0 : ticks(sheet.of("forward.cycles"));
        decodedBubble = ticks(sheet.of("branch.decoded.cycles"));
        mispredict = ticks(sheet.of("mispredict.cycles"));
        repeatSetup = sheet.of("repeat.setup");
        repeatEach = sheet.of("repeat.each");
        this.outcomes = outcomes;
        bus = new Bus();
        fills = new FillBuffers(sheet.of("fill-buffers.entries"));
        leaves = new long[sheet.of("rob.entries")];
        ready = new long[Wires.PLACES];
        free = new long[Unit.values().length];
        stores = new StoreBuffer(sheet.storesUnderWay(), TWELFTHS * sheet.of("blocked-load.cycles"), forwardsAll);
    }

    void keep(StateTape tape) {
        issued = tape.number(issued);
        retired = tape.number(retired);
        tape.array(leaves);
        entered = tape.integer(entered);
        tape.array(ready);
        top = tape.integer(top);
        tape.array(free);
        loadFree = tape.number(loadFree);
        storeFree = tape.number(storeFree);
        walked = tape.number(walked);
        bus.keep(tape);
        fills.keep(tape);
        stores.keep(tape);
    }

    static long ticks(long cycles) {
        return TWELFTHS * cycles;
    }

    @Override
    public void schedule(Object prepared, int from, int to) {
        NetBurstOperation operation = (NetBurstOperation) prepared;
        if (from == to && !operation.serial()) alone(operation);
        else meeting(operation, from, to);
    }

    /** It has met nothing. */
    private void alone(NetBurstOperation operation) {
        Row row = operation.row();
        Wires wires = operation.wires();
        long issue = issue(row.places());
        long operands = operation.clears() ? issue : Math.max(issue, sources(wires));
        long done = execute(row, issue, operands);
        write(wires, issue, done);
        leave(row.places(), done);
    }

    private void meeting(NetBurstOperation operation, int from, int to) {
        boolean eventful = begin(from, to);
        Row row = outcomes.withOperands(operation.row(), operation.quicker(), from, to);
        Wires wires = operation.wires();
        int places = Math.max(row.places(), accesses(operation, from, to));
        long issue = issue(places);
        long operands = operation.clears() ? issue : Math.max(issue, sources(wires));
        operands = load(operation, Math.max(issue, addresses(wires)), operands, from, to) + operation.extra();
        boolean serial = eventful || operation.serial();
        if (serial) operands = Math.max(operands, retired);
        long done;
        if (operation.repeats()) done = operands + repeated(from, to);
        else done = eventful && operation.transfers() ? operands : execute(row, issue, operands);
        write(wires, issue, done);
        store(done, from, to);
        leave(places, done);
        if (serial) drain(done);
        redirect(done, from, to);
    }

    /** Lets pass what precedes an instruction; whether an event is part of it. */
    private boolean begin(int from, int to) {
        boolean eventful = false;
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (kind == Outcomes.FETCH_STALL) issued = isWalk(i) ? walk(issued, i) : issued + ticks(outcomes.cycles(i));
            if (kind != Outcomes.DRAIN) continue;
            drain(retired + ticks(outcomes.cycles(i)));
            eventful = true;
        }
        return eventful;
    }

    @Override
    public void catchUp(int to) {
        begin(0, to);
        for (int i = 0; i < to; i++) {
            int kind = outcomes.kind(i);
            if (kind == Outcomes.FETCH_STALL || kind == Outcomes.DRAIN) outcomes.passed(i);
        }
    }

    /** Places that loads and stores take. */
    private int accesses(NetBurstOperation operation, int from, int to) {
        int loads = 0;
        int places = 0;
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (isLoad(kind)) loads++;
            else if (kind == Outcomes.STORE) places += 2;
        }
        return places + (operation.wide() ? loads + 1 >> 1 : loads);
    }

    /** The instruction takes its places in the stream and in the reorder buffer. */
    private long issue(int places) {
        issued = Math.max(issued, leaves[wrapped(entered + places - 1)]) + (long) places * PLACE;
        return issued;
    }

    private int wrapped(int place) {
        int within = place;
        while (within >= leaves.length) within -= leaves.length;
        return within;
    }

    private long sources(Wires wires) {
        long latest = Math.max(ready(wires.source0), ready(wires.source1));
        return wires.moreSources ? Math.max(latest, Math.max(ready(wires.source2), ready(wires.source3))) : latest;
    }

    private long addresses(Wires wires) {
        return Math.max(ready[wires.address0], ready[wires.address1]);
    }

    private long ready(int place) {
        return ready[renamed(place)];
    }

    /** The registers of the x87 are named relative to the top of their stack. */
    private int renamed(int place) {
        boolean stacked = place >= Wires.STACK && place < Wires.XMM;
        return stacked ? Wires.STACK + (place - Wires.STACK + top & STACK_MASK) : place;
    }

    /** When the operands are there, with the last of the instruction's loads and what delays them. */
    private long load(NetBurstOperation operation, long addresses, long operands, int from, int to) {
        boolean second = false;
        long begin = addresses;
        long last = operands;
        long delay = 0;
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (isLoad(kind)) {
                last = Math.max(last, data(begin, kind, i, second));
                second = operation.wide() && !second;
            } else if (kind == Outcomes.DELAY && isWalk(i)) last = Math.max(last, begin = walk(begin, i));
            else if (kind == Outcomes.DELAY) delay += ticks(outcomes.cycles(i));
            else if (kind == Outcomes.IN_FLIGHT) last = Math.max(last, fills.arrival(outcomes.detail(i)));
            else if (kind == Outcomes.PREFETCH) fromMemory(begin, i);
            else if (kind == Outcomes.BUS && !isStored(i, from)) last = Math.max(last, send(begin, i));
        }
        return last + delay;
    }

    private boolean isWalk(int i) {
        return outcomes.detail(i) == Outcomes.WALK;
    }

    /** A page walk, when it is its turn; returns its end. */
    private long walk(long begin, int i) {
        walked = Math.max(begin, walked) + ticks(outcomes.cycles(i));
        return walked;
    }

    private static boolean isLoad(int kind) {
        return kind <= Outcomes.LOAD_FROM_MEMORY || kind == Outcomes.LOAD_FROM_SECOND;
    }

    /** Whether it is a store that asks for the bus. */
    private boolean isStored(int i, int from) {
        return i > from && outcomes.kind(i - 1) == Outcomes.STORE;
    }

    /** Lines go over the bus; returns until when the instruction waits for that. */
    private long send(long start, int i) {
        long length = outcomes.cycles(i) * transfer;
        long begin = bus.take(start, length);
        return outcomes.detail(i) != 0 ? begin + length : 0;
    }

    private long fromMemory(long start, int i) {
        long there = bus.take(fills.room(start), transfer) + ticks(outcomes.cycles(i));
        fills.fill(there);
        return there;
    }

    private long fromSecond(long start, int i) {
        long there = fills.room(start) + ticks(outcomes.cycles(i));
        fills.fill(there);
        return there;
    }

    /** @param second whether it is the other half of the load before, with which it passes the port */
    private long data(long begin, int kind, int i, boolean second) {
        long start = Math.max(begin, second ? loadFree - TWELFTHS : loadFree);
        if (!second) loadFree = Math.max(loadFree, issued) + TWELFTHS;
        start = stores.taken(outcomes.detail(i), start);
        if (kind == Outcomes.LOAD_FROM_MEMORY) return fromMemory(start, i);
        return kind == Outcomes.LOAD_FROM_SECOND ? fromSecond(start, i) : start + ticks(outcomes.cycles(i));
    }

    private long execute(Row row, long issue, long operands) {
        Unit unit = row.unit();
        if (unit == Unit.NONE || unit == Unit.SERIAL) return operands + row.latency();
        int number = unit.ordinal();
        long start = Math.max(operands, free[number]);
        free[number] = Math.max(free[number], issue) + row.busy();
        return start + row.latency();
    }

    private long repeated(int from, int to) {
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (kind == Outcomes.REPEATED) return repeats(repeatSetup, outcomes.cycles(i));
            if (kind == Outcomes.RESUMED) return repeats(0, outcomes.cycles(i));
        }
        return 0;
    }

    private long repeats(int setup, int iterations) {
        return ticks(setup + iterations * repeatEach);
    }

    /** The most that repetitions take. */
    long repeats(int iterations) {
        return repeats(repeatSetup, iterations);
    }

    private void write(Wires wires, long issue, long done) {
        if (wires.movesStack) moveStack(wires);
        ready[renamed(wires.destination0)] = done;
        ready[renamed(wires.destination1)] = done + wires.secondLater;
        ready[wires.flagsDestination] = done;
        if (!wires.steps) return;
        ready[wires.step0] = Math.max(issue, ready[wires.step0]) + TWELFTHS / 2;
        ready[wires.step1] = Math.max(issue, ready[wires.step1]) + TWELFTHS / 2;
    }

    private void moveStack(Wires wires) {
        top = top - wires.pushes & STACK_MASK;
        if (wires.exchanges == 0) return;
        int here = renamed(Wires.STACK);
        int other = renamed(Wires.STACK + wires.exchanges);
        long swapped = ready[here];
        ready[here] = ready[other];
        ready[other] = swapped;
    }

    /** Stores leave for the cache in order; if too many wait, nothing more enters. */
    private void store(long data, int from, int to) {
        boolean any = false;
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (kind == Outcomes.BUS && isStored(i, from)) sendStore(i);
            if (kind != Outcomes.STORE) continue;
            if (outcomes.detail(i) != SECOND_HALF) storeFree = Math.max(storeFree, issued) + storeBusy;
            stores.add(data + forward, Math.max(storeFree, Math.max(retired, data)), 0);
            any = true;
        }
        if (!any) return;
        issued = Math.max(issued, storeFree - storeBuffer);
    }

    /** The stores behind wait until the bus takes what this one asks for. */
    private void sendStore(int i) {
        storeFree = bus.take(storeFree, outcomes.cycles(i) * transfer);
    }

    private void leave(int places, long done) {
        retired = Math.max(retired, done);
        for (int i = 0; i < places; i++) {
            leaves[entered] = retired;
            entered = entered + 1 == leaves.length ? 0 : entered + 1;
        }
    }

    private void redirect(long resolved, int from, int to) {
        for (int i = from; i < to; i++) {
            if (outcomes.kind(i) != Outcomes.BRANCH) continue;
            boolean decoded = Outcomes.prediction(outcomes.detail(i)) == BranchPredictor.DECODED;
            issued = decoded ? issued + decodedBubble : Math.max(issued, resolved + mispredict);
        }
    }

    /** Nothing more enters, and nothing retires, before {@code time}. */
    private void drain(long time) {
        retired = Math.max(retired, time);
        issued = Math.max(issued, time);
    }

    void idleUntil(long cycle) {
        drain(ticks(cycle));
    }

    @Override
    public long floor() {
        return issued;
    }

    @Override
    public long now() {
        return retired;
    }

    @Override
    public int pendingStores(long time) {
        return stores.pending(time);
    }

    @Override
    public int pendingLines(long time) {
        return fills.pending(time);
    }

    @Override
    public void exchange(StateVector state) {
        issued = state.floor();
        retired = issued + state.value((int) (retired - issued));
        for (int i = 0; i < leaves.length; i++) {
            int place = wrapped(entered + i);
            leaves[place] = state.time(leaves[place]);
        }
        for (int i = 0; i < Wires.PLACES; i++) {
            int place = renamed(i);
            if (i != Wires.ALWAYS && i != Wires.SINK) ready[place] = state.time(ready[place]);
        }
        for (int i = 0; i < free.length; i++) free[i] = state.time(free[i]);
        loadFree = state.time(loadFree);
        storeFree = state.time(storeFree);
        walked = state.time(walked);
        bus.exchange(state);
        fills.exchange(state);
        stores.exchange(state);
    }
}
