package org.sidestep.kernel.l4.assembly;

import static org.sidestep.kernel.Cause.FIXUP;
import static org.sidestep.kernel.Cause.QUEUES;
import static org.sidestep.kernel.Cause.REGISTERS;
import static org.sidestep.kernel.Cause.USER_STUB;
import static org.sidestep.kernel.Cause.VALIDATION;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.UserStubs;

/** A policy whose code is attributed to what each of its hooks is for. */
record BoundPolicy(IpcPolicy policy, Kernel kernel) implements IpcPolicy {

    @Override
    public String id() {
        return policy.id();
    }

    @Override
    public String summary() {
        return policy.summary();
    }

    @Override
    public boolean threadsAtUserLevel() {
        return policy.threadsAtUserLevel();
    }

    @Override
    public void userStubs(UserStubs stubs) {
        kernel.spentOn(USER_STUB, () -> policy.userStubs(stubs));
    }

    @Override
    public void onKernelEntry(KernelCode code) {
        kernel.spentOn(FIXUP, () -> policy.onKernelEntry(code));
    }

    @Override
    public void onIpcEntry(KernelCode code) {
        kernel.spentOn(FIXUP, () -> policy.onIpcEntry(code));
    }

    @Override
    public void saveResumePoint(KernelCode code, Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
        kernel.spentOn(REGISTERS, () -> policy.saveResumePoint(code, tcb, utcb, ip, sp));
    }

    @Override
    public void loadResumePoint(KernelCode code, Reg32 tcb, Reg32 ip, Reg32 sp) {
        kernel.spentOn(REGISTERS, () -> policy.loadResumePoint(code, tcb, ip, sp));
    }

    @Override
    public void publishWaiting(KernelCode code, Reg32 tcb, Reg32 utcb, Operand partner) {
        kernel.spentOn(QUEUES, () -> policy.publishWaiting(code, tcb, utcb, partner));
    }

    @Override
    public void publishRunning(KernelCode code, Reg32 tcb, Reg32 scratch) {
        kernel.spentOn(QUEUES, () -> policy.publishRunning(code, tcb, scratch));
    }

    @Override
    public void resume(KernelCode code, Reg32 tcb, Reg32 ip, Reg32 sp) {
        kernel.spentOn(REGISTERS, () -> policy.resume(code, tcb, ip, sp));
    }

    @Override
    public void publishPending(KernelCode code, Reg32 tcb, boolean pending, Reg32 scratch) {
        kernel.spentOn(QUEUES, () -> policy.publishPending(code, tcb, pending, scratch));
    }

    @Override
    public void loadPartner(KernelCode code, Reg32 tcb, Reg32 out) {
        kernel.spentOn(VALIDATION, () -> policy.loadPartner(code, tcb, out));
    }
}
