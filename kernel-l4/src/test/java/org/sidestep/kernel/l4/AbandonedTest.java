package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** What becomes of those who deal with a thread that is deleted. */
class AbandonedTest {

    /** The root task, OTHER that will be deleted, and THREAD that deals with it. */
    private abstract static class Deletion extends RootTask {
        final Label dealer = label("dealer");

        Deletion(UserProgram program) {
            super(program);
        }

        /** What THREAD does. */
        abstract void deal();

        /** What OTHER does before it sleeps for ever. */
        void other() {}

        @Override
        void main() {
            spawn(OTHER, 2, label("other"));
            spawn(THREAD, 1, dealer);
            letOthersRun();
            threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
            letOthersRun();
            mov(EAX, THREAD);
            mov(EDX, -1);
            mov(ESI, -1);
            mov(ECX, -1);
            mov(EDI, -1);
            systemCall(SystemCall.SCHEDULE);
            keep("state", EAX);
        }

        /** Lets the others run until they wait. */
        private void letOthersRun() {
            mov(EAX, ThreadId.NIL);
            mov(EDX, ROOT);
            mov(ECX, 1000);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        @Override
        void others() {
            here("other");
            other();
            ipc(ThreadId.NIL, OTHER, 0);
            here(dealer);
            deal();
            keep("tag", ESI);
            loadErrorCode(EAX);
            keep("error", EAX);
            ipc(ThreadId.NIL, THREAD, 0);
        }
    }

    @Test
    void aQueuedSenderHasNoPartnerAnyMore() {
        TestKernel kernel = TestKernel.run(program -> new Deletion(program) {
            @Override
            void deal() {
                ipc(OTHER, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("tag")).isEqualTo(RootTask.CALL_FAILED);
        assertThat(kernel.kept("error")).isEqualTo(4);
    }

    @Test
    void whoWaitsForItAloneHasNoPartnerAnyMore() {
        TestKernel kernel = TestKernel.run(program -> new Deletion(program) {
            @Override
            void deal() {
                ipc(ThreadId.NIL, OTHER, 0);
            }
        });
        assertThat(kernel.kept("tag")).isEqualTo(RootTask.CALL_FAILED);
        assertThat(kernel.kept("error")).isEqualTo(5);
    }

    @Test
    void whoWaitsForAnyGoesOnWaiting() {
        TestKernel kernel = TestKernel.run(program -> new Deletion(program) {
            @Override
            void deal() {
                ipc(ThreadId.NIL, ThreadId.ANY, 0);
            }
        });
        assertThat(kernel.kept("state")).isEqualTo(ScheduleResult.WAITING);
        assertThat(kernel.kept("tag")).isZero();
    }

    @Test
    void whoWaitsForItsMappingDies() {
        TestKernel kernel = TestKernel.run(program -> new Deletion(program) {
            private static final int NOWHERE = 0x70000000;

            @Override
            void other() {
                ipc(ThreadId.NIL, THREAD, 0);
                keep("told", ESI);
            }

            @Override
            void deal() {
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.PAGER), OTHER);
                mov(EAX, Mem.absolute(NOWHERE).dword());
            }
        });
        assertThat(kernel.kept("told"))
                .as("the message came, its answer never will")
                .isNotZero();
        assertThat(kernel.kept("state")).isEqualTo(ScheduleResult.DEAD);
    }

    @Test
    void whoWaitsForItToHandleAnExceptionDies() {
        TestKernel kernel = TestKernel.run(program -> new Deletion(program) {
            @Override
            void other() {
                ipc(ThreadId.NIL, THREAD, 0);
                keep("told", ESI);
            }

            @Override
            void deal() {
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.EXCEPTION_HANDLER), OTHER);
                op("hlt");
            }
        });
        assertThat(kernel.kept("told"))
                .as("the message came, its answer never will")
                .isNotZero();
        assertThat(kernel.kept("state")).isEqualTo(ScheduleResult.DEAD);
    }
}
