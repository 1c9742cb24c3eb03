package org.sidestep.kernel.l4.memory;

import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** What EBP points to, on the stack, while the map items of a message are carried out. */
final class Mapping {

    private Mapping() {}

    private static final Struct MAPPING = Struct.upwards("mapping", 0);

    static final Field SENDER = MAPPING.word("senderSpace");
    /** The TCB in which it says how much of the item is done. */
    static final Field SENDER_TCB = MAPPING.word("senderTcb");

    static final Field RECEIVER = MAPPING.word("receiverSpace");
    static final Field WINDOW = MAPPING.word("window");
    /** Size - 1. */
    static final Field WINDOW_MASK = MAPPING.word("windowMask");
    /** Kernel address of the item's first word. */
    static final Field ITEM = MAPPING.word("item");

    static final Field WORDS_LEFT = MAPPING.word("wordsLeft");
    static final Field FPAGE = MAPPING.word("fpage");
    /** First byte of the target. */
    static final Field FIRST = MAPPING.word("first");
    /** Last byte of the target. */
    static final Field LAST = MAPPING.word("last");

    /** The node that is mapped from. */
    static final Field SOURCE = MAPPING.word("source");
    /** The entry that is to be written. */
    static final Field VALUE = MAPPING.word("value");
    /** Nodes derived from the source, while it is granted. */
    static final Field COUNT = MAPPING.word("count");
    /** 0, {@link #REFUSED} or {@link #NOT_YET}. */
    static final Field STOPPED = MAPPING.word("stopped");

    /** The item cannot be carried out. */
    static final int REFUSED = 1;
    /** The steps are used up before the item is carried out. */
    static final int NOT_YET = 2;

    static final int SIZE = MAPPING.size();
}
