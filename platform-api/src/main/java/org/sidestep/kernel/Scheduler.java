package org.sidestep.kernel;

import org.sidestep.asm.Label;
import org.sidestep.plugin.Extension;

/**
 * Decides who runs. The plugin emits routines into the kernel; they are called with CALL, on the current kernel stack,
 * with interrupts off. Only ready threads that do not run are queued.
 */
public interface Scheduler extends Extension {

    /** Its words in the TCB (queue links, priority, time slice). */
    void layout(ThreadLayout layout);

    /** Emits the routines below and reserves the scheduler's own data. */
    Routines emit(KernelCode kernel);

    /**
     * The routines. All keep EBX, ESI, EDI, EBP and may clobber EAX, ECX, EDX unless said otherwise.
     *
     * @param init in: EAX TCB of a new thread, ECX priority (0..255), EDX time slice in ticks
     * @param enqueue in: EAX TCB of a thread that became ready; appended to the end of its queue
     * @param preempted in: EAX TCB of the running thread, which must stop though it could go on: put at the head of its queue,
     *     or at the end, with a new slice, if its slice is used up
     * @param dequeue in: EAX TCB of a queued thread
     * @param pick out: EAX TCB of the next thread to run, removed from its queue, or 0 if none is ready
     * @param tick in: EAX TCB of the running thread; out: ZF clear if it should yield now (slice used up or a better thread ready)
     * @param better in: EAX TCB of a thread just made ready, EDX TCB of the running one; out: ZF clear if EAX should run at once
     * @param lazySwitch in: EAX TCB that stopped running at user level, EDX TCB that runs instead: settles slice and
     *     priority; out: ZF clear if a ready thread should run instead of EDX
     * @param setPriority in: EAX TCB (not queued), ECX new priority
     * @param priority in: EAX TCB; out: EAX its priority
     * @param setSlice in: EAX TCB, ECX ticks
     */
    record Routines(
            Label init,
            Label enqueue,
            Label preempted,
            Label dequeue,
            Label pick,
            Label tick,
            Label better,
            Label lazySwitch,
            Label setPriority,
            Label priority,
            Label setSlice) {}
}
