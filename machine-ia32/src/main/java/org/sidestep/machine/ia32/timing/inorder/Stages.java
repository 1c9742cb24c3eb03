package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing.Loss;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.memo.Core;
import org.sidestep.machine.ia32.timing.memo.Losses;
import org.sidestep.machine.ia32.timing.memo.Outcomes;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/**
 * The stages of a processor that executes in program order. Instructions, or pairs of them, pass two decoding stages and
 * execution; each takes a stage when the one before has left it. An instruction that pairs joins the one before when it
 * retires, so the clock shows the end of the first until the second is known.
 *
 * <p>The clock is the end of execution. {@code SteppedPipeline}, among the tests, is the same machine stage by stage and
 * cycle by cycle.
 */
final class Stages implements Core {

    /** From the first decoding stage to execution. */
    private static final int DECODING = 2;

    private final Outcomes outcomes;
    private final int mispredict;
    private final boolean pairing;
    /** The registers that an address may have to wait for. */
    private final int interlocked;
    /** Whatever misses, fetch does not wait longer for what is in a line. */
    private final int longestFetch;

    private final Transfers transfers;
    private final FloatingPoint floatingPoint;
    /** When each register of MMX is there, if that is later than the instruction ends that writes it. */
    private final long[] media = new long[8];

    /** When the last instruction, or pair, entered the second decoding stage, entered execution, and left it. */
    private long decoding;

    private long started;
    private long ended;
    /** Nothing enters the first decoding stage before this. */
    private long fetched;
    /** When decoding reached the line of code that was fetched last. */
    private long lineBegun;
    /** The registers that were written when the last instruction, or pair, ended; no other delays an address. */
    private int written;
    /** The same of the instruction before the one in the U pipe. */
    private long endedBefore;

    private int writtenBefore;

    /** The instruction in the U pipe if the V pipe beside it is still free, else null. */
    private Operation first;

    /** What has been lost since somebody asked; null if nothing has. */
    private Losses lost;

    // What the current instruction has met.
    /** How many of its outcomes have been seen to. */
    private int seen;
    /** Cycles for which its accesses, misses included, hold up the pipeline. */
    private int stall;

    private boolean sameBank;
    private boolean redirected;
    private boolean eventful;
    /** What its operands are, as a set. */
    private int operands;
    /** Cycles that its repetitions take, or as many as there are of others. */
    private int repeated;

    private boolean resumed;

    Stages(Sheet sheet, Outcomes outcomes) {
        this.outcomes = outcomes;
        mispredict = sheet.isPerfect(Mechanism.MISPREDICT) ? 0 : sheet.of("mispredict.cycles");
        pairing = sheet.design().pairs() && !sheet.isPerfect(Mechanism.PAIRING);
        interlocked = sheet.isPerfect(Mechanism.AGI) ? 0 : -1;
        longestFetch = sheet.longestFetch();
        transfers = new Transfers(sheet);
        floatingPoint = new FloatingPoint();
    }

    void keep(StateTape tape) {
        transfers.keep(tape);
        floatingPoint.keep(tape);
        tape.array(media);
        decoding = tape.number(decoding);
        started = tape.number(started);
        ended = tape.number(ended);
        fetched = tape.number(fetched);
        lineBegun = tape.number(lineBegun);
        written = tape.integer(written);
        endedBefore = tape.number(endedBefore);
        writtenBefore = tape.integer(writtenBefore);
        first = tape.object(first);
        seen = tape.integer(seen);
        stall = tape.integer(stall);
        sameBank = tape.flag(sameBank);
        redirected = tape.flag(redirected);
        eventful = tape.flag(eventful);
        operands = tape.integer(operands);
        repeated = tape.integer(repeated);
        resumed = tape.flag(resumed);
    }

    @Override
    public void schedule(Object template, int from, int to) {
        see(from + seen, to);
        Operation usual = (Operation) template;
        retire(operands == 0 ? usual : quicker(usual));
        seen = 0;
        stall = 0;
        sameBank = false;
        eventful = false;
        operands = 0;
    }

    @Override
    public void catchUp(int to) {
        see(seen, to);
        seen = to;
    }

    private void see(int from, int to) {
        for (int i = from; i < to; i++) {
            int cycles = outcomes.cycles(i);
            int detail = outcomes.detail(i);
            switch (outcomes.kind(i)) {
                case Outcomes.FETCH_STALL -> {
                    if (Met.isWalk(detail)) fetchUntil(Math.max(fetched, ended) + walk(cycles, detail, ended));
                    else fetch(cycles, detail == Met.SEQUENTIAL);
                }
                case Outcomes.DELAY -> {
                    if (Met.isWalk(detail)) stall += walk(cycles, detail, ended + stall);
                    else stall += cycles;
                }
                case Outcomes.HOLD -> stall += lose(Loss.CACHE_REFILL, cycles);
                case Outcomes.LOAD -> stall += lose(Loss.CACHE_REFILL, transfers.read(detail, ended + stall));
                case Outcomes.STORE -> stall += lose(Loss.CACHE_REFILL, transfers.write(ended + stall));
                case Outcomes.SAME_BANK -> sameBank = true;
                case Outcomes.BRANCH -> redirected = true;
                case Outcomes.DRAIN -> drain(cycles);
                case Outcomes.OPERANDS -> operands |= 1 << detail;
                case Outcomes.REPEATED, Outcomes.RESUMED -> {
                    repeated = cycles;
                    resumed = outcomes.kind(i) == Outcomes.RESUMED;
                }
                default -> throw new IllegalStateException("outcome " + outcomes.kind(i));
            }
        }
    }

