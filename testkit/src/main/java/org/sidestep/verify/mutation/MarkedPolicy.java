package org.sidestep.verify.mutation;

import java.util.List;
import java.util.Optional;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.SystemCall;

/** A policy whose code is known by the hook that emits it. */
record MarkedPolicy(IpcPolicy policy, Mutator mutator) implements IpcPolicy {

    @Override
    public String id() {
        return policy.id();
    }

    @Override
    public String summary() {
        return policy.summary();
    }

    @Override
    public List<Parameter> parameters() {
        return policy.parameters();
    }

    @Override
    public void check(Parameters parameters) {
        policy.check(parameters);
    }

    @Override
    public boolean threadsAtUserLevel() {
        return policy.threadsAtUserLevel();
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new Hooks(kernel, policy.hooks(new MarkedKernel(kernel)), mutator.in(kernel.asm()));
    }

    /** Hands everything on. */
    private static final class Hooks extends PolicyHooks {
        private final PolicyHooks hooks;
        private final Mutator.Editing editing;

        Hooks(KernelCode kernel, PolicyHooks hooks, Mutator.Editing editing) {
            super(kernel);
            this.hooks = hooks;
            this.editing = editing;
        }

        private void by(String hook, Runnable code) {
            MarkedKernel.by(asm, Axis.IPC + " " + hook, code);
        }

        @Override
        public Optional<Field> publishedPartner() {
            return hooks.publishedPartner();
        }

        @Override
        public Optional<ResumePoint> publishedResumePoint() {
            return hooks.publishedResumePoint();
        }

        @Override
        public void userStubs(UserStubs stubs) {
            by("userStubs", () -> hooks.userStubs(new Stubs(stubs, editing)));
        }

        @Override
        public void onKernelEntry() {
            by("onKernelEntry", hooks::onKernelEntry);
        }

        @Override
        public void onIpcEntry() {
            by("onIpcEntry", hooks::onIpcEntry);
        }

        @Override
        public void takeResumePoint() {
            by("takeResumePoint", hooks::takeResumePoint);
        }

        @Override
        public void saveResumePoint(Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
            by("saveResumePoint", () -> hooks.saveResumePoint(tcb, utcb, ip, sp));
        }

        @Override
        public void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
            by("loadResumePoint", () -> hooks.loadResumePoint(tcb, ip, sp));
        }

        @Override
        public void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
            by("publishWaiting", () -> hooks.publishWaiting(tcb, utcb, partner));
        }

        @Override
        public void suspend(Reg32 tcb, Operand partner) {
            by("suspend", () -> hooks.suspend(tcb, partner));
        }

        @Override
        public void publishRunning(Reg32 tcb, Reg32 scratch) {
            by("publishRunning", () -> hooks.publishRunning(tcb, scratch));
        }

        @Override
        public void beginResume(Reg32 tcb, Reg32 ip) {
            by("beginResume", () -> hooks.beginResume(tcb, ip));
        }

        @Override
        public void resume(Reg32 tcb, Reg32 ip, Reg32 sp) {
            by("resume", () -> hooks.resume(tcb, ip, sp));
        }

        @Override
        public void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {
            by("publishPending", () -> hooks.publishPending(tcb, pending, scratch));
        }

        @Override
        public void publishNamed(Reg32 tcb, boolean named, Reg32 scratch) {
            by("publishNamed", () -> hooks.publishNamed(tcb, named, scratch));
        }

        @Override
        public void place(Reg32 utcb) {
            by("place", () -> hooks.place(utcb));
        }

        @Override
        public void migrate(Reg32 utcb) {
            by("migrate", () -> hooks.migrate(utcb));
        }

        @Override
        public void loadPartner(Reg32 tcb, Reg32 out) {
            by("loadPartner", () -> hooks.loadPartner(tcb, out));
        }
    }

    /** What the kernel emits into the stubs is not the policy's. */
    private record Stubs(UserStubs stubs, Mutator.Editing editing) implements UserStubs {
        @Override
        public Assembler asm() {
            return stubs.asm();
        }

        @Override
        public Parameters parameters() {
            return stubs.parameters();
        }

        @Override
        public ThreadLayout thread() {
            return stubs.thread();
        }

        @Override
        public Label stub(SystemCall call) {
            return stubs.stub(call);
        }

        @Override
        public int currentUtcb() {
            return stubs.currentUtcb();
        }

        @Override
        public void ipc() {
            stubs.ipc();
        }

        @Override
        public void lipc() {
            stubs.lipc();
        }

        @Override
        public void enterKernel() {
            MarkedKernel.by(asm(), "", stubs::enterKernel);
        }

        @Override
        public void sequence(Label restart, Label forward, Label completion, RollForward rollForward) {
            String name = restart.name();
            stubs.sequence(
                    editing.point(name, "restart", restart),
                    editing.point(name, "forward", forward),
                    editing.point(name, "completion", completion),
                    () -> MarkedKernel.by(asm(), Axis.IPC + " rollForward", rollForward::emit));
        }

        @Override
        public void restartable(Label begin, Label end, Label restart) {
            String name = begin.name();
            stubs.restartable(
                    editing.point(name, "begin", begin),
                    editing.point(name, "end", end),
                    editing.point(name, "restart", restart));
        }

        @Override
        public void probe(String name) {
            stubs.probe(name);
        }
    }
}
