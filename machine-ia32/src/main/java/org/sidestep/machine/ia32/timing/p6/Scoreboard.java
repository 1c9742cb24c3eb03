package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing.Loss;
import org.sidestep.machine.ia32.timing.Bus;
import org.sidestep.machine.ia32.timing.FillBuffers;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.StoreBuffer;
import org.sidestep.machine.ia32.timing.lookup.BranchPredictor;
import org.sidestep.machine.ia32.timing.memo.Core;
import org.sidestep.machine.ia32.timing.memo.Losses;
import org.sidestep.machine.ia32.timing.memo.Outcomes;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/**
 * Out-of-order execution in the P6 core: each instruction's template is run once, in program order, against the live state
 * of front end, registers, ports and store buffer; the clock is the retirement of the last instruction.
 *
 * <p>Departures from the real core: reservation stations are not limited, and micro-ops take ports in program order where
 * the real core takes the oldest that is ready. Walks for instructions do not wait for those for data. The tests hold it against a core that does both, cycle by cycle. A store that
 * drains has a fill buffer beside those of loads and prefetches. Page walks and instructions do not ask for the bus.
 */
final class Scoreboard implements Core {

    /** Cycles for which a multiplication of floating point occupies the multiplier. */
    private static final int MULTIPLIES = 2;

    /** Detail of a store or a prefetch: the line comes from memory. */
    static final int FROM_MEMORY = 1;

    private final int loadLatency;
    private final int secondLatency;
    private final int secondFill;
    private final int memoryLatency;
    private final int memoryTransfer;
    private final int takenBubble;
    private final int decodedBubble;
    private final int mispredictCycles;
    private final boolean foresees;
    private final boolean loadsPassStores;
    private final Outcomes outcomes;
    /** What has been lost since somebody asked; null if nothing has. */
    private Losses lost;

    private final FrontEnd frontEnd;
    private final Registers registers;
    private final ExecutionPorts ports;
    private final StoreBuffer storeBuffer;
    /** When all addresses of earlier stores are known. */
    private long storesKnown;

    /** When the last page walk for data ends: one at a time is under way. */
    private long walked;

    private final Bus bus;
    private final FillBuffers fills;

    Scoreboard(P6Sheet sheet, Outcomes outcomes) {
        loadLatency = sheet.of("cache.l1d.latency");
        secondLatency = Math.max(loadLatency, sheet.of("cache.l2.latency"));
        secondFill = sheet.of("cache.l2.fill");
        memoryLatency = sheet.of("memory.latency");
        memoryTransfer = sheet.of("memory.transfer");
        takenBubble = sheet.of("branch.taken.cycles");
        decodedBubble = sheet.of("branch.decoded.cycles");
        mispredictCycles = sheet.of("mispredict.cycles");
        foresees = sheet.isPerfect(Mechanism.MISPREDICT);
        loadsPassStores = sheet.isPerfect(Mechanism.STORE_FORWARDING);
        this.outcomes = outcomes;
        frontEnd = new FrontEnd(sheet);
        registers = new Registers(sheet);
        ports = new ExecutionPorts();
        bus = new Bus();
        fills = new FillBuffers(sheet.of("fill-buffers.entries"));
        int entries = sheet.of("store-buffer.entries");
        storeBuffer = new StoreBuffer(
                entries, sheet.of("blocked-load.cycles"), loadsPassStores, sheet.of("store-buffer.burst"));
    }

    void keep(StateTape tape) {
        frontEnd.keep(tape);
        registers.keep(tape);
        ports.keep(tape);
        storeBuffer.keep(tape);
        storesKnown = tape.number(storesKnown);
        walked = tape.number(walked);
        bus.keep(tape);
        fills.keep(tape);
    }

    /** The detail of an access to a line that is in flight. */
    static int line(int age, boolean store) {
        return age << 1 | (store ? 1 : 0);
    }

    /** When the line is there that a load, or a store, has to wait for. */
    private long arrival(int i, boolean store) {
        int detail = outcomes.detail(i);
        return (detail & 1) != 0 == store ? fills.arrival(detail >> 1) : 0;
    }

