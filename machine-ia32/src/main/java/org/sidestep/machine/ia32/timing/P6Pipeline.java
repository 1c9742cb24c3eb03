package org.sidestep.machine.ia32.timing;

import java.util.Arrays;
import java.util.SortedMap;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.Timing;

/**
 * The clock of a P6 core: a scoreboard of out-of-order execution. Each instruction's template is run once, in program
 * order, against the live state of front end, registers, ports, store buffer, caches and branch predictor; the clock is
 * the retirement of the last instruction.
 *
 * <p>Most of the time even that is spared: see {@link MemoizedTiming}.
 *
 * <p>Departures from the real core: reservation stations are not limited, and micro-ops take ports in program order where
 * the real core takes the oldest that is ready. The tests hold it against a core that does both, cycle by cycle.
 */
final class P6Pipeline extends MemoizedTiming {

    /** Flags, and what is no register, do not occupy read ports. */
    private static final long NEVER = Long.MAX_VALUE;

    /** Cycles for which a multiplication of floating point occupies the multiplier. */
    private static final int MULTIPLIES = 2;

    private final P6Sheet sheet;
    private final int loadLatency;
    private final int memoryLatency;
    private final int memoryTransfer;
    private final int partialCycles;
    private final int takenBubble;
    private final int decodedBubble;
    private final int mispredictCycles;
    private final int retirementCycles;
    private final boolean loadsPassStores;
    /** What an instruction may wait for at most, beside what its template tells and what misses. */
    private final int longestWait;

    private final Charges charges;
    private final Losses losses;
    private final FrontEnd frontEnd;
    private final Ports ports;
    private final StoreBuffer storeBuffer;
    private final MemorySide memory;
    private final BranchPredictor predictor;
    private long mispredictions;

    /** When each register is there; see {@link Template} for the places. */
    private final long[] ready;
    /** When the last value of each register has retired. */
    private final long[] retired;
    /** Partially written registers and flags: see {@link PartialState}. */
    private int partial;
    /** When all addresses of earlier stores are known. */
    private long storesKnown;
    /** When the front-side bus is free. */
    private long busFree;

