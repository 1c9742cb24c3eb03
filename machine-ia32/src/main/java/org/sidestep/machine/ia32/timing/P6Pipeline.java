package org.sidestep.machine.ia32.timing;

import java.util.SortedMap;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.Timing;

/**
 * The clock of a P6 core: a scoreboard of out-of-order execution. Each instruction's template is run once, in program
 * order, against the live state of front end, registers, ports, store buffer, caches and branch predictor; the clock is
 * the retirement of the last instruction.
 *
 * <p>Departures from the real core: reservation stations and register read ports are not limited, and micro-ops take
 * ports in program order where the real core takes the oldest that is ready.
 */
final class P6Pipeline extends Timing {

    private final P6Sheet sheet;
    private final int loadLatency;
    private final int memoryLatency;
    private final int memoryTransfer;
    private final int partialCycles;
    private final int takenBubble;
    private final int decodedBubble;
    private final int mispredictCycles;
    private final boolean loadsPassStores;
    private final Charges charges;
    private final FrontEnd frontEnd;
    private final Ports ports;
    private final StoreBuffer storeBuffer;
    private final MemorySide memory;
    private final BranchPredictor predictor;
    private long mispredictions;

    /** When each register is there; see {@link Template} for the places. */
    private final long[] ready;
    /** Partially written registers and flags: see {@link PartialState}. */
    private int partial;
    /** When all addresses of earlier stores are known. */
    private long storesKnown;
    /** When the front-side bus is free. */
    private long busFree;

    /** An event has been reported whose cost includes that of its memory accesses. */
    private boolean eventful;

    private int branch;
    private int branchTarget;
    /** A repeated string instruction has paused: its set-up is paid. */
    private boolean repeating;

    P6Pipeline(P6Sheet sheet) {
        this.sheet = sheet;
        loadLatency = sheet.of("cache.l1d.latency");
        memoryLatency = sheet.of("memory.latency");
        memoryTransfer = sheet.of("memory.transfer");
        partialCycles = sheet.of("partial.cycles");
        takenBubble = sheet.of("branch.taken.cycles");
        decodedBubble = sheet.of("branch.decoded.cycles");
        mispredictCycles = sheet.of("mispredict.cycles");
        loadsPassStores = sheet.isPerfect(Mechanism.STORE_FORWARDING);
        charges = new Charges();
        frontEnd = new FrontEnd(sheet.of("rob.entries"));
        ports = new Ports();
        storeBuffer =
                new StoreBuffer(sheet.of("store-buffer.entries"), sheet.of("blocked-load.cycles"), loadsPassStores);
        memory = new MemorySide(sheet);
        predictor = new BranchPredictor(sheet.of("btb.entries"), sheet.of("btb.ways"), sheet.of("ras.depth"));
        ready = new long[Template.PLACES];
    }

    private P6Pipeline(P6Pipeline other) {
        sheet = other.sheet;
        loadLatency = other.loadLatency;
        memoryLatency = other.memoryLatency;
        memoryTransfer = other.memoryTransfer;
        partialCycles = other.partialCycles;
        takenBubble = other.takenBubble;
        decodedBubble = other.decodedBubble;
        mispredictCycles = other.mispredictCycles;
        loadsPassStores = other.loadsPassStores;
        charges = new Charges(other.charges);
        frontEnd = new FrontEnd(other.frontEnd);
        ports = new Ports(other.ports);
        storeBuffer = new StoreBuffer(other.storeBuffer);
        memory = new MemorySide(other.memory);
        predictor = new BranchPredictor(other.predictor);
        ready = other.ready.clone();
        mispredictions = other.mispredictions;
        partial = other.partial;
        storesKnown = other.storesKnown;
        busFree = other.busFree;
        eventful = other.eventful;
        branch = other.branch;
        branchTarget = other.branchTarget;
        repeating = other.repeating;
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
        memory.load(physical, bytes);
    }

    @Override
    public void store(int physical, int bytes) {
        memory.store(physical, bytes);
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        memory.walk(physical, instructionSide, written);
    }

    @Override
    public void branch(Branch kind, int address, int next, int target, boolean taken) {
        branch = predictor.branch(kind, address, next, target, taken);
        branchTarget = taken ? target : next;
        if (branch > BranchPredictor.TAKEN) surprised(kind, taken);
    }

