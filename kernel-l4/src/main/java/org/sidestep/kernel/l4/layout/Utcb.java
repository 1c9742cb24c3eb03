package org.sidestep.kernel.l4.layout;

import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The user thread control block as the interface fixes it; offsets from MR0, which is the local id. */
public final class Utcb {

    private Utcb() {}

    private static final Struct UP = Struct.upwards("utcb", 0);
    private static final Struct DOWN = Struct.downwards("utcb", -12);

    public static final Field MR0 = UP.word("mr0");
    public static final Field MR1 = UP.word("mr1");
    public static final Field MR2 = UP.word("mr2");
    public static final Field MR3 = UP.word("mr3");

    public static final Field THREAD_WORD0 = DOWN.word("threadWord0");
    public static final Field THREAD_WORD1 = DOWN.word("threadWord1");
    public static final Field ACTUAL_SENDER = DOWN.word("actualSender");
    public static final Field INTENDED_RECEIVER = DOWN.word("intendedReceiver");
    public static final Field XFER_TIMEOUTS = DOWN.word("xferTimeouts");
    public static final Field ERROR_CODE = DOWN.word("errorCode");
    public static final Field PREEMPT_FLAGS = DOWN.word("preemptFlags");
    public static final Field EXCEPTION_HANDLER = DOWN.word("exceptionHandler");
    public static final Field PAGER = DOWN.word("pager");
    public static final Field USER_DEFINED_HANDLE = DOWN.word("userDefinedHandle");
    public static final Field PROCESSOR = DOWN.word("processor");
    public static final Field GLOBAL_ID = DOWN.word("globalId");
    /** The acceptor. */
    public static final Field BR0 = DOWN.word("br0");

    /** Where the words of {@code ThreadLayout.userWord} may not be: thread control registers and buffer registers. */
    public static final int FIXED_LOW = -192;

    public static final int FIXED_HIGH = -12;
}
