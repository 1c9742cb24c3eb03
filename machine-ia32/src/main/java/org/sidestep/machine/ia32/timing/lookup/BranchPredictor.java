package org.sidestep.machine.ia32.timing.lookup;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing.Branch;

/**
 * The branch predictor of the P6 family: a branch target buffer, a two-level adaptive predictor with 4 bits of local
 * history in each of its entries, the last target for indirect branches, and a return stack.
 */
public final class BranchPredictor {

    /** Fetch goes on in sequence. */
    public static final int SEQUENTIAL = 0;
    /** Fetch went on at the target. */
    public static final int TAKEN = 1;
    /** The decoder found a taken branch that the target buffer did not know. */
    public static final int DECODED = 2;
    /** Only the execution of the branch finds out where to go on. */
    public static final int MISPREDICTED = 3;

    /** The target buffer is indexed by the 16-byte block of the branch. */
    private static final int BLOCK_SHIFT = 4;

    private static final int HISTORY = 15;
    /** Sixteen two-bit counters, all weakly taken. */
    private static final int WEAKLY_TAKEN = 0xAAAA_AAAA;

    /** Of one of them. */
    private static final int STRONGLY_TAKEN = 3;

    private final int ways;
    private final int setMask;
    private final int[] address;
    private final int[] target;
    private final int[] counters;
    private final byte[] history;
    /** The next victim of each set, in turn. */
    private final byte[] victim;

    private final int[] returns;
    private int top;

    /** @param depth of the return stack; without one, returns are predicted like indirect jumps */
    public BranchPredictor(int entries, int ways, int depth) {
        this.ways = ways;
        setMask = entries / ways - 1;
        address = new int[entries];
        target = new int[entries];
        counters = new int[entries];
        history = new byte[entries];
        victim = new byte[entries / ways];
        returns = new int[depth];
    }

    public void keep(StateTape tape) {
        tape.array(address);
        tape.array(target);
        tape.array(counters);
        tape.array(history);
        tape.array(victim);
        tape.array(returns);
        top = tape.integer(top);
    }

    /** Predicts a branch, compares with what it really does, and learns. Returns how well fetch did. */
    public int branch(Branch kind, int at, int next, int to, boolean taken) {
        if (kind == Branch.CONDITIONAL) return conditional(at, to, taken);
        if (kind == Branch.RETURN && hasReturns()) return returned(to);
        if (kind == Branch.CALL || kind == Branch.INDIRECT_CALL) called(next);
        int entry = find(at);
        boolean direct = kind == Branch.DIRECT || kind == Branch.CALL;
        if (entry < 0) {
            allocate(at, to);
            return direct ? DECODED : MISPREDICTED;
        }
        boolean right = target[entry] == to;
        target[entry] = to;
        return right ? TAKEN : direct ? DECODED : MISPREDICTED;
    }

    private int conditional(int at, int to, boolean taken) {
        return conditional(find(at), at, to, taken);
    }

    /** A conditional branch that may have an entry; {@code entries[place]} becomes that one, or any. */
    public int conditional(int[] entries, int place, int at, int to, boolean taken) {
        int entry = find(at);
        entries[place] = Math.max(0, entry);
        return conditional(entry, at, to, taken);
    }

    /** One with an entry, or a negative number. */
    private int conditional(int entry, int at, int to, boolean taken) {
        return entry < 0 ? unknown(at, to, taken) : conditional(entry, taken);
    }

    /** A conditional branch that the target buffer has in an entry. */
    public int conditional(int entry, boolean taken) {
        if (learn(entry, taken) != taken) return MISPREDICTED;
        return taken ? TAKEN : SEQUENTIAL;
    }

    /** Where the branches of all entries are, for who remembers the entry of a branch. */
    public int[] addresses() {
        return address;
    }

    /** Where they led last time. */
    public int[] targets() {
        return target;
    }

    /** The entry of a branch, or any one if it has none. */
    public int entryOf(int at) {
        return Math.max(0, find(at));
    }

    /** Static prediction: backward taken, forward not. Only taken branches enter the target buffer. */
    private int unknown(int at, int to, boolean taken) {
        if (taken) allocate(at, to);
        boolean predicted = to - at <= 0;
        if (predicted != taken) return MISPREDICTED;
        return taken ? DECODED : SEQUENTIAL;
    }

    /** Updates counter and history; returns what the counter had predicted. */
    private boolean learn(int entry, boolean taken) {
        int pattern = history[entry];
        int shift = 2 * pattern;
        int counter = counters[entry] >>> shift & 3;
        int trained = taken ? Math.min(3, counter + 1) : Math.max(0, counter - 1);
        counters[entry] += trained - counter << shift;
        history[entry] = (byte) ((pattern << 1 | (taken ? 1 : 0)) & HISTORY);
        return counter >= 2;
    }

    /** Whether a conditional branch that is taken once more is foreseen, and changes nothing. */
    public boolean isSettled(int at) {
        int entry = find(at);
        return entry >= 0 && history[entry] == HISTORY && counters[entry] >>> 2 * HISTORY == STRONGLY_TAKEN;
    }

    private int find(int at) {
        int first = (at >>> BLOCK_SHIFT & setMask) * ways;
        for (int entry = first; entry < first + ways; entry++) if (address[entry] == at) return entry;
        return -1;
    }

    private void allocate(int at, int to) {
        int set = at >>> BLOCK_SHIFT & setMask;
        int entry = set * ways + victim[set];
        victim[set] = (byte) (victim[set] + 1 == ways ? 0 : victim[set] + 1);
        address[entry] = at;
        target[entry] = to;
        counters[entry] = WEAKLY_TAKEN;
        history[entry] = 1;
    }

    /** Whether there is a return stack. */
    public boolean hasReturns() {
        return returns.length > 0;
    }

    /** A call is known to return to an address. */
    public void called(int next) {
        if (!hasReturns()) return;
        top = top + 1 == returns.length ? 0 : top + 1;
        returns[top] = next;
    }

    /** A return, if {@link #hasReturns}. */
    public int returned(int to) {
        boolean right = returns[top] == to;
        top = top == 0 ? returns.length - 1 : top - 1;
        return right ? TAKEN : MISPREDICTED;
    }
}
