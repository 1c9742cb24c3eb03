package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Creating, changing, starting and deleting threads. */
class ThreadControlTest {

    private static final int NO_THREAD = RootTask.id(99);
    private static final int FAULTING = RootTask.id(62);
    private static final int HALTED = RootTask.id(63);
    private static final int UNSTARTED = RootTask.id(64);
    private static final int NOWHERE = 0x70000000;

    /** A root task with a second thread that tells that it runs, and then sleeps. */
    private abstract static class WithSecondThread extends RootTask {

        final Label second = label("second");

        WithSecondThread(UserProgram program) {
            super(program);
        }

        @Override
        void others() {
            here(second);
            keep("second.sp", ESP);
            loadOwnUtcb(EAX);
            keep("second.local", EAX);
            mov(EAX, EAX.at(Utcb.GLOBAL_ID));
            keep("second.global", EAX);
            ipc(ROOT, ThreadId.NIL, 0);
            ipc(ThreadId.NIL, THREAD, 0);
        }
    }

    @Test
    void aThreadStartsWhereItsPagersMessageSays() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                attempt("created", () -> threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1)));
                start(THREAD, second);
                ipc(ThreadId.NIL, THREAD, 0);
                keep("from", EAX);
            }
        });
        assertThat(kernel.kept("created")).isEqualTo(1);
        assertThat(kernel.kept("second.sp")).isEqualTo(kernel.image().program().address("stack.second"));
        assertThat(kernel.kept("second.local")).isEqualTo(RootTask.localId(1));
        assertThat(kernel.kept("second.global")).isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.localId(1));
    }

    @Test
    void onlyTwoWordsAreAStartMessage() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                ipc(THREAD, ThreadId.NIL, 3);
                start(THREAD, second);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("second.global")).isEqualTo(RootTask.THREAD);
    }

    @Test
    void aThreadMayBeCreatedInactiveAndActivatedLater() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                attempt("created", () -> threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, -1));
                attempt("withoutUtcb", () -> threadControl(THREAD, ROOT, ROOT, ROOT, -1));
                attempt("activated", () -> threadControl(THREAD, ROOT, ThreadId.NIL, ROOT, utcb(3)));
                attempt("moved", () -> threadControl(THREAD, ROOT, ThreadId.NIL, ThreadId.NIL, utcb(4)));
                start(THREAD, second);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("created")).isEqualTo(1);
        assertError(kernel, "withoutUtcb", 6);
        assertThat(kernel.kept("activated")).isEqualTo(1);
        assertError(kernel, "moved", 6);
        assertThat(kernel.kept("second.local")).isEqualTo(RootTask.localId(3));
    }

    /** Under lazy, too: that the queue is not empty is written into a UTCB. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aMessageSentToAThreadThatHasNoUtcbYetIsReceivedWhenItRuns(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new RootTask(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, -1);
                spawn(OTHER, 1, label("sender"));
                ipc(ThreadId.NIL, OTHER, 0);
                systemCallSwitch();
                threadControl(THREAD, ROOT, ThreadId.NIL, ROOT, utcb(3));
                start(THREAD, label("receiver"));
                ipc(ThreadId.NIL, THREAD, 0);
            }

            private void systemCallSwitch() {
                mov(EAX, OTHER);
                systemCall(SystemCall.THREAD_SWITCH);
            }

            @Override
            void others() {
                here("sender");
                ipc(ROOT, ThreadId.NIL, 0);
                setMessage(1, new Imm(77));
                ipc(THREAD, ThreadId.NIL, 1);
                ipc(ThreadId.NIL, OTHER, 0);
                here("receiver");
                ipc(ThreadId.NIL, OTHER, 0);
                keep("word", EBX);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("word")).isEqualTo(77);
    }

    static Stream<Map<String, String>> kernels() {
        return IpcTest.kernels();
    }

    @Test
    void aUtcbMayBeNamedBeforeItsSpaceHasAUtcbAreaAndIsCheckedWhenTheThreadBecomesActive() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                attempt("created", () -> threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, utcb(3)));
                attempt("neighbour", () -> threadControl(OTHER, THREAD, ROOT, ThreadId.NIL, utcb(3)));
                attempt("outside", () -> threadControl(id(62), THREAD, ROOT, ThreadId.NIL, 0x5000_0000));
                attempt("misaligned", () -> threadControl(id(63), THREAD, ROOT, ThreadId.NIL, utcb(4) + 4));
                attempt("kernel", () -> threadControl(id(63), id(63), ROOT, ThreadId.NIL, 0xF000_0000));
                attempt("early", () -> threadControl(THREAD, THREAD, ThreadId.NIL, ROOT, -1));
                spaceControl(THREAD, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
                attempt("active", () -> threadControl(THREAD, THREAD, ThreadId.NIL, ROOT, -1));
                attempt("taken", () -> threadControl(OTHER, THREAD, ThreadId.NIL, ROOT, -1));
                attempt("elsewhere", () -> threadControl(id(62), THREAD, ThreadId.NIL, ROOT, -1));
                attempt("corrected", () -> threadControl(OTHER, THREAD, ThreadId.NIL, ROOT, utcb(5)));
                start(THREAD, second);
                servePageFaults();
                keep("from", EAX);
            }

            @Override
            void others() {
                here(second);
                loadOwnUtcb(EBX);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("created")).isEqualTo(1);
        assertThat(kernel.kept("neighbour")).isEqualTo(1);
        assertThat(kernel.kept("outside")).isEqualTo(1);
        assertError(kernel, "misaligned", 6);
        assertError(kernel, "kernel", 6);
        assertError(kernel, "early", 3);
        assertThat(kernel.kept("active")).isEqualTo(1);
        assertError(kernel, "taken", 6);
        assertError(kernel, "elsewhere", 6);
        assertThat(kernel.kept("corrected")).isEqualTo(1);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.THREAD);
    }

    @Test
    void aNewVersionIsANewIdOfTheSameThread() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                attempt("changed", () -> threadControl(THREAD + 1, ROOT, ThreadId.NIL, ThreadId.NIL, -1));
                start(THREAD, second);
                keep("toOldId", ESI);
                start(THREAD + 1, second);
                ipc(ThreadId.NIL, THREAD + 1, 0);
            }
        });
        assertThat(kernel.kept("changed")).isEqualTo(1);
        assertThat(kernel.kept("toOldId") & RootTask.CALL_FAILED).isNotZero();
        assertThat(kernel.kept("second.global")).isEqualTo(RootTask.THREAD + 1);
    }

    /** X.2 reference manual, "ThreadControl", version bits: what the thread does in Ipc is aborted. */
    @Test
    void aNewVersionEndsTheThreadsOwnIpc() {
        TestKernel kernel = TestKernel.everywhere(program -> new RootTask(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("receives"));
                spawn(OTHER, 2, label("sends"));
                spawn(FAULTING, 3, label("faults"));
                spawn(HALTED, 4, label("halted"));
                threadControl(UNSTARTED, ROOT, ROOT, ROOT, utcb(5));
                ipc(ThreadId.NIL, FAULTING, 0);
                keep("fault", EBX);
                mov(EAX, HALTED);
                systemCall(SystemCall.THREAD_SWITCH);
                exchangeRegisters(new Imm(HALTED), ExchangeControl.HALT_VALID | ExchangeControl.HALT);
                keep("was", ECX);
                for (int thread : new int[] {THREAD, OTHER, FAULTING, HALTED, UNSTARTED})
                    threadControl(thread + 1, ROOT, ThreadId.NIL, ThreadId.NIL, -1);
                ipc(ThreadId.NIL, THREAD + 1, 0);
                keep("receives", EBX);
                ipc(ThreadId.NIL, OTHER + 1, 0);
                keep("sends", EBX);
                ipc(ThreadId.NIL, FAULTING + 1, 0);
                keep("faultAgain", EBX);
                schedule(HALTED + 1, -1, -1);
                keep("halted", EAX);
                exchangeRegisters(new Imm(HALTED + 1), ExchangeControl.HALT_VALID);
                ipc(ThreadId.NIL, HALTED + 1, 0);
                keep("resumed", EBX);
                start(UNSTARTED + 1, label("started"));
                ipc(ThreadId.NIL, UNSTARTED + 1, 0);
                keep("started", EAX);
            }

            @Override
            void others() {
                here("receives");
                ipc(ThreadId.NIL, ROOT, 0);
                report();
                here("sends");
                ipc(ROOT, ThreadId.NIL, 0);
                report();
                here("faults");
                mov(EAX, Mem.absolute(NOWHERE).dword());
                here("halted");
                ipc(ThreadId.NIL, ThreadId.ANY, 0);
                report();
                here("started");
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, ROOT, 0);
            }

            private void report() {
                loadErrorCode(EAX);
                setMessage(1, EAX);
                ipc(ROOT, ROOT, 1);
            }
        });
        assertThat(kernel.kept("receives")).isEqualTo(IpcError.CANCELLED | IpcError.RECEIVE);
        assertThat(kernel.kept("sends")).isEqualTo(IpcError.CANCELLED);
        assertThat(kernel.kept("fault")).isEqualTo(NOWHERE);
        assertThat(kernel.kept("faultAgain")).isEqualTo(NOWHERE);
        assertThat(kernel.kept("was")).isEqualTo(ExchangeControl.WAS_RECEIVING);
        assertThat(kernel.kept("halted")).isEqualTo(ScheduleResult.INACTIVE);
        assertThat(kernel.kept("resumed")).isEqualTo(IpcError.CANCELLED | IpcError.RECEIVE);
        assertThat(kernel.kept("started")).isEqualTo(RootTask.localId(5));
    }

    @Test
    void aThreadThatHasNotBeenStartedWaitsForThePagerThatItHas() {
        TestKernel kernel = TestKernel.everywhere(program -> new RootTask(program) {
            @Override
            void main() {
                spawn(OTHER, 2, label("pager"));
                threadControl(THREAD, ROOT, ROOT, OTHER, utcb(1));
                threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                threadControl(THREAD, ROOT, ThreadId.NIL, ROOT, -1);
                start(THREAD, label("starts"));
                ipc(ThreadId.NIL, THREAD, 0);
                keep("from", EAX);
            }

            @Override
            void others() {
                here("pager");
                ipc(ThreadId.NIL, OTHER, 0);
                here("starts");
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, ROOT, 0);
            }
        });
        assertThat(kernel.kept("from")).isEqualTo(RootTask.localId(1));
    }

    @Test
    void aDeletedThreadIsGoneAndItsPartnersAreTold() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                spawn(THREAD, 1, second);
                ipc(ThreadId.NIL, THREAD, 0);
                attempt("deleted", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
                attempt("deletedAgain", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
                ipc(THREAD, ThreadId.NIL, 0);
                keep("send", ESI);
                attempt("recreated", () -> threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1)));
            }
        });
        assertThat(kernel.kept("deleted")).isEqualTo(1);
        assertThat(kernel.kept("deletedAgain")).isEqualTo(1);
        assertThat(kernel.kept("send") & RootTask.CALL_FAILED).isNotZero();
        assertThat(kernel.kept("recreated"))
                .as("number and UTCB are free again")
                .isEqualTo(1);
    }

    @Test
    void invalidDestinationsAreErrorTwo() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                attempt("local", () -> threadControl(localId(0), ROOT, ROOT, ThreadId.NIL, -1));
                attempt("timer", () -> threadControl(id(0), ROOT, ROOT, ThreadId.NIL, -1));
                attempt("system", () -> threadControl(id(47), ROOT, ROOT, ThreadId.NIL, -1));
                attempt("tooLarge", () -> threadControl(id(1 << 17), ROOT, ROOT, ThreadId.NIL, -1));
                attempt("itself", () -> threadControl(ROOT, ThreadId.NIL, ROOT, ThreadId.NIL, -1));
                attempt("noScheduler", () -> threadControl(THREAD, ROOT, ThreadId.NIL, ThreadId.NIL, -1));
            }
        });
        for (String name : new String[] {"local", "timer", "system", "tooLarge", "itself", "noScheduler"}) {
            assertError(kernel, name, 2);
        }
    }

    @Test
    void invalidSpacesSchedulersAndUtcbsHaveTheirErrors() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                attempt("space", () -> threadControl(THREAD, NO_THREAD, ROOT, ThreadId.NIL, -1));
                attempt("activeInNewSpace", () -> threadControl(THREAD, THREAD, ROOT, ROOT, -1));
                attempt("scheduler", () -> threadControl(THREAD, ROOT, NO_THREAD, ThreadId.NIL, -1));
                attempt("unaligned", () -> threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1) + 4));
                attempt("outside", () -> threadControl(THREAD, ROOT, ROOT, ROOT, utcb(256)));
                attempt("taken", () -> threadControl(THREAD, ROOT, ROOT, ROOT, utcb(0)));
                attempt("missing", () -> threadControl(THREAD, ROOT, ROOT, ROOT, -1));
            }
        });
        assertError(kernel, "space", 3);
        assertError(kernel, "activeInNewSpace", 3);
        assertError(kernel, "scheduler", 4);
        for (String name : new String[] {"unaligned", "outside", "taken", "missing"}) {
            assertError(kernel, name, 6);
        }
    }

    @Test
    void onlyTheRootTaskAndSigma0MayCallIt() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            private final Label child = label("child");

            @Override
            void main() {
                spawnApart(THREAD, child);
                servePageFaults();
            }

            @Override
            void others() {
                here(child);
                attempt("threadControl", () -> threadControl(OTHER, THREAD, THREAD, THREAD, utcb(1)));
                attempt("spaceControl", () -> spaceControl(THREAD, 0, 0));
                attempt("memoryControl", () -> systemCall(SystemCall.MEMORY_CONTROL));
                attempt("processorControl", () -> systemCall(SystemCall.PROCESSOR_CONTROL));
                ipc(ROOT, ThreadId.NIL, 0);
                jmp(child);
            }
        });
        for (String name : new String[] {"threadControl", "spaceControl", "memoryControl", "processorControl"}) {
            assertError(kernel, name, 1);
        }
    }

    @Test
    void whenTheKernelsMemoryIsExhaustedCreationFailsAndDeletionHelps() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                xor(EBP, EBP);
                mov(EBX, THREAD);
                here("create");
                push(EBP);
                createSpace();
                pop(EBP);
                test(EAX, EAX);
                jz(label("full"));
                inc(EBP);
                add(EBX, 1 << ThreadId.NUMBER_SHIFT);
                jmp(label("create"));
                here("full");
                keep("spaces", EBP);
                loadErrorCode(EAX);
                keep("error", EAX);
                attempt("deleted", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
                attempt("created", () -> threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, -1));
            }

            private void createSpace() {
                mov(EAX, EBX);
                mov(ESI, EBX);
                mov(EDX, ROOT);
                xor(ECX, ECX);
                mov(EDI, -1);
                systemCall(SystemCall.THREAD_CONTROL);
                Label done = label("created");
                test(EAX, EAX);
                exitIf(Z, done, "no memory for a space");
                mov(EAX, EBX);
                mov(EDX, fpage(MemoryMap.KIP, 12, 0));
                mov(ESI, fpage(MemoryMap.UTCB_AREA, 17, 0));
                systemCall(SystemCall.SPACE_CONTROL);
                here(done);
            }
        });
        assertThat(kernel.kept("spaces"))
                .as("18 MB at 16 KB a page table with its mapping nodes, 11 a space")
                .isBetween(85, 100);
        assertThat(kernel.kept("error")).isEqualTo(8);
        assertThat(kernel.kept("deleted")).isEqualTo(1);
        assertThat(kernel.kept("created")).isEqualTo(1);
    }

    /** Such an area takes a page table that was promised to nobody; when no more spaces can be made, there are fewer than a space has. */
    @Test
    void whenTheKernelsMemoryIsExhaustedALargeUtcbAreaIsRefusedAndASmallOneIsNot() {
        int many = SpaceLayout.TABLES + 3;
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                for (int n = 0; n < many; n++) threadControl(id(400 + n), id(400 + n), ROOT, ThreadId.NIL, -1);
                mov(EBX, id(100));
                Label next = here(fresh("next"));
                mov(EAX, EBX);
                mov(ESI, EBX);
                mov(EDX, ROOT);
                xor(ECX, ECX);
                mov(EDI, -1);
                systemCall(SystemCall.THREAD_CONTROL);
                add(EBX, 1 << ThreadId.NUMBER_SHIFT);
                test(EAX, EAX);
                jnz(next);
                for (int n = 0; n < many - 1; n++) area("large" + n, id(400 + n), 21);
                area("small", id(400 + many - 1), 17);
            }

            private void area(String name, int thread, int log2size) {
                int area = fpage(MemoryMap.UTCB_AREA, log2size, 0);
                attempt(name, () -> spaceControl(thread, fpage(MemoryMap.KIP, 12, 0), area));
            }
        });
        int made = 0;
        while (kernel.kept("large" + made) == 1) made++;
        assertThat(made).isLessThan(many - 1);
        assertError(kernel, "large" + made, SystemCallError.NO_MEMORY);
        assertThat(kernel.kept("small")).isEqualTo(1);
    }

    @Test
    void threadNumbersHave17BitsAndTakeMemoryWhenTheyAreFirstUsed() {
        int[] numbers = {2047, 2048, 2049, 70_000, (1 << 17) - 1};
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                ipc(id(90_000), ThreadId.NIL, 0);
                loadErrorCode(EAX);
                keep("nobody", EAX);
                ipc(id(1 << 17), ThreadId.NIL, 0);
                loadErrorCode(EAX);
                keep("tooLarge", EAX);
                for (int number : numbers) {
                    attempt("created" + number, () -> threadControl(id(number), ROOT, ROOT, ROOT, utcb(1)));
                    start(id(number), second);
                    ipc(ThreadId.NIL, id(number), 0);
                    mov(EAX, kept("second.global"));
                    keep("ran" + number, EAX);
                    threadControl(id(number), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                    ipc(id(number), ThreadId.NIL, 0);
                    loadErrorCode(EAX);
                    keep("gone" + number, EAX);
                }
            }

            @Override
            void others() {
                here(second);
                loadOwnUtcb(EAX);
                mov(EAX, EAX.at(Utcb.GLOBAL_ID));
                keep("second.global", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("nobody")).isEqualTo(IpcError.NO_PARTNER);
        assertThat(kernel.kept("tooLarge")).isEqualTo(IpcError.NO_PARTNER);
        for (int number : numbers) {
            assertThat(kernel.kept("created" + number)).isEqualTo(1);
            assertThat(kernel.kept("ran" + number)).isEqualTo(RootTask.id(number));
            assertThat(kernel.kept("gone" + number)).isEqualTo(IpcError.NO_PARTNER);
        }
    }

    @Test
    void theFirst4096UtcbsOfAnAreaCanBeUsedHoweverLargeItIs() {
        int area = 0x4000_0000;
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, -1);
                attempt("configured", () -> spaceControl(THREAD, fpage(MemoryMap.KIP, 12, 0), fpage(area, 29, 0)));
                attempt("last", () -> threadControl(THREAD, THREAD, ThreadId.NIL, ROOT, area + 4095 * 512));
                attempt("behind", () -> threadControl(OTHER, THREAD, ROOT, ROOT, area + 4096 * 512));
                attempt("outside", () -> threadControl(OTHER, THREAD, ROOT, ROOT, area + (1 << 29)));
                attempt("first", () -> threadControl(OTHER, THREAD, ROOT, ROOT, area));
                start(OTHER, second);
                servePageFaults();
                keep("from", EAX);
                attempt("deleted", () -> threadControl(OTHER, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
                attempt("deletedLast", () -> threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1));
            }

            @Override
            void others() {
                here(second);
                loadOwnUtcb(EBX);
                cmp(EBX, area + Utcb.ORIGIN);
                jne(second);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, OTHER, 0);
            }
        });
        for (String name : new String[] {"configured", "last", "first", "deleted", "deletedLast"}) {
            assertThat(kernel.kept(name)).as(name).isEqualTo(1);
        }
        assertError(kernel, "behind", 8);
        assertError(kernel, "outside", 6);
        assertThat(kernel.kept("from")).isEqualTo(RootTask.OTHER);
    }

    @Test
    void spacesCanBeMadeAndDeletedForEver() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                mov(kept("left"), 400);
                here("again");
                threadControl(THREAD, THREAD, ROOT, ThreadId.NIL, -1);
                spaceControl(THREAD, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
                threadControl(THREAD, THREAD, ROOT, ROOT, utcb(0));
                test(EAX, EAX);
                jz(label("failed"));
                threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                dec(kept("left"));
                exitIf(NZ, label("again"), "more to come");
                here("failed");
            }
        });
        assertThat(kernel.kept("left")).isZero();
    }

    static void assertError(TestKernel kernel, String name, int error) {
        assertThat(kernel.kept(name)).as("result of %s", name).isZero();
        assertThat(kernel.kept(name + ".error")).as("error of %s", name).isEqualTo(error);
    }
}
