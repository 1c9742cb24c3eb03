package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;

/**
 * What instructions met, as far as it matters to the pipeline: an entry for each load, store, delay and branch, resolved
 * when it happened and kept until the instruction is scheduled. Two runs of a block that begin in the same state of the
 * pipeline and meet the same take equally long.
 *
 * <p>An entry, from its lowest bit: kind (5), place of the instruction in its block (11), detail (16), cycles (32).
 */
public final class Outcomes {

    /** A load; detail: the stores it depends on ({@code Forwarding}); cycles beyond a hit in the first-level cache. */
    public static final int LOAD = 0;
    /** A load that has to ask for the bus; the cycles are those before it. */
    public static final int LOAD_FROM_MEMORY = 1;
    /** A store; detail as the pipeline has it; cycles to bring its line in. */
    public static final int STORE = 2;
    /** Cycles that delay the instruction's result, whatever it waits for; or, by the detail, a {@link #WALK} before its access. */
    public static final int DELAY = 3;
    /** Cycles for which fetch waits before the instruction; detail: whether it is a {@link #WALK}. */
    public static final int FETCH_STALL = 4;
    /** Cycles for which nothing is renamed before the instruction. */
    public static final int HOLD = 5;
    /** Everything before the instruction is complete, and so many cycles later it goes on. */
    public static final int DRAIN = 6;
    /** The instruction overlaps with nothing. */
    public static final int SERIAL = 7;
    /** How often a repeated string instruction has been repeated: the cycles. */
    public static final int REPEATED = 8;
    /** Likewise, but the set-up of the instruction had been paid before. */
    public static final int RESUMED = 9;
    /** A branch that does not go on in sequence; detail: how it was predicted, and where in its fetch block the target is. */
    public static final int BRANCH = 10;
    /** Operands that decide how long the instruction takes; detail: the ordinal of {@code Timing.Operands}. */
    public static final int OPERANDS = 11;
    /**
     * The bus is asked for so many lines, or pieces of one: the cycles. Behind a store or a load they go with it; detail:
     * whether the instruction waits until they have gone.
     */
    public static final int BUS = 12;
    /** The line of the access behind this entry is asked for already; detail: its age, {@code LinesInFlight}. */
    public static final int IN_FLIGHT = 13;
    /** A line is asked for ahead of time; detail: whether from memory; cycles before it asks. */
    public static final int PREFETCH = 14;
    /** A load that the second-level cache has; the cycles are those before it asks. */
    public static final int LOAD_FROM_SECOND = 15;
    /** The access is in the same bank of the cache as that of the instruction before. */
    public static final int SAME_BANK = 16;

    /** Instead of a detail: there is no entry. */
    public static final int NONE = -1;

    /** Detail of what is a page walk: one at a time is under way. */
    public static final int WALK = 1;

    private static final int FETCH_BLOCK = 16;
    private static final int PREDICTION_SHIFT = 4;

    private static final int PLACE_SHIFT = 5;
    private static final int KIND_MASK = (1 << PLACE_SHIFT) - 1;
    private static final int PLACE_MASK = (1 << 16 - PLACE_SHIFT) - 1;
    private static final int DETAIL_SHIFT = 16;
    private static final int CYCLES_SHIFT = 32;

    /** Has room for these at least. */
    private static final int FEW = 64;

    private long[] entries = new long[FEW];
    private int count;
    private int place;
    private int loads;

    /** Stores of the current instruction. */
    public int stores;

    /** Whether the current instruction has done more than to compute, load and branch. */
    private boolean notable;

    public final int[] storeAddress;
    public final int[] storeBytes;

    /** @param scheduled loads, and stores, of an instruction that are entered one by one */
    public Outcomes(int scheduled) {
        storeAddress = new int[scheduled];
        storeBytes = new int[scheduled];
    }

    public void keep(StateTape tape) {
        long[] kept = tape.object(toArray());
        if (tape.putsBack()) {
            count = kept.length;
            entries = Arrays.copyOf(kept, Math.max(count, FEW));
        }
        place = tape.integer(place);
        loads = tape.integer(loads);
        stores = tape.integer(stores);
        notable = tape.flag(notable);
        tape.array(storeAddress);
        tape.array(storeBytes);
    }

    public void add(int kind, int detail, int cycles) {
        if (count == entries.length) entries = Arrays.copyOf(entries, 2 * count);
        entries[count++] =
                kind | (long) place << PLACE_SHIFT | (long) detail << DETAIL_SHIFT | (long) cycles << CYCLES_SHIFT;
    }

