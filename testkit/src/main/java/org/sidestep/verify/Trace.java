package org.sidestep.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.sidestep.machine.Machine;

/**
 * What a run reads and writes of memory, by physical word, in the order of its steps: enough to say what the rest of the run
 * depends on. A word matters at a step if the next that happens to it is that it is read.
 */
final class Trace {

    private final Map<Integer, History> words = new HashMap<>();

    /** The same once nothing is added any more, those first that told runs apart last. */
    private History[] inOrder = {};

    /** What happens to one word. Of several reads or writes in a row only the last counts, since the word stays as it is. */
    private static final class History {
        private final int word;
        private int[] steps = new int[2];
        private int[] values = new int[2];
        private boolean[] reads = new boolean[2];
        private int count;

        History(int word) {
            this.word = word;
        }

        void add(int step, boolean read, int value) {
            boolean again = count > 0 && reads[count - 1] == read && (!read || values[count - 1] == value);
            if (!again) {
                if (count == steps.length) grow();
                reads[count] = read;
                values[count] = value;
                count++;
            }
            steps[count - 1] = step;
        }

        boolean isRead() {
            for (int i = 0; i < count; i++) if (reads[i]) return true;
            return false;
        }

        private void grow() {
            steps = Arrays.copyOf(steps, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
            reads = Arrays.copyOf(reads, 2 * count);
        }

        /** Whether what happens from a step on would be the same if the word had this value then. */
        boolean agrees(int step, int value) {
            if (steps[count - 1] < step) return true;
            int next = 0;
            if (count > 1) {
                next = Arrays.binarySearch(steps, 0, count, step);
                if (next < 0) next = -next - 1;
                while (next > 0 && steps[next - 1] == step) next--;
            }
            return !reads[next] || values[next] == value;
        }
    }

    /** A word is read, and has this value. */
    void read(int step, int word, int value) {
        words.computeIfAbsent(word, History::new).add(step, true, value);
    }

    /** A word is written, all of it. */
    void write(int step, int word) {
        words.computeIfAbsent(word, History::new).add(step, false, 0);
    }

    /** Words that are only written tell nothing. */
    void forgetUnread() {
        words.values().removeIf(each -> !each.isRead());
    }

    /** Whether a machine's memory is such that a run which goes on in it does what this one does from a step on. */
    boolean agrees(Machine machine, int step, int mask) {
        if (inOrder.length != words.size()) inOrder = words.values().toArray(History[]::new);
        for (int i = 0; i < inOrder.length; i++) {
            History each = inOrder[i];
            if (each.agrees(step, machine.peekPhysical(each.word) & mask)) continue;
            inOrder[i] = inOrder[0];
            inOrder[0] = each;
            return false;
        }
        return true;
    }
}
