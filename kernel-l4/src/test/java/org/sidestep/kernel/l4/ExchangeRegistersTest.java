package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;

/** Stopping, starting, aborting and changing a thread of one's own space. */
class ExchangeRegistersTest {

    private static final int HALT = ExchangeControl.HALT_VALID | ExchangeControl.HALT;
    private static final int RESUME = ExchangeControl.HALT_VALID;
    private static final int ABORT = ExchangeControl.ABORT_RECEIVE | ExchangeControl.ABORT_SEND;
    private static final int SP = ExchangeControl.SET_SP;
    private static final int IP = ExchangeControl.SET_IP;
    private static final int FLAGS = ExchangeControl.SET_FLAGS;
    private static final int HANDLE = ExchangeControl.SET_HANDLE;
    private static final int PAGER = ExchangeControl.SET_PAGER;
    private static final int CANCELLED = IpcError.CANCELLED;

    private abstract static class WithSecondThread extends RootTask {

        final Label second = label("second");
        final Label third = label("third");

        WithSecondThread(UserProgram program) {
            super(program);
        }

        final void exchange(int dest, int control, int sp, Label ip) {
            mov(EAX, dest);
            mov(ECX, control);
            mov(EDX, sp);
            mov(ESI, ip);
            mov(EDI, 0x8D5);
            mov(EBX, 0x1234);
            mov(EBP, OTHER);
            systemCall(SystemCall.EXCHANGE_REGISTERS);
        }

        final void keepAll(String name) {
            keep(name + ".id", EAX);
            keep(name + ".control", ECX);
            keep(name + ".sp", EDX);
            keep(name + ".ip", ESI);
            keep(name + ".flags", EDI);
            keep(name + ".handle", EBX);
            keep(name + ".pager", EBP);
        }
    }

