package org.sidestep.x2;

/** Messages that the kernel sends or answers, by the high twelve bits of their label; the low four are the protocol's own. */
public enum Protocol {
    /** From an interrupt's thread to its handler. */
    INTERRUPT(-1, 0),
    /** To the pager: MR1 fault address, MR2 instruction pointer; the label's low bits are the access, as {@link Fpage} rights. */
    PAGE_FAULT(-2, 2),
    /** To the scheduler: MR1 and MR2 the clock. */
    PREEMPTION(-3, 2),
    /**
     * To the exception handler: MR1 EIP, MR2 EFLAGS, MR3 vector, MR4 error code, then EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX;
     * the reply has new values in the same places.
     */
    EXCEPTION(-5, 12),
    /** To sigma0: MR1 the fpage wanted, with {@link Fpage#BASE} as base if it may lie anywhere; MR2 attributes. */
    SIGMA0(-6, 2),
    /** To sigma0: MR1 2 asks what has been given; the answer is this sigma0's own. */
    SIGMA0_EXTENDED(-1001, 2);

    private static final int OWN_BITS = 4;

    /** A label's and hence a tag's part that names the protocol begins here. */
    public static final int TAG_SHIFT = MessageTag.LABEL_SHIFT + OWN_BITS;

    /** Words of a thread's start message, whatever its label: MR1 IP, MR2 SP. */
    public static final int START_WORDS = 2;

    private final int number;
    private final int words;

    Protocol(int number, int words) {
        this.number = number;
        this.words = words;
    }

    /** The label, its own bits clear. */
    public int label() {
        return number << OWN_BITS & 0xFFFF;
    }

    /** Untyped words of a message. */
    public int words() {
        return words;
    }

    /** The tag of a message, the label's own bits clear. */
    public int tag() {
        return tag(0);
    }

    /** The tag of a message with {@code own} in the label's own bits: of a page fault, the access. */
    public int tag(int own) {
        return MessageTag.of(label() | own, words);
    }

    /** The high bits of a tag, shifted by {@link #TAG_SHIFT}, by which a receiver knows the protocol. */
    public int highBits() {
        return tag() >>> TAG_SHIFT;
    }
}
