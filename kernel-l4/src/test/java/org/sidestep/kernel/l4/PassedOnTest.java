package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NS;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A pager, an exception handler and a scheduler pass on what the kernel asks them in a thread's name: whom they pass it on to answers. */
class PassedOnTest {

    private static final int QUANTUM = Time.period(5000);
    /** Of UD2. */
    private static final int LENGTH = 2;

    /** The root task passes on to a worker in its space whatever the kernel says in the name of a thread of another space. */
    private abstract static class PassingOn extends RootTask {

        PassingOn(UserProgram program) {
            super(program);
        }

        /** Receives from the thread, and goes on there if it has said something itself. */
        final void hear(Label itself) {
            ipc(ThreadId.NIL, THREAD, 0);
            test(ESI, ESI);
            exitIf(NS, itself, "no protocol's label");
        }

        final void passOn() {
            setMessage(1, EBX);
            setMessage(2, EBP);
            mov(EDI.at(Utcb.ACTUAL_SENDER), THREAD);
            or(ESI, MessageTag.PROPAGATED);
            mov(EAX, OTHER);
            mov(EDX, ThreadId.NIL);
            xor(ECX, ECX);
            systemCall(SystemCall.IPC);
        }

        final void answerAtOnce() {
            mov(EAX, THREAD);
            mov(EDX, ThreadId.NIL);
            mov(ECX, Time.SEND_AT_ONCE);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        final void schedule(int times) {
            Reg32[] registers = {EAX, EDX, ECX, ESI, EDI};
            int[] values = {THREAD, times, -1, -1, -1};
            for (int i = 0; i < registers.length; i++) mov(registers[i], values[i]);
            systemCall(SystemCall.SCHEDULE);
        }
    }

    @Test
    void whomAFaultAnExceptionOrAQuantumIsPassedOnToAnswersIt() {
        TestKernel kernel = TestKernel.everywhere(program -> new PassingOn(program) {
            @Override
            void main() {
                Label done = label("done");
                spawn(OTHER, 1, label("worker"));
                spawnApart(THREAD, label("asker"));
                schedule(Time.pair(Time.NEVER, QUANTUM));
                Label next = here(label("next"));
                hear(done);
                inc(kept("passed"));
                passOn();
                answerAtOnce();
                loadErrorCode(EAX);
                cmp(EAX, IpcError.TIMEOUT);
                je(next);
                inc(kept("answered twice"));
                jmp(next);
                here(done);
            }

            @Override
            void others() {
                here("asker");
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.EXCEPTION_HANDLER), ROOT);
                inc(kept("faulted"));
                op("ud2");
                inc(kept("raised"));
                Label spin = here(fresh("spin"));
                cmp(kept("quanta"), 0);
                je(spin);
                ipc(ROOT, THREAD, 0);
                worker();
            }

            private void worker() {
                Label exception = label("exception");
                here("worker");
                servePageFaults();
                keep("tag", ESI);
                loadOwnUtcb(EDI);
                mov(ECX, EDI.at(Utcb.ACTUAL_SENDER));
                keep("by", ECX);
                and(ESI, ~MessageTag.FLAGS);
                cmp(ESI, Protocol.EXCEPTION.tag());
                exitIf(Z, exception, "an exception");
                inc(kept("quanta"));
                ipc(THREAD, ThreadId.NIL, 0);
                jmp(label("worker"));
                here(exception);
                inc(kept("exceptions"));
                lea(ECX, EBX.at(LENGTH));
                setMessage(1, ECX);
                setMessage(2, EBP);
                ipc(THREAD, ThreadId.NIL, Protocol.EXCEPTION.tag());
                jmp(label("worker"));
            }
        });
        assertThat(kernel.kept("faulted")).isEqualTo(1);
        assertThat(kernel.kept("exceptions")).isEqualTo(1);
        assertThat(kernel.kept("raised")).isEqualTo(1);
        assertThat(kernel.measured("quanta")).isPositive();
        assertThat(kernel.kept("tag")).isEqualTo(Protocol.PREEMPTION.tag() | MessageTag.PROPAGATED);
        assertThat(kernel.kept("by")).isEqualTo(RootTask.ROOT);
        assertThat(kernel.measured("passed")).as("two faults at least").isGreaterThanOrEqualTo(4);
        assertThat(kernel.kept("answered twice")).isZero();
    }

    @Test
    void ifThatOneGoesTheFaultComesAgain() {
        TestKernel kernel = TestKernel.everywhere(program -> new PassingOn(program) {
            @Override
            void main() {
                spawn(OTHER, 1, label("worker"));
                spawnApart(THREAD, label("asker"));
                hear(label("never"));
                keep("first", EBX);
                passOn();
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                hear(label("never"));
                keep("again", EBX);
                answerAtOnce();
                servePageFaults();
                keep("served", ESI);
                here("never");
            }

            @Override
            void others() {
                here("asker");
                ipc(ROOT, THREAD, MessageTag.of(1, 0));
                here("worker");
                ipc(ThreadId.NIL, ThreadId.ANY, 0);
                ipc(ThreadId.NIL, OTHER, 0);
            }
        });
        assertThat(kernel.kept("again")).isNotZero().isEqualTo(kernel.kept("first"));
        assertThat(kernel.kept("served")).isEqualTo(MessageTag.of(1, 0));
    }

    /** It has asked nothing that could be passed on. */
    @Test
    void whoWaitsToBeStartedWaitsForItsPagerWhateverIsSaidInItsName() {
        TestKernel kernel = TestKernel.everywhere(program -> new PassingOn(program) {
            @Override
            void main() {
                spawn(OTHER, 1, label("worker"));
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(2));
                mov(ESI, MessageTag.of(1, 0));
                passOn();
                start(THREAD, label("asker"));
                ipc(ThreadId.NIL, THREAD, 0);
                keep("started", ESI);
            }

            @Override
            void others() {
                here("asker");
                ipc(ROOT, THREAD, MessageTag.of(2, 0));
                here("worker");
                ipc(ThreadId.NIL, ThreadId.ANY, 0);
                keep("told", ESI);
                ipc(ThreadId.NIL, OTHER, 0);
            }
        });
        assertThat(kernel.kept("told")).isEqualTo(MessageTag.of(1, 0) | MessageTag.PROPAGATED);
        assertThat(kernel.kept("started")).isEqualTo(MessageTag.of(2, 0));
    }
}
