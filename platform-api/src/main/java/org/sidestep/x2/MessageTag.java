package org.sidestep.x2;

/** MR0: bits 0-5 number of untyped words, 6-11 number of words of typed items, 12-15 flags, 16-31 label. */
public final class MessageTag {

    private MessageTag() {}

    public static final int UNTYPED = 0x3F;
    public static final int TYPED_SHIFT = 6;
    public static final int TYPED = 0x3F << TYPED_SHIFT;

    public static final int FLAGS = 0xF000;
    /** The sender asks to send in another thread's name; to the receiver, it did so. */
    public static final int PROPAGATED = 0x1000;
    /** To a redirector: the message was sent to another. */
    public static final int REDIRECTED = 0x2000;
    /** The Ipc failed; the {@link IpcError} is in the UTCB. */
    public static final int ERROR = 0x8000;

    public static final int LABEL_SHIFT = 16;

    /** The tag of {@code untyped} words and nothing else. */
    public static int of(int label, int untyped) {
        return label << LABEL_SHIFT | untyped;
    }

    /** The tag of untyped words followed by {@code typed} words of typed items. */
    public static int of(int label, int untyped, int typed) {
        return of(label, untyped) | typed << TYPED_SHIFT;
    }
}
