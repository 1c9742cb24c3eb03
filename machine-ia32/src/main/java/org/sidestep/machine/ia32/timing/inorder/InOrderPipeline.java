package org.sidestep.machine.ia32.timing.inorder;

import java.util.SortedMap;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Charges;
import org.sidestep.machine.ia32.timing.Losses;
import org.sidestep.machine.ia32.timing.Mechanism;

/**
 * The clock of a processor that executes in program order. Instructions, or pairs of them, pass two decoding stages and
 * execution; each takes a stage when the one before has left it. An instruction that pairs joins the one before when it
 * retires, so the clock shows the end of the first until the second is known.
 *
 * <p>The clock is the end of execution. {@code SteppedPipeline}, among the tests, is the same machine stage by stage and
 * cycle by cycle.
 */
final class InOrderPipeline extends Timing {

    private static final int EIGHT = 7;
    /** From the first decoding stage to execution. */
    private static final int DECODING = 2;

    private final Design design;
    private final Sheet sheet;
    private final int misaligned;
    private final int mispredict;
    private final boolean pairing;
    /** The registers that an address may have to wait for. */
    private final int interlocked;

    private final boolean perfectBranches;
    private final Charges charges;
    private final Losses losses;
    private final Memory memory;
    private final TargetBuffer targets;
    private final FloatingPoint floatingPoint;
    /** When each register of MMX is there, if that is later than the instruction ends that writes it. */
    private final long[] media = new long[8];

    private long mispredictions;

    /** When the last instruction, or pair, entered the second decoding stage, entered execution, and left it. */
    private long decoding;

    private long started;
    private long ended;
    /** Nothing enters the first decoding stage before this. */
    private long fetched;
    /** The registers that were written when the last instruction, or pair, ended; no other delays an address. */
    private int written;
    /** The same of the instruction before the one in the U pipe. */
    private long endedBefore;

    private int writtenBefore;

    /** The instruction in the U pipe if the V pipe beside it is still free, else null. */
    private Operation first;

    /** Cycles for which the accesses, misses included, of the current instruction hold up the pipeline. */
    private int stall;
    /** Where the current instruction accessed memory, and the one in the U pipe did. */
    private int accessed;

    private int firstAccessed;

    /** Physical address of the last block fetched, and when decoding reached it. */
    private int line = -1;

    private long lineBegun;

    private boolean redirected;
    /** What the operands of the current instruction are, as a set. */
    private int met;

    private boolean eventful;
    /** A repeated string instruction has paused: its set-up is paid. */
    private boolean repeating;

    InOrderPipeline(Sheet sheet) {
        this.sheet = sheet;
        design = sheet.design();
        misaligned = sheet.cost(Event.SPLIT_ACCESS);
        mispredict = sheet.isPerfect(Mechanism.MISPREDICT) ? 0 : sheet.of("mispredict.cycles");
        pairing = design.pairs() && !sheet.isPerfect(Mechanism.PAIRING);
        interlocked = sheet.isPerfect(Mechanism.AGI) ? 0 : -1;
        perfectBranches = sheet.isPerfect(Mechanism.BTB);
        charges = new Charges();
        losses = new Losses();
        memory = new Memory(sheet);
        targets = sheet.targets();
        floatingPoint = new FloatingPoint();
    }

    @Override
    public void keep(StateTape tape) {
        charges.keep(tape);
        losses.keep(tape);
        memory.keep(tape);
        if (targets != null) targets.keep(tape);
        floatingPoint.keep(tape);
        tape.array(media);
        mispredictions = tape.number(mispredictions);
        decoding = tape.number(decoding);
        started = tape.number(started);
        ended = tape.number(ended);
        fetched = tape.number(fetched);
        written = tape.integer(written);
        endedBefore = tape.number(endedBefore);
        writtenBefore = tape.integer(writtenBefore);
        first = tape.object(first);
        stall = tape.integer(stall);
        accessed = tape.integer(accessed);
        firstAccessed = tape.integer(firstAccessed);
        line = tape.integer(line);
        lineBegun = tape.number(lineBegun);
        met = tape.integer(met);
        redirected = tape.flag(redirected);
        eventful = tape.flag(eventful);
        repeating = tape.flag(repeating);
    }

    @Override
    public Object prepare(Instruction instruction) {
        return OperationCompiler.compile(instruction, sheet);
    }

    /** The next line in sequence is fetched while the one before is executed. */
    @Override
    public void fetch(int physical) {
        boolean sequential = physical - line == Memory.FETCHED;
        long begin = sequential ? lineBegun : decoding;
        int missing = memory.fetch(physical);
        if (missing != 0) {
            losses.add(Loss.CACHE_REFILL, missing);
            fetchUntil(begin + missing);
        }
        line = physical;
        lineBegun = Math.max(decoding, fetched);
    }

    private void fetchUntil(long cycle) {
        if (cycle <= Math.max(fetched, decoding)) return;
        fetched = cycle;
        first = null;
    }

    @Override
    public void load(int physical, int bytes) {
        int cycles = isUncached(physical) ? memory.loadUncached() : memory.load(physical, ended + stall);
        stall += refilled(cycles) + misaligned(physical, bytes);
        accessed = physical;
    }

    @Override
    public void store(int physical, int bytes) {
        int cycles = isUncached(physical) ? memory.storeUncached(ended + stall) : memory.store(physical, ended + stall);
        stall += refilled(cycles) + misaligned(physical, bytes);
        accessed = physical;
    }

    private int refilled(int cycles) {
        if (cycles != 0) losses.add(Loss.CACHE_REFILL, cycles);
        return cycles;
    }

    private int misaligned(int physical, int bytes) {
        boolean crosses = bytes == 8 ? (physical & EIGHT) != 0 : (physical & 3) + bytes > 4;
        return crosses ? misaligned : 0;
    }

