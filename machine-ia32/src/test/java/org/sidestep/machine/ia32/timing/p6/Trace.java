package org.sidestep.machine.ia32.timing.p6;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.plugin.Parameters;

/**
 * Records what a machine reports, with what caches and predictor make of it, for {@link SteppedCore}; passes it on to the
 * fast pipeline, whose clock is the machine's.
 */
final class Trace extends Timing {

    /** A load or store. */
    static final class Access {
        final boolean load;
        final int address;
        final int bytes;
        /** Cycles beyond a hit in the first-level cache; of a load from memory, those before it asks for the bus. */
        final int late;

        final boolean fromMemory;

        Access(boolean load, int address, int bytes, int late, boolean fromMemory) {
            this.load = load;
            this.address = address;
            this.bytes = bytes;
            this.late = late;
            this.fromMemory = fromMemory;
        }

        boolean overlaps(Access other) {
            return address < other.address + other.bytes && other.address < address + bytes;
        }

        boolean covers(Access other) {
            return address <= other.address && address + bytes >= other.address + other.bytes;
        }
    }

    /** One executed instruction. */
    static final class Step {
        final Template template;
        final List<Access> accesses;
        final int fetchStall;
        final int hold;
        /** As in {@link BranchPredictor}. */
        final int branch;

        final int target;
        /** The fast pipeline's clock when it had retired. */
        final long cycles;

        private Step(Trace trace, Template template) {
            this.template = template;
            accesses = List.copyOf(trace.accesses);
            fetchStall = trace.fetchStall;
            hold = trace.hold;
            branch = trace.branch;
            target = trace.target;
            cycles = trace.fast.cycles();
        }
    }

    final P6Sheet sheet;
    final List<Step> steps = new ArrayList<>();

    private final Timing fast;
    private final MemoryHierarchy caches;
    private final OpenRows rows;
    private final BranchPredictor predictor;

    private final List<Access> accesses = new ArrayList<>();
    private int fetchStall;
    private int hold;
    private int branch;
    private int target;
    private int lastLine;

    Trace() {
        sheet = new P6Sheet(P3Coppermine.PART, Parameters.of(new P3Coppermine(), Map.of()));
        fast = new P6Pipeline(sheet).withoutMemo();
        caches = sheet.caches();
        rows = new OpenRows(sheet);
        predictor = new BranchPredictor(sheet.of("btb.entries"), sheet.of("btb.ways"), sheet.of("ras.depth"));
    }

    @Override
    public Object prepare(Instruction instruction) {
        return fast.prepare(instruction);
    }

    @Override
    public void fetch(int line) {
        int level = caches.fetch(line);
        boolean next = line - lastLine == Cache.LINE;
        lastLine = line;
        if (level == MemoryHierarchy.L2) fetchStall += sheet.of(next ? "cache.l2.stream" : "cache.l2.latency");
        if (level == MemoryHierarchy.MEMORY) fetchStall += sheet.of("memory.latency") + rows.open(line);
        fast.fetch(line);
    }

    @Override
    public void load(int physical, int bytes) {
        int level = caches.read(physical);
        int late = 0;
        if (level == MemoryHierarchy.L2) late = sheet.of("cache.l2.latency") - sheet.of("cache.l1d.latency");
        if (level == MemoryHierarchy.MEMORY) late = rows.open(physical);
        accesses.add(new Access(true, physical, bytes, late, level == MemoryHierarchy.MEMORY));
        fast.load(physical, bytes);
    }

    @Override
    public void store(int physical, int bytes) {
        int level = caches.write(physical);
        int late = 0;
        if (level == MemoryHierarchy.L2) late = sheet.of("cache.l2.latency");
        if (level == MemoryHierarchy.MEMORY) late = sheet.of("memory.latency") + rows.open(physical);
        accesses.add(new Access(false, physical, bytes, late, false));
        fast.store(physical, bytes);
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        throw new IllegalStateException("the trace is of unpaged code");
    }

    @Override
    public void branch(Branch kind, int address, int next, int to, boolean taken) {
        branch = predictor.branch(kind, address, next, to, taken);
        target = taken ? to : next;
        fast.branch(kind, address, next, to, taken);
    }

    @Override
    public void event(Event event) {
        if (event != Event.SPLIT_ACCESS) throw new IllegalStateException("the trace is of code without " + event);
        hold += sheet.cost(event);
        fast.event(event);
    }

    @Override
    public void retire(Object prepared, int iterations) {
        fast.retire(prepared, iterations);
        steps.add(new Step(this, (Template) prepared));
        accesses.clear();
        fetchStall = 0;
        hold = 0;
        branch = BranchPredictor.SEQUENTIAL;
    }

    @Override
    public void idleUntil(long cycle) {
        fast.idleUntil(cycle);
    }

    @Override
    public long cycles() {
        return fast.cycles();
    }

    @Override
    public long l1Misses() {
        return fast.l1Misses();
    }

    @Override
    public long l2Misses() {
        return fast.l2Misses();
    }

    @Override
    public long mispredictions() {
        return fast.mispredictions();
    }

    @Override
    public void keep(StateTape tape) {
        throw new UnsupportedOperationException("a trace has one future");
    }
}
