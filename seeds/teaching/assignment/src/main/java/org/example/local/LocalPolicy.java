package org.example.local;

import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.LocalSwitching;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.plugin.Parameter;

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

        Hooks(KernelCode kernel) {
            super(kernel);
        }

        @Override
        public void userStubs(UserStubs stubs) {
            Label enter = fresh("enter");
            asm.align(32);
            routine("local.lipc", """
                    in    EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack
                    holds EBX resume address, EBP scratch
                    out   EAX from, ESI MR0, EBX MR1, EBP MR2, EDI own local id, in the partner; or in the kernel""");
            stubs.lipc();
            pop(EBX);

            // TODO The lecture's local IPC. Go to the kernel (exitIf(..., enter, "why")) unless all of this holds:
            //
            //   the partner is a thread of our own space:  it is named by local id, and nobody is queued who sends in
            // its
            //                                              name: EAX has no bit of the word words.kernelBits()
            //   nothing can time out:                      no bit but Time.SEND_AT_ONCE is set in ECX
            //   the message is in registers:               at most two untyped words, nothing typed, no flags (ESI)
            //   we wait for the partner's answer,          EDX is EAX
            //     or for any thread, and none is queued:   EDX is ThreadId.ANY_LOCAL, the word words.pending() is 0
            //   the partner waits for us, or for any:      its words.status() is EDI, ThreadId.ANY_LOCAL or
            // ThreadId.ANY
            //
            // Then switch:
            //
            //   our resume point is EBX and ESP:           words.ip() and words.sp() of our UTCB, which is at EDI
            //   restart:     begin here if the kernel interrupts us before the switch has begun
            //   forward:     new StackSwitch(kernel, words).commit(stubs, restart, forward, completion)
            //                  our status   := whom we wait for
            //                  stack        := the partner's
            //                  its status   := running
            //                  current UTCB := the partner's
            //   completion:  stubs.probe(KernelProbes.IPC_USER), so that the round is counted;
            //                new ReturnPath(asm, stubs.parameters()).emit(): go on in the partner
            //
            // Code that stands elsewhere and may be begun anew as well is declared with stubs.restartable(from, to,
            // restart).
            jmp(enter);

            // Whatever else: the kernel can do it.
            routine("local.ipc", "in  as local.lipc");
            stubs.ipc();
            pop(EBX);
            here(enter);
            stubs.enterKernel();
        }
    }
}
