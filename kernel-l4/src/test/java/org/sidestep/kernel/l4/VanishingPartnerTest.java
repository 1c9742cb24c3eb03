package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * A thread vanishes, in each way in which one can, while others deal with it in each way in which they can: send to it, wait for it,
 * have a fault or an exception that it has not answered, a quantum or a preemption about which it is told, or wait to be started by it.
 */
class VanishingPartnerTest {

    private enum Way {
        DELETED,
        RENAMED,
        MOVED,
        KILLED;

        /** Whether its global id is still a thread's. */
        boolean isThere() {
            return this == MOVED;
        }
    }

    private static final int NOWHERE = 0x70000000;
    private static final int SENDER = RootTask.id(62);
    private static final int RECEIVER = RootTask.id(63);
    private static final int FAULTING = RootTask.id(64);
    private static final int EXCEPTED = RootTask.id(65);
    private static final int PREEMPTED = RootTask.id(66);
    private static final int UNSTARTED = RootTask.id(67);
    private static final int HOLDER = RootTask.id(68);
    private static final int SIGNALLING = RootTask.id(69);
    private static final int WAKER = RootTask.id(70);
    private static final int KILL = MessageTag.of(0x5EED, 0);

    /** In microseconds; the quantum is used up long before a pause is over. */
    private static final int QUANTUM = Time.period(1000);

    private static final int PAUSE = Time.period(5000);
    /** How often somebody better wakes up. */
    private static final int WAKE = Time.period(1000);

    private static final int LOW = 50;
    /** Better than all but the root task. */
    private static final int SENSITIVE = 150 << 16;

    private static final int KEEP = -1;

    private static final class Dealings extends RootTask {

        private final Way way;
        /** Whether it receives what it is sent, and only does not answer. */
        private final boolean receives;

        Dealings(UserProgram program, Way way, boolean receives) {
            super(program);
            this.way = way;
            this.receives = receives;
        }

        @Override
        void main() {
            settle();
            threadControl(HOLDER, HOLDER, ROOT, ThreadId.NIL, -1);
            spaceControl(HOLDER, fpage(0xBFF00000, 12, 0), fpage(0xBF000000, 17, 0));
            spawn(OTHER, 1, label("other"));
            spawn(SENDER, 2, label("sender"));
            spawn(RECEIVER, 3, label("receiver"));
            spawn(FAULTING, 4, label("faulting"));
            spawn(EXCEPTED, 5, label("excepted"));
            threadControl(PREEMPTED, ROOT, OTHER, ROOT, utcb(6));
            schedule(PREEMPTED, Time.pair(Time.NEVER, QUANTUM), LOW, KEEP);
            start(PREEMPTED, label("preempted"));
            threadControl(SIGNALLING, ROOT, ROOT, ROOT, utcb(8));
            schedule(SIGNALLING, KEEP, LOW, SENSITIVE);
            start(SIGNALLING, label("signalling"));
            spawn(WAKER, 9, label("waker"));
            threadControl(UNSTARTED, ROOT, ROOT, OTHER, utcb(7));
            sleep(ROOT, PAUSE);
            keepCounts("before");
            vanish();
            sleep(ROOT, PAUSE);
            keepCounts("after");
            int[] threads = {FAULTING, EXCEPTED, PREEMPTED, SIGNALLING, UNSTARTED};
            for (int thread : threads) {
                schedule(thread, KEEP, KEEP, KEEP);
                keep("state" + thread, EAX);
            }
        }

        private void vanish() {
            switch (way) {
                case DELETED -> threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                case RENAMED -> threadControl(OTHER + 1, ROOT, ThreadId.NIL, ThreadId.NIL, -1);
                case MOVED -> threadControl(OTHER, HOLDER, ThreadId.NIL, ThreadId.NIL, utcb(3));
                case KILLED -> ipc(OTHER, ThreadId.NIL, KILL);
            }
            keep("vanished", EAX);
        }

        private void schedule(int thread, int times, int priority, int preemption) {
            mov(EAX, thread);
            mov(EDX, times);
            mov(ECX, priority);
            mov(ESI, KEEP);
            mov(EDI, preemption);
            systemCall(SystemCall.SCHEDULE);
        }

        private void keepCounts(String when) {
            for (String count : new String[] {"spins", "turns"}) {
                mov(EAX, kept(count));
                keep(count + "." + when, EAX);
            }
        }

        private void sleep(int self, int time) {
            mov(EAX, ThreadId.NIL);
            mov(EDX, self);
            mov(ECX, time);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        @Override
        void others() {
            here("other");
            Label next = here(fresh("next"));
            ipc(ThreadId.NIL, receives ? ThreadId.ANY : ROOT, 0);
            cmp(ESI, KILL);
            jne(next);
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.PAGER), ThreadId.NIL);
            mov(EAX, Mem.absolute(NOWHERE).dword());

            here("sender");
            attempt("send", () -> ipc(OTHER, OTHER, 0));
            ipc(ThreadId.NIL, SENDER, 0);

            here("receiver");
            attempt("receive", () -> ipc(ThreadId.NIL, OTHER, 0));
            ipc(ThreadId.NIL, RECEIVER, 0);

            here("faulting");
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.PAGER), OTHER);
            mov(EAX, Mem.absolute(NOWHERE).dword());

            here("excepted");
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), OTHER);
            op("ud2");

            here("preempted");
            count("spins");

            here("signalling");
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), OTHER);
            mov(EDI.at(Utcb.PREEMPT_FLAGS), PreemptFlags.SIGNAL);
            count("turns");

            here("waker");
            Label sleeps = here(fresh("sleeps"));
            sleep(WAKER, WAKE);
            jmp(sleeps);
            here("code.end");
        }

        private void count(String name) {
            Label spin = here(fresh("spin"));
            inc(kept(name));
            jmp(spin);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoDealsWithIt(Way way) {
        vanishes(way, false);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoWaitsForItsAnswer(Way way) {
        vanishes(way, true);
    }

    private static void vanishes(Way way, boolean receives) {
        TestKernel kernel = TestKernel.run(program -> new Dealings(program, way, receives));
        int phase = receives ? IpcError.RECEIVE : 0;
        assertThat(kernel.kept("send.error")).as("who calls").isEqualTo(IpcError.NO_PARTNER | phase);
        assertThat(kernel.kept("receive.error")).as("a receiver").isEqualTo(IpcError.NO_PARTNER | IpcError.RECEIVE);
        int again = way.isThere() ? ScheduleResult.PENDING_SEND : ScheduleResult.DEAD;
        assertThat(kernel.kept("state" + FAULTING))
                .as("it faults again, and the pager is gone")
                .isEqualTo(again);
        assertThat(kernel.kept("state" + EXCEPTED))
                .as("the exception comes again, and its handler is gone")
                .isEqualTo(again);
        assertThat(kernel.measured("spins.after"))
                .as("it goes on with another quantum")
                .isGreaterThan(kernel.measured("spins.before"));
        assertThat(kernel.kept("state" + PREEMPTED))
                .as("which is used up, and the scheduler is gone")
                .isEqualTo(again);
        assertThat(kernel.measured("turns.after"))
                .as("who has told it of a preemption goes on")
                .isGreaterThan(kernel.measured("turns.before"));
        assertThat(kernel.kept("state" + SIGNALLING))
                .as("it is preempted again, and its handler is gone")
                .isEqualTo(again);
        assertThat(kernel.kept("state" + UNSTARTED))
                .as("another may still start it")
                .isEqualTo(ScheduleResult.WAITING);
    }
}
