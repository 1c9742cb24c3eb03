package org.sidestep.machine.ia32.timing.memo;

/** A block of instructions as the clock sees it: what {@code Block.schedule} is under a clock that remembers steps. */
public final class BlockSchedule {

    /** Longer blocks have no schedule. */
    static final int LONGEST = Long.SIZE;

    /** What tells a block from others. */
    public final int number;

    /** By how much the block moves anything in the pipeline at most, if all that it meets is usual. */
    public final long bound;

    final Object[] templates;

    /** The places of instructions that overlap with nothing, as a set. */
    private final long serial;

    /** The places of instructions whose access may have to do with that of the instruction before, as a set. */
    private final long meeting;

    /** Whether that of the last one may have to do with what follows the block. */
    public final boolean carries;

    private final int hash;

    BlockSchedule(Object[] templates, long bound, long serial, long meeting, boolean carries, int number) {
        this.number = number;
        this.templates = templates;
        this.bound = bound;
        this.serial = serial;
        this.meeting = meeting;
        this.carries = carries;
        hash = number * 0x9E37_79B1;
    }

    /** Whether the access of an instruction may have to do with that of the instruction before. */
    public boolean meets(int place) {
        return (meeting >>> place & 1) != 0;
    }

    boolean isSerial(int place) {
        return (serial >>> place & 1) != 0;
    }

    /** Whether its last instruction overlaps with nothing, which is to be {@link MemoizedTiming#charged charged}. */
    public boolean isSerialAtLast() {
        return isSerial(last());
    }

    /**
     * Whether a block may be reported at once up to a place: it is short enough, and these instructions overlap with others, but for
     * the block's last one, which may be an event.
     */
    public static boolean isPlain(Object schedule, int end) {
        return schedule instanceof BlockSchedule block && !block.isSerialBefore(Math.min(end, block.last()));
    }

    /** Whether any of its instructions before a place overlaps with nothing. */
    private boolean isSerialBefore(int end) {
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
