package org.sidestep.kernel.l4.ipc;

/** MR0: bits 0-5 number of untyped words, 6-11 number of words of typed items, 12-15 flags, 16-31 label. */
final class MessageTag {

    private MessageTag() {}

    static final int UNTYPED = 0x3F;
    static final int TYPED_SHIFT = 6;
    static final int TYPED = 0x3F << TYPED_SHIFT;
    static final int FLAGS = 0xF000;
    /** The sender asks to send in another thread's name. */
    static final int PROPAGATED = 0x1000;
    /** The Ipc failed; the error is in the UTCB. */
    static final int ERROR = 0x8000;

    /** Message registers. */
    static final int WORDS = 64;
}
