package org.sidestep.kernel;

import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Optional;
import org.sidestep.asm.Code;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.layout.Field;

/**
 * The code of one {@link IpcPolicy} in one kernel. The constructor declares the words that the policy keeps in every UTCB and
 * TCB (see {@link ThreadLayout}) and emits nothing; each hook emits IA-32 code where the kernel needs it, once per place.
 *
 * <p>The hooks as they are here are those of a kernel that alone switches threads and keeps everything about them in its TCBs.
 */
public abstract class PolicyHooks extends Code {

    protected final KernelCode kernel;
    protected final ThreadLayout thread;

    protected PolicyHooks(KernelCode kernel) {
        super(kernel.asm());
        this.kernel = kernel;
        thread = kernel.thread();
    }

    /**
     * The UTCB word that says whom a waiting thread waits for, if this policy keeps it there instead of in
     * {@link ThreadLayout#partner}. For reports on a run, after it; believed by nobody.
     */
    public Optional<Field> publishedPartner() {
        return Optional.empty();
    }

    /** Where a waiting thread goes on: words of its UTCB. */
    public record ResumePoint(Field ip, Field sp) {}

    /**
     * The UTCB words that hold the resume point of a thread whose {@link #publishedPartner} is not 0, if this policy keeps it
     * there instead of in the TCB. For reports and debuggers; believed by nobody.
     */
    public Optional<ResumePoint> publishedResumePoint() {
        return Optional.empty();
    }

    /** The stubs behind Ipc and Lipc, at user level in the kernel interface page. Emitted before the kernel's entry paths. */
    public abstract void userStubs(UserStubs stubs);

    /**
     * After an interrupt, exception or system call other than Ipc, before the kernel believes that it knows who runs.
     *
     * <p>In: EBX the TCB that the kernel believes in, ESP its complete {@link Frame}. Out: EBX the TCB that really runs, ESP
     * its frame. Clobbers all other registers (they are in the frame).
     */
    public void onKernelEntry() {}

    /**
     * The same on entry by Ipc, with the caller's arguments and its resume point in registers.
     *
     * <p>In: ESP the upper end of the believed TCB; EBX and EBP the caller's IP and SP; EAX, ECX, EDX, ESI as the caller passed them. Out:
     * EBX the running TCB; its resume point kept where {@link #takeResumePoint} and {@link #suspend} find it; ESP on its stack, two words
     * below the upper end at most; EAX, ECX, EDX, ESI intact. Clobbers EBP and EDI (own local id as the caller gave it, never believed).
     */
    public void onIpcEntry() {
        kernel.spentOn(Cause.REGISTERS, () -> {
            push(EBX);
            push(EBP);
            lea(EBX, ESP.at(2 * 4 - kernel.stackTop()));
        });
    }

    /**
     * Gives what {@link #onIpcEntry} has kept to a kernel that makes a frame of it. Inline. In: EBX the running TCB, ESP as onIpcEntry left it.
     * Out: EBP IP, EDI SP, ESP the upper end of the TCB. Keeps all other registers.
     */
    public void takeResumePoint() {
        pop(EDI);
        pop(EBP);
    }

    /**
     * Stores the resume point of a thread that begins to wait in Ipc. Inline; keeps all registers; {@code utcb} holds the
     * kernel address of its UTCB. See {@link #suspend}, too.
     */
    public void saveResumePoint(Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
        mov(tcb.at(thread.resumeIp), ip);
        mov(tcb.at(thread.resumeSp), sp);
    }

    /** Loads the resume point of a waiting thread. Inline; {@code ip} or {@code sp} may equal {@code tcb} if loaded last. */
    public void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
        if (ip == tcb) {
            mov(sp, tcb.at(thread.resumeSp));
            mov(ip, tcb.at(thread.resumeIp));
        } else {
            mov(ip, tcb.at(thread.resumeIp));
            mov(sp, tcb.at(thread.resumeSp));
        }
    }

    /**
     * A thread begins to wait in Ipc, forever, for {@code partner} (a register or an immediate). The kernel has set state and
     * resume point. Inline; keeps all registers; {@code utcb} holds the kernel address of its UTCB. A wait with a finite
     * timeout is not published: user level must not end it.
     */
    public void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
        mov(tcb.at(thread.partner), partner);
    }

    /**
     * {@link #saveResumePoint} and {@link #publishWaiting} in one, for a thread that has entered by Ipc just now. Its resume point is where
     * {@link #onIpcEntry} has kept it, as it is here in {@link ThreadLayout#resumeIp} and {@link ThreadLayout#resumeSp}, and stays there.
     * Inline; keeps all registers but EAX, ECX and EDI, none of which is {@code tcb} or {@code partner}.
     */
    public void suspend(Reg32 tcb, Operand partner) {
        mov(tcb.at(thread.partner), partner);
    }

    /**
     * A thread in state WAITING stops waiting: the kernel lets it run, cancels its Ipc, halts, kills or deletes it. Inline;
     * keeps all registers but {@code scratch}.
     */
    public void publishRunning(Reg32 tcb, Reg32 scratch) {}

    /**
     * What {@link #resume} may need first, some instructions before it: {@code ip} stays as this leaves it until then. Inline; keeps all other
     * registers.
     */
    public void beginResume(Reg32 tcb, Reg32 ip) {}

    /**
     * {@link #publishRunning} and {@link #loadResumePoint} in one, for a thread that runs at once, behind {@link #beginResume}. Inline; keeps
     * all registers but {@code ip} and {@code sp}, neither of which is {@code tcb}.
     */
    public void resume(Reg32 tcb, Reg32 ip, Reg32 sp) {
        publishRunning(tcb, ip);
        loadResumePoint(tcb, ip, sp);
    }

    /** The first sender was queued at, or the last one removed from, {@code tcb}. Inline; keeps all registers but {@code scratch}. */
    public void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {}

    /**
     * Someone is queued at {@code tcb} to send in another's name, or nobody is any more. Who calls that other one, and finds it waiting,
     * has a message as from it nevertheless: so it may not begin any wait at user level meanwhile. Inline; keeps all registers but
     * {@code scratch}.
     */
    public void publishNamed(Reg32 tcb, boolean named, Reg32 scratch) {}

    /**
     * A thread gets a UTCB, all of whose words of this policy are 0; nobody is queued to send to it. Inline; keeps all registers;
     * {@code utcb} holds its kernel address.
     */
    public void place(Reg32 utcb) {}

    /**
     * A thread has come to another space with all words of its UTCB: local ids among them mean nothing there. Inline; keeps all
     * registers; {@code utcb} holds the new UTCB's kernel address.
     */
    public void migrate(Reg32 utcb) {}

    /**
     * Whom a thread that the kernel found in state WAITING waits for, in the form of {@link ThreadLayout#partner}. User level
     * may have written it: good for comparing, never for addressing. Inline; loads {@code out}, which may not equal
     * {@code tcb}; keeps all other registers.
     */
    public void loadPartner(Reg32 tcb, Reg32 out) {
        mov(out, tcb.at(thread.partner));
    }
}
