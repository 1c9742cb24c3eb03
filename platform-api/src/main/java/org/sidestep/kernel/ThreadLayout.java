package org.sidestep.kernel;

import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/**
 * The two halves of a thread control block, as one cell's kernel lays them out. The kernel declares its own words first;
 * then validation, scheduler and policy add theirs when their hooks and routines are made, the hottest first.
 */
public final class ThreadLayout {

    /** Kernel-only: offsets from the address that a TCB register holds. */
    public final Struct tcb;

    /** User-writable: offsets from the local id, that is, from MR0. */
    public final Struct utcb;

    /** Global thread id. */
    public final Field globalId;
    /** Local id: the user address of MR0. */
    public final Field localId;
    /** The kernel's own address of the same UTCB, valid in every address space. */
    public final Field utcbAlias;
    /** {@link State}. */
    public final Field state;
    /**
     * Whom a waiting thread waits for, as a FromSpecifier in which a partner of the same space appears by local id and
     * any other by global id; nil (0) when it does not wait.
     */
    public final Field partner;
    /**
     * User instruction pointer at which a thread that waits in Ipc goes on: the first word of its kernel stack, where entry by Ipc pushes it
     * unless the policy keeps it elsewhere, and where a frame has {@link Frame#SS}. So it is good while the thread has no frame.
     */
    public final Field resumeIp;
    /** User stack pointer with which it goes on: the second word, where a frame has {@link Frame#ESP}. */
    public final Field resumeSp;
    /** Address of the space structure. */
    public final Field space;
    /** Physical address of the space's page directory. */
    public final Field pageDirectory;

    /** @param stackTop offset of the kernel stack's upper end, which is that of the control block */
    public ThreadLayout(Struct tcb, Struct utcb, int stackTop) {
        this.tcb = tcb;
        this.utcb = utcb;
        globalId = tcb.word("globalId");
        localId = tcb.word("localId");
        utcbAlias = tcb.word("utcbAlias");
        state = tcb.word("state");
        partner = tcb.word("partner");
        Struct stack = Struct.downwards(tcb.name(), stackTop);
        resumeIp = stack.word("resumeIp");
        resumeSp = stack.word("resumeSp");
        pageDirectory = tcb.word("pageDirectory");
        space = tcb.word("space");
    }

    /** Adds a word to the kernel-only half. */
    public Field kernelWord(String name) {
        return tcb.word(name);
    }

    /** Adds a word to the user-writable half; the first three lie just below MR0, further ones in another cache line. */
    public Field userWord(String name) {
        return utcb.word(name);
    }

    /** The values of {@link #state}. */
    public static final class State {
        private State() {}

        /** Runs, or is in the ready queue with a complete frame on its kernel stack. */
        public static final int READY = 0;
        /** Waits in Ipc, forever, with its resume point saved and no frame: the policy may let user level resume it. */
        public static final int WAITING = 1;
        /**
         * Waits with a frame, so that only the kernel can resume it, and for {@link #partner} as the TCB has it: in Ipc with a
         * finite timeout, or on behalf of the kernel (reply to a fault, start message).
         */
        public static final int WAITING_FRAME = 2;
        /** Queued at a receiver, with its arguments saved. */
        public static final int SENDING = 3;
        /** Created but not activated, or halted. */
        public static final int INACTIVE = 4;
        /** Killed; only deletion is left. */
        public static final int DEAD = 5;
        /** In the middle of a transfer of strings, which its partner carries on, with its arguments saved. */
        public static final int TRANSFER = 6;
    }
}
