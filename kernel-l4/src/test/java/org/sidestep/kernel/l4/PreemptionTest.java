package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg32;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** Total quantum, sensitive priority, delayed and signalled preemption (X.2 reference manual, "Schedule", "Preemption Protocol"). */
class PreemptionTest {

    private static final int KEEP = -1;
    private static final int TICK = 1000;
    private static final int QUANTUM = Time.period(5 * TICK);
    private static final int LONG = Time.period(20 * TICK);

    private abstract static class Preempting extends RootTask {

        final Label second = label("second");
        final Label third = label("third");
        final Label handler = label("handler");

        Preempting(UserProgram program) {
            super(program);
        }

        final void schedule(int thread, int times, int priority, int preemption) {
            Reg32[] registers = {EAX, EDX, ECX, ESI, EDI};
            int[] values = {thread, times, priority, KEEP, preemption};
            for (int i = 0; i < registers.length; i++) mov(registers[i], values[i]);
            systemCall(SystemCall.SCHEDULE);
        }

        /** Receives from itself, for so long. */
        final void sleep(int self, int time) {
            mov(EAX, ThreadId.NIL);
            mov(EDX, self);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            mov(ECX, time);
            systemCall(SystemCall.IPC);
        }

        /** Receives from the second thread, keeping tag and words. */
        final void hear(String name) {
            ipc(ThreadId.NIL, THREAD, 0);
            keep(name, ESI);
            keep(name + ".clock", EBX);
        }

        final void keepCount(String name) {
            mov(EAX, kept("count"));
            keep(name, EAX);
        }