    @Test
    void aWaitingThreadsRegistersAreReadAndSetWithoutDisturbingIt() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                spawn(THREAD, 1, second);
                ipc(ThreadId.NIL, THREAD, 0);
                exchange(THREAD, 0, 0, second);
                keepAll("read");
                exchange(localId(1), IP | SP | HANDLE | PAGER, 0x5000, third);
                keepAll("set");
                exchange(THREAD, 0, 0, second);
                keepAll("after");
                ipc(THREAD, THREAD, 0);
            }

            @Override
            void others() {
                here(second);
                ipc(ROOT, ROOT, 0);
                here("second.received");
                exit(9);
                here(third);
                keep("third.sp", ESP);
                mov(ESP, stack("second"));
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        int waitsAt = kernel.kept("read.ip");
        assertThat(kernel.kept("read.id")).as("global given, local returned").isEqualTo(RootTask.localId(1));
        assertThat(kernel.kept("read.control")).as("receiving").isEqualTo(2);
        assertThat(waitsAt).as("behind its call").isEqualTo(address(kernel, "second.received"));
        assertThat(kernel.kept("read.sp")).isEqualTo(address(kernel, "stack.second"));
        assertThat(kernel.kept("read.pager")).isEqualTo(RootTask.ROOT);
        assertThat(kernel.kept("set.id")).as("local given, global returned").isEqualTo(RootTask.THREAD);
        assertThat(kernel.kept("set.ip")).isEqualTo(waitsAt);
        assertThat(kernel.kept("after.ip")).isEqualTo(address(kernel, "third"));
        assertThat(kernel.kept("after.sp")).isEqualTo(0x5000);
        assertThat(kernel.kept("after.handle")).isEqualTo(0x1234);
        assertThat(kernel.kept("after.pager")).isEqualTo(RootTask.OTHER);
        assertThat(kernel.kept("third.sp")).isEqualTo(0x5000);
    }

    @Test
    void abortingEndsAnIpcWithErrorCancelled() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                spawn(THREAD, 1, second);
                ipc(ThreadId.NIL, THREAD, 0);
                exchange(THREAD, ABORT, 0, second);
                keepAll("receiving");
                ipc(ThreadId.NIL, THREAD, 0);
                systemCallSwitch();
                exchange(THREAD, ABORT, 0, second);
                keepAll("sending");
                ipc(ThreadId.NIL, THREAD, 0);
            }

            private void systemCallSwitch() {
                mov(EAX, THREAD);
                systemCall(SystemCall.THREAD_SWITCH);
            }

            @Override
            void others() {
                here(second);
                ipc(ROOT, Threads.SIGMA0, 0);
                loop("receive");
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ROOT, ThreadId.NIL, 0);
                loop("send");
                ipc(ROOT, ThreadId.NIL, 0);
            }

            private void loop(String name) {
                keep(name + ".tag", ESI);
                loadErrorCode(EAX);
                keep(name + ".error", EAX);
            }
        });
        assertThat(kernel.kept("receiving.control")).isEqualTo(2);
        assertThat(kernel.kept("sending.control")).isEqualTo(4);
        assertThat(kernel.kept("receive.tag")).isEqualTo(RootTask.CALL_FAILED);
        assertThat(kernel.kept("receive.error")).isEqualTo(CANCELLED | 1);
        assertThat(kernel.kept("send.tag")).isEqualTo(RootTask.CALL_FAILED);
        assertThat(kernel.kept("send.error")).isEqualTo(CANCELLED);
    }

    @Test
    void aThreadThatWaitsForItsStartMessageIsStartedBySettingItsRegisters() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                exchange(THREAD, RESUME | ABORT | SP | IP, 0x7000, second);
                keepAll("start");
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                here(second);
                keep("sp", ESP);
                mov(ESP, stack("second"));
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("start.control")).isEqualTo(2);
        assertThat(kernel.kept("sp")).isEqualTo(0x7000);
    }

    @Test
    void aHaltedThreadDoesNotRunUntilItIsResumed() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                spawn(THREAD, 1, second);
                yieldToSecond();
                exchange(THREAD, HALT, 0, second);
                keepAll("halt");
                mov(EAX, counter());
                keep("before", EAX);
                yieldToSecond();
                mov(EAX, counter());
                keep("halted", EAX);
                exchange(THREAD, RESUME, 0, second);
                keepAll("resume");
                yieldToSecond();
                mov(EAX, counter());
                keep("resumed", EAX);
            }

            private Mem counter() {
                return Mem.at(variable("counter")).dword();
            }

            private void yieldToSecond() {
                mov(EAX, THREAD);
                systemCall(SystemCall.THREAD_SWITCH);
            }

            @Override
            void others() {
                here(second);
                here("count");
                inc(counter());
                mov(EAX, ROOT);
                systemCall(SystemCall.THREAD_SWITCH);
                jmp(label("count"));
            }
        });
        assertThat(kernel.kept("before")).isEqualTo(1);
        assertThat(kernel.kept("halt.control")).isZero();
        assertThat(kernel.kept("halted")).isEqualTo(1);
        assertThat(kernel.kept("resume.control")).as("was halted").isEqualTo(1);
        assertThat(kernel.kept("resumed")).isEqualTo(2);
    }

    @Test
    void onlyArithmeticFlagsCanBeSet() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ROOT, utcb(1));
                mov(EAX, THREAD);
                mov(ECX, RESUME | ABORT | SP | IP | FLAGS);
                mov(EDX, stack("second"));
                mov(ESI, second);
                mov(EDI, -1);
                systemCall(SystemCall.EXCHANGE_REGISTERS);
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                here(second);
                op("pushf");
                pop(EAX);
                keep("flags", EAX);
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        assertThat(kernel.kept("flags")).isEqualTo(0x8D5 | Selectors.USER_EFLAGS);
    }

    @Test
    void threadsThatDoNotExistOrHaveNotStartedOrLiveElsewhereAreErrorTwo() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                threadControl(THREAD, ROOT, ROOT, ThreadId.NIL, -1);
                attempt("unknown", () -> exchange(OTHER, 0, 0, second));
                attempt("inactive", () -> exchange(THREAD, 0, 0, second));
                attempt("elsewhere", () -> exchange(Threads.SIGMA0, 0, 0, second));
                attempt("noUtcb", () -> exchange(localId(7), 0, 0, second));
            }

            @Override
            void others() {
                here(second);
            }
        });
        for (String name : new String[] {"unknown", "inactive", "elsewhere", "noUtcb"}) {
            ThreadControlTest.assertError(kernel, name, 2);
        }
    }

    /** The child runs on at another place, with the registers that the pager chose, and is halted. */
    @Test
    void thePagersSpaceMayDoItToAThreadOfAnother() {
        TestKernel kernel = TestKernel.run(program -> new WithSecondThread(program) {
            @Override
            void main() {
                spawnApart(THREAD, second);
                servePageFaults();
                exchange(THREAD, 0, 0, second);
                keepAll("read");
                exchange(THREAD, 0x100 | 0x10 | 4, 0, label("elsewhere"));
                keepAll("moved");
                ipc(ThreadId.NIL, THREAD, 0);
                keep("came", EBX);
                exchange(THREAD, 0x101, 0, second);
                exchange(THREAD, 0, 0, second);
                keepAll("halted");
                exchange(THREAD, 0x80, 0, second);
                attempt("other", () -> exchange(THREAD, 0, 0, second));
            }

            @Override
            void others() {
                here(second);
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ROOT, ThreadId.NIL, 0);
                exit(1);
                here("elsewhere");
                setMessage(1, new Imm(77));
                ipc(ROOT, ROOT, 1);
            }
        });
        assertThat(kernel.kept("read.id")).isEqualTo(RootTask.localId(0));
        assertThat(kernel.kept("read.pager")).isEqualTo(RootTask.ROOT);
        assertThat(kernel.kept("came")).isEqualTo(77);
        assertThat(kernel.kept("halted.control") & 1).isEqualTo(1);
        ThreadControlTest.assertError(kernel, "other", 2);
    }

    private static int address(TestKernel kernel, String label) {
        return kernel.image().program().address(label);
    }
}
