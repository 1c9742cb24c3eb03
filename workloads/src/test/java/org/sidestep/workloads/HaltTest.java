package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Label;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.workloads.l4.Message;
import org.sidestep.workloads.l4.SystemCall;
import org.sidestep.workloads.l4.Time;
import org.sidestep.workloads.l4.UserThread;
import org.sidestep.workloads.l4.Utcb;

/** A thread halted by ExchangeRegisters executes nothing until it is resumed, and its Ipc goes on unbroken. */
class HaltTest {

    private static final int HALT = 0x101;
    private static final int RESUME = 0x100;
    private static final int ABORT = 6;

    private static final int WAS_HALTED = 1;
    private static final int RECEIVING = 2;
    private static final int SENDING = 4;

    private static final int WHILE = 2000;

    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest(name = "{0}, {1}, fast path {2}")
    @CsvSource({
        "strict, int, off", "strict, int, on", "strict, sysenter, off", "strict, sysenter, on",
        "lazy, int, off", "lazy, int, on", "lazy, sysenter, off", "lazy, sysenter, on"
    })
    private @interface EveryPath {}

    /** A halts its neighbour B and lets it go on; whenever B runs, it counts. */
    private abstract static class Halting extends TestProgram {

        final UserThread a = root.thread("A", root.space("pair"));
        final UserThread b = root.thread("B", root.space("pair"));
        final Label ran = variable("ran");

        Halting(UserProgram program) {
            super(program);
        }

        /** Says to B what {@code control} says; B was in the state {@code old}. */
        final void control(int control, int old, String what) {
            exchangeRegisters(b.localId(), control);
            requireEqual(ECX, old, what);
            loadOwnUtcb();
        }

        /** B has run as often, even after a while. */
        final void requireRan(int times, String what) {
            loadOwnUtcb();
            sleep(a, WHILE);
            requireEqual(at(ran), times, what);
        }

        final void run() {
            inc(at(ran));
        }
    }

