package org.sidestep.machine.ia32.timing.p6;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.p6.MicroOp.Kind;
import org.sidestep.machine.ia32.timing.p6.MicroOp.Store;
import org.sidestep.machine.ia32.timing.p6.MicroOp.Value;
import org.sidestep.machine.ia32.timing.p6.Trace.Access;
import org.sidestep.machine.ia32.timing.p6.Trace.Step;

/**
 * The P6 core, cycle by cycle and stage by stage, on the same templates as {@link P6Pipeline}: the oracle of that one.
 * Slow, and written to be read. What is fetched in a cycle is decoded, renamed and executed in it if nothing is in the
 * way: like the fast pipeline, this one has no depth but what a misprediction costs.
 */
final class SteppedCore {

    private static final int WIDTH = 3;
    private static final int BLOCK = 16;
    private static final int QUEUE = 6;
    /** The fast pipeline has no such limit, for what it would change. */
    private static final int RESERVATION_STATIONS = 20;

    private static final int PORT0 = 1;
    private static final int PORT1 = 2;
    private static final int PORT2 = 4;
    private static final int PORT3 = 8;
    private static final int PORT4 = 16;

    private final P6Sheet sheet;
    private final List<Step> steps;
    /** When each step had retired. */
    private final long[] retiredAt;

    private long cycle;

    // Fetch and decode.
    private int next;
    private int ip;
    private int blockEnd;
    private int slowBlock;
    private long fetched;
    private long begun;
    private boolean arrived;
    private long decodeFree;
    /** The branch that was predicted wrongly and has not been resolved, and what resolves it. */
    private Step unresolved;

    private Value resolves;
    private final Deque<MicroOp> queue = new ArrayDeque<>();

    // Rename.
    private long renameFree;
    private final Value[] registers = new Value[Template.PLACES];
    private int partial;
    private boolean held;

    // Execute.
    private final List<MicroOp> stations = new ArrayList<>();
    private final List<MicroOp> waitingLoads = new ArrayList<>();
    private long dividerFree;
    private long multiplierFree;
    private long busFree;

    // Memory and retirement.
    private final List<Store> stores = new ArrayList<>();
    private long lastDrained;
    private final Deque<MicroOp> reorderBuffer = new ArrayDeque<>();
    private int retiredSteps;

    SteppedCore(P6Sheet sheet, List<Step> steps) {
        this.sheet = sheet;
        this.steps = steps;
        retiredAt = new long[steps.size()];
        Arrays.setAll(registers, i -> Value.old());
    }

    /** Runs all steps; returns when each had retired. */
    long[] run() {
        while (retiredSteps < steps.size()) {
            retire();
            decode();
            rename();
            execute();
            cycle++;
        }
        return retiredAt;
    }

    // ---- fetch

    /** Whether the bytes of the next instruction have been fetched. */
    private boolean isFetched(Step step) {
        if (!arrived) arrive(step);
        return fetched <= cycle;
    }

    /** Asks for the next block, if the instruction reaches into it; one block is fetched ahead of decoding. */
    private void arrive(Step step) {
        arrived = true;
        if (step.fetchStall > 0) fetched = Math.max(fetched, begun) + step.fetchStall;
        Template template = step.template;
        int start = ip;
        ip += template.length;
        boolean newBlock = ip > blockEnd;
        if (newBlock) {
            blockEnd += BLOCK;
            fetched = Math.max(fetched, begun) + 1;
            begun = Math.max(cycle, decodeFree);
        }
        boolean prefixIsLast = newBlock && start < blockEnd - BLOCK && start + template.prefixes >= blockEnd - BLOCK;
        boolean slow = template.changesLength || template.prefixes > 0 && prefixIsLast;
        if (slow && slowBlock != blockEnd) {
            slowBlock = blockEnd;
            fetched += sheet.of("length-change.cycles");
        }
    }

    private void fetchFrom(int target, long from) {
        ip = target;
        blockEnd = (target & -BLOCK) + BLOCK;
        slowBlock = target & -BLOCK;
        fetched = from;
        begun = from;
        decodeFree = from;
    }

    // ---- decode

