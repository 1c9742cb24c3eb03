package org.sidestep.machine.ia32.timing.memo;

/** A block of instructions as the clock sees it. */
final class BlockSchedule {

    /** Longer blocks have no schedule. */
    static final int LONGEST = Long.SIZE;

    final int number;
    final Object[] templates;
    /** By how much the block moves anything in the pipeline at most, if it meets no delay. */
    final long bound;

    /** The places of instructions that overlap with nothing, as a set. */
    private final long serial;

    private final int hash;

    BlockSchedule(Object[] templates, long bound, long serial, int number) {
        this.number = number;
        this.templates = templates;
        this.bound = bound;
        this.serial = serial;
        hash = number * 0x9E37_79B1;
    }

    boolean isSerial(int place) {
        return (serial >>> place & 1) != 0;
    }

    /** Whether any of its instructions before a place overlaps with nothing. */
    boolean isSerialBefore(int end) {
        return Long.numberOfTrailingZeros(serial) < end;
    }

    int last() {
        return templates.length - 1;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