    /** Fetch did not go on where the branch leads, unless what should have foreseen it is perfect. */
    private void surprised(Branch kind, boolean taken) {
        boolean foreseen = sheet.isPerfect(kind == Branch.RETURN ? Mechanism.RAS : Mechanism.BTB);
        if (foreseen) branch = taken ? BranchPredictor.TAKEN : BranchPredictor.SEQUENTIAL;
        else if (branch == BranchPredictor.MISPREDICTED) mispredictions++;
        else charges.add("branch.decoded.cycles");
    }

    @Override
    public void event(Event event) {
        charges.add(P6Sheet.figure(event));
        if (event == Event.SPLIT_ACCESS) {
            memory.extra += sheet.cost(event);
            return;
        }
        frontEnd.drain(sheet.cost(event));
        eventful = event != Event.CR3_LOAD && event != Event.SELF_MODIFIED_CODE;
    }

    @Override
    public void retire(Object prepared, int iterations) {
        Template template = (Template) prepared;
        if (memory.fetchStall != 0) stallFetch();
        long issue = frontEnd.issue(template);
        if ((partial & template.stalls) != 0) issue = partialStall(template, issue);
        ports.advanceTo(issue);
        long data = Math.max(issue, Math.max(ready[template.source0], ready[template.source1]));
        if (template.moreSources) data = Math.max(data, Math.max(ready[template.source2], ready[template.source3]));
        long address = Math.max(issue, Math.max(ready[template.address0], ready[template.address1]));
        if (template.rare | eventful) {
            rare(template, Math.max(address, data), iterations);
            return;
        }
        if (memory.loads.count != 0) data = Math.max(data, load(memory.loads, address));
        if (memory.extra != 0) data += delay();
        long done = execute(template, data);
        if (template.steps) step(template, address);
        write(template, done);
        long complete = Math.max(done, issue + 1);
        if (memory.stores.count == 0) frontEnd.retire(template.microOps, complete);
        else store(memory.stores, template.microOps, issue, address, done);
        if (branch != BranchPredictor.SEQUENTIAL) follow(done);
    }

    @Override
    public void pause(Object prepared, int iterations) {
        retire(prepared, iterations);
        repeating = true;
    }

    private long execute(Template template, long operands) {
        if (template.computing == 1 && template.divides == 0) {
            return ports.arithmetic(operands, template.not0, template.not1) + template.latency;
        }
        return (template.computing == 0 ? operands : several(template, operands)) + template.latency;
    }

    /** Micro-ops of one instruction spread over the ports; returns when the first starts. */
    private long several(Template template, long operands) {
        long first = Long.MAX_VALUE;
        for (int i = 0; i < template.on0; i++) first = Math.min(first, ports.arithmetic(operands, 0, Ports.NOT_HERE));
        for (int i = 0; i < template.on1; i++) first = Math.min(first, ports.arithmetic(operands, Ports.NOT_HERE, 0));
        for (int i = 0; i < template.onEither; i++) first = Math.min(first, ports.arithmetic(operands, 0, 0));
        return template.divides == 0 ? first : ports.divider(first, template.divides);
    }

    /** The stack pointer or a string pointer moves on, whatever the memory access takes. */
    private void step(Template template, long address) {
        long stepped = ports.arithmetic(address, 0, 0) + 1;
        ready[template.step0] = stepped;
        if (template.step1 != Template.SINK) ready[template.step1] = ports.arithmetic(address, 0, 0) + 1;
    }

    private void write(Template template, long done) {
        ready[template.destination0] = done;
        ready[template.destination1] = done;
        ready[template.flagsDestination] = done;
        if ((partial & template.settles | template.leaves) != 0) partial = PartialState.after(partial, template);
    }

    /** Renaming stops until the partial write has left the reorder buffer. */
    private long partialStall(Template template, long issue) {
        int pending = partial & template.stalls;
        int registers = (pending | pending >> 8) & 0xFF;
        long writer = (pending & PartialState.FLAGS) != 0 ? ready[Template.FLAGS] : 0;
        for (int r = 0; r < 8; r++) if ((registers >> r & 1) != 0) writer = Math.max(writer, ready[r]);
        partial &= ~(PartialState.bytes(registers) | PartialState.words(registers));
        if ((pending & PartialState.FLAGS) != 0) partial &= ~PartialState.FLAGS;
        long merged = Math.max(issue, writer + partialCycles);
        frontEnd.stallUntil(merged);
        return merged;
    }

