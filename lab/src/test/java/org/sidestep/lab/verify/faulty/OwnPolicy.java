package org.sidestep.lab.verify.faulty;

import java.util.List;
import java.util.stream.Stream;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.LocalSwitching;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameter;

/**
 * Local switching with stubs of its own, as someone writes them who knows the interface and not the platform's stubs: right in several ways,
 * and wrong in others.
 */
public final class OwnPolicy implements IpcPolicy {

    /** Those that are right. */
    public static final List<String> RIGHT = List.of(
            "plain", "any-send-timeout", "jump-through-memory", "writes-reversed", "published-twice", "never-local");

    /** Those that are wrong. */
    public static final List<String> WRONG = List.of(
            "return-address-popped-again",
            "return-address-lost-in-the-loop",
            "scratch-register-holds-an-argument",
            "last-word-of-8-lost",
            "last-word-of-63-lost",
            "status-looked-at-behind-forward",
            "any-waiting-partner-will-do",
            "queue-not-looked-at",
            "queued-in-anothers-name-not-looked-at",
            "receive-timeout-ignored",
            "stack-saved-behind-forward",
            "partners-status-forgotten-in-the-kernel",
            "partners-address-believed-in-the-kernel",
            "nobody-written-to-in-the-kernel",
            "unchanged-resume-point-not-published");

    private static final String VARIANT = "variant";

    private final String first;

    /** With a parameter that says which. */
    public OwnPolicy() {
        this(RIGHT.get(0));
    }

    private OwnPolicy(String first) {
        this.first = first;
    }

    /** The variant of that name. */
    public static IpcPolicy of(String variant) {
        if (!RIGHT.contains(variant) && !WRONG.contains(variant)) throw new IllegalArgumentException(variant);
        return new OwnPolicy(variant);
    }

    @Override
    public String id() {
        return "own";
    }

    @Override
    public String summary() {
        return "local switching with stubs of its own";
    }

    @Override
    public List<Parameter> parameters() {
        String[] choices = Stream.of(List.of(first), RIGHT, WRONG)
                .flatMap(List::stream)
                .distinct()
                .toArray(String[]::new);
        return List.of(Parameter.choice(VARIANT, "how it is done", choices));
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new Hooks(kernel, kernel.parameters().choice(VARIANT));
    }

    private static final class Hooks extends LocalSwitching {
        private final String variant;
        /** The user IP that was published last, or null in all variants but one. */
        private final Field published;

        Hooks(KernelCode kernel, String variant) {
            super(kernel);
            this.variant = variant;
            published = variant.equals("unchanged-resume-point-not-published") ? thread.kernelWord("published") : null;
        }

        @Override
        public void userStubs(UserStubs stubs) {
            new OwnStubs(kernel, stubs, words, variant).emit();
        }

        @Override
        protected void keepResumePoint() {
            if (published == null) {
                super.keepResumePoint();
                return;
            }
            mov(Reg32.EDI, ofCaller(thread.utcbAlias));
            publishUnlessSame(Reg32.EDI, Reg32.EBX, ofCaller(published));
            mov(Reg32.EDI.at(words.sp()), Reg32.EBP);
            lea(Reg32.EBX, Reg32.ESP.at(-kernel.stackTop()));
        }

        @Override
        public void saveResumePoint(Reg32 tcb, Reg32 utcb, Reg32 ip, Reg32 sp) {
            if (published == null) {
                super.saveResumePoint(tcb, utcb, ip, sp);
                return;
            }
            publishUnlessSame(utcb, ip, tcb.at(published));
            mov(utcb.at(words.sp()), sp);
        }

        /** What the kernel has published last is in the TCB, and stale there: user level has overwritten the other since. */
        private void publishUnlessSame(Reg32 utcb, Reg32 ip, Mem last) {
            Label same = fresh("same");
            cmp(last, ip);
            je(same);
            mov(utcb.at(words.ip()), ip);
            mov(last, ip);
            here(same);
        }

        @Override
        public void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
            super.publishWaiting(tcb, utcb, partner);
            if (variant.equals("published-twice")) super.publishWaiting(tcb, utcb, partner);
        }

        @Override
        public void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {
            super.publishPending(tcb, pending, scratch);
            if (pending && variant.equals("published-twice"))
                mov(scratch.at(words.pending()).dword(), 0x7FFF);
        }
    }
}
