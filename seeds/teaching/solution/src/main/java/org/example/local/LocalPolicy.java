package org.example.local;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg16;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.LocalSwitching;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.kernel.local.StackSwitch;
import org.sidestep.plugin.Parameter;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Local IPC: a call to a waiting thread of the same space switches at user level, and the kernel follows at its next entry. */
public final class LocalPolicy implements IpcPolicy {

    @Override
    public String id() {
        return "local";
    }

    @Override
    public String summary() {
        return "the assignment: local IPC at user level";
    }

    @Override
    public List<Parameter> parameters() {
        return ReturnPath.parameters();
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new Hooks(kernel);
    }

    private static final class Hooks extends LocalSwitching {

        /** The words that travel in registers. */
        private static final int FEW_WORDS = 2;

        Hooks(KernelCode kernel) {
            super(kernel);
        }

        @Override
        public void userStubs(UserStubs stubs) {
            Label enter = fresh("enter");
            Label restart = fresh("restart");
            Label answers = fresh("answers");
            Label partnerIsOpen = fresh("partnerIsOpen");
            Label forward = fresh("forward");
            asm.align(32);
            routine("local.lipc", """
                    in    EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack
                    holds EBX resume address, EBP scratch
                    out   EAX from, ESI MR0, EBX MR1, EBP MR2, EDI own local id, in the partner; or in the kernel""");
            stubs.lipc();
            pop(EBX);

            // From here the kernel begins anew if it interrupts us.
            here(restart);
            // The resume point: where we go on when somebody answers.
            mov(EDI.at(words.ip()), EBX);
            mov(EDI.at(words.sp()), ESP);

            // Nothing can time out. (A send timeout of zero cannot: the partner waits.)
            test(ECX, ~Time.SEND_AT_ONCE);
            exitIf(NZ, enter, "a timeout");

            // The message is at most two words, which are in registers.
            // Their number is the lowest part of MR0, in whose lower half are typed items and flags, too.
            cmp(Reg16.SI, FEW_WORDS);
            exitIf(A, enter, "more than two words, typed items or flags");

            // We wait for the partner's answer, or for any thread while no sender is queued.
            cmp(EDX, EAX);
            je(answers);
            cmp(EDX, ThreadId.ANY_LOCAL);
            exitIf(NE, enter, "waits for somebody else");
            cmp(EDI.at(words.pending()).dword(), 0);
            exitIf(NE, enter, "a sender is queued");

            here(answers);
            // The partner is a thread of our own space: it is named by its local id, the address of its UTCB.
            // And nobody is queued who sends in its name: his message would be the answer.
            test(EDI.at(words.kernelBits()), EAX);
            exitIf(NZ, enter, "named by global id, or a message as from it may be queued");

            // The partner waits, for us or for any thread of its space.
            mov(EBP, EAX.at(words.status()));
            cmp(EBP, EDI);
            jne(partnerIsOpen);

            // The switch: from here the kernel completes it if it interrupts us.
            new StackSwitch(kernel, words).commit(stubs, restart, forward, fresh("completion"));
            stubs.probe(KernelProbes.IPC_USER);
            new ReturnPath(asm, stubs.parameters()).emit();

            Label aside = here("local.aside");
            here(partnerIsOpen);
            cmp(EBP, ThreadId.ANY_LOCAL);
            je(forward);
            cmp(EBP, ThreadId.ANY);
            je(forward);
            jmp(enter);
            stubs.restartable(aside, here("local.asideEnd"), restart);

            // Whatever else: the kernel can do it.
            routine("local.ipc", "in  as local.lipc");
            stubs.ipc();
            pop(EBX);
            here(enter);
            stubs.enterKernel();
        }
    }
}
