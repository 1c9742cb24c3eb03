package org.sidestep.ipc.lazy;

import java.util.List;
import java.util.Optional;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ReturnPath;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameter;

/**
 * Lazy switching: Lipc to a waiting thread of the same space switches at user level; the kernel follows at its next entry.
 *
 * <p>Four words of each UTCB carry what user level must know ({@link LazyWords}); the Lipc stub reads and writes them
 * ({@link LocalIpc}); on entry the kernel compares the word behind {@code %gs:0} with what it believes ({@link EntryCheck});
 * whatever it reads of the status goes through the cell's state validation ({@link LazyHooks}).
 */
public final class LazyPolicy implements IpcPolicy {

    @Override
    public String id() {
        return "lazy";
    }

    @Override
    public String summary() {
        return "local IPC switches at user level; the kernel follows at its next entry";
    }

    @Override
    public List<Parameter> parameters() {
        return ReturnPath.parameters();
    }

    @Override
    public void layout(ThreadLayout layout) {
        LazyWords.declare(layout);
    }

    @Override
    public void userStubs(UserStubs stubs) {
        new LocalIpc(stubs).emit();
    }

    @Override
    public void onKernelEntry(KernelCode kernel) {
        new EntryCheck(kernel).withFrame();
    }

    @Override
    public void onIpcEntry(KernelCode kernel) {
        new EntryCheck(kernel).withArguments();
    }

    @Override
    public void saveResumePoint(KernelCode kernel, Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
        new LazyHooks(kernel).saveResumePoint(utcb, ip, sp);
    }

    @Override
    public void loadResumePoint(KernelCode kernel, Reg32 tcb, Reg32 ip, Reg32 sp) {
        new LazyHooks(kernel).loadResumePoint(tcb, ip, sp);
    }

    @Override
    public Optional<Field> publishedPartner(ThreadLayout layout) {
        return Optional.of(LazyWords.of(layout).status());
    }

    @Override
    public void publishWaiting(KernelCode kernel, Reg32 tcb, Reg32 utcb, Operand partner) {
        new LazyHooks(kernel).publishWaiting(tcb, utcb, partner);
    }

    @Override
    public void publishRunning(KernelCode kernel, Reg32 tcb, Reg32 scratch) {
        new LazyHooks(kernel).publishRunning(tcb, scratch);
    }

    @Override
    public void resume(KernelCode kernel, Reg32 tcb, Reg32 ip, Reg32 sp) {
        new LazyHooks(kernel).resume(tcb, ip, sp);
    }

    @Override
    public void publishPending(KernelCode kernel, Reg32 tcb, boolean pending, Reg32 scratch) {
        new LazyHooks(kernel).publishPending(tcb, pending, scratch);
    }

    @Override
    public void loadPartner(KernelCode kernel, Reg32 tcb, Reg32 out) {
        new LazyHooks(kernel).loadPartner(tcb, out);
    }
}
