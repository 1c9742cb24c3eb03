package org.sidestep.machine.ia32.timing;

/** A block of instructions as the clock sees it: their templates, and how long they take at most. */
final class Schedule {

    final Object[] templates;
    /** By how many cycles the block moves anything in the pipeline at most, if it meets no delay. */
    final int bound;

    private final int hash;

    Schedule(Object[] templates, int bound, int number) {
        this.templates = templates;
        this.bound = bound;
        hash = number * 0x9E37_79B1;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
