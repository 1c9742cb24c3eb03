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
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * A thread vanishes, in each way in which one can, while others deal with it in each way in which they can: send to it, wait for it,
 * have a fault or an exception that it has not answered, a quantum about which it is told, or wait to be started by it.
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

    /** In microseconds; the quantum is used up long before a pause is over. */
    private static final int QUANTUM = Time.period(2000);

    private static final int PAUSE = Time.period(10_000);

    private static final class Dealings extends RootTask {

        private final Way way;

        Dealings(UserProgram program, Way way) {
            super(program);
            this.way = way;
        }

        @Override
        void main() {
            threadControl(HOLDER, HOLDER, ROOT, ThreadId.NIL, -1);
            spaceControl(HOLDER, fpage(0xBFF00000, 12, 0), fpage(0xBF000000, 17, 0));
            spawn(OTHER, 1, label("other"));
            spawn(SENDER, 2, label("sender"));
            spawn(RECEIVER, 3, label("receiver"));
            spawn(FAULTING, 4, label("faulting"));
            spawn(EXCEPTED, 5, label("excepted"));
            threadControl(PREEMPTED, ROOT, OTHER, ROOT, utcb(6));
            schedule(PREEMPTED, Time.pair(Time.NEVER, QUANTUM), 50);
            start(PREEMPTED, label("preempted"));
            threadControl(UNSTARTED, ROOT, ROOT, OTHER, utcb(7));
            pause();
            mov(EAX, kept("spins"));
            keep("spins.before", EAX);
            vanish();
            pause();
            mov(EAX, kept("spins"));
            keep("spins.after", EAX);
            int[] threads = {FAULTING, EXCEPTED, PREEMPTED, UNSTARTED};
            for (int thread : threads) {
                schedule(thread, -1, -1);
                keep("state" + thread, EAX);
            }
        }

        private void vanish() {
            switch (way) {
                case DELETED -> threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                case RENAMED -> threadControl(OTHER + 1, ROOT, ThreadId.NIL, ThreadId.NIL, -1);
                case MOVED -> threadControl(OTHER, HOLDER, ThreadId.NIL, ThreadId.NIL, utcb(3));
                case KILLED -> ipc(OTHER, ThreadId.NIL, 0);
            }
            keep("vanished", EAX);
        }

        private void pause() {
            mov(EAX, ThreadId.NIL);
            mov(EDX, ROOT);
            mov(ECX, PAUSE);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        @Override
        void others() {
            here("other");
            ipc(ThreadId.NIL, ROOT, 0);
            loadOwnUtcb(EDI);
            mov(EDI.at(Utcb.PAGER), ThreadId.NIL);
            mov(EAX, Mem.absolute(NOWHERE).dword());

            here("sender");
            attempt("send", () -> ipc(OTHER, ThreadId.NIL, 0));
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
            Label spin = here(fresh("spin"));
            inc(kept("spins"));
            jmp(spin);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whoDealsWithIt(Way way) {
        TestKernel kernel = TestKernel.run(program -> new Dealings(program, way));
        assertThat(kernel.kept("send.error")).as("a sender").isEqualTo(IpcError.NO_PARTNER);
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
        assertThat(kernel.kept("state" + UNSTARTED))
                .as("another may still start it")
                .isEqualTo(ScheduleResult.WAITING);
    }
}
