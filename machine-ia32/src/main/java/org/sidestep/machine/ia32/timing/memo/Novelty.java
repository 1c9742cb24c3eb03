package org.sidestep.machine.ia32.timing.memo;

/**
 * Whether too much is new for remembering to pay: to make a step costs as much as scheduling a few blocks at once. Only the
 * host's time depends on it.
 */
final class Novelty {

    private static final int STEP = 8;
    private static final int TOO_MUCH = 512;
    /** Blocks until the next attempt. */
    private static final int REST = 2000;

    private int measure;
    private int rest;

    /** Something new was met. */
    void met() {
        measure += STEP;
        if (measure < TOO_MUCH) return;
        measure = TOO_MUCH - 16 * STEP;
        rest = REST;
    }

    /** Something known was met. */
    void known() {
        if (measure > 0) measure--;
    }

    /** Something known was met so many times. */
    void known(int times) {
        measure = Math.max(0, measure - times);
    }

    /** Whether remembering pauses. */
    boolean isResting() {
        return rest != 0;
    }

    /** Whether remembering pauses for a block that could begin now. */
    boolean abounds() {
        if (rest == 0) return false;
        rest--;
        return true;
    }
}
