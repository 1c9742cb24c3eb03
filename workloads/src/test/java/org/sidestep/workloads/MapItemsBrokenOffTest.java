package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import java.util.function.Function;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What happens to a thread in the middle of a message whose map items take several turns, or of such an answer to a page fault. */
class MapItemsBrokenOffTest {

    private static final int PAGE = Fpage.PAGE_SIZE;
    private static final int PAGES = 32;
    private static final int AREA = PAGES * PAGE;
    private static final int TARGET = 0x50000000;
    private static final int ITEMS = 31;
    private static final int TAG = MessageTag.of(0, 0, ITEMS * MapItem.WORDS);
    /** Microseconds; the message takes several. */
    private static final int TICK = 100;

    private static final int HIGHEST = 255;
    private static final int LOW = 10;

    /** A sender of many pages, their receiver, a neighbour of either, and a thread that may do everything to them, once. */
    private abstract static class Disturbed extends TestProgram {

        final UserThread sender = root.thread("S", root.space("s"));
        final UserThread receiver = root.thread("R", root.space("r"));
        final UserThread neighbour;
        final UserThread killer = root.thread("K", root.ownSpace());
        final Label first = area("first");
        final Label second = area("second");

        Disturbed(UserProgram program, String neighbours) {
            super(program);
            neighbour = root.thread("N", root.space(neighbours));
        }

        private Label area(String name) {
            program.bss();
            asm.align(AREA);
            Label area = here(name);
            asm.reserve(AREA);
            program.code();
            return area;
        }

        /** The killer's deed. In: EDI its local id. */
        abstract void strike();

        abstract void receives();

        abstract void sends();

        /** What the neighbour does when the killer has sent it a message. */
        void meddle() {}

        @Override
        void threads() {
            start(killer);
            schedule(killer.globalId(), -1, HIGHEST);
            schedule(sender.globalId(), -1, LOW);
            loadOwnUtcb();
            send(global(sender), 0);
            waitUntilItIsSent();
            strike();
            done();

            start(neighbour);
            op("lock or", at(variable("meddled")), new Imm(0));
            receive(global(killer));
            meddle();
            done();

            start(receiver);
            op("lock or", at(variable("receiver.tag")), new Imm(0));
            receives();
            here("R.end");

            start(sender);
            touch(first, 1);
            touch(second, 2);
            op("lock or", at(variable("sending")), new Imm(0));
            mov(EAX, label("S.end"));
            mov(EAX, EAX.at(0));
            receive(global(killer));
            sends();
            here("S.end");
        }

        private void touch(Label area, int value) {
            mov(EAX, area);
            mov(EBX, area);
            add(EBX, AREA);
            Label next = here(fresh("touch"));
            mov(EAX.at(0).dword(), value);
            add(EAX, PAGE);
            cmp(EAX, EBX);
            j(B, next);
        }

        private void waitUntilItIsSent() {
            Label again = here(fresh("again"));
            sleep(killer, TICK);
            cmp(at(variable("sending")), 1);
            jne(again);
        }

        /** All pages, again and again, each in another's place. */
        final void sendAll(int timeouts) {
            for (int n = 0; n < ITEMS; n++) {
                mov(Utcb.mr(EDI, 2 * n + 1), TARGET | MapItem.MAP);
                mov(EAX, n % 2 == 0 ? first : second);
                add(EAX, Fpage.of(0, AREA, Fpage.ALL_RIGHTS));
                mov(Utcb.mr(EDI, 2 * n + 2), EAX);
            }
            mov(at(variable("sending")), 1);
            ipc(SystemCall.IPC, global(receiver), nil(), timeouts, TAG);
            mov(at(variable("sending")), 2);
            keep("sender");
        }

        final void keep(String name) {
            mov(at(variable(name + ".tag")), ESI);
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            mov(at(variable(name + ".error")), EAX);
        }

        final void openWindow() {
            mov(Utcb.br(EDI, 0), Fpage.of(TARGET, AREA, 0));
        }

        /** The fault of the receiver, whose pager it is. */
        final void receiveFault() {
            receive(global(receiver));
            mov(at(variable("fault")), EBX);
        }

        /** Touches what is not there, then how many pages are. */
        final void fault() {
            mov(EDI.at(Utcb.PAGER).dword(), sender.globalId());
            mov(EAX, TARGET);
            mov(EBX, EAX.at(0));
            mov(at(variable("receiver.value")), EBX);
            count();
            mov(EDI.at(Utcb.PAGER), abi.rootId());
        }

