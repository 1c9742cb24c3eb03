package org.sidestep.kernel.l4.layout;

import static org.sidestep.kernel.l4.layout.MemoryMap.TCB_SIZE;

import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;
import org.sidestep.x2.Utcb;

/** The words of a thread control block that only this kernel knows, beside those of {@link ThreadLayout}. */
public final class Tcb {

    /** What is not the address of a space, and whose difference from one has no sign: one comparison tells this, its space and others. */
    public static final int NOT_BEYOND = 0x7FFFFFFF;

    private static final int FXSAVE_ALIGNMENT = 16;
    /** Bytes of what FXSAVE stores; FNSAVE stores less. */
    public static final int FXSAVE_SIZE = 512;

    /** What a thread in state WAITING_FRAME or SENDING does on behalf of the kernel: {@link Protocol}. */
    public final Field protocol;
    /**
     * Its space; or {@link #NOT_BEYOND} if that has a redirector, so that no message of its goes straight to another one, or if it is
     * {@link #named}, so that it may not wait before it has looked into its queue.
     */
    public final Field reach;
    /** Global id of the thread that may call Schedule on this one. */
    public final Field scheduler;

    /** 1 once it has had its first pager, else 0. */
    public final Field activated;
    /** What Schedule last set: time slice and total quantum, as L4 times. */
    public final Field timeControl;

    /**
     * 1 while ExchangeRegisters keeps it from running: whatever else it does goes on, and it becomes INACTIVE instead of
     * READY. It is never WAITING, so that user level cannot resume it.
     */
    public final Field halted;
    /** The local id that ThreadControl asked for before the space had a UTCB area, or 0. */
    public final Field utcbWanted;

    // owned by the ipc package
    /** First thread queued to send to this one, or 0. */
    public final Field firstSender;
    /** Next thread in the same send queue, which is a ring. */
    public final Field nextSender;

    public final Field previousSender;
    /** 1 while one is queued to send to it in another's name: whom it calls waits, and yet a message as from that one is there. */
    public final Field named;
    /** The thread at which this one is queued to send, while it is SENDING. */
    public final Field receiver;
    /** Not 0 while this thread is in the list of timeouts. */
    public final Field timed;
    /** The cycle count up to which its timeout lasts, low half. */
    public final Field expiry;

    public final Field expiryHigh;
    /** Next thread in the list of timeouts, which is ordered by expiry, or 0. */
    public final Field nextTimed;

    /** The cycle counts of its timeouts that are points in time and have not passed when it tells them, low half first. */
    public final Field sendPoint;

    public final Field receivePoint;

    /** MR0.. of the message that the kernel sends or receives on this thread's behalf. */
    public final Field message;

    /** Ticks left of its total quantum, all while it tells that they are used up; 0: no limit. */
    public final Field quantum;
    /** Ticks of its whole total quantum. */
    public final Field quantumFull;
    /** What Schedule last set: bits 0-15 the longest delay of a preemption, in microseconds, 16-23 sensitive priority. 0: neither. */
    public final Field preemptionControl;
    /** While it delays its preemption, {@code exit.picks} as it began to, else 0; the cycle count up to which it may, low half; then the high half. */
    public final Field delayed;

    public final Field delayEnd;
    public final Field delayEndHigh;

    /** While bit p of the tag in its frame is set: in whose name it sends, a global id. */
    public final Field sentAs;
    /** While bit r is: to whom it has sent what its redirector gets. */
    public final Field sentTo;

    /** In the ring of all threads that exist. */
    public final Field nextThread;

    public final Field previousThread;

    /** The number of its space, which no other space ever had: for sigma0, which reads it here. */
    public final Field spaceNumber;

    // where its Unmap goes on

    /** Fpages that are not yet done, or 0. */
    public final Field unmapLeft;
    /** Bytes of the first of them that are done. */
    public final Field unmapOffset;
    /** The last node that is done of those derived from the page there, or 0; believed only if it is still one of them. */
    public final Field unmapCursor;
    /** What was accessed and written of the fpage so far, as in a page table. */
    public final Field unmapSeen;

