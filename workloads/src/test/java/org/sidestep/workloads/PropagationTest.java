package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import java.util.function.Function;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A message in another thread's name, where that is allowed (X.2 reference manual, "Propagation"). */
class PropagationTest {

    private static final int WHILE = 3000;
    private static final int REQUEST = MessageTag.of(7, 1);
    private static final int ANSWER = MessageTag.of(8, 1);

    /** A client, a server that passes on what it is asked, and the worker that gets it. */
    private abstract static class Passing extends TestProgram {

        final UserThread client;
        final UserThread server = root.thread("S", root.space("s"));
        final UserThread worker;

        Passing(UserProgram program, String clientsSpace, String workersSpace) {
            super(program);
            client = root.thread("C", root.space(clientsSpace));
            worker = root.thread("W", root.space(workersSpace));
        }

        final void client(Operand answerer) {
            start(client);
            mov(Utcb.mr(EDI, 1), 41);
            Operand to = idOf(server, client);
            ipc(SystemCall.IPC, to, to, Time.NEVER, REQUEST);
            requireEqual(ESI, ANSWER, "the answer");
            requireEqual(EBX, 42, "its word");
            requireEqual(EAX, answerer, "who has answered");
            done();
        }

        /** Passes one message on; it need not know the client. */
        final void server() {
            start(server);
            receive(any());
            mov(EDI.at(Utcb.ACTUAL_SENDER), EAX);
            mov(Utcb.mr(EDI, 1), EBX);
            passOn(Time.NEVER);
            requireDelivered();
            done();
        }

        final void passOn(int timeouts) {
            ipc(SystemCall.IPC, idOf(worker, server), nil(), timeouts, REQUEST | MessageTag.PROPAGATED);
        }

        final void work(Operand from) {
            receive(from);
            requireEqual(ESI, REQUEST | MessageTag.PROPAGATED, "somebody else has sent it");
            requireEqual(EBX, 41, "the word");
            requireEqual(EAX, idOf(client, worker), "in whose name");
            requireEqual(EDI.at(Utcb.ACTUAL_SENDER).dword(), server.globalId(), "who it was");
            mov(Utcb.mr(EDI, 1), 42);
            ipc(SystemCall.IPC, idOf(client, worker), nil(), Time.SEND_AT_ONCE, ANSWER);
            requireDelivered();
        }
    }

