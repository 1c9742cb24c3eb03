package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;

import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What happens to a thread in the middle of a message whose map items take several turns, or of such an answer to a page fault. */
class MapItemsBrokenOffTest {

    /** The receiver's fault is answered with all pages. */
    private abstract static class AnswersFault extends DisturbedMapping {

        AnswersFault(UserProgram program, String last) {
            super(program, last);
        }

        @Override
        void receives() {
            fault();
            done();
        }

        @Override
        void sends() {
            receiveFault();
            sendAll(Time.SEND_AT_ONCE);
            done();
        }
    }

    @EachPolicy
    void othersRunMeanwhileAndAllOfItIsMapped(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new DisturbedMapping(program, "s") {
            @Override
            void strike() {
                requireUnderWay();
                schedule(sender.globalId(), -1, -1);
                requireEqual(EAX, ScheduleResult.SENDING, "what it does");
                loadOwnUtcb();
                send(global(neighbour), 0);
            }

            @Override
            void receives() {
                openWindow();
                receive(global(sender));
                keep("receiver");
                count();
                done();
            }

            @Override
            void sends() {
                sendAll(Time.NEVER);
                done();
            }
        });
        assertThat(TestProgram.word(run, "sender.tag")).isZero();
        assertThat(TestProgram.word(run, "receiver.tag")).isEqualTo(DisturbedMapping.TAG);
        assertThat(TestProgram.word(run, "receiver.sum")).isEqualTo(DisturbedMapping.PAGES);
    }

    @EachPolicy
    void theSendersNextMessageIsMappedFromItsFirstItemOn(String policy, String validation, String entry) {
        int elsewhere = DisturbedMapping.TARGET + DisturbedMapping.AREA;
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new DisturbedMapping(program, "r") {
            @Override
            void strike() {
                requireUnderWay();
                delete(receiver);
                send(global(neighbour), 0);
            }

            @Override
            void receives() {
                openWindow();
                receive(global(sender));
                jmp(wrong());
            }

            @Override
            void meddle() {
                mov(Utcb.br(EDI, 0), Fpage.of(elsewhere, AREA, 0));
                receive(global(sender));
                mov(EAX, elsewhere);
                mov(EBX, EAX.at(0));
                mov(at(variable("value")), EBX);
            }

            @Override
            void sends() {
                sendAll(Time.NEVER);
                mov(Utcb.mr(EDI, 1), elsewhere | MapItem.MAP);
                mov(EAX, second);
                add(EAX, Fpage.of(0, PAGE, Fpage.ALL_RIGHTS));
                mov(Utcb.mr(EDI, 2), EAX);
                ipc(SystemCall.IPC, global(neighbour), nil(), Time.NEVER, MapItem.TAG);
                done();
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.ABORTED);
        assertThat(TestProgram.word(run, "value")).isEqualTo(2);
    }

    @EachPolicy
    void whoIsDeletedLeavesItsPartnerWithAnError(String policy, String validation, String entry) {
        for (boolean receives : new boolean[] {true, false}) {
            Booted run = DisturbedMapping.run(policy, validation, entry, program -> new DisturbedMapping(program, "s") {
                @Override
                void strike() {
                    requireUnderWay();
                    delete(receives ? receiver : sender);
                    send(global(neighbour), 0);
                }

                @Override
                void receives() {
                    openWindow();
                    receive(global(sender));
                    keep("receiver");
                    if (receives) jmp(wrong());
                    else done();
                }

                @Override
                void sends() {
                    sendAll(Time.NEVER);
                    if (receives) done();
                    else jmp(wrong());
                }
            });
            if (receives) assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.ABORTED);
            else assertThat(DisturbedMapping.error(run, "receiver")).isEqualTo(IpcError.ABORTED | IpcError.RECEIVE);
        }
    }

    @EachPolicy
    void anAnswerToAFaultGoesOnWhileOthersRun(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new AnswersFault(program, "s") {
            @Override
            void strike() {
                requireUnderWay();
                send(global(neighbour), 0);
            }

            /** Halts it in the middle of its answer, which goes on when it is resumed. */
            @Override
            void meddle() {
                exchangeRegisters(sender.localId(), ExchangeControl.HALT_VALID | ExchangeControl.HALT);
                sleep(neighbour, 5 * TICK);
                requireUnderWay();
                exchangeRegisters(sender.localId(), ExchangeControl.HALT_VALID);
                loadOwnUtcb();
            }
        });
        assertThat(TestProgram.word(run, "fault")).isEqualTo(DisturbedMapping.TARGET);
        assertThat(TestProgram.word(run, "sender.tag")).isZero();
        assertThat(TestProgram.word(run, "receiver.sum")).isEqualTo(DisturbedMapping.PAGES);
    }

    /** Who has faulted is deleted in the middle of the answer. */
    private abstract static class ReceiverGone extends DisturbedMapping {

        ReceiverGone(UserProgram program, String neighbours) {
            super(program, neighbours);
        }

        @Override
        final void strike() {
            requireUnderWay();
            delete(receiver);
            send(global(neighbour), 0);
        }

        @Override
        final void receives() {
            fault();
            jmp(wrong());
        }
    }

    @EachPolicy
    void anAnswerToWhomIsNotThereAnyMoreFails(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new ReceiverGone(program, "s") {
            @Override
            void sends() {
                receiveFault();
                sendAll(Time.NEVER);
                done();
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.NO_PARTNER);
    }

    /** How many words of the answer were carried out is nothing to another message. */
    @EachPolicy
    void theNextMessageOfWhoseAnswerFailedIsMappedFromItsFirstItemOn(String policy, String validation, String entry) {
        int elsewhere = DisturbedMapping.TARGET + DisturbedMapping.AREA;
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new ReceiverGone(program, "r") {
            @Override
            void meddle() {
                mov(Utcb.br(EDI, 0), Fpage.of(elsewhere, AREA, 0));
                receive(global(sender));
                mov(EAX, elsewhere);
                mov(EBX, EAX.at(0));
                mov(at(variable("value")), EBX);
            }

            @Override
            void sends() {
                receiveFault();
                sendAll(Time.NEVER);
                for (int n = 0; n < ITEMS; n++) {
                    mov(Utcb.mr(EDI, 2 * n + 1), elsewhere + n * PAGE | MapItem.MAP);
                    mov(EAX, second);
                    add(EAX, Fpage.of(n * PAGE, PAGE, Fpage.ALL_RIGHTS));
                    mov(Utcb.mr(EDI, 2 * n + 2), EAX);
                }
                ipc(SystemCall.IPC, global(neighbour), nil(), Time.NEVER, TAG);
                done();
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.NO_PARTNER);
        assertThat(TestProgram.word(run, "value")).isEqualTo(2);
    }

    /** Its fault is forgotten, and comes again, if what it touches is not there by then. */
    @EachPolicy
    void anAnswerToWhomDoesNotWaitForItAnyMoreFails(String policy, String validation, String entry) {
        Booted run = DisturbedMapping.run(policy, validation, entry, program -> new AnswersFault(program, "r") {
            @Override
            void strike() {
                requireUnderWay();
                send(global(neighbour), 0);
                giveWay();
            }

            @Override
            void meddle() {
                exchangeRegisters(receiver.localId(), ExchangeControl.ABORT_RECEIVE);
                exchangeRegisters(receiver.localId(), ExchangeControl.HALT_VALID | ExchangeControl.HALT);
                sleep(neighbour, 20 * TICK);
                exchangeRegisters(receiver.localId(), ExchangeControl.HALT_VALID);
                loadOwnUtcb();
            }
        });
        assertThat(DisturbedMapping.error(run, "sender")).isEqualTo(IpcError.TIMEOUT);
        assertThat(TestProgram.word(run, "receiver.sum")).isBetween(DisturbedMapping.PAGES, 2 * DisturbedMapping.PAGES);
    }
}
