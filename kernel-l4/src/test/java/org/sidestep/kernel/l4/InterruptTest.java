package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** Devices are driven by threads at user level: an interrupt is a message from its thread, and the answer lets the next one come. */
class InterruptTest {

    private static final int KEYBOARD = 1;
    private static final int COM1 = 4;
    private static final int RTC = 8;
    private static final int INTERRUPT_TAG = Protocol.INTERRUPT.tag();

    private abstract static class Driver extends RootTask {

        Driver(UserProgram program) {
            super(program);
        }

        static int line(int n) {
            return ThreadId.global(n);
        }

        final void associate(int line, int handler) {
            threadControl(line(line), line(line), ThreadId.NIL, handler, -1);
        }

        final void release(int line) {
            associate(line, line(line));
        }

        /** Waits for a line's message, for ever. */
        final void await(int line) {
            ipc(ThreadId.NIL, line(line), 0);
        }

        /** Waits for it at most that time; ESI has the tag. */
        final void await(int line, int time) {
            mov(EAX, ThreadId.NIL);
            mov(EDX, line(line));
            mov(ECX, time);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        final void acknowledge(int line) {
            ipc(line(line), ThreadId.NIL, 0);
        }

        final void out(int port, int value) {
            mov(EDX, port);
            mov(EAX, value);
            op("out", Reg16.DX, Reg8.AL);
        }

        /** AL := what is read there. */
        final void in(int port) {
            mov(EDX, port);
            op("in", Reg8.AL, Reg16.DX);
        }

        /** The clock's interrupt, 1024 times in a second. */
        final void startClock() {
            out(0x70, 0x0B);
            out(0x71, 0x42);
            clearClock();
        }

        final void clearClock() {
            out(0x70, 0x0C);
            in(0x71);
        }

        final void sleep(int time) {
            mov(EAX, ThreadId.NIL);
            mov(EDX, ROOT);
            mov(ECX, time);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }
    }

    private static int milliseconds(int n) {
        return Time.period(1000 * n);
    }

    /** Also in another's name; an interrupt has no UTCB in which to note it. */
    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void aStrangersMessageToAnInterruptWaitsUntilItIsReleased(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new Driver(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("stranger"));
                associate(COM1, ROOT);
                ipc(ThreadId.NIL, THREAD, 0);
                sleep(milliseconds(3));
                release(COM1);
                ipc(ThreadId.NIL, THREAD, 0);
            }

