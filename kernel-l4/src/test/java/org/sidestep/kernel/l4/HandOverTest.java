package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;

/** Who runs after a message was sent, received, or did not come in time. */
class HandOverTest {

    /** The root task's own priority is the servers'. */
    private static final int HIGHEST = Threads.SERVER_PRIORITY;

    static Stream<Map<String, String>> kernels() {
        return IpcTest.kernels();
    }

    /** Threads write down, one after the other, that they were here. */
    private abstract static class Diary extends RootTask {
        Diary(UserProgram program) {
            super(program);
        }

        /** Appends a digit. Clobbers EAX. */
        final void note(int digit) {
            op("imul", EAX, Mem.at(variable("kept.diary")).dword(), imm(10));
            add(EAX, digit);
            keep("diary", EAX);
        }

        final void priority(int dest, int priority) {
            mov(EAX, dest);
            mov(EDX, -1);
            mov(ESI, -1);
            mov(ECX, priority);
            mov(EDI, -1);
            systemCall(SystemCall.SCHEDULE);
        }

        /** At most 8. */
        static int milliseconds(int n) {
            return 3 << 10 | 125 * n;
        }

        final void sleep(int self, int time) {
            mov(EAX, ThreadId.NIL);
            mov(EDX, self);
            mov(ECX, time);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        private static Operand imm(int value) {
            return new Imm(value);
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 12", "99, 12", "101, 21"})
    void afterSendingOnlyTheReceiverRunsAtOnceIfItsPriorityIsHigher(int receiver, int diary) {
        for (Map<String, String> parameters : kernels().toList()) {
            TestKernel kernel = TestKernel.run(parameters, program -> new Diary(program) {
                private final Label sends = label("sends");
                private final Label receives = label("receives");

                @Override
                void main() {
                    spawn(THREAD, 1, receives);
                    priority(THREAD, receiver);
                    ipc(ThreadId.NIL, THREAD, 0);
                    spawn(OTHER, 2, sends);
                    ipc(ThreadId.NIL, OTHER, 0);
                    ipc(ThreadId.NIL, THREAD, 0);
                }

                @Override
                void others() {
                    here(receives);
                    ipc(ROOT, ThreadId.ANY, 0);
                    note(2);
                    ipc(ROOT, ROOT, 0);
                    here(sends);
                    ipc(THREAD, ThreadId.NIL, 0);
                    note(1);
                    ipc(ROOT, ROOT, 0);
                }
            });
            assertThat(kernel.kept("diary")).as("%s", parameters).isEqualTo(diary);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void afterACallTheReceiverRunsAtOnceWhateverItsPriority(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new Diary(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("server"));
                priority(THREAD, 1);
                ipc(ThreadId.NIL, THREAD, 0);
                spawn(OTHER, 2, label("rival"));
                priority(OTHER, HIGHEST - 1);
                ipc(THREAD, THREAD, 0);
                note(2);
                ipc(ThreadId.NIL, OTHER, 0);
            }

            @Override
            void others() {
                here("server");
                ipc(ROOT, ROOT, 0);
                note(1);
                ipc(ROOT, ROOT, 0);
                here("rival");
                note(3);
                ipc(ROOT, ROOT, 0);
            }
        });
        assertThat(kernel.kept("diary")).as("the rival was ready all the time").isEqualTo(123);
    }

    @Test
    void sleepersWakeInTheOrderOfTheirTimeouts() {
        int[] milliseconds = {7, 3, 5, 3};
        TestKernel kernel = TestKernel.run(program -> new Diary(program) {
            @Override
            void main() {
                for (int n = 0; n < milliseconds.length; n++) spawn(id(60 + n), n + 1, label("sleeper" + n));
                for (int n = 0; n < milliseconds.length; n++) ipc(ThreadId.NIL, ThreadId.ANY, 0);
            }

            @Override
            void others() {
                for (int n = 0; n < milliseconds.length; n++) {
                    here("sleeper" + n);
                    sleep(localId(n + 1), milliseconds(milliseconds[n]));
                    note(n + 1);
                    ipc(ROOT, ROOT, 0);
                }
            }
        });
        assertThat(kernel.kept("diary")).isEqualTo(2431);
    }

    @Test
    void theNearestTimeoutEndsEvenWhenNobodyElseRuns() {
        TestKernel kernel = TestKernel.run(program -> new Diary(program) {
            @Override
            void main() {
                op("rdtsc");
                mov(EBX, EAX);
                mov(Mem.at(variable("before")).dword(), EAX);
                sleep(ROOT, milliseconds(4));
                op("rdtsc");
                sub(EAX, Mem.at(variable("before")));
                keep("cycles", EAX);
            }
        });
        int kiloHertz = kernel.machine().peek(MemoryMap.window(MemoryMap.KIP_PAGE) + 0x124);
        assertThat(kernel.measured("cycles") / kiloHertz).as("milliseconds").isBetween(4, 5);
    }
}
