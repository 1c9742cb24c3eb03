package org.sidestep.kernel;

import java.util.Optional;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Extension;

/**
 * A way of doing IPC: the code behind the Ipc and Lipc links of the kernel interface page, and what the kernel must do so
 * that user level and kernel agree on who runs.
 *
 * <p>Every method emits IA-32 code where the kernel needs it; it is called while the kernel is assembled, once per place.
 * The defaults are those of a kernel that alone switches threads.
 */
public interface IpcPolicy extends Extension {

    /** Words this policy keeps in every UTCB and TCB. Called first. */
    default void layout(ThreadLayout layout) {}

    /**
     * The UTCB word that says whom a waiting thread waits for, if this policy keeps it there instead of in
     * {@link ThreadLayout#partner}. For reports on a run, after it; believed by nobody.
     */
    default Optional<Field> publishedPartner(ThreadLayout layout) {
        return Optional.empty();
    }

    /** The stubs behind Ipc and Lipc, at user level in the kernel interface page. */
    void userStubs(UserStubs stubs);

    /** Whether several threads of a workload are contexts inside one kernel thread (the floor), so that the workload creates one. */
    default boolean threadsAtUserLevel() {
        return false;
    }

    /**
     * After an interrupt, exception or system call other than Ipc, before the kernel believes that it knows who runs.
     *
     * <p>In: EBX the TCB that the kernel believes in, ESP its complete {@link Frame}. Out: EBX the TCB that really runs, ESP
     * its frame. Clobbers all other registers (they are in the frame).
     */
    default void onKernelEntry(KernelCode kernel) {}

    /**
     * The same on entry by Ipc, with the caller's arguments in registers.
     *
     * <p>In: EBX the believed TCB; EAX, ECX, EDX, ESI as the caller passed them; caller's resume point already pushed (SP at
     * [ESP], IP at [ESP+4]). Out: EBX the running TCB, ESP moved to its stack with the two words; EAX, ECX, EDX, ESI
     * intact. Clobbers EBP and EDI (own local id as the caller gave it, never believed).
     */
    default void onIpcEntry(KernelCode kernel) {}

    /**
     * Stores the resume point of a thread that begins to wait in Ipc. Inline; keeps all registers; {@code utcb} holds the
     * kernel address of its UTCB.
     */
    default void saveResumePoint(KernelCode kernel, Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
        new DefaultHooks(kernel).saveResumePoint(tcb, ip, sp);
    }

    /** Loads the resume point of a waiting thread. Inline; {@code ip} or {@code sp} may equal {@code tcb} if loaded last. */
    default void loadResumePoint(KernelCode kernel, Reg32 tcb, Reg32 ip, Reg32 sp) {
        new DefaultHooks(kernel).loadResumePoint(tcb, ip, sp);
    }

    /**
     * A thread begins to wait in Ipc, forever, for {@code partner} (a register or an immediate). The kernel has set state and
     * resume point. Inline; keeps all registers; {@code utcb} holds the kernel address of its UTCB. A wait with a finite
     * timeout is not published: user level must not end it.
     */
    default void publishWaiting(KernelCode kernel, Reg32 tcb, Reg32 utcb, Operand partner) {
        new DefaultHooks(kernel).setPartner(tcb, partner);
    }

    /**
     * A thread in state WAITING stops waiting: the kernel lets it run, cancels its Ipc, halts, kills or deletes it. Inline;
     * keeps all registers but {@code scratch}.
     */
    default void publishRunning(KernelCode kernel, Reg32 tcb, Reg32 scratch) {}

    /**
     * {@link #publishRunning} and {@link #loadResumePoint} in one, for a thread that runs at once. Inline; keeps all registers but
     * {@code ip} and {@code sp}, neither of which is {@code tcb}.
     */
    default void resume(KernelCode kernel, Reg32 tcb, Reg32 ip, Reg32 sp) {
        publishRunning(kernel, tcb, ip);
        loadResumePoint(kernel, tcb, ip, sp);
    }

    /** The first sender was queued at, or the last one removed from, {@code tcb}. Inline; keeps all registers but {@code scratch}. */
    default void publishPending(KernelCode kernel, Reg32 tcb, boolean pending, Reg32 scratch) {}

    /**
     * Whom a thread that the kernel found in state WAITING waits for, in the form of {@link ThreadLayout#partner}. User level
     * may have written it: good for comparing, never for addressing. Inline; loads {@code out}, which may not equal
     * {@code tcb}; keeps all other registers.
     */
    default void loadPartner(KernelCode kernel, Reg32 tcb, Reg32 out) {
        new DefaultHooks(kernel).loadPartner(tcb, out);
    }
}
