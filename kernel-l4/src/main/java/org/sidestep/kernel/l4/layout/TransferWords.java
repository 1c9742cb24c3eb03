package org.sidestep.kernel.l4.layout;

import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;
import org.sidestep.x2.IpcError;

/**
 * The words of a TCB that say how far a transfer of strings has come; those from {@link #source} on are used in the sender's
 * TCB. Owned by the ipc package.
 */
public final class TransferWords {

    /** Instead of a sender's error: its typed items are on their way. No error has this value, a phase without a cause. */
    public static final int UNDER_WAY = IpcError.RECEIVE;

    /** In a sender: the receiver to which its strings are being copied; else 0. */
    public final Field to;
    /** In a receiver: the sender; else 0. */
    public final Field from;

    /** Its user IP: the one in its frame leads to where the kernel goes on. */
    public final Field userIp;

    /** The sender's place in its strings. */
    public final Cursor source;
    /** The receiver's place in its buffers. */
    public final Cursor target;

    /** Offset from MR0 of the message's last word. */
    public final Field end;
    /** Not 0 if another buffer follows the one that is being filled. */
    public final Field more;
    /** How many have been copied. */
    public final Field bytes;

    /** Bytes of its current map item that are done. */
    public final Field mapped;
    /** Words of map items that are done, while it sends such ones to a thread that has faulted. */
    public final Field mappedWords;

    /** {@link Limit}. */
    public final Field limit;
    /** The cycle count up to which faults may last, low half; then the high half. */
    public final Field deadline;

    public final Field deadlineHigh;

    /**
     * A place in strings or buffers, as one of the two threads described them.
     *
     * @param word offset from MR0 of the word last read: a descriptor, or a pointer of it
     * @param descriptor the current descriptor
     * @param pointers how many pointers of it follow that word
     * @param address of the next byte of the current substring
     * @param left how many bytes of it are left
     */
    public record Cursor(Field word, Field descriptor, Field pointers, Field address, Field left) {

        static Cursor declare(ThreadLayout thread, String name) {
            return new Cursor(
                    thread.kernelWord(name + "Word"),
                    thread.kernelWord(name + "Descriptor"),
                    thread.kernelWord(name + "Pointers"),
                    thread.kernelWord(name + "Address"),
                    thread.kernelWord(name + "Left"));
        }
    }

    TransferWords(ThreadLayout thread) {
        to = thread.kernelWord("transferTo");
        from = thread.kernelWord("transferFrom");
        userIp = thread.kernelWord("transferUserIp");
        source = Cursor.declare(thread, "source");
        target = Cursor.declare(thread, "target");
        end = thread.kernelWord("transferEnd");
        more = thread.kernelWord("transferMore");
        bytes = thread.kernelWord("transferBytes");
        mapped = thread.kernelWord("transferMapped");
        mappedWords = thread.kernelWord("transferMappedWords");
        limit = thread.kernelWord("transferLimit");
        deadline = thread.kernelWord("transferDeadline");
        deadlineHigh = thread.kernelWord("transferDeadlineHigh");
    }

    /** The values of {@link #limit}: whose transfer timeout is the shorter one. */
    public static final class Limit {
        private Limit() {}

        /** There has been no fault yet. */
        public static final int UNKNOWN = 0;

        public static final int NEVER = 1;
        public static final int SENDER = 2;
        public static final int RECEIVER = 3;
    }
}