    /** The next line in sequence is fetched while the one before is executed. */
    private void fetch(int missing, boolean sequential) {
        long begin = sequential ? lineBegun : decoding;
        if (missing != 0) fetchUntil(begin + lose(Loss.CACHE_REFILL, missing));
        lineBegun = Math.max(decoding, fetched);
    }

    private void fetchUntil(long cycle) {
        if (cycle <= Math.max(fetched, decoding)) return;
        fetched = cycle;
        first = null;
    }

    /** Cycles of one level of a page walk. */
    private int walk(int cycles, int detail, long now) {
        return lose(Loss.TLB_REFILL, cycles + transfers.read(Met.read(detail), now + cycles));
    }

    /** An event takes its time; what follows begins anew. */
    private void drain(int cycles) {
        end(ended + cycles, 0);
        restart(ended);
        eventful = true;
    }

    private int lose(Loss kind, int cycles) {
        if (cycles == 0) return 0;
        if (lost == null) lost = new Losses();
        lost.add(kind, cycles);
        return cycles;
    }

    @Override
    public Losses takeLost() {
        Losses taken = lost;
        lost = null;
        return taken;
    }

    /** What the instruction is with the operands that it met. */
    private Operation quicker(Operation operation) {
        if (operation.quicker == null) return operation;
        for (int set = operands; set != 0; set &= set - 1) {
            Operation quicker = operation.quicker[Integer.numberOfTrailingZeros(set)];
            if (quicker != null) return quicker;
        }
        return operation;
    }

    private void retire(Operation operation) {
        if (first != null && Pairing.allows(first, operation)) join(operation);
        else begin(operation);
        if (operation.floating) floatingPoint.execute(operation, started);
        else if (operation.writes >> Operation.MEDIA != 0) write(operation);
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
    private void begin(Operation operation) {
        long decoded = Math.max(decoding, fetched) + 1 + operation.prefixes;
        decoding = Math.max(decoded, started);
        int addresses = operation.addresses & interlocked;
        long start = Math.max(decoding + 1, (written & addresses) == 0 ? ended : ended + 1);
        if (operation.floating) start = Math.max(start, floatingPoint.available(operation));
        start = Math.max(start, media(operation));
        started = start;
        endedBefore = ended;
        writtenBefore = written;
        end(start + cycles(operation) + stall, operation.writes);
        first = pairing && operation.opens && !redirected && !eventful ? operation : null;
        if (redirected) redirect(mispredict);
    }

    private int cycles(Operation operation) {
        if (operation.repeatSetup >= 0) {
            return (resumed ? 0 : operation.repeatSetup) + repeated * operation.repeatEach;
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
        boolean conflict = first.memory && operation.memory && sameBank;
        end(ended + longer + (conflict ? 1 : 0), first.writes | operation.writes);
        first = null;
        if (redirected) redirect(mispredict + 1);
    }

    private void redirect(int penalty) {
        lose(Loss.MISPREDICTION, penalty);
        restart(ended + penalty);
        redirected = false;
    }

    /** The next instruction executes at {@code cycle}. */
    private void restart(long cycle) {
        fetched = Math.max(fetched, cycle - DECODING);
        decoding = Math.max(decoding, cycle - DECODING);
        first = null;
    }

    /** Time passes until {@code cycle}, which is not before now. */
    void idleUntil(long cycle) {
        end(cycle, 0);
        restart(cycle);
    }

    /** What is not later than what it is compared with makes no difference. */
    @Override
    public void exchange(StateVector state) {
        decoding = state.time(decoding);
        ended = state.time(ended);
        started = state.time(started);
        fetched = state.time(fetched, decoding);
        lineBegun = state.time(lineBegun, decoding - longestFetch);
        first = UPipe.exchange(first, state);
        written = state.value(first == null && Math.max(decoding, fetched) + 1 >= ended ? 0 : written);
        if (first != null) {
            endedBefore = state.time(endedBefore, started - 1);
            writtenBefore = state.value(writtenBefore);
        }
        for (int i = 0; i < media.length; i++) media[i] = state.time(media[i], started);
        floatingPoint.exchange(state, ended);
        transfers.exchange(state, ended);
    }

    @Override
    public long floor() {
        return Math.min(decoding, ended);
    }

    @Override
    public long now() {
        return ended;
    }

    @Override
    public int pendingStores(long time) {
        return 0;
    }

    @Override
    public int pendingLines(long time) {
        return transfers.isFilling(ended) ? 1 : 0;
    }
}