        /** The sum of what is in its pages. */
        final void count() {
            mov(at(variable("receiver.sum")), 0);
            mov(EAX, TARGET);
            Label next = here(fresh("count"));
            mov(EBX, EAX.at(0));
            add(at(variable("receiver.sum")), EBX);
            add(EAX, PAGE);
            cmp(EAX, TARGET + AREA);
            j(B, next);
        }

        final void delete(UserThread thread) {
            threadControl(thread.globalId(), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
            requireEqual(EAX, 1, "deleted");
            loadOwnUtcb();
        }

        final void requireUnderWay() {
            cmp(at(variable("sending")), 1);
            require(E, "it is still being sent");
        }
    }

    /** The receiver's fault is answered with all pages. */
    private abstract static class AnswersFault extends Disturbed {

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

    private static Booted run(
            String policy, String validation, String entry, Function<UserProgram, TestProgram> program) {
        return TestProgram.finished(policy, validation, Map.of("entry", entry, "tick", TICK), program);
    }

    private static int error(Booted run, String name) {
        assertThat(TestProgram.word(run, name + ".tag") & MessageTag.ERROR).isNotZero();
        return TestProgram.word(run, name + ".error");
    }

    @EachPolicy
    void othersRunMeanwhileAndAllOfItIsMapped(String policy, String validation, String entry) {
        Booted run = run(policy, validation, entry, program -> new Disturbed(program, "s") {
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
        assertThat(TestProgram.word(run, "receiver.tag")).isEqualTo(TAG);
        assertThat(TestProgram.word(run, "receiver.sum")).isEqualTo(PAGES);
    }

    @EachPolicy
    void theSendersNextMessageIsMappedFromItsFirstItemOn(String policy, String validation, String entry) {
        int elsewhere = TARGET + AREA;
        Booted run = run(policy, validation, entry, program -> new Disturbed(program, "r") {
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
        assertThat(error(run, "sender")).isEqualTo(IpcError.ABORTED);
        assertThat(TestProgram.word(run, "value")).isEqualTo(2);
    }

    @EachPolicy
    void whoIsDeletedLeavesItsPartnerWithAnError(String policy, String validation, String entry) {
        for (boolean receives : new boolean[] {true, false}) {
            Booted run = run(policy, validation, entry, program -> new Disturbed(program, "s") {
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
            if (receives) assertThat(error(run, "sender")).isEqualTo(IpcError.ABORTED);
            else assertThat(error(run, "receiver")).isEqualTo(IpcError.ABORTED | IpcError.RECEIVE);
        }
    }

    @EachPolicy
    void anAnswerToAFaultGoesOnWhileOthersRun(String policy, String validation, String entry) {
        Booted run = run(policy, validation, entry, program -> new AnswersFault(program, "s") {
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
        assertThat(TestProgram.word(run, "fault")).isEqualTo(TARGET);
        assertThat(TestProgram.word(run, "sender.tag")).isZero();
        assertThat(TestProgram.word(run, "receiver.sum")).isEqualTo(PAGES);
    }

    /** Who has faulted is deleted in the middle of the answer. */
    private abstract static class ReceiverGone extends Disturbed {

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
        Booted run = run(policy, validation, entry, program -> new ReceiverGone(program, "s") {
            @Override
            void sends() {
                receiveFault();
                sendAll(Time.NEVER);
                done();
            }
        });
        assertThat(error(run, "sender")).isEqualTo(IpcError.NO_PARTNER);
    }

    /** How many words of the answer were carried out is nothing to another message. */
    @EachPolicy
    void theNextMessageOfWhoseAnswerFailedIsMappedFromItsFirstItemOn(String policy, String validation, String entry) {
        int elsewhere = TARGET + AREA;
        Booted run = run(policy, validation, entry, program -> new ReceiverGone(program, "r") {
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
        assertThat(error(run, "sender")).isEqualTo(IpcError.NO_PARTNER);
        assertThat(TestProgram.word(run, "value")).isEqualTo(2);
    }

    /** Its fault is forgotten, and comes again, if what it touches is not there by then. */
    @EachPolicy
    void anAnswerToWhomDoesNotWaitForItAnyMoreFails(String policy, String validation, String entry) {
        Booted run = run(policy, validation, entry, program -> new AnswersFault(program, "r") {
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
        assertThat(error(run, "sender")).isEqualTo(IpcError.TIMEOUT);
        assertThat(TestProgram.word(run, "receiver.sum")).isBetween(PAGES, 2 * PAGES);
    }
}
