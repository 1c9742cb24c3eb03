package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * In the middle of an answer to a page fault, between two of its turns: the thread that has faulted, or its pager, gets another id, goes to
 * another space, or is killed. Whatever Ipc it was in is over; a fault that is not answered comes again. ExchangeRegisters finds the pager in
 * its Ipc, as in any other.
 */
class AnswerBrokenOffTest {

    /** The pager has a second try, for whoever the receiver is then; it is told how many pages there are. */
    private abstract static class Again extends DisturbedMapping {

        /** A UTCB that nobody has, in any space. */
        private static final int FREE = 3;

        Again(UserProgram program, String neighbours) {
            super(program, neighbours);
        }

        /** What becomes of one of the two. */
        abstract void change();

        int receiverAfterwards() {
            return receiver.globalId();
        }

        final void rename(UserThread thread) {
            threadControl(thread.globalId() + 1, thread.globalId(), ThreadId.NIL, ThreadId.NIL, -1);
            requireEqual(EAX, 1, "renamed");
            loadOwnUtcb();
        }

        final void move(UserThread thread, UserThread beside) {
            threadControl(thread.globalId(), beside.globalId(), ThreadId.NIL, ThreadId.NIL, abi.utcb(FREE));
            requireEqual(EAX, 1, "moved");
            loadOwnUtcb();
        }

        @Override
        final void strike() {
            requireUnderWay();
            change();
            send(global(neighbour), 0);
            afterwards();
        }

        /** When the neighbour has been told. */
        void afterwards() {}

        @Override
        void receives() {
            mov(EAX, label("R.end"));
            mov(EAX, EAX.at(0));
            mov(EDI.at(Utcb.PAGER).dword(), sender.globalId());
            mov(EAX, TARGET);
            mov(EBX, EAX.at(0));
            loadOwnUtcb();
            mov(EDI.at(Utcb.PAGER).dword(), sender.globalId());
            count();
            loadOwnUtcb();
            send(global(sender), 0);
            receive(global(receiver));
        }

        @Override
        void sends() {
            receiveFault();
            sendAll(Time.SEND_AT_ONCE);
            Label told = fresh("told");
            receive(new Imm(receiverAfterwards()));
            mov(EAX, ESI);
            shr(EAX, Protocol.TAG_SHIFT);
            cmp(EAX, Protocol.PAGE_FAULT.highBits());
            exitIf(NE, told, "it has found there what it needs");
            mov(at(variable("again")), EBX);
            sendAll(receiverAfterwards(), Time.NEVER);
            requireDelivered();
            receive(new Imm(receiverAfterwards()));
            here(told);
            requireDelivered();
            done();
        }
    }

    private static final int NOWHERE = 0x70000000;

    private static void assertServed(Booted run) {
        assertThat(TestProgram.word(run, "fault")).isEqualTo(DisturbedMapping.TARGET);
        assertThat(TestProgram.word(run, "receiver.sum")).isBetween(DisturbedMapping.PAGES, 2 * DisturbedMapping.PAGES);
    }

