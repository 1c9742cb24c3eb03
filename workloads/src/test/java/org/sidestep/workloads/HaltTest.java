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
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A thread halted by ExchangeRegisters executes nothing until it is resumed, and its Ipc goes on unbroken. */
class HaltTest {

    private static final int HALT = ExchangeControl.HALT_VALID | ExchangeControl.HALT;
    private static final int RESUME = ExchangeControl.HALT_VALID;
    private static final int ABORT = ExchangeControl.ABORT_RECEIVE | ExchangeControl.ABORT_SEND;

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
                ipc(SystemCall.LIPC, caller.localId(), anyLocal(), Time.SEND_AT_ONCE, MessageTag.of(3, 0));
                jmp(wrong());

                start(caller);
                sleep(caller, 2 * WHILE);
                mov(Utcb.mr(EDI, 1), 77);
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 1));
                requireEqual(ESI, MessageTag.of(3, 0), "the answer");
                requireEqual(at(ran), 1, "answered when resumed");
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, ExchangeControl.WAS_RECEIVING, "it waited");
                control(0, ExchangeControl.WAS_HALTED | ExchangeControl.WAS_RECEIVING, "it still waits, halted");
                requireRan(0, "no message yet");
                requireRan(0, "the caller has called");
                control(RESUME, ExchangeControl.WAS_HALTED, "its message has come, it is halted");
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
                control(HALT, ExchangeControl.WAS_RECEIVING, "it waited");
                control(RESUME, ExchangeControl.WAS_HALTED | ExchangeControl.WAS_RECEIVING, "halted, and waiting");
                requireRan(0, "no message yet");
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 0));
                requireEqual(at(ran), 1, "it ran");
                done();
            }

            private void waitForOthers() {
                start(b);
                receive(a.localId());
                run();
                ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, MessageTag.of(0, 0));
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
                ipc(SystemCall.IPC, a.localId(), a.localId(), Time.NEVER, MessageTag.of(5, 0));
                run();
                requireEqual(ESI, MessageTag.of(6, 0), "the answer");
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, ExchangeControl.WAS_SENDING, "it was sending");
                receive(b.localId());
                requireEqual(ESI, MessageTag.of(5, 0), "its message");
                control(0, ExchangeControl.WAS_HALTED | ExchangeControl.WAS_RECEIVING, "now it waits for the answer");
                ipc(SystemCall.IPC, b.localId(), nil(), Time.SEND_AT_ONCE, MessageTag.of(6, 0));
                requireDelivered();
                requireRan(0, "halted");
                control(RESUME, ExchangeControl.WAS_HALTED, "its Ipc is over");
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
                control(HALT, ExchangeControl.WAS_RECEIVING, "it waited");
                for (int i = 0; i < 3; i++) requireRan(0, "halted");
                control(RESUME, ExchangeControl.WAS_HALTED, "its Ipc is over");
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
                control(HALT | ABORT, ExchangeControl.WAS_RECEIVING, "halted and aborted at once");
                requireRan(0, "halted");
                control(RESUME, ExchangeControl.WAS_HALTED, "no longer in Ipc");
                requireRan(1, "resumed");
                control(HALT, ExchangeControl.WAS_RECEIVING, "halted first");
                control(ABORT, ExchangeControl.WAS_HALTED | ExchangeControl.WAS_RECEIVING, "and then aborted");
                requireRan(1, "aborted, not resumed");
                control(RESUME, ExchangeControl.WAS_HALTED, "no longer in Ipc");
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
                control(RESUME, ExchangeControl.WAS_HALTED, "halted");
                requireRan(2, "resumed");
                control(HALT, 0, "it was spinning");
                control(HALT, ExchangeControl.WAS_HALTED, "twice");
                control(RESUME, ExchangeControl.WAS_HALTED, "halted");
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
                ipc(SystemCall.IPC, EAX, any(), Time.SEND_AT_ONCE, MessageTag.of(4, 0));
                jmp(wrong());

                start(stranger);
                sleep(stranger, 2 * WHILE);
                ipc(SystemCall.IPC, global(b), global(b), Time.NEVER, MessageTag.of(0, 0));
                requireEqual(ESI, MessageTag.of(4, 0), "the answer");
                done();

                start(a);
                sleep(a, WHILE);
                control(HALT, ExchangeControl.WAS_RECEIVING, "it waited");
                for (int i = 0; i < 3; i++) requireRan(0, "halted");
                control(RESUME, ExchangeControl.WAS_HALTED, "its message has come");
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
