package org.sidestep.kernel.l4.fault;

import org.sidestep.asm.Label;
import org.sidestep.layout.Field;

/**
 * A protocol in which the kernel sends a message on a thread's behalf and carries out the answer. One more is one more of these
 * in {@link Faults}; nothing else knows them by name.
 *
 * @param number value of {@code tcb.protocol} meanwhile, one of {@code Tcb.Protocol}
 * @param handler word of the UTCB that names the receiver; null if the kernel only waits
 * @param without why a thread whose handler is nil is killed
 * @param message emits the code that fills the thread's message. In: EBX the thread, with a frame. Keeps EAX, EBX
 * @param answered where the answer is carried out
 * @param answer emits that code. In: EBP the thread, whose message is the answer; ECX its sender. Keeps EBX, ESI, EDI, EBP; ends
 *     at one of the ends of {@code fault.answered}
 */
record Exchange(int number, Field handler, String without, Runnable message, Label answered, Runnable answer) {

    /** A protocol in which the kernel only waits. */
    static Exchange awaited(int number, Label answered, Runnable answer) {
        return new Exchange(number, null, null, () -> {}, answered, answer);
    }
}