    @EveryPath
    void aWaitingThreadTakesALocalCallsMessageAndAnswersOnceItIsResumed(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            private final UserThread caller = root.thread("C", root.space("pair"));

            @Override
            void threads() {
                start(b);
                receive(anyLocal());
                run();
                requireEqual(EAX, caller.localId(), "the sender");
                requireEqual(EBX, 77, "the word");
                ipc(SystemCall.LIPC, caller.localId(), anyLocal(), Time.SEND_AT_ONCE, Message.untyped(3, 0));
                jmp(wrong());

                start(caller);
                sleep(caller, 2 * WHILE);
                mov(Utcb.mr(EDI, 1), 77);
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, Message.untyped(0, 1));
                requireEqual(ESI, Message.untyped(3, 0), "the answer");
                requireEqual(at(ran), 1, "answered when resumed");
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, RECEIVING, "it waited");
                control(0, WAS_HALTED | RECEIVING, "it still waits, halted");
                requireRan(0, "no message yet");
                requireRan(0, "the caller has called");
                control(RESUME, WAS_HALTED, "its message has come, it is halted");
                requireRan(1, "resumed");
                done();
            }
        });
    }

    @EveryPath
    void aThreadResumedBeforeItsMessageComesWaitsOn(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            @Override
            void threads() {
                waitForOthers();
                control(HALT, RECEIVING, "it waited");
                control(RESUME, WAS_HALTED | RECEIVING, "halted, and waiting");
                requireRan(0, "no message yet");
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, Message.untyped(0, 0));
                requireEqual(at(ran), 1, "it ran");
                done();
            }

            private void waitForOthers() {
                start(b);
                receive(a.localId());
                run();
                ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, Message.untyped(0, 0));
                start(a);
                sleep(a, WHILE);
            }
        });
    }

    @EveryPath
    void aSendingThreadIsReceivedFromAndAnsweredWhileHalted(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            @Override
            void threads() {
                start(b);
                ipc(SystemCall.IPC, a.localId(), a.localId(), Time.NEVER, Message.untyped(5, 0));
                run();
                requireEqual(ESI, Message.untyped(6, 0), "the answer");
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, SENDING, "it was sending");
                receive(b.localId());
                requireEqual(ESI, Message.untyped(5, 0), "its message");
                control(0, WAS_HALTED | RECEIVING, "now it waits for the answer");
                ipc(SystemCall.IPC, b.localId(), nil(), Time.SEND_AT_ONCE, Message.untyped(6, 0));
                requireDelivered();
                requireRan(0, "halted");
                control(RESUME, WAS_HALTED, "its Ipc is over");
                requireRan(1, "resumed");
                done();
            }
        });
    }

    @EveryPath
    void aTimeoutPassesWhileHaltedAndIsNoticedWhenResumed(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            @Override
            void threads() {
                start(b);
                forward(SystemCall.IPC, nil(), a.localId(), Time.period(2 * WHILE));
                run();
                requireError(RECEIVE_TIMED_OUT);
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, RECEIVING, "it waited");
                for (int i = 0; i < 3; i++) requireRan(0, "halted");
                control(RESUME, WAS_HALTED, "its Ipc is over");
                requireRan(1, "resumed");
                done();
            }
        });
    }

    @EveryPath
    void anAbortedThreadStaysHalted(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            @Override
            void threads() {
                start(b);
                receive(a.localId());
                run();
                requireError(RECEIVE_CANCELLED);
                receive(a.localId());
                run();
                requireError(RECEIVE_CANCELLED);
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT | ABORT, RECEIVING, "halted and aborted at once");
                requireRan(0, "halted");
                control(RESUME, WAS_HALTED, "no longer in Ipc");
                requireRan(1, "resumed");
                control(HALT, RECEIVING, "halted first");
                control(ABORT, WAS_HALTED | RECEIVING, "and then aborted");
                requireRan(1, "aborted, not resumed");
                control(RESUME, WAS_HALTED, "no longer in Ipc");
                requireRan(2, "resumed");
                done();
            }
        });
    }

    @EveryPath
    void aThreadHaltsItselfOrIsHaltedWhileReady(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            @Override
            void threads() {
                start(b);
                run();
                exchangeRegisters(b.localId(), HALT);
                run();
                Label spin = here("B.spin");
                jmp(spin);

                start(a);
                requireRan(1, "halted by itself");
                control(RESUME, WAS_HALTED, "halted");
                requireRan(2, "resumed");
                control(HALT, 0, "it was spinning");
                control(HALT, WAS_HALTED, "twice");
                control(RESUME, WAS_HALTED, "halted");
                control(RESUME, 0, "twice");
                done();
            }
        });
    }

    @EveryPath
    void aMessageFromAnotherSpaceDoesNotWakeAHaltedThread(String policy, String entry, String fastpath) {
        expectSuccess(policy, entry, fastpath, program -> new Halting(program) {
            private final UserThread stranger = root.thread("S", root.space("strange"));

            @Override
            void threads() {
                start(b);
                receive(any());
                run();
                requireEqual(EAX, global(stranger), "the sender");
                ipc(SystemCall.IPC, EAX, any(), Time.SEND_AT_ONCE, Message.untyped(4, 0));
                jmp(wrong());

                start(stranger);
                sleep(stranger, 2 * WHILE);
                ipc(SystemCall.IPC, global(b), global(b), Time.NEVER, Message.untyped(0, 0));
                requireEqual(ESI, Message.untyped(4, 0), "the answer");
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, RECEIVING, "it waited");
                for (int i = 0; i < 3; i++) requireRan(0, "halted");
                control(RESUME, WAS_HALTED, "its message has come");
                requireRan(1, "resumed");
                done();
            }
        });
    }

    private static void expectSuccess(
            String policy, String entry, String fastpath, Function<UserProgram, TestProgram> program) {
        Stop stop = TestProgram.run(policy, Map.of("entry", entry, "fastpath", fastpath), program);
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }
}