    /** 1 once it has used the floating-point unit, else 0. */
    public final Field computes;
    /** Its registers of that unit while another thread has the unit. */
    public final Field floatingPoint;

    /** 1 while it is at user level between two turns of its answer to a page fault, its user IP in {@link TransferWords#userIp}; else 0. */
    public final Field answering;

    /** How far a transfer of strings has come. */
    public final TransferWords transfer;

    /** Words that every Ipc looks at: declared before those of the plugins, beside those of {@link ThreadLayout}. */
    public static final class Hot {
        private final Field protocol;
        private final Field firstSender;
        private final Field reach;

        public Hot(ThreadLayout thread) {
            reach = thread.kernelWord("reach");
            protocol = thread.kernelWord("protocol");
            firstSender = thread.kernelWord("firstSender");
        }
    }

    /** Declares the words that few need, behind those of the plugins. */
    public Tcb(ThreadLayout thread, Hot hot) {
        protocol = hot.protocol;
        firstSender = hot.firstSender;
        reach = hot.reach;
        nextSender = thread.kernelWord("nextSender");
        previousSender = thread.kernelWord("previousSender");
        receiver = thread.kernelWord("receiver");
        named = thread.kernelWord("named");
        timed = thread.kernelWord("timed");
        expiry = thread.kernelWord("expiry");
        nextTimed = thread.kernelWord("nextTimed");
        scheduler = thread.kernelWord("scheduler");
        activated = thread.kernelWord("activated");
        timeControl = thread.kernelWord("timeControl");
        expiryHigh = thread.kernelWord("expiryHigh");
        sendPoint = thread.tcb.bytes("sendPoint", 8);
        receivePoint = thread.tcb.bytes("receivePoint", 8);
        halted = thread.kernelWord("halted");
        utcbWanted = thread.kernelWord("utcbWanted");
        message = thread.tcb.bytes("message", 4 * Utcb.MESSAGE_REGISTERS);
        quantum = thread.kernelWord("quantum");
        quantumFull = thread.kernelWord("quantumFull");
        preemptionControl = thread.kernelWord("preemptionControl");
        delayed = thread.kernelWord("delayed");
        delayEnd = thread.kernelWord("delayEnd");
        delayEndHigh = thread.kernelWord("delayEndHigh");
        sentAs = thread.kernelWord("sentAs");
        sentTo = thread.kernelWord("sentTo");
        nextThread = thread.kernelWord("nextThread");
        previousThread = thread.kernelWord("previousThread");
        spaceNumber = thread.kernelWord("spaceNumber");
        unmapLeft = thread.kernelWord("unmapLeft");
        unmapOffset = thread.kernelWord("unmapOffset");
        unmapCursor = thread.kernelWord("unmapCursor");
        unmapSeen = thread.kernelWord("unmapSeen");
        answering = thread.kernelWord("answering");
        computes = thread.kernelWord("computes");
        floatingPoint = thread.tcb.align(FXSAVE_ALIGNMENT).bytes("floatingPoint", FXSAVE_SIZE);
        transfer = new TransferWords(thread);
    }

    /** A field of the frame at the very top of a thread's kernel stack. */
    public static Mem frame(Reg32 tcb, Field field) {
        return tcb.at(TCB_SIZE - Frame.SIZE + field.offset()).sized(4).of(field);
    }

    /** The values of {@link #protocol}. */
    public static final class Protocol {
        private Protocol() {}

        /** The thread's own Ipc. */
        public static final int NONE = 0;
        /** Waits for its start message. */
        public static final int START = 1;
        /** Sends a page fault to its pager and waits for the mapping. */
        public static final int PAGE_FAULT = 2;
        /** Sends its registers to its exception handler and waits for new ones. */
        public static final int EXCEPTION = 3;
        /** Is that of an interrupt: sends it to its handler and waits for the answer. */
        public static final int INTERRUPT = 4;
        /** Tells its exception handler that it is preempted, and waits for the answer. */
        public static final int PREEMPTION = 5;
        /** Tells its scheduler that its total quantum is used up, and waits for another one, or for the answer. */
        public static final int QUANTUM = 6;
    }
}
