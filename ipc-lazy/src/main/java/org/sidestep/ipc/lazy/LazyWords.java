package org.sidestep.ipc.lazy;

import org.sidestep.isa.Imm;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/**
 * The words of a UTCB by which user level and kernel agree. All are user-writable: the kernel takes none at its word.
 *
 * @param status whom the thread waits for, forever, as a FromSpecifier with partners of its space by local id; 0 if it runs
 * @param ip where it goes on when its Ipc ends
 * @param sp the stack pointer with which it goes on
 * @param pending not 0 while threads are queued to send to it, so that it may not begin an open wait at user level
 */
record LazyWords(Field status, Field ip, Field sp, Field pending) {

    /** The status of a thread that does not wait. */
    static final Imm RUNNING = new Imm(0);

    static void declare(ThreadLayout layout) {
        layout.userWord("status");
        layout.userWord("ip");
        layout.userWord("sp");
        layout.userWord("pending");
    }

    static LazyWords of(ThreadLayout layout) {
        Struct utcb = layout.utcb;
        return new LazyWords(utcb.field("status"), utcb.field("ip"), utcb.field("sp"), utcb.field("pending"));
    }
}
