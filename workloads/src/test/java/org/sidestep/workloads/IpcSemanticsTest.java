package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.function.Function;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Ipc and Lipc as the X.2 interface has them, seen from user level. */
class IpcSemanticsTest {

    private static final int WHILE = 3000;

    @EveryKernel
    void receivingWithTimeoutZeroFailsAtOnce(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                start(root.thread("A", root.space("a")));
                forward(SystemCall.IPC, nil(), any(), AT_ONCE);
                requireError(RECEIVE_TIMED_OUT);
                done();
            }
        });
    }

    @EveryKernel
    void receivingWithAFiniteTimeoutLastsAsLong(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                Label before = variable("before");
                start(root.thread("A", root.space("a")));
                systemCall(SystemCall.SYSTEM_CLOCK);
                mov(at(before), EAX);
                loadOwnUtcb();
                forward(SystemCall.IPC, nil(), any(), Time.period(WHILE));
                requireError(RECEIVE_TIMED_OUT);
                systemCall(SystemCall.SYSTEM_CLOCK);
                sub(EAX, at(before));
                cmp(EAX, WHILE);
                require(AE, "time has passed");
                done();
            }
        });
    }

    @EveryKernel
    void receivingFromOneselfIsSleeping(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                start(a);
                sleep(a, WHILE);
                requireError(RECEIVE_TIMED_OUT);
                done();
            }
        });
    }

    @EveryKernel
    void sendingWithTimeoutZeroToOneWhoDoesNotWaitFailsAtOnce(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("b"));
                start(a);
                ipc(SystemCall.IPC, global(b), nil(), Time.SEND_AT_ONCE, MessageTag.of(0, 0));
                requireError(SEND_TIMED_OUT);
                done();
                start(b);
                receive(new Imm(abi.rootId()));
            }
        });
    }

    @EveryKernel
    void whoDoesNotExistIsNoPartner(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                Imm nobody = new Imm(ThreadId.global(1000));
                start(root.thread("A", root.space("a")));
                ipc(SystemCall.IPC, nobody, nil(), Time.NEVER, MessageTag.of(0, 0));
                requireError(NOBODY_TO_SEND_TO);
                receive(nobody);
                requireError(NOBODY_TO_RECEIVE_FROM);
                done();
            }
        });
    }

    @EveryKernel
    void sendersAreServedInTheOrderInWhichTheyCame(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread receiver = root.thread("R", root.space("r"));
                UserThread neighbour = root.thread("A", root.space("r"));
                UserThread stranger = root.thread("B", root.space("b"));
                UserThread other = root.thread("C", root.space("r"));
                sender(neighbour, receiver, 1);
                sender(stranger, receiver, 2);
                sender(other, receiver, 3);
                start(receiver);
                sleep(receiver, WHILE);
                expectFrom(neighbour.localId(), 1);
                expectFrom(global(stranger), 2);
                expectFrom(other.localId(), 3);
                done();
            }

            private void sender(UserThread self, UserThread receiver, int word) {
                start(self);
                send(idOf(receiver, self), word);
                done();
            }

            private void expectFrom(Operand sender, int word) {
                receive(any());
                requireEqual(EAX, sender, "the sender");
                requireEqual(EBX, word, "the word");
            }
        });
    }

    @EveryKernel
    void aClosedReceivePassesOverOtherSenders(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread receiver = root.thread("R", root.space("r"));
                UserThread first = root.thread("A", root.space("a"));
                UserThread second = root.thread("B", root.space("r"));
                for (UserThread sender : new UserThread[] {first, second}) {
                    start(sender);
                    send(idOf(receiver, sender), 7);
                    done();
                }
                start(receiver);
                sleep(receiver, WHILE);
                receive(second.localId());
                requireEqual(EAX, second.localId(), "the sender");
                receive(global(first));
                requireEqual(EAX, global(first), "the sender");
                done();
            }
        });
    }

    @EveryKernel
    void anylocalDoesNotReceiveFromOtherSpaces(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread receiver = root.thread("R", root.space("r"));
                UserThread stranger = root.thread("A", root.space("a"));
                start(stranger);
                send(global(receiver), 7);
                done();
                start(receiver);
                forward(SystemCall.IPC, nil(), anyLocal(), Time.period(WHILE));
                requireError(RECEIVE_TIMED_OUT);
                receive(any());
                requireEqual(EAX, global(stranger), "the sender");
                done();
            }
        });
    }

    @EveryKernel
    void whoTurnsFromOnePartnerToAnyFindsTheSendersThatQueuedMeanwhile(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("pair"));
                UserThread b = root.thread("B", root.space("pair"));
                UserThread stranger = root.thread("C", root.space("c"));
                start(a);
                receive(b.localId());
                ipc(SystemCall.LIPC, b.localId(), any(), Time.NEVER, MessageTag.of(0, 0));
                requireEqual(EAX, global(stranger), "the sender");
                requireEqual(EBX, 7, "the word");
                done();
                start(b);
                sleep(b, WHILE);
                ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, MessageTag.of(0, 0));
                requireEqual(EAX, a.localId(), "the sender");
                done();
                start(stranger);
                send(global(a), 7);
                done();
            }
        });
    }

    @EveryKernel
    void aStrangerReachesOneWhoBeganToWaitForAnyAtUserLevel(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("pair"));
                UserThread b = root.thread("B", root.space("pair"));
                UserThread stranger = root.thread("C", root.space("c"));
                start(a);
                receive(b.localId());
                ipc(SystemCall.LIPC, b.localId(), any(), Time.NEVER, MessageTag.of(0, 0));
                requireEqual(EAX, global(stranger), "the sender");
                requireEqual(EBX, 7, "the word");
                done();
                start(b);
                ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, MessageTag.of(0, 0));
                requireEqual(EAX, a.localId(), "the sender");
                done();
                start(stranger);
                sleep(stranger, WHILE);
                send(global(a), 7);
                done();
            }
        });
    }

    @EveryKernel
    void lipcBetweenSpacesIsIpc(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("b"));
                start(a);
                ipc(SystemCall.LIPC, global(b), global(b), Time.NEVER, MessageTag.of(5, 0));
                requireEqual(EAX, global(b), "the sender");
                requireEqual(ESI, MessageTag.of(6, 0), "the tag");
                requireEqual(EDI, a.localId(), "the own local id");
                done();
                start(b);
                receive(any());
                requireEqual(ESI, MessageTag.of(5, 0), "the tag");
                ipc(SystemCall.LIPC, EAX, any(), Time.NEVER, MessageTag.of(6, 0));
            }
        });
    }

    @EveryKernel
    void lipcWithoutAReceivePhaseDelivers(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("pair"));
                UserThread b = root.thread("B", root.space("pair"));
                start(b);
                receive(a.localId());
                requireEqual(ESI, MessageTag.of(5, 0), "the tag");
                done();
                start(a);
                sleep(a, WHILE);
                ipc(SystemCall.LIPC, b.localId(), nil(), Time.NEVER, MessageTag.of(5, 0));
                requireDelivered();
                done();
            }
        });
    }

    /** 63 words, 63 words of typed items and all flags, behind which an increment has nothing left but a carry. */
    @EveryKernel
    void lipcWithATagOfAllOnesIsNoShortMessage(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("pair"));
                UserThread b = root.thread("B", root.space("pair"));
                start(b);
                receive(a.localId());
                requireEqual(ESI, MessageTag.of(5, 0), "the tag of what was sent then");
                done();
                start(a);
                sleep(a, WHILE);
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 0xFFFF));
                requireError(IpcError.MESSAGE_OVERFLOW);
                ipc(SystemCall.LIPC, b.localId(), nil(), Time.NEVER, MessageTag.of(5, 0));
                requireDelivered();
                done();
            }
        });
    }

    @EveryKernel
    void lipcWithAFiniteTimeoutEnds(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("pair"));
                UserThread b = root.thread("B", root.space("pair"));
                start(b);
                receive(a.localId());
                done();
                start(a);
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.period(WHILE), MessageTag.of(0, 0));
                requireError(RECEIVE_TIMED_OUT);
                done();
            }
        });
    }

    private static void expectSuccess(String policy, String entry, Function<UserProgram, TestProgram> program) {
        Stop stop = TestProgram.run(policy, entry, program);
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }
}
