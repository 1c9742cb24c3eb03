package org.sidestep.machine.ia32.timing;

/** The loads, or the stores, that the current instruction has reported, in order. */
final class Accesses {

    /** Those that are scheduled one by one; what is beyond only adds its misses. */
    static final int SCHEDULED = 8;

    int count;
    final int[] address;
    final int[] bytes;
    /** Cycles beyond a hit in the first-level cache, except for a load from memory, which has to ask for the bus. */
    final int[] late;
    /** Which loads come from memory, as a set. */
    int fromMemory;

    Accesses() {
        address = new int[SCHEDULED];
        bytes = new int[SCHEDULED];
        late = new int[SCHEDULED];
    }

    Accesses(Accesses other) {
        count = other.count;
        address = other.address.clone();
        bytes = other.bytes.clone();
        late = other.late.clone();
        fromMemory = other.fromMemory;
    }

    int scheduled() {
        return Math.min(count, SCHEDULED);
    }

    boolean isFull() {
        return count >= SCHEDULED;
    }

    void add(int physical, int size, int cycles) {
        address[count] = physical;
        bytes[count] = size;
        late[count] = cycles;
        count++;
    }

    int totalLate() {
        int total = 0;
        for (int i = 0; i < scheduled(); i++) total += late[i];
        return total;
    }

    void clear() {
        count = 0;
        fromMemory = 0;
    }
}
