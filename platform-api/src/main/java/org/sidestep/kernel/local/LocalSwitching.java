package org.sidestep.kernel.local;

import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Optional;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.layout.Field;

/**
 * The hooks of a policy whose stubs switch threads at user level, by the {@link PublishedWords} of the UTCB, and store the
 * running thread's local id in the word behind {@code %gs:0}. On entry the kernel follows ({@link EntryCheck}); regular IPC
 * reads and writes the words by the UTCB's kernel address; whatever it reads of the status goes through the cell's validation.
 * A policy adds its stubs.
 */
public abstract class LocalSwitching extends PolicyHooks {

    protected final PublishedWords words;

    protected LocalSwitching(KernelCode kernel) {
        super(kernel);
        words = PublishedWords.declare(thread);
    }

    @Override
    public final Optional<Field> publishedPartner() {
        return Optional.of(words.status());
    }

    @Override
    public final Optional<ResumePoint> publishedResumePoint() {
        return Optional.of(new ResumePoint(words.ip(), words.sp()));
    }

    @Override
    public void onKernelEntry() {
        new EntryCheck(kernel, words.status()).withFrame();
    }

    @Override
    public void onIpcEntry() {
        new EntryCheck(kernel, words.status()).withArguments();
        kernel.spentOn(Cause.REGISTERS, this::keepResumePoint);
    }

    /**
     * Stores the resume point of a caller of Ipc where it will be looked for if it waits, and nowhere else. In: ESP the upper end of its TCB,
     * EBX and EBP the resume point. Out: EBX the TCB. Keeps all other registers but EDI.
     */
    protected void keepResumePoint() {
        mov(EDI, ofCaller(thread.utcbAlias));
        mov(EDI.at(words.ip()), EBX);
        lea(EBX, ESP.at(-kernel.stackTop()));
        mov(EDI.at(words.sp()), EBP);
    }

    /** A word of the TCB whose upper end ESP is. */
    protected final Mem ofCaller(Field field) {
        return ESP.at(field.offset() - kernel.stackTop()).sized(4).of(field);
    }

    @Override
    public void takeResumePoint() {
        mov(EBP, EBX.at(thread.utcbAlias));
        mov(EDI, EBP.at(words.sp()));
        mov(EBP, EBP.at(words.ip()));
    }

    @Override
    public void saveResumePoint(Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
        mov(utcb.at(words.ip()), ip);
        mov(utcb.at(words.sp()), sp);
    }

    /** A lie harms only the liar: it is resumed at user level, wherever it says. */
    @Override
    public void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
        mov(ip, tcb.at(thread.utcbAlias));
        mov(sp, ip.at(words.sp()));
        mov(ip, ip.at(words.ip()));
    }

    @Override
    public void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
        publish(tcb, utcb, partner);
    }

    /** The resume point has been there since entry. */
    @Override
    public void suspend(Reg32 tcb, Operand partner) {
        mov(EDI, tcb.at(thread.utcbAlias));
        publishWaiting(tcb, EDI, partner);
    }

    @Override
    public void publishRunning(Reg32 tcb, Reg32 scratch) {
        mov(scratch, tcb.at(thread.utcbAlias));
        publish(tcb, scratch, PublishedWords.RUNNING);
    }

    @Override
    public void beginResume(Reg32 tcb, Reg32 ip) {
        mov(ip, tcb.at(thread.utcbAlias));
    }

    @Override
    public void resume(Reg32 tcb, Reg32 ip, Reg32 sp) {
        mov(sp, ip.at(words.sp()));
        publish(tcb, ip, PublishedWords.RUNNING);
        mov(ip, ip.at(words.ip()));
    }

    private void publish(Reg32 tcb, Reg32 utcb, Operand status) {
        kernel.validation().publish(tcb, utcb, words.status(), status);
    }

    @Override
    public void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {
        mov(scratch, tcb.at(thread.utcbAlias));
        mov(scratch.at(words.pending()), pending ? 1 : 0);
    }

    @Override
    public void publishNamed(Reg32 tcb, boolean named, Reg32 scratch) {
        mov(scratch, tcb.at(thread.utcbAlias));
        mov(scratch.at(words.kernelBits()), named ? PublishedWords.EVERY_ID : PublishedWords.GLOBAL_IDS);
    }

    @Override
    public void place(Reg32 utcb) {
        mov(utcb.at(words.kernelBits()), PublishedWords.GLOBAL_IDS);
    }

    @Override
    public void migrate(Reg32 utcb) {
        mov(utcb.at(words.named()).dword(), 0);
    }

    @Override
    public void loadPartner(Reg32 tcb, Reg32 out) {
        kernel.validation().load(tcb, words.status(), out);
    }
}