    /** Three decoders, of which only the first takes instructions of several micro-ops. */
    private void decode() {
        if (unresolved != null) recover();
        for (int decoder = 0; decoder < WIDTH; decoder++) {
            if (unresolved != null || decodeFree > cycle || next == steps.size() || queue.size() >= QUEUE) return;
            Step step = steps.get(next);
            boolean firstOnly = step.template.decoderMask != 0;
            if (!isFetched(step) || firstOnly && decoder > 0) return;
            int cycles = step.template.decoderPlaces > 1 ? step.template.decoderPlaces / 4 : 0;
            if (cycles > 0) decodeFree = cycle + cycles;
            List<MicroOp> microOps = microOps(step);
            for (int i = 0; i < microOps.size(); i++) microOps.get(i).decoded = cycle + i / WIDTH;
            queue.addAll(microOps);
            next++;
            arrived = false;
            if (step.branch != BranchPredictor.SEQUENTIAL) branch(step, Math.max(decodeFree, cycle + 1));
        }
    }

    private void branch(Step step, long end) {
        switch (step.branch) {
            case BranchPredictor.TAKEN -> fetchFrom(step.target, end + sheet.of("branch.taken.cycles"));
            case BranchPredictor.DECODED -> fetchFrom(step.target, end + sheet.of("branch.decoded.cycles"));
            default -> unresolved = step;
        }
    }

    private void recover() {
        if (resolves == null || resolves.ready() > cycle) return;
        fetchFrom(unresolved.target, Math.max(decodeFree, resolves.ready() + sheet.of("mispredict.cycles")));
        unresolved = null;
        resolves = null;
    }

    private List<MicroOp> microOps(Step step) {
        List<MicroOp> all = new ArrayList<>();
        Template t = step.template;
        for (Access access : step.accesses) if (access.load) add(all, step, Kind.LOAD, PORT2).access = access;
        for (int i = 0; i < t.on0; i++) add(all, step, Kind.COMPUTE, PORT0);
        for (int i = 0; i < t.on1; i++) add(all, step, Kind.COMPUTE, PORT1);
        for (int i = 0; i < t.onEither; i++) add(all, step, Kind.COMPUTE, PORT0 | PORT1);
        if (t.divides > 0)
            all.stream().filter(op -> op.kind == Kind.COMPUTE).findFirst().get().divides = t.divides;
        if (t.step0 != Template.SINK) add(all, step, Kind.STEP, PORT0 | PORT1);
        if (t.step1 != Template.SINK) add(all, step, Kind.STEP, PORT0 | PORT1);
        for (Access access : step.accesses) {
            if (access.load) continue;
            add(all, step, Kind.STORE_ADDRESS, PORT3).access = access;
            add(all, step, Kind.STORE_DATA, PORT4).access = access;
        }
        while (all.size() < t.microOps) add(all, step, Kind.OTHER, 0);
        all.get(0).isFirst = true;
        all.get(all.size() - 1).isLast = true;
        return all;
    }

    private MicroOp add(List<MicroOp> all, Step step, Kind kind, int ports) {
        MicroOp op = new MicroOp(step, kind, ports, 1000L * next + all.size());
        all.add(op);
        return op;
    }

    // ---- rename

    /** Three micro-ops a cycle, as long as the register file can deliver what they read. */
    private void rename() {
        if (renameFree > cycle) return;
        List<MicroOp> group = new ArrayList<>();
        while (group.size() < WIDTH && !queue.isEmpty() && hasRoom(queue.peek(), group)) {
            MicroOp op = queue.peek();
            if (op.isFirst && !begin(op.step)) break;
            group.add(queue.poll());
        }
        if (group.isEmpty()) return;
        long entered = cycle + readCycles(group);
        for (MicroOp op : group) {
            op.entered = entered;
            if (op.kind == Kind.OTHER) op.complete = entered + 1;
            reorderBuffer.add(op);
            if (op.ports != 0) stations.add(op);
        }
        renameFree = Math.max(renameFree, entered + 1);
    }

    private boolean hasRoom(MicroOp op, List<MicroOp> group) {
        long waiting = stations.size()
                + group.stream().filter(other -> other.ports != 0).count();
        stores.removeIf(store -> store.drained <= cycle);
        int before = op.store == null ? stores.size() : stores.indexOf(op.store);
        boolean store = op.kind != Kind.STORE_ADDRESS || before < sheet.of("store-buffer.entries");
        return op.decoded <= cycle
                && reorderBuffer.size() + group.size() < sheet.of("rob.entries")
                && (op.ports == 0 || waiting < RESERVATION_STATIONS)
                && store;
    }

