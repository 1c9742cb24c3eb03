package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Priorities, time slices and giving way. */
class ScheduleTest {

    private static final int KEEP = -1;
    /** In microseconds. */
    private static final int TICK = 1000;

    private abstract static class Scheduling extends RootTask {

        final Label second = label("second");
        final Label third = label("third");

        Scheduling(UserProgram program) {
            super(program);
        }

        final void yieldTo(int thread) {
            mov(EAX, thread);
            systemCall(SystemCall.THREAD_SWITCH);
        }

        /** Counts up {@code word} for ever. */
        final void count(Label entry, String word) {
            here(entry);
            Label again = fresh("again");
            here(again);
            inc(Mem.at(variable("kept." + word)).dword());
            jmp(again);
        }
    }

    @Test
    void theResultTellsTheThreadsState() {
        TestKernel kernel = TestKernel.run(program -> new Scheduling(program) {
            @Override
            void main() {
                attempt("itself", () -> schedule(ROOT, KEEP, KEEP));
                threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, -1);
                attempt("inactive", () -> schedule(THREAD, KEEP, KEEP));
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                attempt("waitsForStart", () -> schedule(THREAD, KEEP, KEEP));
                start(THREAD, second);
                attempt("ready", () -> schedule(THREAD, KEEP, KEEP));
                yieldTo(THREAD);
                attempt("sending", () -> schedule(THREAD, KEEP, KEEP));
                ipc(ThreadId.NIL, THREAD, 0);
                yieldTo(THREAD);
                attempt("waiting", () -> schedule(THREAD, KEEP, KEEP));
                ipc(THREAD, ThreadId.NIL, 0);
                yieldTo(THREAD);
                attempt("dead", () -> schedule(THREAD, KEEP, KEEP));
            }

            @Override
            void others() {
                here(second);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, ROOT, 0);
                op("hlt");
            }
        });
        assertThat(kernel.kept("itself")).isEqualTo(3);
        assertThat(kernel.kept("inactive")).isEqualTo(2);
        assertThat(kernel.kept("waitsForStart")).isEqualTo(6);
        assertThat(kernel.kept("ready")).isEqualTo(3);
        assertThat(kernel.kept("sending")).isEqualTo(4);
        assertThat(kernel.kept("waiting")).isEqualTo(6);
        assertThat(kernel.kept("dead")).isEqualTo(1);
    }

    @Test
    void aHigherPriorityThreadRunsAtOnceAndALowerOneWaits() {
        TestKernel kernel = TestKernel.run(program -> new Scheduling(program) {
            @Override
            void main() {
                schedule(ROOT, KEEP, 50);
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                schedule(THREAD, KEEP, 40);
                start(THREAD, second);
                spawn(OTHER, 2, third);
                mov(EAX, kept("third.ran"));
                keep("third.before", EAX);
                mov(EAX, kept("second.ran"));
                keep("second.before", EAX);
                schedule(THREAD, KEEP, 60);
                mov(EAX, kept("second.ran"));
                keep("second.after", EAX);
            }

            @Override
            void others() {
                for (String name : new String[] {"second", "third"}) {
                    here(name);
                    inc(kept(name + ".ran"));
                    ipc(ThreadId.NIL, ROOT, 0);
                }
            }
        });
        assertThat(kernel.kept("third.before"))
                .as("default priority 100 beats 50")
                .isEqualTo(1);
        assertThat(kernel.kept("second.before")).isZero();
        assertThat(kernel.kept("second.after")).isEqualTo(1);
    }

    @Test
    void theTimerSharesTheProcessorAmongThreadsOfOnePriority() {
        TestKernel kernel = TestKernel.run(program -> new Scheduling(program) {
            @Override
            void main() {
                spawn(THREAD, 1, second);
                spawn(OTHER, 2, third);
                int oneMillisecond = (3 << 10 | 125) << 16;
                schedule(THREAD, oneMillisecond, 100);
                schedule(OTHER, oneMillisecond, 100);
                sleep();
            }

            /** Receives from itself for 12 ms. */
            private void sleep() {
                mov(EAX, ThreadId.NIL);
                mov(EDX, ROOT);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                mov(ECX, 5 << 10 | 375);
                systemCall(SystemCall.IPC);
            }

            @Override
            void others() {
                count(second, "second");
                count(third, "third");
            }
        });
        int second = kernel.measured("second");
        int third = kernel.measured("third");
        assertThat(second).isPositive();
        assertThat((double) third / second).as("shares").isBetween(0.5, 2.0);
    }

    @Test
    void whatIsLeftOfSliceAndQuantumComesBack() {
        int slice = Time.period(20_000);
        int quantum = Time.period(12_000);
        int days = Time.period(1 << 30);
        TestKernel kernel = TestKernel.everywhere(program -> new Scheduling(program) {
            @Override
            void main() {
                schedule(ROOT, KEEP, 200);
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                schedule(THREAD, Time.pair(slice, quantum), 100);
                keep("default", EDX);
                ask("whole");
                start(THREAD, second);
                sleep(5000);
                ask("early");
                sleep(4000);
                ask("late");
                ipc(ThreadId.NIL, THREAD, 0);
                ask("usedUp");
                schedule(THREAD, Time.pair(Time.NEVER, days), KEEP);
                ask("endless");
            }

            private void ask(String name) {
                schedule(THREAD, KEEP, KEEP);
                keep(name, EDX);
            }

            private void sleep(int microseconds) {
                mov(EAX, ThreadId.NIL);
                mov(EDX, ROOT);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                mov(ECX, Time.period(microseconds));
                systemCall(SystemCall.IPC);
            }

            @Override
            void others() {
                count(second, "second");
            }
        });
        assertThat(kernel.kept("default")).isEqualTo(Time.pair(Time.period(10_000), Time.NEVER));
        assertThat(kernel.kept("whole")).isEqualTo(Time.pair(slice, quantum));
        assertLeft(kernel.measured("early"), 14_000, 6_000);
        assertLeft(kernel.measured("late"), 9_000, 1_000);
        assertThat(kernel.kept("usedUp"))
                .as("it waits, and another slice is its own")
                .isEqualTo(Time.pair(slice, Time.ZERO));
        assertThat(kernel.kept("endless"))
                .as("whole ticks of it")
                .isEqualTo(Time.pair(Time.NEVER, Time.period((1 << 30) / TICK * TICK)));
    }

    private static void assertLeft(int timeControl, int slice, int quantum) {
        assertThat(microseconds(timeControl >>> Time.HIGH_SHIFT)).as("slice").isBetween(slice - TICK, slice + TICK);
        assertThat(microseconds(timeControl & 0xFFFF)).as("quantum").isBetween(quantum - TICK, quantum + TICK);
    }

    private static int microseconds(int period) {
        return (period & Time.MANTISSA) << (period >>> Time.EXPONENT_SHIFT);
    }

    @Test
    void onlyTheSchedulerMayAndOnlyUpToItsOwnPriority() {
        TestKernel kernel = TestKernel.run(program -> new Scheduling(program) {
            @Override
            void main() {
                attempt("unknown", () -> schedule(OTHER, KEEP, KEEP));
                threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, -1);
                spaceControl(THREAD, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
                threadControl(OTHER, THREAD, THREAD, ThreadId.NIL, -1);
                threadControl(THREAD, THREAD, ROOT, ROOT, utcb(0));
                start(THREAD, second);
                servePageFaults();
            }

            @Override
            void others() {
                here(second);
                attempt("notScheduler", () -> schedule(ROOT, KEEP, 10));
                attempt("tooHigh", () -> schedule(OTHER, KEEP, 101));
                attempt("allowed", () -> schedule(OTHER, KEEP, 100));
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        ThreadControlTest.assertError(kernel, "unknown", 2);
        ThreadControlTest.assertError(kernel, "notScheduler", 1);
        ThreadControlTest.assertError(kernel, "tooHigh", 5);
        assertThat(kernel.kept("allowed")).as("inactive").isEqualTo(2);
    }
}
