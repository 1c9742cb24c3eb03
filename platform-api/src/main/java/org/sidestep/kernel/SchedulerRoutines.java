package org.sidestep.kernel;

import java.util.List;
import java.util.function.Consumer;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;

/**
 * The code of one {@link Scheduler} in one kernel. The constructor declares its words in the TCB (queue links, priority, time
 * slice; see {@link ThreadLayout}) and emits nothing; {@link #emit} binds every label below to a routine that keeps its
 * contract. The kernel calls them with CALL, on the current kernel stack, with interrupts off. Only ready threads that do not
 * run are queued.
 *
 * <p>All keep EBX, ESI, EDI, EBP and may clobber EAX, ECX, EDX unless said otherwise.
 */
public abstract class SchedulerRoutines extends Code {

    protected final KernelCode kernel;

    /** In: EAX TCB of a new thread, ECX priority (0..255), EDX time slice in ticks. */
    public final Label init = label("scheduler.init");
    /** In: EAX TCB of a thread that became ready; appended to the end of its queue. */
    public final Label enqueue = label("scheduler.enqueue");
    /**
     * In: EAX TCB of the running thread, which must stop though it could go on: put at the head of its queue, or at the end,
     * with a new slice, if its slice is used up.
     */
    public final Label preempted = label("scheduler.preempted");
    /** In: EAX TCB of a queued thread. */
    public final Label dequeue = label("scheduler.dequeue");
    /** Out: EAX TCB of the next thread to run, removed from its queue, or 0 if none is ready. */
    public final Label pick = label("scheduler.pick");
    /** In: EAX TCB of the running thread. Out: ZF clear if it should yield now (slice used up or a better thread ready). */
    public final Label tick = label("scheduler.tick");
    /** In: EAX TCB of a thread just made ready, EDX TCB of the running one. Out: ZF clear if EAX should run at once. */
    public final Label better = label("scheduler.better");
    /**
     * In: EAX TCB that stopped running at user level, EDX TCB that runs instead: settles slice and priority. Out: ZF clear if a
     * ready thread should run instead of EDX.
     */
    public final Label lazySwitch = label("scheduler.lazySwitch");
    /** In: EAX TCB (not queued), ECX new priority. */
    public final Label setPriority = label("scheduler.setPriority");
    /** In: EAX TCB. Out: EAX its priority. */
    public final Label priority = label("scheduler.priority");
    /** In: EAX TCB, ECX ticks. */
    public final Label setSlice = label("scheduler.setSlice");
    /** In: EAX TCB of a ready thread, EDX TCB of the running one. Out: EAX ticks left of its slice; none if that is 0 or less. */
    public final Label sliceLeft = label("scheduler.sliceLeft");

    protected SchedulerRoutines(KernelCode kernel) {
        super(kernel.asm());
        this.kernel = kernel;
    }

    /** Reserves the scheduler's own data and emits all routines. Called once. */
    public abstract void emit();

    /**
     * Reads which threads are queued out of a kernel that is about to return to user level: every TCB as often as it is found.
     * Ends, whatever state the queue is in; what contradicts itself there goes to {@code broken}, a phrase each.
     */
    public abstract List<Integer> queued(KernelMemory memory, Consumer<String> broken);
}