    /** Cycles beyond the first for which the ports of the register file are busy. */
    private int readCycles(List<MicroOp> group) {
        Set<Integer> reads = new HashSet<>();
        for (MicroOp op : group) {
            for (int place : op.places) reads.add(place);
        }
        return Math.max(0, reads.size() - 1) / sheet.of("rat.read-ports");
    }

    /** Gives an instruction its registers; false if it has to wait. */
    private boolean begin(Step step) {
        if (step.hold > 0 && !held) {
            held = true;
            renameFree = cycle + step.hold;
            return false;
        }
        if (!isMerged(step.template)) return false;
        if (step.template.rare && !reorderBuffer.isEmpty()) return false;
        bind(step);
        held = false;
        return true;
    }

    /** Whether what the instruction reads has been written as a whole, or has left the reorder buffer since. */
    private boolean isMerged(Template template) {
        int pending = partial & template.stalls;
        if (pending == 0) return true;
        boolean flags = (pending & PartialState.FLAGS) != 0;
        int written = (pending | pending >> 8) & 0xFF;
        long writer = flags ? registers[Template.FLAGS].ready() : 0;
        for (int r = 0; r < 8; r++) if ((written >> r & 1) != 0) writer = Math.max(writer, registers[r].ready());
        if (writer + sheet.of("partial.cycles") > cycle) return false;
        partial &= ~(PartialState.bytes(written) | PartialState.words(written));
        if (flags) partial &= ~PartialState.FLAGS;
        return true;
    }

    private void bind(Step step) {
        Template t = step.template;
        int[] sources = {t.source0, t.source1, t.source2, t.source3};
        int[] addresses = {t.address0, t.address1};
        List<Value> data = values(sources);
        List<MicroOp> ops = microOpsOf(step);
        for (MicroOp op : ops) if (op.kind == Kind.LOAD) data.add(op.gives = new Value(0, 1));
        Value result = t.computing > 0 ? new Value(t.latency, t.computing) : new Value(t.latency, data);
        List<Store> own = new ArrayList<>();
        int stepped = 0;
        List<Value> steps2 = new ArrayList<>();
        for (MicroOp op : ops) {
            switch (op.kind) {
                case LOAD -> wait(op, addresses, values(addresses));
                case COMPUTE -> {
                    wait(op, sources, data);
                    op.gives = result;
                }
                case STEP -> {
                    wait(op, addresses, values(addresses));
                    op.gives = new Value(1, 1);
                    steps2.add(op.gives);
                }
                case STORE_ADDRESS -> {
                    wait(op, addresses, values(addresses));
                    op.store = new Store(op.access, op.order);
                    own.add(op.store);
                }
                case STORE_DATA -> {
                    op.waitsFor.add(result);
                    if (t.computing == 0) op.places.addAll(inFile(sources));
                    op.store = own.get(own.size() - 1);
                }
                default -> {}
            }
        }
        stores.addAll(own);
        if (t.rare) serialise(step, result);
        if (step.branch == BranchPredictor.MISPREDICTED) resolves = result;
        write(t, result, steps2);
    }

    /** The instruction's micro-ops, all of which are still in the queue. */
    private List<MicroOp> microOpsOf(Step step) {
        List<MicroOp> ops = new ArrayList<>();
        for (MicroOp op : queue) {
            if (op.step != step) break;
            ops.add(op);
        }
        return ops;
    }

    private void wait(MicroOp op, int[] places, List<Value> values) {
        op.waitsFor.addAll(values);
        op.places.addAll(inFile(places));
    }

    private List<Value> values(int[] places) {
        List<Value> values = new ArrayList<>();
        for (int place : places) if (place != Template.ALWAYS) values.add(registers[place]);
        return values;
    }

    /** Those whose values are read from the register file. */
    private Set<Integer> inFile(int[] places) {
        Set<Integer> read = new HashSet<>();
        for (int place : places) {
            boolean register = place != Template.ALWAYS && place != Template.FLAGS;
            if (register && registers[place].retired + sheet.of("retirement.cycles") <= cycle) read.add(place);
        }
        return read;
    }

    private void write(Template t, Value result, List<Value> steps2) {
        if (t.movesStack) moveStack(t);
        for (int place : new int[] {t.destination0, t.destination1, t.flagsDestination}) {
            if (place != Template.SINK) registers[place] = result;
        }
        if (t.step0 != Template.SINK && !t.rare) registers[t.step0] = steps2.get(0);
        if (t.step1 != Template.SINK && !t.rare) registers[t.step1] = steps2.get(1);
        partial = PartialState.after(partial, t);
    }