    @Override
    public void schedule(Object prepared, int from, int to) {
        Template usual = (Template) prepared;
        Template template = outcomes.withOperands(usual, usual.quicker, from, to);
        boolean serial = from != to && begin(from, to);
        long renamed = frontEnd.issue(template);
        long issue = frontEnd.read(renamed, registers.inFile(template, renamed));
        if (registers.arePartial(template)) issue = partialStall(template, issue);
        ports.advanceTo(issue);
        long data = registers.data(template, issue);
        long address = registers.address(template, issue);
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
        registers.write(template, done, end);
        if (from != to) follow(done, from, to);
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
            long start = ports.arithmetic(
                    operands, i < bound && !only0 ? ExecutionPorts.NOT_HERE : 0, only0 ? ExecutionPorts.NOT_HERE : 0);
            first = Math.min(first, start);
            last = Math.max(last, start);
        }
        if (!ExecutionPorts.isPipelined(template.divides)) first = ports.divider(first, template.divides);
        return Math.max(first, last + 1 - template.latency);
    }

    /** The stack pointer or a string pointer moves on, whatever the memory access takes. */
    private void step(Template template, long address) {
        registers.step0(template, ports.arithmetic(address, 0, 0) + 1);
        if (template.step1 != Template.SINK) registers.step1(template, ports.arithmetic(address, 0, 0) + 1);
    }

    /** Renaming stops until the partial write has left the reorder buffer. */
    private long partialStall(Template template, long issue) {
        long merged = Math.max(issue, registers.merge(template));
        frontEnd.stallUntil(merged);
        return merged;
    }

    /** When the operands are there, with the last of the instruction's loads and what delays them. */
    private long load(long address, long operands, int from, int to) {
        long begin = loadsPassStores ? address : Math.max(address, storesKnown);
        long last = operands;
        long translated = 0;
        int delay = 0;
        for (int i = from; i < to; i++) {
            switch (outcomes.kind(i)) {
                case Outcomes.LOAD -> last = Math.max(last, find(begin, translated, i) + loadLatency);
                case Outcomes.LOAD_FROM_SECOND -> last = Math.max(last, fromSecond(find(begin, translated, i)));
                case Outcomes.LOAD_FROM_MEMORY -> last = Math.max(last, fromMemory(find(begin, translated, i)));
                case Outcomes.IN_FLIGHT -> last = Math.max(last, arrival(i, false));
                case Outcomes.PREFETCH -> prefetch(ports.load(begin) + outcomes.cycles(i), outcomes.detail(i));
                case Outcomes.BUS -> last = Math.max(last, leave(begin, i, from));
                case Outcomes.DELAY -> {
                    if (outcomes.detail(i) == Outcomes.WALK) {
                        translated = walk(begin, outcomes.cycles(i));
                        last = Math.max(last, translated);
                    } else delay = outcomes.cycles(i);
                }
                default -> {}
            }
        }
        return last + delay;
    }

    /** A page walk, when it is its turn; returns its end. */
    private long walk(long begin, int cycles) {
        walked = Math.max(begin, walked) + cycles;
        return walked;
    }

    /** When a load finds its bytes, or finds that it has to ask for the bus. */
    private long find(long begin, long translated, int i) {
        long start = Math.max(translated, ports.load(begin)) + outcomes.cycles(i);
        return storeBuffer.available(outcomes.detail(i), start);
    }

    private long fromSecond(long start) {
        long there = fills.room(start) + secondLatency;
        fills.fill(there);
        for (int i = 0; i < secondFill; i++) ports.load(there);
        return there;
    }

    private long fromMemory(long start) {
        long there = bus.take(fills.room(start), memoryTransfer) + memoryLatency;
        fills.fill(there);
        return there;
    }

    private void prefetch(long start, int detail) {
        if (detail == FROM_MEMORY) fromMemory(start);
        else fromSecond(start);
    }

    /** Lines go over the bus, unless it is a store that sends them; returns until when the instruction waits for that. */
    private long leave(long start, int i, int from) {
        if (i > from && outcomes.kind(i - 1) == Outcomes.STORE) return 0;
        long cycles = (long) outcomes.cycles(i) * memoryTransfer;
        long begin = bus.take(start, cycles);
        return outcomes.detail(i) != 0 ? begin + cycles : 0;
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
        if (template.rereads != 0 && registers.hasRetired(template.source0, issue))
            frontEnd.holdDecoding(template.rereads);
        long addressKnown = Math.max(address, room) + 1;
        long dataReady = 0;
        for (int i = 0; i < stores; i++) dataReady = ports.store(Math.max(data, room)) + 1;
        storesKnown = Math.max(storesKnown, addressKnown);
        long end = frontEnd.retire(template, Math.max(addressKnown, dataReady));
        for (int i = from; i < to; i++) {
            if (outcomes.kind(i) == Outcomes.STORE)
                storeBuffer.add(dataReady, end, drainCycles(i, from, to, end), !template.steps);
        }
        return end;
    }

    /** Cycles for which a store occupies the cache port once it is its turn. */
    private int drainCycles(int i, int from, int to, long retired) {
        boolean inFlight = i > from && outcomes.kind(i - 1) == Outcomes.IN_FLIGHT;
        boolean sends = i + 1 < to && outcomes.kind(i + 1) == Outcomes.BUS;
        int usual = 1 + outcomes.cycles(i);
        if (!inFlight && !sends && outcomes.detail(i) != FROM_MEMORY) return usual;
        long turn = storeBuffer.turn(retired);
        long begin = inFlight ? Math.max(turn, arrival(i - 1, true)) : turn;
        if (outcomes.detail(i) == FROM_MEMORY) begin = bus.take(begin, memoryTransfer);
        if (sends) {
            long sent = bus.take(begin, (long) outcomes.cycles(i + 1) * memoryTransfer);
            if (outcomes.detail(i) != FROM_MEMORY) begin = sent;
        }
        return usual + (int) (begin - turn);
    }

    /** Goes on behind a branch; one that goes on in sequence has left no outcome. */
    private void follow(long resolved, int from, int to) {
        for (int i = from; i < to; i++) {
            if (outcomes.kind(i) != Outcomes.BRANCH) continue;
            int target = Outcomes.target(outcomes.detail(i));
            switch (Outcomes.prediction(outcomes.detail(i))) {
                case BranchPredictor.TAKEN -> frontEnd.taken(target, takenBubble);
                case BranchPredictor.DECODED -> {
                    lose(Math.max(0, decodedBubble - takenBubble));
                    frontEnd.taken(target, decodedBubble);
                }
                default -> redirect(target, resolved);
            }
        }
    }

    private void redirect(int target, long resolved) {
        if (foresees) {
            frontEnd.taken(target, takenBubble);
            return;
        }
        long right = resolved + mispredictCycles;
        lose(Math.max(0, right - frontEnd.cycles()));
        frontEnd.redirect(target, right);
    }

    /** The right path comes so late. */
    private void lose(long cycles) {
        if (cycles == 0) return;
        if (lost == null) lost = new Losses();
        lost.add(Loss.MISPREDICTION, cycles);
    }

    @Override
    public Losses takeLost() {
        Losses taken = lost;
        lost = null;
        return taken;
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
    public void catchUp(int to) {
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
        fill(from, to);
        registers.write(template, frontEnd.cycles(), frontEnd.cycles());
        if (template.steps) {
            registers.step0(template, frontEnd.cycles());
            registers.step1(template, frontEnd.cycles());
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

    static long repeats(Template template, int iterations) {
        return (long) iterations * template.repeatSixteenths >> 4;
    }

    /** Misses of an instruction whose accesses are not scheduled one by one: lines stream in behind the first. */
    private long missCycles(int from, int to) {
        int fromMemory = count(Outcomes.LOAD_FROM_MEMORY, from, to);
        int fromSecond = count(Outcomes.LOAD_FROM_SECOND, from, to);
        long cycles = fromMemory == 0 ? 0 : memoryLatency + (long) memoryTransfer * fromMemory;
        cycles += (long) (secondLatency - loadLatency) * fromSecond;
        for (int i = from; i < to; i++) {
            int kind = outcomes.kind(i);
            if (kind <= Outcomes.DELAY || kind == Outcomes.LOAD_FROM_SECOND) cycles += outcomes.cycles(i);
            if (kind == Outcomes.BUS) cycles += (long) memoryTransfer * outcomes.cycles(i);
        }
        return cycles;
    }

    /** The lines that such an instruction has asked for are there. */
    private void fill(int from, int to) {
        int lines = count(Outcomes.LOAD_FROM_MEMORY, from, to)
                + count(Outcomes.LOAD_FROM_SECOND, from, to)
                + count(Outcomes.PREFETCH, from, to);
        for (int i = 0; i < lines; i++) fills.fill(frontEnd.cycles());
    }

    @Override
    public void exchange(StateVector all) {
        frontEnd.exchange(all);
        registers.exchange(all);
        ports.exchange(all);
        storeBuffer.exchange(all);
        storesKnown = all.time(storesKnown);
        walked = all.time(walked);
        bus.exchange(all);
        fills.exchange(all);
    }

    @Override
    public long floor() {
        return frontEnd.floor();
    }

    @Override
    public long now() {
        return frontEnd.cycles();
    }

    @Override
    public int pendingStores(long cycle) {
        return storeBuffer.pending(cycle);
    }

    @Override
    public int pendingLines(long cycle) {
        return fills.pending(cycle);
    }

    /** Everything before is complete, and {@code cycles} later everything behind begins. */
    void drain(long cycles) {
        frontEnd.drain(cycles);
    }

    /** Nothing happens until {@code cycle}. */
    void idleUntil(long cycle) {
        frontEnd.idleUntil(cycle);
    }
}