            @Override
            void others() {
                here("stranger");
                ipc(ROOT, ThreadId.NIL, 0);
                loadOwnUtcb(EDI);
                mov(EDI.at(Utcb.ACTUAL_SENDER), THREAD);
                attempt("sent", () -> ipc(line(COM1), ThreadId.NIL, MessageTag.PROPAGATED));
                ipc(ROOT, ThreadId.NIL, 0);
                ipc(ThreadId.NIL, THREAD, 0);
            }
        });
        assertThat(kernel.kept("sent.error")).isEqualTo(IpcError.NO_PARTNER);
    }

    /** Each of the three by a thread of its own, all at once. */
    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void serialLineKeyboardAndClockAreDrivenByThreads(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, program -> new Driver(program) {
            @Override
            void main() {
                mov(EAX, Mem.at(label("text")).dword());
                spawn(id(60), 1, label("serial"));
                spawn(id(61), 2, label("keyboard"));
                spawn(id(62), 3, label("clock"));
                associate(COM1, id(60));
                associate(KEYBOARD, id(61));
                associate(RTC, id(62));
                for (int n = 0; n < 3; n++) ipc(ThreadId.NIL, id(60 + n), 0);
            }

            @Override
            void others() {
                serial();
                keyboard();
                clock();
            }

            /** The transmitter asks for each character. */
            private void serial() {
                Label next = label("next");
                here("serial");
                text("text", "driven\n");
                mov(kept("rest"), label("text"));
                out(0x3F9, 2);
                here(next);
                await(COM1);
                keep("serial.tag", ESI);
                keep("serial.from", EAX);
                in(0x3FA);
                mov(EBX, kept("rest"));
                inc(kept("rest"));
                mov(Reg8.AL, EBX.at(0));
                mov(EDX, 0x3F8);
                Label done = label("done");
                test(Reg8.AL, Reg8.AL);
                exitIf(Z, done, "all of it");
                op("out", Reg16.DX, Reg8.AL);
                acknowledge(COM1);
                jmp(next);
                here(done);
                out(0x3F9, 0);
                ipc(ROOT, ROOT, 0);
            }

            /** The controller gives back what it is told, as if it came from the keyboard. */
            private void keyboard() {
                here("keyboard");
                out(0x64, 0x60);
                out(0x60, 1);
                for (int n = 0; n < 2; n++) {
                    out(0x64, 0xD2);
                    out(0x60, 0x1E + n);
                    await(KEYBOARD);
                    in(0x60);
                    op("movzx", EAX, Reg8.AL);
                    keep("key" + n, EAX);
                    acknowledge(KEYBOARD);
                }
                ipc(ROOT, ROOT, 0);
            }

            private void clock() {
                here("clock");
                startClock();
                op("rdtsc");
                mov(kept("begin"), EAX);
                for (int n = 0; n < 4; n++) {
                    await(RTC);
                    clearClock();
                    acknowledge(RTC);
                }
                op("rdtsc");
                sub(EAX, kept("begin"));
                keep("cycles", EAX);
                ipc(ROOT, ROOT, 0);
            }
        });
        assertThat(kernel.output()).contains("driven\n");
        assertThat(kernel.kept("serial.tag")).isEqualTo(INTERRUPT_TAG);
        assertThat(kernel.kept("serial.from")).isEqualTo(Driver.line(COM1));
        assertThat(kernel.kept("key0")).isEqualTo(0x1E);
        assertThat(kernel.kept("key1")).isEqualTo(0x1F);
        int kiloHertz = kernel.machine().peek(0xF0000000 + 0x205000 + 0x124);
        assertThat(kernel.measured("cycles") / kiloHertz).as("milliseconds").isBetween(2, 6);
    }

    @Test
    void aLineThatIsNeverAcknowledgedIsSilentAndHarmsNobody() {
        TestKernel kernel = TestKernel.run(program -> new Driver(program) {
            @Override
            void main() {
                associate(RTC, ROOT);
                startClock();
                await(RTC);
                clearClock();
                await(RTC, milliseconds(5));
                keep("second", ESI);
                op("rdtsc");
                mov(kept("before"), EAX);
                sleep(milliseconds(4));
                op("rdtsc");
                sub(EAX, kept("before"));
                keep("slept", EAX);
                acknowledge(RTC);
                clearClock();
                await(RTC, milliseconds(5));
                keep("third", ESI);
                phase("associated anew, it comes without acknowledgement");
                associate(RTC, ROOT);
                clearClock();
                await(RTC, milliseconds(5));
                keep("fourth", ESI);
            }
        });
        assertThat(kernel.kept("second")).isEqualTo(0x8000);
        assertThat(kernel.kept("third")).isEqualTo(INTERRUPT_TAG);
        assertThat(kernel.kept("fourth")).isEqualTo(INTERRUPT_TAG);
        int kiloHertz = kernel.machine().peek(0xF0000000 + 0x205000 + 0x124);
        assertThat(kernel.measured("slept") / kiloHertz).isBetween(4, 5);
    }

    /** The handler is told while it does something else, and gets the message when it asks for it. */
    @Test
    void anInterruptWaitsForItsHandlerAndGoesToTheNextIfThatIsDeleted() {
        TestKernel kernel = TestKernel.run(program -> new Driver(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("handler"));
                associate(RTC, THREAD);
                startClock();
                ipc(ThreadId.NIL, THREAD, 0);
                sleep(milliseconds(3));
                threadControl(THREAD, ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                sleep(milliseconds(3));
                associate(RTC, ROOT);
                clearClock();
                await(RTC, milliseconds(5));
                keep("root", ESI);
                acknowledge(RTC);
                sleep(milliseconds(3));
                await(RTC);
                keep("late", ESI);
            }

            @Override
            void others() {
                here("handler");
                ipc(ROOT, ThreadId.NIL, 0);
                Label spin = here(fresh("spin"));
                jmp(spin);
            }
        });
        assertThat(kernel.kept("root")).isEqualTo(INTERRUPT_TAG);
        assertThat(kernel.kept("late")).isEqualTo(INTERRUPT_TAG);
    }

    /** Waited for, then not answered yet, then in its queue: each time nothing is lost, and nothing comes twice. */
    @Test
    void anInterruptFollowsAHandlerThatMoves() {
        TestKernel kernel = TestKernel.everywhere(program -> new Driver(program) {
            @Override
            void main() {
                threadControl(OTHER, OTHER, ROOT, ThreadId.NIL, -1);
                spaceControl(OTHER, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
                spawn(THREAD, 1, label("handler"));
                associate(KEYBOARD, THREAD);
                ipc(ThreadId.NIL, THREAD, 0);
                sleep(milliseconds(1));
                moveTo(OTHER);
                press();
                servePageFaults();
                press();
                moveTo(ROOT);
                ipc(ThreadId.NIL, THREAD, 0);
                press();
                moveTo(OTHER);
                servePageFaults();
            }

            private void moveTo(int space) {
                threadControl(THREAD, space, ThreadId.NIL, ThreadId.NIL, -1);
            }

            private void press() {
                in(0x60);
                out(0x64, 0xD2);
                out(0x60, 0x1E);
            }

            @Override
            void others() {
                here("handler");
                ipc(ROOT, ThreadId.NIL, 0);
                attempt("waited", () -> await(KEYBOARD));
                attempt("told", () -> await(KEYBOARD));
                attempt("unanswered", () -> ipc(ROOT, ROOT, 0));
                attempt("masked", () -> await(KEYBOARD, milliseconds(3)));
                acknowledge(KEYBOARD);
                attempt("second", () -> await(KEYBOARD));
                acknowledge(KEYBOARD);
                attempt("queued", () -> ipc(ROOT, ROOT, 0));
                attempt("third", () -> await(KEYBOARD));
                attempt("once", () -> await(KEYBOARD, milliseconds(3)));
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        for (String moved : new String[] {"waited", "unanswered", "queued"}) {
            assertThat(kernel.kept(moved + ".error")).as(moved).isEqualTo(IpcError.CANCELLED | IpcError.RECEIVE);
        }
        for (String told : new String[] {"told", "second", "third"}) {
            assertThat(kernel.kept(told)).as(told).isEqualTo(Driver.line(KEYBOARD));
        }
        for (String silent : new String[] {"masked", "once"}) {
            assertThat(kernel.kept(silent + ".error")).as(silent).isEqualTo(IpcError.TIMEOUT | IpcError.RECEIVE);
        }
    }

    /** The id by which it is known is gone. */
    @Test
    void anInterruptIsSilentFromWhenItsHandlerGetsAnotherIdUntilItIsGivenAgain() {
        int renamed = RootTask.THREAD + 1;
        TestKernel kernel = TestKernel.run(program -> new Driver(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("handler"));
                associate(RTC, THREAD);
                startClock();
                ipc(ThreadId.NIL, THREAD, 0);
                sleep(milliseconds(3));
                threadControl(renamed, ROOT, ThreadId.NIL, ThreadId.NIL, -1);
                keepCount("before");
                sleep(milliseconds(3));
                keepCount("silent");
                associate(RTC, renamed);
                clearClock();
                sleep(milliseconds(3));
                keepCount("after");
            }

            @Override
            void others() {
                here("handler");
                ipc(ROOT, ThreadId.NIL, 0);
                here("next");
                await(RTC);
                test(ESI, CALL_FAILED);
                jnz(label("next"));
                inc(kept("count"));
                clearClock();
                acknowledge(RTC);
                jmp(label("next"));
            }

            private void keepCount(String name) {
                mov(EAX, kept("count"));
                keep(name, EAX);
            }
        });
        assertThat(kernel.measured("before")).isPositive();
        assertThat(kernel.measured("silent")).isEqualTo(kernel.measured("before"));
        assertThat(kernel.measured("after")).isGreaterThan(kernel.measured("silent"));
    }

    @Test
    void whoIsReleasedHasNoPartner() {
        TestKernel kernel = TestKernel.run(program -> new Driver(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("handler"));
                associate(RTC, THREAD);
                ipc(ThreadId.NIL, THREAD, 0);
                sleep(milliseconds(1));
                attempt("released", () -> release(RTC));
                attempt("again", () -> release(RTC));
                ipc(ThreadId.NIL, THREAD, 0);
                attempt("send", () -> acknowledge(RTC));
                attempt("unbound", () -> schedule(line(RTC), -1, 200));
                associate(RTC, THREAD);
                attempt("bound", () -> schedule(line(RTC), -1, 200));
            }

            @Override
            void others() {
                here("handler");
                ipc(ROOT, ThreadId.NIL, 0);
                await(RTC);
                loadErrorCode(EAX);
                keep("told", EAX);
                ipc(ROOT, ROOT, 0);
            }
        });
        assertThat(kernel.kept("released")).isEqualTo(1);
        assertThat(kernel.kept("again")).isEqualTo(1);
        assertThat(kernel.kept("told")).isEqualTo(IpcError.NO_PARTNER | IpcError.RECEIVE);
        assertThat(kernel.kept("send.error")).isEqualTo(IpcError.NO_PARTNER);
        ThreadControlTest.assertError(kernel, "unbound", SystemCallError.INVALID_THREAD);
        assertThat(kernel.kept("bound")).isEqualTo(ScheduleResult.WAITING);
    }

    /** A handler runs at once if its priority is higher than that of who runs, else when that gives way. */
    @Test
    void anInterruptPreemptsForTheHandlersPriority() {
        TestKernel kernel = TestKernel.run(program -> new Driver(program) {
            @Override
            void main() {
                spawn(THREAD, 1, label("handler"));
                associate(RTC, THREAD);
                schedule(ROOT, -1, 50);
                startClock();
                for (int priority : new int[] {60, 40}) {
                    schedule(THREAD, -1, priority);
                    mov(kept("count"), 0);
                    op("rdtsc");
                    mov(EBX, EAX);
                    Label spin = here(fresh("spin"));
                    op("rdtsc");
                    sub(EAX, EBX);
                    cmp(EAX, 2_000_000);
                    j(B, spin);
                    mov(EAX, kept("count"));
                    keep("count" + priority, EAX);
                }
                out(0x70, 0x0B);
                out(0x71, 2);
            }

            @Override
            void others() {
                Label next = label("next");
                here("handler");
                here(next);
                await(RTC);
                inc(kept("count"));
                clearClock();
                acknowledge(RTC);
                jmp(next);
            }
        });
        assertThat(kernel.kept("count60")).isGreaterThan(1);
        assertThat(kernel.kept("count40")).isZero();
    }

    @Test
    void whatCannotBeAssociatedIsAnError() {
        TestKernel kernel = TestKernel.run(program -> new Driver(program) {
            @Override
            void main() {
                attempt("timer", () -> associate(0, ROOT));
                attempt("cascade", () -> associate(2, ROOT));
                attempt("kernel", () -> associate(17, ROOT));
                attempt("version", () -> threadControl(line(RTC) + 1, line(RTC) + 1, ThreadId.NIL, ROOT, -1));
                attempt("space", () -> threadControl(line(RTC), ROOT, ThreadId.NIL, ROOT, -1));
                attempt("nobody", () -> associate(RTC, id(99)));
                attempt("nil", () -> associate(RTC, ThreadId.NIL));
                associate(KEYBOARD, ROOT);
                attempt("interrupt", () -> associate(RTC, line(KEYBOARD)));
                attempt("inside", () -> threadControl(THREAD, line(KEYBOARD), ROOT, ThreadId.NIL, -1));
                attempt("areas", () -> spaceControl(line(KEYBOARD), 0, 0));
                attempt("exchange", () -> exchangeRegisters(new Imm(line(KEYBOARD)), 0));
                spawnApart(OTHER, label("child"));
                servePageFaults();
            }

            @Override
            void others() {
                here("child");
                mov(EAX, Mem.at(label("kept.unprivileged")).dword());
                attempt("unprivileged", () -> associate(RTC, OTHER));
                ipc(ROOT, ThreadId.NIL, 0);
            }
        });
        for (String name :
                new String[] {"timer", "cascade", "kernel", "version", "nobody", "nil", "interrupt", "exchange"}) {
            ThreadControlTest.assertError(kernel, name, SystemCallError.INVALID_THREAD);
        }
        for (String name : new String[] {"space", "inside", "areas"}) {
            ThreadControlTest.assertError(kernel, name, SystemCallError.INVALID_SPACE);
        }
        ThreadControlTest.assertError(kernel, "unprivileged", SystemCallError.NO_PRIVILEGE);
    }
}