    private void moveStack(Template t) {
        Value[] before = Arrays.copyOfRange(registers, Template.STACK, Template.XMM);
        for (int i = 0; i < 8; i++) registers[Template.STACK + (i + t.pushes & 7)] = before[i];
        if (t.exchanges == 0) return;
        registers[Template.STACK] = before[t.exchanges];
        registers[Template.STACK + t.exchanges] = before[0];
    }

    /** Nothing behind the instruction begins before it is over. */
    private void serialise(Step step, Value result) {
        long end = cycle + Math.max(0, step.template.serialCycles);
        renameFree = end;
        decodeFree = Math.max(decodeFree, end);
        fetched = Math.max(fetched, end);
    }

    // ---- execute

    /** Each port takes the oldest micro-op that is ready for it. */
    private void execute() {
        int free = PORT0 | PORT1 | PORT2 | PORT3 | PORT4;
        for (Iterator<MicroOp> oldest = stations.iterator(); oldest.hasNext(); ) {
            MicroOp op = oldest.next();
            int port = Integer.highestOneBit(op.ports & free);
            if (port == 0 || !op.isReady(cycle) || !canStart(op)) continue;
            free &= ~port;
            start(op);
            oldest.remove();
        }
        waitingLoads.removeIf(this::found);
    }

    private boolean canStart(MicroOp op) {
        if (op.divides > 0) return (ExecutionPorts.isPipelined(op.divides) ? multiplierFree : dividerFree) <= cycle;
        if (op.kind != Kind.LOAD) return true;
        for (Store store : stores) {
            if (store.addressKnown > cycle && isOlder(store, op)) return false;
        }
        return true;
    }

    private static boolean isOlder(Store store, MicroOp load) {
        return store.order < load.order;
    }

    private void start(MicroOp op) {
        op.complete = cycle + 1;
        switch (op.kind) {
            case COMPUTE, STEP -> {
                if (op.divides > 0) op.gives.divides(cycle);
                op.gives.begun(cycle);
            }
            case STORE_ADDRESS -> op.store.addressKnown = cycle + 1;
            case STORE_DATA -> op.store.dataReady = cycle + 1;
            default -> {
                op.found = cycle + op.access.late;
                waitingLoads.add(op);
            }
        }
        if (op.divides == 0) return;
        if (ExecutionPorts.isPipelined(op.divides)) multiplierFree = cycle + op.divides;
        else dividerFree = cycle + op.divides;
    }

    /** A load takes its bytes from the youngest older store that has some of them, or else from the cache. */
    private boolean found(MicroOp load) {
        Store from = null;
        for (Store store : stores) {
            boolean buffered = store.drained > load.found;
            if (buffered && isOlder(store, load) && store.access.overlaps(load.access)) from = store;
        }
        long begin = load.found;
        if (from != null) {
            boolean covers = from.access.covers(load.access);
            long there = covers ? from.dataReady : from.drained + sheet.of("blocked-load.cycles");
            if (there >= MicroOp.NEVER) return false;
            begin = Math.max(begin, there);
        }
        load.gives.readyAt(begin + latency(load.access, begin));
        return true;
    }

    private long latency(Access access, long begin) {
        if (!access.fromMemory) return sheet.of("cache.l1d.latency");
        long granted = Math.max(begin, busFree);
        busFree = granted + sheet.of("memory.transfer");
        return granted - begin + sheet.of("memory.latency");
    }

    // ---- retire

    /** Three micro-ops a cycle, in program order; stores then drain into the cache one by one. */
    private void retire() {
        for (int i = 0; i < WIDTH && !reorderBuffer.isEmpty(); i++) {
            MicroOp op = reorderBuffer.peek();
            if (!op.isComplete(cycle)) return;
            reorderBuffer.poll();
            if (op.gives != null) op.gives.retired = cycle;
            if (op.kind == Kind.STORE_DATA) drain(op.store);
            if (op.isLast) retiredAt[retiredSteps++] = cycle;
        }
    }

    private void drain(Store store) {
        lastDrained = Math.max(lastDrained, cycle) + 1 + store.access.late;
        store.drained = lastDrained;
    }
}
