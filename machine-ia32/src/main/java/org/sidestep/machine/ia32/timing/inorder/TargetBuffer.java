package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.StateTape;

/**
 * The Pentium's branch target buffer: 256 entries in 4 ways on the real part, the last target and a two-bit counter in each. It holds calls,
 * returns and jumps like all others; there is no return stack. A branch that it does not hold is predicted not taken.
 */
final class TargetBuffer {

    private static final int STRONGLY_TAKEN = 3;

    private final int ways;
    private final int sets;
    private final int[] branch;
    private final int[] target;
    private final byte[] counter;
    private final byte[] victim;

    TargetBuffer(int entries, int ways) {
        this.ways = ways;
        sets = entries / ways;
        branch = new int[entries];
        target = new int[entries];
        counter = new byte[entries];
        victim = new byte[sets];
    }

    void keep(StateTape tape) {
        tape.array(branch);
        tape.array(target);
        tape.array(counter);
        tape.array(victim);
    }

    /** Predicts a branch, compares with what it really does, and learns. Returns whether the prediction was right. */
    boolean predicts(int at, int to, boolean taken) {
        int entry = find(at);
        if (entry < 0) {
            if (taken) allocate(at, to);
            return !taken;
        }
        boolean predicted = counter[entry] >= 2;
        boolean right = predicted == taken && (!taken || target[entry] == to);
        counter[entry] =
                (byte) (taken ? Math.min(STRONGLY_TAKEN, counter[entry] + 1) : Math.max(0, counter[entry] - 1));
        if (taken) target[entry] = to;
        return right;
    }

    private int find(int at) {
        int first = set(at) * ways;
        for (int entry = first; entry < first + ways; entry++) if (branch[entry] == at) return entry;
        return -1;
    }

    private void allocate(int at, int to) {
        int set = set(at);
        int entry = set * ways + victim[set];
        victim[set] = (byte) ((victim[set] + 1) % ways);
        branch[entry] = at;
        target[entry] = to;
        counter[entry] = STRONGLY_TAKEN;
    }

    private int set(int at) {
        return at >>> 2 & sets - 1;
    }
}
