package org.sidestep.lab.verify.faulty;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Set;
import org.sidestep.asm.Label;
import org.sidestep.ipc.lazy.LazyHooks;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.EntryCheck;
import org.sidestep.x2.ThreadId;

/** The hooks of lazy switching with one fault. */
final class FaultyHooks extends LazyHooks {

    private static final int NONSENSE = 0xBAD00;

    private final Faults fault;

    FaultyHooks(KernelCode kernel, Faults fault) {
        super(kernel);
        this.fault = fault;
    }

    @Override
    public void userStubs(UserStubs stubs) {
        super.userStubs(new FaultyStubs(stubs, kernel, fault));
    }

    private void clobber(String hook, Operand... outs) {
        Reg32 register = Faults.register(fault.clobbered("in-" + hook));
        if (register != null && !Set.of(outs).contains(register)) mov(register, NONSENSE);
    }

    @Override
    public void onKernelEntry() {
        if (fault.is("no-entry-check")) return;
        if (fault.is("pointer-read-at-entry")) {
            mov(EAX, Mem.absolute(kernel.currentUtcb()));
            mov(ECX, EAX.at(words.pending()));
        }
        if (fault.is("pointer-written-at-entry")) {
            mov(EAX, Mem.absolute(kernel.currentUtcb()));
            mov(EAX.at(words.status()).dword(), 0);
        }
        new EntryCheck(believing(), words.status()).withFrame();
        if (fault.is("slice-begins-again-at-an-entry")) BelievingKernel.fresh(asm);
    }

    @Override
    public void onIpcEntry() {
        if (!fault.is("no-ipc-entry-check")) new EntryCheck(believing(), words.status()).withArguments();
        keepResumePoint();
        clobber("ipc-entry");
    }

    /** On the kernel's stack, as far as a fault keeps it there; from which a frame is made all the same. */
    @Override
    protected void keepResumePoint() {
        if (fault.is("stack-not-saved")) {
            mov(EDI, ofCaller(thread.utcbAlias));
            mov(EDI.at(words.ip()), EBX);
        }
        if (keptOnStack()) {
            push(EBX);
            push(EBP);
            lea(EBX, ESP.at(2 * 4 - kernel.stackTop()));
            return;
        }
        super.keepResumePoint();
        if (!fault.is("resumed-at-old-place")) return;
        push(EDI.at(words.ip()).dword());
        push(EDI.at(words.sp()).dword());
    }

    private boolean keptOnStack() {
        return fault.is("stack-not-saved") || fault.is("resume-point-not-saved") || fault.is("resume-point-in-tcb");
    }

    @Override
    public void takeResumePoint() {
        if (keptOnStack()) {
            pop(EDI);
            pop(EBP);
            return;
        }
        if (fault.is("resumed-at-old-place")) add(ESP, 2 * 4);
        super.takeResumePoint();
    }

    private KernelCode believing() {
        return fault.is("trusted-claim") || fault.is("kernel-not-told") || fault.isOfSlices()
                ? new BelievingKernel(kernel, fault)
                : kernel;
    }

    @Override
    public void saveResumePoint(Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
        if (fault.is("resume-point-in-tcb")) {
            mov(tcb.at(thread.resumeIp), ip);
            mov(tcb.at(thread.resumeSp), sp);
        } else if (fault.is("stack-not-saved")) mov(utcb.at(words.ip()), ip);
        else if (!fault.is("resume-point-not-saved")) super.saveResumePoint(tcb, utcb, ip, sp);
        clobber("save-resume-point");
    }

    @Override
    public void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
        super.loadResumePoint(tcb, ip, sp);
        clobber("load-resume-point", ip, sp);
    }

    @Override
    public void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
        if (fault.is("wrong-publication")) super.publishWaiting(tcb, utcb, new Imm(ThreadId.ANY_LOCAL));
        else if (fault.is("any-published-as-local"))
            publishInsteadOf(ThreadId.ANY, ThreadId.ANY_LOCAL, tcb, utcb, partner);
        else if (fault.is("any-local-published-as-any"))
            publishInsteadOf(ThreadId.ANY_LOCAL, ThreadId.ANY, tcb, utcb, partner);
        else if (!fault.is("nobody-published")) super.publishWaiting(tcb, utcb, partner);
        clobber("publish-waiting");
    }

    @Override
    public void publishRunning(Reg32 tcb, Reg32 scratch) {
        if (fault.is("running-published-as-waiting")) {
            mov(scratch, tcb.at(thread.utcbAlias));
            mov(scratch.at(words.status()).dword(), ThreadId.ANY_LOCAL);
        } else if (!fault.is("missing-publication")) super.publishRunning(tcb, scratch);
        clobber("publish-running", scratch);
    }

    @Override
    public void resume(Reg32 tcb, Reg32 ip, Reg32 sp) {
        if (fault.is("resumed-without-publication")) super.loadResumePoint(tcb, ip, sp);
        else if (fault.is("resumed-at-old-place")) {
            super.resume(tcb, ip, sp);
            mov(ip, tcb.at(thread.resumeIp));
        } else super.resume(tcb, ip, sp);
        clobber("resume", ip, sp);
    }

    @Override
    public void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {
        if (fault.is("utcb-assumed")) requireUtcb(tcb);
        if (!fault.is("sender-not-published")) super.publishPending(tcb, pending, scratch);
        clobber("publish-pending", scratch);
    }

    @Override
    public void suspend(Reg32 tcb, Operand partner) {
        if (!fault.is("suspended-without-publication")) super.suspend(tcb, partner);
    }

    @Override
    public void publishNamed(Reg32 tcb, boolean named, Reg32 scratch) {
        if (!fault.is("named-not-published")) super.publishNamed(tcb, named, scratch);
    }

    @Override
    public void place(Reg32 utcb) {
        if (!fault.is("place-forgotten")) super.place(utcb);
    }

    /** Of those who wait for some. */
    private void publishInsteadOf(int whom, int other, Reg32 tcb, Reg32 utcb, Operand partner) {
        Label right = fresh("right");
        Label done = fresh("done");
        if (partner instanceof Imm imm) {
            super.publishWaiting(tcb, utcb, imm.value() == whom ? new Imm(other) : imm);
            return;
        }
        op("cmp", partner, new Imm(whom));
        jne(right);
        super.publishWaiting(tcb, utcb, new Imm(other));
        jmp(done);
        here(right);
        super.publishWaiting(tcb, utcb, partner);
        here(done);
    }

    @Override
    public void loadPartner(Reg32 tcb, Reg32 out) {
        if (fault.is("stale-partner")) mov(out, tcb.at(thread.partner));
        else super.loadPartner(tcb, out);
        if (fault.is("partner-followed")) follow(out);
        clobber("load-partner", out);
    }

    /** As if each thread had a UTCB, at the address that is its local id. */
    private void requireUtcb(Reg32 tcb) {
        Label has = fresh("has");
        cmp(tcb.at(thread.localId).dword(), 0);
        jne(has);
        mov(Mem.absolute(0).dword(), 1);
        here(has);
    }

    /** As if it were the partner's UTCB for sure. */
    private void follow(Reg32 id) {
        Label none = fresh("none");
        cmp(id, 0x1000);
        j(B, none);
        cmp(id, ThreadId.ANY_LOCAL);
        je(none);
        op("test", id, new Imm(ThreadId.GLOBAL));
        jnz(none);
        cmp(id.at(words.pending()).dword(), 0);
        here(none);
    }
}