    /** An event has been reported whose cost includes that of its memory accesses. */
    private boolean eventful;

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
        retirementCycles = sheet.of("retirement.cycles");
        loadsPassStores = sheet.isPerfect(Mechanism.STORE_FORWARDING);
        longestWait = loadLatency
                + partialCycles
                + decodedBubble
                + mispredictCycles
                + sheet.of("blocked-load.cycles")
                + sheet.of("length-change.cycles")
                + Template.SOURCES
                + 8;
        charges = new Charges();
        losses = new Losses();
        frontEnd = new FrontEnd(sheet);
        ports = new Ports();
        storeBuffer =
                new StoreBuffer(sheet.of("store-buffer.entries"), sheet.of("blocked-load.cycles"), loadsPassStores);
        memory = new MemorySide(sheet, outcomes, losses);
        predictor = new BranchPredictor(sheet.of("btb.entries"), sheet.of("btb.ways"), sheet.of("ras.depth"));
        ready = new long[Template.PLACES];
        retired = new long[Template.PLACES];
        retired[Template.ALWAYS] = NEVER;
        retired[Template.FLAGS] = NEVER;
    }

    private P6Pipeline(P6Pipeline other) {
        super(other);
        sheet = other.sheet;
        loadLatency = other.loadLatency;
        memoryLatency = other.memoryLatency;
        memoryTransfer = other.memoryTransfer;
        partialCycles = other.partialCycles;
        takenBubble = other.takenBubble;
        decodedBubble = other.decodedBubble;
        mispredictCycles = other.mispredictCycles;
        retirementCycles = other.retirementCycles;
        loadsPassStores = other.loadsPassStores;
        longestWait = other.longestWait;
        charges = new Charges(other.charges);
        losses = new Losses(other.losses);
        frontEnd = new FrontEnd(other.frontEnd);
        ports = new Ports(other.ports);
        storeBuffer = new StoreBuffer(other.storeBuffer);
        memory = new MemorySide(other.memory, outcomes, losses);
        predictor = new BranchPredictor(other.predictor);
        ready = other.ready.clone();
        retired = other.retired.clone();
        mispredictions = other.mispredictions;
        partial = other.partial;
        storesKnown = other.storesKnown;
        busFree = other.busFree;
        eventful = other.eventful;
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
        int branch = predictor.branch(kind, address, next, target, taken);
        if (branch > BranchPredictor.TAKEN) branch = surprised(kind, taken, branch);
        if (branch != BranchPredictor.SEQUENTIAL) outcomes.branch(branch, taken ? target : next);
    }

    /** Fetch did not go on where the branch leads, unless what should have foreseen it is perfect. */
    private int surprised(Branch kind, boolean taken, int branch) {
        boolean foreseen = sheet.isPerfect(kind == Branch.RETURN ? Mechanism.RAS : Mechanism.BTB);
        if (foreseen) return taken ? BranchPredictor.TAKEN : BranchPredictor.SEQUENTIAL;
        if (branch == BranchPredictor.MISPREDICTED) mispredictions++;
        else charges.add("branch.decoded.cycles");
        return branch;
    }

    @Override
    public void event(Event event) {
        charges.add(P6Sheet.figure(event));
        if (event == Event.SPLIT_ACCESS) {
            memory.holdRenaming(sheet.cost(event));
            return;
        }
        losses.add(event, sheet.cost(event));
        if (putsOff()) {
            outcomes.add(Outcomes.DRAIN, 0, sheet.cost(event));
            delayed(sheet.cost(event));
        } else {
            settle();
            frontEnd.drain(sheet.cost(event));
        }
        eventful = event != Event.CR3_LOAD && event != Event.SELF_MODIFIED_CODE;
        outcomes.note();
    }

    @Override
    boolean isCalm() {
        return !eventful && !repeating;
    }

    @Override
    int bound(Object prepared) {
        Template template = (Template) prepared;
        int serial = Math.max(template.serialCycles, 0) + Math.max(template.repeatSetup, 0);
        int execution = template.latency + template.divides + template.microOps + template.decoderPlaces;
        return serial + execution + longestWait;
    }

    @Override
    boolean isSerial(Object prepared) {
        return ((Template) prepared).rare;
    }

    @Override
    void complete(Object prepared, int iterations) {
        Template template = (Template) prepared;
        if (template.rare | eventful) serialise(template, iterations);
        else if (outcomes.stores != 0) memory.send();
        if (memory.isDelayed()) delayed(memory.enterDelays());
    }

    private void serialise(Template template, int iterations) {
        outcomes.add(Outcomes.SERIAL, 0, 0);
        eventful = false;
        if (template.serialFigure != null) charges.add(template.serialFigure);
        if (template.repeatSetup >= 0) {
            outcomes.add(repeating ? Outcomes.RESUMED : Outcomes.REPEATED, 0, iterations);
            delayed(repeats(template, iterations));
        }
        repeating = false;
    }

    @Override
    void schedule(Object prepared, int from, int to) {
        Template template = (Template) prepared;
        boolean serial = from != to && begin(from, to);
        long renamed = frontEnd.issue(template);
        long issue = frontEnd.read(renamed, inFile(template, renamed - retirementCycles));
        if ((partial & template.stalls) != 0) issue = partialStall(template, issue);
        ports.advanceTo(issue);
        long data = Math.max(issue, Math.max(ready[template.source0], ready[template.source1]));
        if (template.moreSources) data = Math.max(data, Math.max(ready[template.source2], ready[template.source3]));
        long address = Math.max(issue, Math.max(ready[template.address0], ready[template.address1]));
        if (serial) {
            serially(template, Math.max(address, data), from, to);
            return;
        }
        if (from != to) data = load(address, data, from, to);
        long done = execute(template, data);
        if (template.steps) step(template, address);
        long end = from == to
                ? frontEnd.retire(template, Math.max(done, issue + 1))
                : leave(template, issue, address, done, from, to);
        write(template, done, end);
        if (from != to) follow(done, from, to);
    }

    @Override
    public void pause(Object prepared, int iterations) {
        settle();
        retire(prepared, iterations);
        repeating = true;
    }

    /** The sources, as a set of places, whose values have left the reorder buffer by {@code cycle}. */
    private int inFile(Template template, long cycle) {
        int few = inFile(template.source0, cycle)
                | inFile(template.source1, cycle)
                | inFile(template.address0, cycle)
                | inFile(template.address1, cycle);
        if (!template.moreSources) return few;
        return few | inFile(template.source2, cycle) | inFile(template.source3, cycle);
    }

    private int inFile(int place, long cycle) {
        return (int) (retired[place] - cycle - 1 >>> 63) << place;
    }

    private long execute(Template template, long operands) {
        if (template.computing == 1 && template.divides == MULTIPLIES) {
            return ports.multiplier(operands) + template.latency;
        }
        if (template.computing == 1 && template.divides == 0) {
            return ports.arithmetic(operands, template.not0, template.not1) + template.latency;
        }
        return (template.computing == 0 ? operands : several(template, operands)) + template.latency;
    }

    /** Micro-ops of one instruction spread over the ports; returns the start from which the latency counts. */
    private long several(Template template, long operands) {
        long first = Long.MAX_VALUE;
        long last = 0;
        int bound = template.on0 + template.on1;
        int all = bound + template.onEither;
        for (int i = 0; i < all; i++) {
            boolean only0 = i < template.on0;
            long start =
                    ports.arithmetic(operands, i < bound && !only0 ? Ports.NOT_HERE : 0, only0 ? Ports.NOT_HERE : 0);
            first = Math.min(first, start);
            last = Math.max(last, start);
        }
        if (!Ports.isPipelined(template.divides)) first = ports.divider(first, template.divides);
        return Math.max(first, last + 1 - template.latency);
    }

    /** The stack pointer or a string pointer moves on, whatever the memory access takes. */
    private void step(Template template, long address) {
        long stepped = ports.arithmetic(address, 0, 0) + 1;
        ready[template.step0] = stepped;
        if (template.step1 != Template.SINK) ready[template.step1] = ports.arithmetic(address, 0, 0) + 1;
    }

    /** The x87 stack is renamed: when its top moves or two registers are exchanged, nothing is copied. */
    private void moveStack(Template template) {
        for (long[] times : new long[][] {ready, retired}) {
            long[] before = Arrays.copyOfRange(times, Template.STACK, Template.XMM);
            for (int i = 0; i < before.length; i++) times[Template.STACK + (i + template.pushes & 7)] = before[i];
            times[Template.STACK] = template.exchanges == 0 ? times[Template.STACK] : before[template.exchanges];
            if (template.exchanges != 0) times[Template.STACK + template.exchanges] = before[0];
        }
    }

    private void write(Template template, long done, long end) {
        if (template.movesStack) moveStack(template);
        retired[template.destination0] = end;
        retired[template.destination1] = end;
        retired[template.step0] = end;
        retired[template.step1] = end;
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

    /** When the operands are there, with the last of the instruction's loads and what delays them. */
    private long load(long address, long operands, int from, int to) {
        long begin = loadsPassStores ? address : Math.max(address, storesKnown);
        long last = operands;
        int delay = 0;
        for (int i = from; i < to; i++) {
            switch (outcomes.kind(i)) {
                case Outcomes.LOAD -> last = Math.max(last, find(begin, i) + loadLatency);
                case Outcomes.LOAD_FROM_MEMORY -> last = Math.max(last, fromMemory(find(begin, i)));
                case Outcomes.DELAY -> delay = outcomes.cycles(i);
                default -> {}
            }
        }
        return last + delay;
    }

    /** When a load finds its bytes, or finds that it has to ask for the bus. */
    private long find(long begin, int i) {
        return storeBuffer.available(outcomes.detail(i), ports.load(begin) + outcomes.cycles(i));
    }

    private long fromMemory(long start) {
        long granted = Math.max(start, busFree);
        busFree = granted + memoryTransfer;
        return granted + memoryLatency;
    }

    private long leave(Template template, long issue, long address, long done, int from, int to) {
        int stores = count(Outcomes.STORE, from, to);
        if (stores == 0) return frontEnd.retire(template, Math.max(done, issue + 1));
        return store(template, issue, address, done, stores, from, to);
    }

    private int count(int kind, int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) if (outcomes.kind(i) == kind) count++;
        return count;
    }

    private long store(Template template, long issue, long address, long data, int stores, int from, int to) {
        long room = storeBuffer.room();
        if (room > issue) frontEnd.stallUntil(room);
        long addressKnown = Math.max(address, room) + 1;
        long dataReady = 0;
        for (int i = 0; i < stores; i++) dataReady = ports.store(Math.max(data, room)) + 1;
        storesKnown = Math.max(storesKnown, addressKnown);
        long end = frontEnd.retire(template, Math.max(addressKnown, dataReady));
        for (int i = from; i < to; i++) {
            if (outcomes.kind(i) == Outcomes.STORE) storeBuffer.add(dataReady, end, 1 + outcomes.cycles(i));
        }
        return end;
    }

    /** Goes on behind a branch; one that goes on in sequence has left no outcome. */
    private void follow(long resolved, int from, int to) {
        for (int i = from; i < to; i++) {
            if (outcomes.kind(i) != Outcomes.BRANCH) continue;
            int target = Outcomes.target(outcomes.detail(i));
            switch (Outcomes.prediction(outcomes.detail(i))) {
                case BranchPredictor.TAKEN -> frontEnd.taken(target, takenBubble);
                case BranchPredictor.DECODED -> {
                    losses.add(Loss.MISPREDICTION, Math.max(0, decodedBubble - takenBubble));
                    frontEnd.taken(target, decodedBubble);
                }
                default -> redirect(target, resolved);
            }
        }
    }

    private void redirect(int target, long resolved) {
        if (sheet.isPerfect(Mechanism.MISPREDICT)) {
            frontEnd.taken(target, takenBubble);
            return;
        }
        long right = resolved + mispredictCycles;
        losses.add(Loss.MISPREDICTION, Math.max(0, right - frontEnd.cycles()));
        frontEnd.redirect(target, right);
    }

    /** Lets pass what precedes an instruction; whether it overlaps with nothing. */
    private boolean begin(int from, int to) {
        boolean serial = false;
        for (int i = from; i < to; i++) {
            switch (outcomes.kind(i)) {
                case Outcomes.DRAIN -> frontEnd.drain(outcomes.cycles(i));
                case Outcomes.FETCH_STALL -> frontEnd.fetchStall(outcomes.cycles(i));
                case Outcomes.HOLD -> frontEnd.stall(outcomes.cycles(i));
                case Outcomes.SERIAL -> serial = true;
                default -> {}
            }
        }
        return serial;
    }

    @Override
    void catchUp(int to) {
        for (int i = 0; i < to; i++) {
            if (outcomes.kind(i) != Outcomes.DRAIN) continue;
            frontEnd.drain(outcomes.cycles(i));
            outcomes.passed(i);
        }
    }

    /** Serialising and repeated instructions, and what an event is part of: nothing behind them overlaps with them. */
    private void serially(Template template, long operands, int from, int to) {
        frontEnd.retire(template, operands + missCycles(from, to));
        frontEnd.drain(serialCycles(template, from, to));
        write(template, frontEnd.cycles(), frontEnd.cycles());
        if (template.steps) {
            ready[template.step0] = frontEnd.cycles();
            ready[template.step1] = frontEnd.cycles();
        }
        follow(frontEnd.cycles(), from, to);
    }

    private long serialCycles(Template template, int from, int to) {
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (kind == Outcomes.REPEATED) return template.repeatSetup + repeats(template, outcomes.cycles(i));
            if (kind == Outcomes.RESUMED) return repeats(template, outcomes.cycles(i));
        }
        return Math.max(0, template.serialCycles);
    }

    private static long repeats(Template template, int iterations) {
        return (long) iterations * template.repeatSixteenths >> 4;
    }

    /** Misses of an instruction whose accesses are not scheduled one by one: lines stream in behind the first. */
    private long missCycles(int from, int to) {
        int fromMemory = count(Outcomes.LOAD_FROM_MEMORY, from, to);
        long cycles = fromMemory == 0 ? 0 : memoryLatency + (long) memoryTransfer * fromMemory;
        for (int i = from; i < to; i++) if (outcomes.kind(i) <= Outcomes.DELAY) cycles += outcomes.cycles(i);
        return cycles;
    }

    @Override
    void exchange(StateVector all) {
        frontEnd.exchange(all);
        ports.exchange(all);
        storeBuffer.exchange(all);
        long earliest = partial == 0 ? all.floor() : all.floor() - partialCycles;
        partial = all.value(partial);
        for (int i = 0; i < Template.ALWAYS; i++) ready[i] = all.time(ready[i], earliest);
        for (int i = Template.STACK; i < Template.PLACES; i++) ready[i] = all.time(ready[i]);
        for (int i = 0; i < Template.FLAGS; i++) retired[i] = all.time(retired[i], all.floor() - retirementCycles);
        for (int i = Template.STACK; i < Template.PLACES; i++) {
            retired[i] = all.time(retired[i], all.floor() - retirementCycles);
        }
        storesKnown = all.time(storesKnown);
        busFree = all.time(busFree);
    }

    @Override
    long floor() {
        return frontEnd.floor();
    }

    @Override
    long now() {
        return frontEnd.cycles();
    }

    @Override
    int pendingStores(long cycle) {
        return storeBuffer.pending(cycle);
    }

    @Override
    void limitForwarding(int pendingStores) {
        memory.limitForwarding(pendingStores);
    }

    @Override
    public void idleUntil(long cycle) {
        settle();
        losses.add(Loss.IDLE, Math.max(0, cycle - frontEnd.cycles()));
        frontEnd.idleUntil(cycle);
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
    public long lost(Loss kind) {
        return losses.of(kind);
    }

    @Override
    public Timing copy() {
        settle();
        return new P6Pipeline(this);
    }

    @Override
    public void listen(MissListener listener) {
        memory.hierarchy().listen(listener);
    }
}