    @Override
    public void walk(int physical, boolean instructionSide, boolean written) {
        int cycles = memory.walk(physical, instructionSide ? ended : ended + stall);
        losses.add(Loss.TLB_REFILL, cycles);
        if (instructionSide) fetchUntil(Math.max(fetched, ended) + cycles);
        else stall += cycles;
    }

    @Override
    public boolean invalidate(int physical) {
        return memory.dropInstructions(physical);
    }

    @Override
    public void branch(Branch kind, int address, int next, int target, boolean taken) {
        if (perfectBranches) return;
        redirected = targets == null ? taken : !targets.predicts(address, target, taken);
        if (!redirected) return;
        mispredictions++;
    }

    @Override
    public void event(Event event) {
        if (event == Event.SYSENTER || event == Event.SYSEXIT) return;
        charges.add(Sheet.figure(event));
        if (event == Event.SPLIT_ACCESS) {
            stall += misaligned;
            return;
        }
        losses.add(event, sheet.cost(event));
        end(ended + sheet.cost(event), 0);
        restart(ended);
        eventful = true;
    }

    @Override
    public void operands(Operands kind) {
        met |= 1 << kind.ordinal();
    }

    /** What the instruction is with the operands that it met. */
    private Operation quicker(Operation operation) {
        if (operation.quicker == null) return operation;
        for (int set = met; set != 0; set &= set - 1) {
            Operation quicker = operation.quicker[Integer.numberOfTrailingZeros(set)];
            if (quicker != null) return quicker;
        }
        return operation;
    }

    @Override
    public void retire(Object prepared, int iterations) {
        Operation operation = met == 0 ? (Operation) prepared : quicker((Operation) prepared);
        if (first != null && Pairing.allows(first, operation)) join(operation);
        else begin(operation, iterations);
        if (operation.floating) floatingPoint.execute(operation, started);
        else if (operation.writes >> Operation.MEDIA != 0) write(operation);
        stall = 0;
        met = 0;
        eventful = false;
        repeating = false;
    }

    @Override
    public void pause(Object prepared, int iterations) {
        retire(prepared, iterations);
        repeating = true;
    }

    private void write(Operation operation) {
        long ready = operation.latency == 0 ? 0 : started + operation.latency;
        for (int set = operation.writes >> Operation.MEDIA; set != 0; set &= set - 1) {
            media[Integer.numberOfTrailingZeros(set)] = ready;
        }
    }

    /** When the registers of MMX are there that {@code operation} reads. */
    private long media(Operation operation) {
        long latest = 0;
        for (int set = operation.reads >> Operation.MEDIA; set != 0; set &= set - 1) {
            latest = Math.max(latest, media[Integer.numberOfTrailingZeros(set)]);
        }
        return latest;
    }

    /** The instruction takes the U pipe. */
    private void begin(Operation operation, int iterations) {
        long decoded = Math.max(decoding, fetched) + 1 + operation.prefixes;
        decoding = Math.max(decoded, started);
        int addresses = operation.addresses & interlocked;
        long start = Math.max(decoding + 1, (written & addresses) == 0 ? ended : ended + 1);
        if (operation.floating) start = Math.max(start, floatingPoint.available(operation));
        start = Math.max(start, media(operation));
        started = start;
        endedBefore = ended;
        writtenBefore = written;
        end(start + cycles(operation, iterations) + stall, operation.writes);
        first = pairing && operation.opens && !redirected && !eventful ? operation : null;
        firstAccessed = accessed;
        if (redirected) redirect(mispredict);
    }

    private int cycles(Operation operation, int iterations) {
        if (operation.repeatSetup >= 0) {
            return (repeating ? 0 : operation.repeatSetup) + iterations * operation.repeatEach;
        }
        return eventful && operation.transfer ? 0 : operation.cycles;
    }

    /** Execution ends at {@code cycle}, when {@code registers} are written. */
    private void end(long cycle, int registers) {
        written = cycle == ended ? written | registers : registers;
        ended = cycle;
    }

    /** When the second instruction of a pair has the registers that its address is made of. */
    private long addressed(Operation operation) {
        int addresses = operation.addresses & interlocked;
        if ((written & addresses) != 0) return ended + 1;
        return (writtenBefore & addresses) != 0 ? endedBefore + 1 : 0;
    }

    /** The instruction takes the V pipe beside the one before; both go on in step. */
    private void join(Operation operation) {
        long late = Math.max(0, Math.max(addressed(operation), media(operation)) - started);
        started += late;
        long longer = late + stall + Pairing.cycles(first, operation) - first.cycles;
        boolean conflict = first.memory && operation.memory && Pairing.sameBank(firstAccessed, accessed);
        end(ended + longer + (conflict ? 1 : 0), first.writes | operation.writes);
        first = null;
        if (redirected) redirect(mispredict + 1);
    }

    private void redirect(int penalty) {
        losses.add(Loss.MISPREDICTION, penalty);
        restart(ended + penalty);
        redirected = false;
    }

    /** The next instruction executes at {@code cycle}. */
    private void restart(long cycle) {
        fetched = Math.max(fetched, cycle - DECODING);
        decoding = Math.max(decoding, cycle - DECODING);
        line = -1;
        first = null;
    }

    @Override
    public void idleUntil(long cycle) {
        if (cycle <= ended) return;
        losses.add(Loss.IDLE, cycle - ended);
        end(cycle, 0);
        restart(cycle);
    }

    @Override
    public long cycles() {
        return ended;
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

    @Override
    public long lost(Loss kind) {
        return losses.of(kind);
    }

    @Override
    public void listen(MissListener listener) {
        memory.listen(listener);
    }
}