    @EveryPolicy
    void whoIsPassedOnGetsTheAnswerFromTheOneWhoGivesIt(String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Passing(program, "c", "s") {
            @Override
            void threads() {
                start(worker);
                work(any());
                done();
                server();
                client(global(worker));
            }
        });
    }

    @EveryPolicy
    void theSameInsideASpace(String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Passing(program, "s", "s") {
            @Override
            void threads() {
                start(worker);
                work(client.localId());
                done();
                server();
                client(worker.localId());
            }
        });
    }

    @EveryPolicy
    void aNeighboursNameIsGoodForAnotherSpace(String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Passing(program, "s", "w") {
            @Override
            void threads() {
                start(worker);
                work(global(client));
                done();
                server();
                client(global(worker));
            }
        });
    }

    @EveryPolicy
    void aQueuedMessageIsFoundByTheNameInWhichItWasSent(String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Passing(program, "c", "s") {
            @Override
            void threads() {
                server();
                client(global(worker));
                start(worker);
                sleep(worker, WHILE);
                forward(SystemCall.IPC, nil(), server.localId(), Time.period(WHILE));
                requireError(RECEIVE_TIMED_OUT);
                work(global(client));
                done();
            }
        });
    }

    @EveryPolicy
    void aStrangersNameIsNotUsedForAStranger(String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Passing(program, "c", "w") {
            @Override
            void threads() {
                start(server);
                mov(EDI.at(Utcb.ACTUAL_SENDER), client.globalId());
                passOn(Time.NEVER);
                requireDelivered();
                mov(EDI.at(Utcb.ACTUAL_SENDER), ThreadId.global(1000));
                passOn(Time.NEVER);
                requireDelivered();
                done();
                start(client);
                receive(new Imm(abi.rootId()));
                start(worker);
                for (int n = 0; n < 2; n++) {
                    receive(any());
                    requireEqual(ESI, REQUEST, "no flag");
                    requireEqual(EAX, global(server), "the sender's own name");
                }
                done();
            }
        });
    }

    @EveryPolicy
    void aMessageThatIsNotDeliveredLeavesItsVirtualSenderWaitingForWhomItWaited(
            String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Passing(program, "c", "s") {
            @Override
            void threads() {
                start(server);
                receive(any());
                mov(EDI.at(Utcb.ACTUAL_SENDER), EAX);
                passOn(Time.SEND_AT_ONCE);
                requireError(SEND_TIMED_OUT);
                mov(Utcb.mr(EDI, 1), 42);
                ipc(SystemCall.IPC, global(client), nil(), Time.SEND_AT_ONCE, ANSWER);
                requireDelivered();
                done();
                client(global(server));
                start(worker);
                receive(new Imm(abi.rootId()));
            }
        });
    }

    /** The partner waits, and yet what it is said to have sent is there before its answer. */
    private static final class Overtaken extends Passing {

        private final SystemCall way;
        private final Operand called;
        private final int words;

        Overtaken(UserProgram program, String clientsSpace, SystemCall way, boolean byLocalId, int words) {
            super(program, clientsSpace, "s");
            this.way = way;
            called = byLocalId ? server.localId() : global(server);
            this.words = words;
        }

        @Override
        void threads() {
            start(worker);
            mov(EDI.at(Utcb.ACTUAL_SENDER), server.globalId());
            mov(Utcb.mr(EDI, 1), 42);
            ipc(SystemCall.IPC, global(client), nil(), Time.NEVER, ANSWER | MessageTag.PROPAGATED);
            requireDelivered();
            done();
            start(server);
            receive(any());
            requireEqual(EBX, 41, "the request");
            mov(Utcb.mr(EDI, 1), 43);
            ipc(SystemCall.IPC, global(client), nil(), Time.NEVER, ANSWER);
            done();
            start(client);
            sleep(client, WHILE);
            mov(Utcb.mr(EDI, 1), 41);
            ipc(way, called, called, Time.NEVER, MessageTag.of(7, words));
            requireEqual(ESI, ANSWER | MessageTag.PROPAGATED, "what was sent in the server's name");
            requireEqual(EBX, 42, "its word");
            requireEqual(EAX, idOf(server, client), "in whose name");
            receive(called);
            requireEqual(ESI, ANSWER, "the server's answer");
            requireEqual(EBX, 43, "its word");
            done();
        }
    }

    @EveryPolicy
    void whoCallsSomebodyGetsFirstWhatIsQueuedInHisName(String policy, String validation, String entry) {
        finish(policy, validation, entry, program -> new Overtaken(program, "s", SystemCall.IPC, false, 1));
        finish(policy, validation, entry, program -> new Overtaken(program, "s", SystemCall.IPC, true, 1));
        finish(policy, validation, entry, program -> new Overtaken(program, "c", SystemCall.IPC, false, 1));
        finish(policy, validation, entry, program -> new Overtaken(program, "s", SystemCall.LIPC, true, 1));
        finish(policy, validation, entry, program -> new Overtaken(program, "s", SystemCall.LIPC, true, 8));
    }

    /** With the fast path and without, so that any three of the four are tried in each combination. */
    private static void finish(
            String policy, String validation, String entry, Function<UserProgram, TestProgram> factory) {
        boolean odd = policy.equals("lazy") ^ validation.equals("check") ^ entry.equals("int");
        Map<String, ?> kernel = Map.of("entry", entry, "fastpath", odd ? "off" : "on");
        TestProgram.finished(policy, validation, kernel, factory);
    }
}
