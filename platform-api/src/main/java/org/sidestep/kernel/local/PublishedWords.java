package org.sidestep.kernel.local;

import org.sidestep.isa.Imm;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;
import org.sidestep.x2.ThreadId;

/**
 * The words of a UTCB by which user level and kernel agree. All are user-writable: the kernel takes none at its word.
 *
 * @param status whom the thread waits for, forever, as a FromSpecifier with partners of its space by local id; 0 if it runs
 * @param ip where it goes on when its Ipc ends
 * @param sp the stack pointer with which it goes on
 * @param pending not 0 while threads are queued to send to it, so that it may not begin an open wait at user level
 * @param kernelBits whom it may not send to at user level: those whose ids have one of these bits. {@link #GLOBAL_IDS}, or {@link #EVERY_ID}
 *     while someone is queued to send to it in another's name; that one may be its partner
 * @param named whom the thread has found by global id, 0 at first; this word and the next two are the stub's own
 * @param found that one's local id, or the thread's own if there is nobody of that id in its space
 * @param patience to how many others it may send by global id before one is looked for anew
 */
public record PublishedWords(
        Field status, Field ip, Field sp, Field pending, Field kernelBits, Field named, Field found, Field patience) {

    /** The status of a thread that does not wait. */
    public static final Imm RUNNING = new Imm(0);

    /** Bits that no local id has set. */
    public static final Imm GLOBAL_IDS = new Imm(ThreadId.GLOBAL);
    /** Whoever it is but nobody. */
    public static final Imm EVERY_ID = new Imm(-1);

    /** Declares them in the UTCB, the first three in one cache line with the message registers. */
    public static PublishedWords declare(ThreadLayout layout) {
        return new PublishedWords(
                layout.userWord("status"),
                layout.userWord("ip"),
                layout.userWord("sp"),
                layout.userWord("pending"),
                layout.userWord("kernelBits"),
                layout.userWord("named"),
                layout.userWord("found"),
                layout.userWord("patience"));
    }
}
