package org.sidestep.kernel.l4.assembly;

import java.util.List;
import java.util.stream.IntStream;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Vectors;

/**
 * The kernel's well-known places and their register contracts. A "thread with a frame" has a complete
 * {@link org.sidestep.kernel.Frame} at the very top of its kernel stack and nothing else on it.
 *
 * <p>Places marked JUMP do not return; those marked CALL run on the current kernel stack.
 */
public final class Labels {

    // package entry

    /** Where the IDT's gates lead, by vector: 0..31, the sixteen IRQ lines, Ipc, system call. All interrupt gates. */
    public final List<Label> vectors;
    /** Where SYSENTER leads. */
    public final Label sysenter;

    /** JUMP. In: EBX current thread, with a frame. Returns to user level. */
    public final Label exitResume;
    /**
     * JUMP. In: EBX current thread, with a frame, state READY. Returns to it, or, if threads made ready meanwhile are better,
     * puts it at the head of its queue and runs the best.
     */
    public final Label exitResched;
    /** JUMP. In: EBX current thread, which no longer runs (its state says why; queued if it should be). Runs the best ready one. */
    public final Label exitSchedule;
    /** JUMP. In: EBX current thread, with a frame; it is queued at the end of its queue, then as {@link #exitSchedule}. */
    public final Label exitYield;
    /** JUMP. In: EBX current thread (as for {@link #exitSchedule}), EAX thread with a frame, state READY and not queued: runs it. */
    public final Label exitSwitch;
    /** JUMP. See {@link org.sidestep.kernel.KernelCode#killCurrent}. */
    public final Label killCurrent;

    /** CALL. See {@link org.sidestep.kernel.KernelCode#adopt}. */
    public final Label adopt;

    /** JUMP, from the boot code, on the boot stack: runs the first thread. */
    public final Label start;

    // packages ipc and sched

    /** CALL. In: EAX thread with a frame that is not queued. State READY, queued. Keeps EBX, ESI, EDI, EBP. */
    public final Label threadReady;
    /**
     * CALL. In: EAX thread in any state. Takes it off the ready queue, off the send queue of its receiver, and cancels its timeout;
     * its state becomes INACTIVE. Keeps EBX, ESI, EDI, EBP.
     */
    public final Label threadDetach;
    /**
     * CALL. In: EAX thread that goes away or changes its global id (already detached). Ends the Ipc of every thread
     * queued to send to it or waiting for it alone with error "no partner". Keeps EBX, ESI, EDI, EBP.
     */
    public final Label threadAbandon;
    /**
     * CALL. In: EAX thread in state WAITING, WAITING_FRAME or SENDING, in its own Ipc (no protocol), ECX error (bits 1-3 and 4-31, without the phase).
     * Ends its Ipc with that error: it has a frame and is READY and queued. Keeps EBX, ESI, EDI, EBP.
     */
    public final Label ipcCancel;
    /**
     * JUMP. In: EBX current thread with a frame, {@link Tcb#protocol} set, its {@link Tcb#message} filled; EAX destination (global or
     * local id). Sends the message without timeout, then waits for the answer of that thread (states SENDING,
     * WAITING_FRAME); kills it if there is no such thread. The answer arrives in {@link Tcb#message} and ends with {@link #protocolAnswered}.
     */
    public final Label ipcKernelCall;
    /**
     * CALL. In: EAX thread with a frame, {@link Tcb#protocol} set, not queued; ECX the thread to receive from, global or local id.
     * Begins to wait for it (WAITING_FRAME), or takes its message if it is already queued to send. Keeps EBX, ESI, EDI, EBP.
     */
    public final Label ipcKernelWait;

    // package fault

    /** JUMP. In: EBX current thread with a frame, CR2 the address. */
    public final Label pageFault;
    /** JUMP. In: EBX current thread with a frame, its vector and error code in it. */
    public final Label exception;
    /** JUMP. As {@link #exception}, for vector 6: KernelInterface or an invalid opcode. */
    public final Label invalidOpcode;
    /**
     * CALL. In: EAX thread in WAITING_FRAME whose {@link Tcb#message} holds what it waited for, ECX the thread that sent it. Carries the
     * protocol out: maps, reloads the frame, sets the start address. Out: ZF clear if it is to become READY, ZF set if it has
     * gone on waiting or was stopped. Keeps EBX, ESI, EDI, EBP.
     */
    public final Label protocolAnswered;

    // package memory

    /**
     * CALL. In: EAX sender, ECX receiver, EDX kernel address of MR0 of the message, already copied to the receiver and with t > 0;
     * ESI the acceptor (BR0). Maps its map items. Out: EAX 0, or the error (bits 1-3, 4-31: message overflow) for a typed item that is no map item
     * or that is not accepted, or needs a page table that the receiver's space has not left. Keeps EBX, ESI, EDI, EBP.
     */
    public final Label mapItems;
    /** CALL. Out: EAX kernel address of a zeroed page of the kernel heap, or 0. Keeps all but ECX. */
    public final Label allocatePage;
    /** CALL. In: EAX kernel address of a page of the kernel heap. Keeps all but ECX. */
    public final Label freePage;

    // package syscall

    /** JUMP. In: EBX current thread with a frame; its EIP tells which system call. */
    public final Label systemCall;
    /** CALL. In: EAX global id, version included. Out: ZF clear and EDX its TCB, or ZF set. Clobbers ECX. */
    public final Label findGlobal;
    /** CALL. See {@link org.sidestep.kernel.KernelCode#findLocal}. */
    public final Label findLocal;
    /** CALL. In: EAX global or local id (not nil, any or anylocal), EBX any TCB of the space. Out and clobbers as above. */
    public final Label findThread;

    Labels(Assembler asm) {
        vectors = IntStream.range(0, Vectors.COUNT)
                .mapToObj(n -> asm.label("entry.vector." + n))
                .toList();
        sysenter = asm.label("entry.sysenter");
        exitResume = asm.label("exit.resume");
        exitResched = asm.label("exit.resched");
        exitSchedule = asm.label("exit.schedule");
        exitYield = asm.label("exit.yield");
        exitSwitch = asm.label("exit.switch");
        killCurrent = asm.label("thread.kill");
        adopt = asm.label("thread.adopt");
        start = asm.label("exit.start");
        threadReady = asm.label("thread.ready");
        threadDetach = asm.label("thread.detach");
        threadAbandon = asm.label("thread.abandon");
        ipcCancel = asm.label("ipc.cancel");
        ipcKernelCall = asm.label("ipc.kernelCall");
        ipcKernelWait = asm.label("ipc.kernelWait");
        pageFault = asm.label("fault.page");
        exception = asm.label("fault.exception");
        invalidOpcode = asm.label("fault.invalidOpcode");
        protocolAnswered = asm.label("fault.answered");
        mapItems = asm.label("map.items");
        allocatePage = asm.label("heap.allocate");
        freePage = asm.label("heap.free");
        systemCall = asm.label("syscall");
        findGlobal = asm.label("thread.findGlobal");
        findLocal = asm.label("thread.findLocal");
        findThread = asm.label("thread.find");
    }
}