    /** Enters a load, if it is one of those that are scheduled. */
    public boolean load(int kind, int sources, int cycles) {
        if (loads == storeAddress.length) return false;
        loads++;
        add(kind, sources, cycles);
        return true;
    }

    /** Enters a store, if it is one of those that are scheduled. */
    public boolean store(int physical, int bytes, int detail, int cycles) {
        if (stores == storeAddress.length) return false;
        storeAddress[stores] = physical;
        storeBytes[stores] = bytes;
        stores++;
        notable = true;
        add(STORE, detail, cycles);
        return true;
    }

    /** Whether one more store of the current instruction would be scheduled one by one. */
    public boolean takesStore() {
        return stores < storeAddress.length;
    }

    /** Enters a branch, unless its detail is negative. */
    void branch(int detail) {
        if (detail >= 0) add(BRANCH, detail, 0);
    }

    /** The detail of a branch; the place of the target in its fetch block is all that the pipeline can tell. */
    public static int branch(int prediction, int target) {
        return prediction << PREDICTION_SHIFT | target & FETCH_BLOCK - 1;
    }

    public static int prediction(int detail) {
        return detail >> PREDICTION_SHIFT;
    }

    public static int target(int detail) {
        return detail & FETCH_BLOCK - 1;
    }

    /** The stores of the current instruction, which is complete, are on their way. */
    public void send(Forwarding forwarding) {
        for (int i = 0; i < stores; i++) forwarding.store(storeAddress[i], storeBytes[i]);
    }

    /** The current instruction is complete, and will be scheduled later. */
    public void next() {
        place++;
        loads = 0;
        stores = 0;
        notable = false;
    }

    /** All instructions before a place are complete, and will be scheduled later. */
    void passTo(int next) {
        place = next;
        loads = 0;
        stores = 0;
        notable = false;
    }

    /** The current instruction has met something that must be seen to when it is complete. */
    public void note() {
        notable = true;
    }

    public boolean isNotable() {
        return notable;
    }

    /** Instructions that are complete and not yet scheduled. */
    public int completed() {
        return place;
    }

    /** All completed instructions have been scheduled; what the current one has met so far remains. */
    public void scheduled() {
        int kept = 0;
        for (int i = end(0, place - 1); i < count; i++) {
            entries[kept++] = entries[i] & ~((long) PLACE_MASK << PLACE_SHIFT);
        }
        count = kept;
        place = 0;
    }

    public void clear() {
        count = 0;
        place = 0;
        loads = 0;
        stores = 0;
        notable = false;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Whether something lets everything before it complete, and time pass: {@link #DRAIN}. */
    boolean drain() {
        for (int i = 0; i < count; i++) if (kind(i) == DRAIN) return true;
        return false;
    }

    public int count() {
        return count;
    }

    /** The index behind the entries, from {@code begin} on, of instructions up to {@code lastPlace}. */
    public int end(int begin, int lastPlace) {
        int i = begin;
        while (i < count && (entries[i] >>> PLACE_SHIFT & PLACE_MASK) <= lastPlace) i++;
        return i;
    }

    public int kind(int i) {
        return (int) entries[i] & KIND_MASK;
    }

    static boolean isBranch(long entry) {
        return ((int) entry & KIND_MASK) == BRANCH;
    }

    public int detail(int i) {
        return (int) (entries[i] >>> DETAIL_SHIFT) & 0xFFFF;
    }

    public int cycles(int i) {
        return (int) (entries[i] >>> CYCLES_SHIFT);
    }

    /**
     * What an instruction is with the operands that it met.
     *
     * @param quicker what it is with those that it is quick with, by their ordinal; null if it is with none
     */
    public <T> T withOperands(T usual, T[] quicker, int from, int to) {
        if (quicker == null) return usual;
        for (int i = from; i < to; i++) {
            if (kind(i) == OPERANDS && quicker[detail(i)] != null) return quicker[detail(i)];
        }
        return usual;
    }

    /** The cycles of an entry have passed. */
    public void passed(int i) {
        entries[i] &= (1L << CYCLES_SHIFT) - 1;
    }

    public long[] toArray() {
        return Arrays.copyOf(entries, count);
    }

    public boolean areEqual(long[] others) {
        if (others.length != count) return false;
        for (int i = 0; i < count; i++) if (entries[i] != others[i]) return false;
        return true;
    }

    public int hash() {
        long hash = count;
        for (int i = 0; i < count; i++) hash = (hash ^ entries[i]) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (hash >>> 32);
    }
}
