package org.sidestep.machine.ia32.timing.inorder;

/**
 * The Pentium's branch target buffer: 256 entries in 4 ways, the last target and a two-bit counter in each. It holds calls,
 * returns and jumps like all others; there is no return stack. A branch that it does not hold is predicted not taken.
 */
final class TargetBuffer {

    private static final int WAYS = 4;
    private static final int SETS = 64;
    private static final int STRONGLY_TAKEN = 3;

    private final int[] branch;
    private final int[] target;
    private final byte[] counter;
    private final byte[] victim;

    TargetBuffer() {
        branch = new int[SETS * WAYS];
        target = new int[SETS * WAYS];
        counter = new byte[SETS * WAYS];
        victim = new byte[SETS];
    }

    TargetBuffer(TargetBuffer other) {
        branch = other.branch.clone();
        target = other.target.clone();
        counter = other.counter.clone();
        victim = other.victim.clone();
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
        counter[entry] = (byte) (taken ? Math.min(STRONGLY_TAKEN, counter[entry] + 1) : Math.max(0, counter[entry] - 1));
        if (taken) target[entry] = to;
        return right;
    }

    private int find(int at) {
        int first = set(at) * WAYS;
        for (int entry = first; entry < first + WAYS; entry++) if (branch[entry] == at) return entry;
        return -1;
    }

    private void allocate(int at, int to) {
        int set = set(at);
        int entry = set * WAYS + victim[set];
        victim[set] = (byte) (victim[set] + 1 & WAYS - 1);
        branch[entry] = at;
        target[entry] = to;
        counter[entry] = STRONGLY_TAKEN;
    }

    private static int set(int at) {
        return at >>> 2 & SETS - 1;
    }
}