        /** The second thread, with these flags, until the third one has run, or it knows that it would. */
        final void spin(int flags) {
            here(second);
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), id(62));
            mov(EDI.at(Utcb.PREEMPT_FLAGS), flags);
            here("spin");
            cmp(kept("third"), 0);
            jne(label("spun"));
            loadOwnUtcb(EDI);
            test(EDI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.PENDING);
            jz(label("spin"));
            here("spun");
            mov(EAX, kept("third"));
            keep("before", EAX);
            loadOwnUtcb(EDI);
            mov(EAX, EDI.at(Utcb.PREEMPT_FLAGS));
            keep("flags", EAX);
        }

        /** Wakes up a little later, and is better. */
        final void wake() {
            here(third);
            sleep(OTHER, Time.period(3 * TICK));
            inc(kept("third"));
            systemCall(SystemCall.SYSTEM_CLOCK);
            keep("woken", EAX);
            ipc(ThreadId.NIL, OTHER, 0);
        }

        final void end() {
            ipc(ROOT, ThreadId.NIL, 0);
            ipc(ThreadId.NIL, THREAD, 0);
        }
    }

    /** The second thread has priority 100, the third one {@code priority}. */
    private abstract static class Two extends Preempting {

        private final int priority;
        private final int control;

        Two(UserProgram program, int priority, int control) {
            super(program);
            this.priority = priority;
            this.control = control;
        }

        @Override
        void main() {
            threadControl(id(62), ROOT, ROOT, ROOT, utcb(3));
            schedule(id(62), KEEP, 200, KEEP);
            start(id(62), handler);
            threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
            schedule(THREAD, 0, 100, control);
            threadControl(OTHER, ROOT, ROOT, ROOT, utcb(2));
            schedule(OTHER, 0, priority, KEEP);
            start(OTHER, third);
            start(THREAD, second);
            ipc(ThreadId.NIL, THREAD, 0);
        }
    }

    @Test
    void whoHasUsedUpItsTotalQuantumTellsItsSchedulerAndWaitsForIt() {
        TestKernel kernel = TestKernel.everywhere(program -> new Preempting(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                attempt("set", () -> schedule(THREAD, Time.pair(Time.NEVER, QUANTUM), 100, KEEP));
                start(THREAD, second);
                hear("first");
                keepCount("then");
                exchangeRegisters(new Imm(THREAD), ExchangeControl.ABORT_RECEIVE | ExchangeControl.ABORT_SEND);
                sleep(ROOT, LONG);
                keepCount("later");
                schedule(THREAD, Time.pair(Time.NEVER, QUANTUM), KEEP, KEEP);
                hear("second");
                keepCount("rescheduled");
                ipc(THREAD, ThreadId.NIL, 0);
                hear("third");
                keepCount("answered");
                schedule(THREAD, 0, KEEP, KEEP);
                sleep(ROOT, LONG);
                keepCount("unlimited");
                mov(EAX, ThreadId.NIL);
                mov(EDX, THREAD);
                mov(ECX, Time.ZERO);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                systemCall(SystemCall.IPC);
                keep("silent", ESI);
            }

            @Override
            void others() {
                here(second);
                inc(kept("count"));
                jmp(second);
            }
        });
        for (String name : new String[] {"first", "second", "third"}) {
            assertThat(kernel.kept(name)).as(name).isEqualTo(Protocol.PREEMPTION.tag());
        }
        assertThat(kernel.measured("second.clock") - kernel.measured("first.clock"))
                .isBetween(25 * TICK, 28 * TICK);
        assertThat(kernel.measured("third.clock") - kernel.measured("second.clock"))
                .isBetween(5 * TICK - 100, 7 * TICK);
        assertThat(kernel.measured("then")).isPositive();
        assertThat(kernel.measured("later")).isEqualTo(kernel.measured("then"));
        assertThat(kernel.measured("rescheduled")).isGreaterThan(kernel.measured("later"));
        assertThat(kernel.measured("answered")).isGreaterThan(kernel.measured("rescheduled"));
        assertThat(kernel.measured("unlimited") - kernel.measured("answered"))
                .as("more than a quantum")
                .isGreaterThan(2 * (kernel.measured("answered") - kernel.measured("rescheduled")));
        assertThat(kernel.kept("silent") & RootTask.CALL_FAILED).isNotZero();
    }

    @Test
    void whoWasKilledSinceItsSchedulerIsGoneStaysDeadWhateverItsTimeIs() {
        TestKernel kernel = TestKernel.everywhere(program -> new Preempting(program) {
            @Override
            void main() {
                threadControl(OTHER, ROOT, ROOT, ROOT, utcb(2));
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                schedule(THREAD, Time.pair(Time.NEVER, QUANTUM), 100, KEEP);
                threadControl(THREAD, ROOT, OTHER, ThreadId.NIL, KEEP);
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, KEEP);
                start(THREAD, second);
                sleep(ROOT, LONG);
                keepCount("killed");
                threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, KEEP);
                schedule(THREAD, Time.pair(Time.NEVER, QUANTUM), KEEP, KEEP);
                keep("state", EAX);
                keep("left", EDX);
                sleep(ROOT, LONG);
                mov(EAX, kept("count"));
                sub(EAX, kept("killed"));
                keep("ran", EAX);
            }

            @Override
            void others() {
                here(second);
                inc(kept("count"));
                jmp(second);
            }
        });
        assertThat(kernel.measured("killed")).isPositive();
        assertThat(kernel.kept("state")).as("dead").isEqualTo(1);
        assertThat(kernel.kept("left")).as("of its quantum").isEqualTo(Time.pair(Time.NEVER, Time.ZERO));
        assertThat(kernel.kept("ran")).as("counted after that").isZero();
    }

    @Test
    void aThreadDelaysItsPreemptionByOneOfNoMoreThanItsSensitivePriority() {
        TestKernel kernel = TestKernel.everywhere(program -> new Two(program, 120, 150 << 16 | 20 * TICK) {
            @Override
            void others() {
                wake();
                spin(PreemptFlags.DELAY);
                mov(EAX, ThreadId.NIL);
                systemCall(SystemCall.THREAD_SWITCH);
                mov(EAX, kept("third"));
                keep("after", EAX);
                end();
                here(handler);
                ipc(ThreadId.NIL, id(62), 0);
            }
        });
        assertThat(kernel.kept("flags")).isEqualTo(PreemptFlags.DELAY | PreemptFlags.PENDING);
        assertThat(kernel.kept("before")).isZero();
        assertThat(kernel.kept("after")).isEqualTo(1);
    }

    @Test
    void aDelayLastsAsLongAsScheduleHasAllowed() {
        TestKernel kernel = TestKernel.everywhere(program -> new Two(program, 120, 150 << 16 | 4 * TICK) {
            @Override
            void others() {
                wake();
                spin(PreemptFlags.DELAY);
                systemCall(SystemCall.SYSTEM_CLOCK);
                keep("pending", EAX);
                here("wait");
                cmp(kept("third"), 0);
                je(label("wait"));
                end();
                here(handler);
                ipc(ThreadId.NIL, id(62), 0);
            }
        });
        assertThat(kernel.kept("before")).isZero();
        assertThat(kernel.measured("woken") - kernel.measured("pending")).isBetween(4 * TICK - 100, 6 * TICK);
    }

    /** It gives way, and is about to lose the processor again when the first delay would be over. */
    @Test
    void whoHasGivenWayDelaysItsNextPreemptionAsLong() {
        TestKernel kernel = TestKernel.everywhere(program -> new Two(program, 120, 150 << 16 | 4 * TICK) {
            @Override
            void others() {
                here(third);
                sleep(OTHER, Time.period(3 * TICK));
                inc(kept("third"));
                sleep(OTHER, Time.period(12 * TICK));
                inc(kept("third"));
                ipc(ThreadId.NIL, OTHER, 0);
                here(second);
                spinUntilPending("first", 0);
                mov(EAX, ThreadId.NIL);
                systemCall(SystemCall.THREAD_SWITCH);
                spinUntilPending("next", 1);
                end();
                here(handler);
                ipc(ThreadId.NIL, id(62), 0);
            }

            private void spinUntilPending(String name, int until) {
                Label over = fresh("over");
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.DELAY);
                Label spin = here(fresh("spin"));
                cmp(kept("third"), until);
                jne(over);
                test(EDI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.PENDING);
                jz(spin);
                here(over);
                mov(EAX, kept("third"));
                keep(name, EAX);
            }
        });
        assertThat(kernel.kept("first")).isZero();
        assertThat(kernel.kept("next")).as("how often the better one has run").isEqualTo(1);
    }

    /** Nobody better waits any more when it has stopped who did. */
    @Test
    void aDelayIsOverWhenNobodyIsReadyAnyMoreForWhomItWas() {
        TestKernel kernel = TestKernel.everywhere(program -> new Two(program, 120, 150 << 16 | 4 * TICK) {
            @Override
            void others() {
                here(third);
                sleep(OTHER, Time.period(3 * TICK));
                inc(kept("third"));
                ipc(ThreadId.NIL, OTHER, 0);
                spin(PreemptFlags.DELAY);
                exchangeRegisters(new Imm(OTHER), ExchangeControl.HALT_VALID | ExchangeControl.HALT);
                pass(12);
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.DELAY);
                exchangeRegisters(new Imm(OTHER), ExchangeControl.HALT_VALID);
                mov(EAX, kept("third"));
                keep("resumed", EAX);
                end();
                here(handler);
                ipc(ThreadId.NIL, id(62), 0);
            }

            /** So many ticks, at user level. */
            private void pass(int ticks) {
                systemCall(SystemCall.SYSTEM_CLOCK);
                mov(EBP, EAX);
                Label next = here(fresh("pass"));
                systemCall(SystemCall.SYSTEM_CLOCK);
                sub(EAX, EBP);
                cmp(EAX, ticks * TICK);
                j(B, next);
            }
        });
        assertThat(kernel.kept("before")).isZero();
        assertThat(kernel.kept("resumed")).as("delayed again").isZero();
    }

    /** Its slice is over in the middle of a delay: another of its priority has the next one. */
    @Test
    void aSliceThatEndsDuringADelayIsUsedUp() {
        TestKernel kernel = TestKernel.everywhere(program -> new Preempting(program) {
            @Override
            void main() {
                int slice = Time.pair(Time.period(2 * TICK), Time.NEVER);
                schedule(ROOT, KEEP, 250, KEEP);
                threadControl(OTHER, ROOT, ROOT, ROOT, utcb(1));
                schedule(OTHER, KEEP, 120, KEEP);
                start(OTHER, third);
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(2));
                schedule(THREAD, slice, 100, 150 << 16 | 8 * TICK);
                start(THREAD, second);
                sleep(ROOT, LONG);
                threadControl(id(62), ROOT, ROOT, ROOT, utcb(3));
                schedule(id(62), slice, 100, KEEP);
                start(id(62), handler);
                sleep(ROOT, LONG);
            }

            @Override
            void others() {
                here(third);
                sleep(OTHER, Time.period(3 * TICK));
                inc(kept("third"));
                ipc(ThreadId.NIL, OTHER, 0);
                here(second);
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.DELAY);
                here("on");
                jmp(label("on"));
                here(handler);
                inc(kept("count"));
                jmp(handler);
            }
        });
        assertThat(kernel.kept("third")).isEqualTo(1);
        assertThat(kernel.measured("count")).as("turns of another").isPositive();
    }

    @Test
    void aBetterOneBeyondTheSensitivePriorityOrWithoutTheFlagDoesNotWait() {
        for (int[] each : new int[][] {{160, PreemptFlags.DELAY}, {120, 0}}) {
            TestKernel kernel = TestKernel.everywhere(program -> new Two(program, each[0], 150 << 16 | 20 * TICK) {
                @Override
                void others() {
                    wake();
                    spin(each[1]);
                    end();
                    here(handler);
                    ipc(ThreadId.NIL, id(62), 0);
                }
            });
            assertThat(kernel.kept("before")).isEqualTo(1);
            assertThat(kernel.kept("flags")).isEqualTo(each[1]);
        }
    }

    @Test
    void anExceptionHandlerIsToldOfAPreemptionWhoseThreadWantsThat() {
        TestKernel kernel = TestKernel.everywhere(program -> new Two(program, 120, 150 << 16) {
            @Override
            void others() {
                wake();
                spin(PreemptFlags.SIGNAL);
                end();
                here(handler);
                ipc(ThreadId.NIL, THREAD, 0);
                keep("signal", ESI);
                keep("signal.clock", EBX);
                ipc(THREAD, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, id(62), 0);
            }
        });
        assertThat(kernel.kept("signal")).isEqualTo(Protocol.PREEMPTION.tag());
        assertThat(kernel.measured("signal.clock")).isPositive().isLessThanOrEqualTo(kernel.measured("woken"));
        assertThat(kernel.kept("before")).isEqualTo(1);
    }

    /** Who gets it in the thread's name answers. */
    @Test
    void anExceptionHandlerMayPassOnWhatItIsToldOfAPreemption() {
        TestKernel kernel = TestKernel.everywhere(program -> new Two(program, 120, 150 << 16) {
            @Override
            void main() {
                super.main();
                keep("passed", ESI);
                ipc(THREAD, THREAD, 0);
                keep("itself", ESI);
            }

            @Override
            void others() {
                wake();
                spin(PreemptFlags.SIGNAL);
                end();
                here(handler);
                ipc(ThreadId.NIL, THREAD, 0);
                setMessage(1, EBX);
                setMessage(2, EBP);
                mov(EDI.at(Utcb.ACTUAL_SENDER), THREAD);
                ipc(ROOT, ThreadId.NIL, Protocol.PREEMPTION.tag() | MessageTag.PROPAGATED);
                ipc(ThreadId.NIL, id(62), 0);
            }
        });
        assertThat(kernel.kept("passed")).isEqualTo(Protocol.PREEMPTION.tag() | MessageTag.PROPAGATED);
        assertThat(kernel.kept("itself")).isZero();
        assertThat(kernel.kept("before")).isEqualTo(1);
    }

    @Test
    void nobodyGivesASensitivePriorityAboveItsOwn() {
        TestKernel kernel = TestKernel.everywhere(program -> new Preempting(program) {
            @Override
            void main() {
                spawnApart(THREAD, second);
                servePageFaults();
                threadControl(OTHER, ROOT, THREAD, ROOT, utcb(1));
                ipc(THREAD, THREAD, 0);
                attempt("more", () -> schedule(OTHER, KEEP, KEEP, 1 << 24));
            }

            @Override
            void others() {
                here(second);
                ipc(ROOT, ROOT, 0);
                attempt("high", () -> schedule(OTHER, KEEP, KEEP, 101 << 16));
                attempt("own", () -> schedule(OTHER, KEEP, KEEP, 100 << 16 | 0xFFFF));
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        ThreadControlTest.assertError(kernel, "more", SystemCallError.INVALID_PARAMETER);
        ThreadControlTest.assertError(kernel, "high", SystemCallError.INVALID_PARAMETER);
        assertThat(kernel.kept("own")).isNotZero();
    }
}