    /** When the last of the instruction's loads has its data. */
    private long load(Accesses loads, long address) {
        long begin = loadsPassStores ? address : Math.max(address, storesKnown);
        long last = load(loads, 0, begin);
        int scheduled = loads.scheduled();
        for (int i = 1; i < scheduled; i++) last = Math.max(last, load(loads, i, begin));
        loads.clear();
        return last;
    }

    private long load(Accesses loads, int i, long begin) {
        long start = ports.load(begin) + loads.late[i];
        long found = storeBuffer.available(loads.address[i], loads.bytes[i], start);
        boolean cached = (loads.fromMemory >> i & 1) == 0;
        return cached ? found + loadLatency : fromMemory(found);
    }

    /** The cycles by which the result is late whatever it waits for. */
    private int delay() {
        int cycles = memory.extra;
        memory.extra = 0;
        return cycles;
    }

    private long fromMemory(long start) {
        long granted = Math.max(start, busFree);
        busFree = granted + memoryTransfer;
        return granted + memoryLatency;
    }

    private void store(Accesses stores, int microOps, long issue, long address, long data) {
        long room = storeBuffer.room();
        if (room > issue) frontEnd.stallUntil(room);
        long addressKnown = Math.max(address, room) + 1;
        long dataReady = 0;
        int scheduled = stores.scheduled();
        for (int i = 0; i < scheduled; i++) dataReady = ports.store(Math.max(data, room)) + 1;
        storesKnown = Math.max(storesKnown, addressKnown);
        long retired = frontEnd.retire(microOps, Math.max(addressKnown, dataReady));
        for (int i = 0; i < scheduled; i++) {
            storeBuffer.add(stores.address[i], stores.bytes[i], dataReady, retired, 1 + stores.late[i]);
        }
        stores.clear();
    }

    private void follow(long resolved) {
        switch (branch) {
            case BranchPredictor.TAKEN -> frontEnd.taken(branchTarget, takenBubble);
            case BranchPredictor.DECODED -> frontEnd.taken(branchTarget, decodedBubble);
            default -> redirect(resolved);
        }
        branch = BranchPredictor.SEQUENTIAL;
    }

    private void redirect(long resolved) {
        if (sheet.isPerfect(Mechanism.MISPREDICT)) frontEnd.taken(branchTarget, takenBubble);
        else frontEnd.redirect(branchTarget, resolved + mispredictCycles);
    }

    private void stallFetch() {
        frontEnd.fetchStall(memory.fetchStall);
        memory.fetchStall = 0;
    }

    /** Serialising and repeated instructions, and what an event is part of: nothing behind them overlaps with them. */
    private void rare(Template template, long operands, int iterations) {
        long begin = operands + memory.missCycles();
        long cycles = Math.max(0, template.serialCycles);
        if (template.serialFigure != null) charges.add(template.serialFigure);
        if (template.repeatSetup >= 0) {
            int setup = repeating ? 0 : template.repeatSetup;
            cycles = setup + ((long) iterations * template.repeatSixteenths >> 4);
        }
        repeating = false;
        frontEnd.retire(template.microOps, begin);
        frontEnd.drain(cycles);
        write(template, frontEnd.cycles());
        if (template.steps) {
            ready[template.step0] = frontEnd.cycles();
            ready[template.step1] = frontEnd.cycles();
        }
        if (branch != BranchPredictor.SEQUENTIAL) follow(frontEnd.cycles());
        memory.clear();
        eventful = false;
    }

    @Override
    public void idleUntil(long cycle) {
        frontEnd.idleUntil(cycle);
    }

    @Override
    public long cycles() {
        return frontEnd.cycles();
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
    public long mispredictions() {
        return mispredictions;
    }

    @Override
    public SortedMap<String, Long> charges() {
        return charges.counts();
    }

    @Override
    public Timing copy() {
        return new P6Pipeline(this);
    }

    @Override
    public void listen(MissListener listener) {
        memory.hierarchy().listen(listener);
    }
}