    @EachPolicy
    void whoHasFaultedHasAnotherId(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Again(program, "s") {
            @Override
            void change() {
                rename(receiver);
            }

            @Override
            int receiverAfterwards() {
                return receiver.globalId() + 1;
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.NO_PARTNER);
        assertServed(run);
    }

    @EachPolicy
    void whoHasFaultedIsElsewhere(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Again(program, "r") {
            @Override
            void change() {
                move(receiver, sender);
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.TIMEOUT);
        assertThat(TestProgram.word(run, "again")).as("nothing is mapped there").isEqualTo(DisturbedMapping.TARGET);
        assertServed(run);
    }

    @EachPolicy
    void whoHasFaultedIsKilled(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Again(program, "r") {
            @Override
            void change() {}

            /** It goes on where nothing is, and has no pager. */
            @Override
            void meddle() {
                mov(EBP, ThreadId.NIL);
                mov(ESI, NOWHERE);
                exchangeRegisters(
                        receiver.localId(),
                        ExchangeControl.ABORT_RECEIVE | ExchangeControl.SET_PAGER | ExchangeControl.SET_IP);
                loadOwnUtcb();
            }

            @Override
            void sends() {
                receiveFault();
                sendAll(Time.NEVER);
                done();
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.NO_PARTNER);
    }

    @EachPolicy
    void whoAnswersHasAnotherId(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Again(program, "s") {
            @Override
            void change() {
                rename(sender);
            }

            @Override
            void meddle() {
                receive(new Imm(sender.globalId() + 1));
            }

            @Override
            void sends() {
                receiveFault();
                sendAll(Time.NEVER);
                send(global(neighbour), 0);
                receive(global(sender));
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.CANCELLED);
    }

    @EachPolicy
    void whoAnswersIsDeleted(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Again(program, "s") {
            @Override
            void change() {
                delete(sender);
            }

            /** The first turn has mapped all of them. */
            @Override
            void receives() {
                fault();
                done();
            }

            @Override
            void sends() {
                answerForGood();
            }
        });
        assertServed(run);
    }

    @EachPolicy
    void whoAnswersIsKilled(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Meddled(program) {
            /** It goes on where nothing is, and has no pager. */
            @Override
            void meddlesWith() {
                mov(EBP, ThreadId.NIL);
                mov(ESI, NOWHERE);
                exchangeRegisters(
                        sender.localId(),
                        ExchangeControl.ABORT_SEND | ExchangeControl.SET_PAGER | ExchangeControl.SET_IP);
            }

            @Override
            void sends() {
                answerForGood();
            }

            @Override
            void afterwards() {
                sleep(killer, 5 * TICK);
                schedule(sender.globalId(), -1, -1);
                requireEqual(EAX, ScheduleResult.DEAD, "what has become of it");
                loadOwnUtcb();
            }
        });
        assertServed(run);
    }

    @EachPolicy
    void whoAnswersIsElsewhere(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Again(program, "s") {
            @Override
            void change() {
                move(sender, receiver);
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.CANCELLED);
        assertServed(run);
    }

    /** A neighbour of who answers changes what that one does, and where it goes on. */
    private abstract static class Meddled extends Again {

        Meddled(UserProgram program) {
            super(program, "s");
        }

        @Override
        void change() {
            schedule(sender.globalId(), -1, -1);
            requireEqual(EAX, ScheduleResult.SENDING, "what it does");
            loadOwnUtcb();
        }

        final void exchange(int control, int before) {
            mov(ESI, label("S.elsewhere"));
            exchangeRegisters(sender.localId(), control);
            requireEqual(ECX, before, "what it did");
            requireUnderWay();
        }

        @Override
        void meddle() {
            meddlesWith();
            loadOwnUtcb();
        }

        abstract void meddlesWith();

        @Override
        void receives() {
            fault();
            done();
        }

        @Override
        void sends() {
            receiveFault();
            here("S.answers");
            sendAll(Time.NEVER);
            jmp(wrong());
            here("S.elsewhere");
            keep("sender");
            done();
        }
    }

    @EachPolicy
    void whoAnswersGoesOnWhereItIsToldToWhenAllIsMapped(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Meddled(program) {
            @Override
            void meddlesWith() {
                exchange(ExchangeControl.ABORT_RECEIVE, ExchangeControl.WAS_SENDING);
                exchange(ExchangeControl.SET_IP, ExchangeControl.WAS_SENDING);
                mov(at(variable("old")), ESI);
            }
        });
        assertThat(TestProgram.word(run, "sender.tag")).isZero();
        assertThat(TestProgram.word(run, "receiver.sum")).isEqualTo(DisturbedMapping.PAGES);
        assertThat(TestProgram.word(run, "old"))
                .as("where its Ipc was to return to")
                .isBetween(run.address("S.answers"), run.address("S.elsewhere"));
    }

    /** Cancels what the sender does, which then answers again. */
    private abstract static class Cancelled extends Meddled {

        Cancelled(UserProgram program) {
            super(program);
        }

        @Override
        void sends() {
            receiveFault();
            sendAll(Time.NEVER);
            here("S.elsewhere");
            keep("sender");
            sendAll(receiver.globalId(), Time.SEND_AT_ONCE);
            requireDelivered();
            done();
        }
    }

    @EachPolicy
    void whoAnswersIsCancelledIfThatIsWantedAndCanAnswerAgain(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Cancelled(program) {
            @Override
            void meddlesWith() {
                exchange(ExchangeControl.ABORT_SEND | ExchangeControl.SET_IP, ExchangeControl.WAS_SENDING);
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.CANCELLED);
        assertServed(run);
    }

    @EachPolicy
    void whoIsCancelledWhileItWaitsForAnotherQuantumWaitsOn(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Cancelled(program) {
            @Override
            void change() {
                super.change();
                threadControl(sender.globalId(), sender.globalId(), killer.globalId(), ThreadId.NIL, -1);
                requireEqual(EAX, 1, "its scheduler from now on");
                schedule(sender.globalId(), Time.pair(Time.NEVER, Time.period(TICK)), -1);
                loadOwnUtcb();
                sleep(killer, 3 * TICK);
                requireUnderWay();
            }

            @Override
            void meddlesWith() {
                exchange(ExchangeControl.ABORT_SEND, ExchangeControl.WAS_SENDING);
                loadOwnUtcb();
                sleep(neighbour, 5 * TICK);
                exchange(ExchangeControl.SET_IP, ExchangeControl.WAS_SENDING);
                loadOwnUtcb();
                send(global(killer), 0);
            }

            @Override
            void afterwards() {
                receive(global(neighbour));
                requireUnderWay();
                schedule(sender.globalId(), Time.pair(Time.NEVER, Time.NEVER), -1);
                loadOwnUtcb();
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.CANCELLED);
        assertServed(run);
    }

    @EachPolicy
    void whoIsHaltedWhileItAnswersAndIsCancelledStaysHalted(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new Cancelled(program) {
            @Override
            void meddlesWith() {
                exchange(ExchangeControl.HALT_VALID | ExchangeControl.HALT, ExchangeControl.WAS_SENDING);
                exchange(ExchangeControl.ABORT_SEND, ExchangeControl.WAS_SENDING | ExchangeControl.WAS_HALTED);
                loadOwnUtcb();
                sleep(neighbour, 5 * TICK);
                exchange(ExchangeControl.HALT_VALID | ExchangeControl.SET_IP, ExchangeControl.WAS_HALTED);
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.CANCELLED);
        assertServed(run);
    }
}
