package org.sidestep.workloads.l4;

/** Message tags (MR0), labels and map items (X.2 reference manual, chapters 5 and 7). */
public final class Message {

    private Message() {}

    /** Set in the tag of a failed Ipc. */
    public static final int ERROR = 1 << 15;

    /** Label of a page-fault message with its access bits clear: MR1 is the fault address, MR2 the instruction pointer. */
    public static final int PAGE_FAULT = 0xFFE0;

    /** The access bits (read, write, execute) in the label of a page-fault message. */
    public static final int ACCESS = 7;

    /** Label of an IA-32 exception message: MR1 is EIP, MR3 the vector. */
    public static final int EXCEPTION = 0xFFB0;

    /** Label of a request for memory to sigma0: MR1 is the fpage wanted. */
    public static final int SIGMA0_REQUEST = 0xFFA0;

    /** Words of an exception message. */
    public static final int EXCEPTION_WORDS = 12;

    /** Label of a thread's report that it has done its work. */
    public static final int DONE = 0x0D0E;

    /** Label of a thread's report that it received what it should not have received. */
    public static final int WRONG = 0x0BAD;

    /** A map item is this type plus the send base; an fpage follows. */
    public static final int MAP = 8;

    /** The tag of {@code words} untyped words. */
    public static int untyped(int label, int words) {
        return label << 16 | words;
    }

    /** The tag of one map item and nothing else. */
    public static int mapItem() {
        return 2 << 6;
    }
}
