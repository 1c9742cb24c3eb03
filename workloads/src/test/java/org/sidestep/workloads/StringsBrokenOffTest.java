package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A thread that goes away, is stopped or changes in the middle of a transfer of strings: its partner learns of it at once. */
class StringsBrokenOffTest {

    private static final int PAGE = Fpage.PAGE_SIZE;
    /** Enough for some milliseconds, by substrings that are all the same. */
    private static final int AREA = 16 * PAGE;

    private static final int SUBSTRINGS = 32;
    /** Microseconds; a transfer takes many. */
    private static final int TICK = 100;

    private static final int HIGHEST = 255;

    private enum Side {
        SENDER,
        RECEIVER
    }

    /** What the transfer has come to when something happens. */
    private enum Phase {
        /** Nobody waits for anything. */
        COPYING,
        /** A thread waits for the answer of its pager. */
        FAULT_SENT,
        /** A thread is queued at its pager. */
        FAULT_QUEUED
    }

    /** A sender, a receiver, a pager that never answers, and a thread that may do everything to them, once. */
    private abstract static class Disturbed extends TestProgram {

        final UserThread sender = root.thread("S", root.space("s"));
        final UserThread receiver = root.thread("R", root.space("r"));
        final UserThread pager = root.thread("P", root.space("p"));
        final UserThread killer = root.thread("K", root.ownSpace());
        final Phase phase;
        final Side fault;
        final Label source = area("source");
        final Label target = area("target");

        /** @param fault on whose side there is one, if any */
        Disturbed(UserProgram program, Phase phase, Side fault) {
            super(program);
            this.phase = phase;
            this.fault = fault;
        }

        private Label area(String name) {
            program.bss();
            asm.align(PAGE);
            Label area = here(name);
            asm.reserve(AREA);
            program.code();
            return area;
        }

        /** The killer's deed. In: EDI its local id. */
        abstract void strike();

        /** What the sender goes on with when its Ipc is over. */
        void senderGoesOn() {
            done();
        }

        void receiverGoesOn() {
            done();
        }

        Operand pagerOf(Side side) {
            return global(pager);
        }

        @Override
        void threads() {
            pager();
            killer();
            begin(receiver, Side.RECEIVER, target);
            mov(Utcb.br(EDI, 0), StringItem.ACCEPTOR);
            for (int n = 0; n <= SUBSTRINGS - 1; n++) move(Utcb.br(EDI, n + 1), n == 0 ? item() : target);
            receive(any());
            keep("receiver");
            mov(EDI.at(Utcb.PAGER), abi.rootId());
            receiverGoesOn();
            here("R.end");

            begin(sender, Side.SENDER, source);
            receive(global(killer));
            for (int n = 0; n <= SUBSTRINGS - 1; n++) move(Utcb.mr(EDI, n + 1), n == 0 ? item() : source);
            mov(at(variable("sending")), 1);
            ipc(SystemCall.IPC, global(receiver), nil(), Time.NEVER, MessageTag.of(0, 0, SUBSTRINGS));
            mov(at(variable("sending")), 2);
            keep("sender");
            mov(EDI.at(Utcb.PAGER), abi.rootId());
            senderGoesOn();
            here("S.end");
        }

        /** From here on only the strings fault. */
        private void begin(UserThread thread, Side side, Label area) {
            start(thread);
            touch(side, area);
            op("lock or", at(variable("sending")), new Imm(0));
            push(EAX);
            pop(EAX);
            mov(EAX, Mem.at(label("links")));
            mov(EAX, Mem.at(label(thread.name() + ".end")));
            mov(EDI.at(Utcb.PAGER), pagerOf(side));
            mov(EDI.at(Utcb.XFER_TIMEOUTS), Time.pair(Time.NEVER, Time.NEVER));
        }

        private static Operand item() {
            return new Imm(StringItem.of(AREA, SUBSTRINGS - 1));
        }

        private void move(Mem place, Operand value) {
            mov(EAX, value);
            mov(place, EAX);
        }

        private void keep(String name) {
            mov(at(variable(name + ".tag")), ESI);
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            mov(at(variable(name + ".error")), EAX);
        }

        private void touch(Side side, Label area) {
            int pages = fault == side ? 1 : phase == Phase.COPYING && fault == null ? AREA / PAGE : 2;
            for (int page = 0; page < pages; page++)
                op("lock or", Mem.at(area).plus(page * PAGE).dword(), new Imm(0));
        }

        /** Tells the killer of a fault, or is not there to take one. */
        private void pager() {
            start(pager);
            if (phase == Phase.FAULT_QUEUED) receive(pager.localId());
            receive(any());
            send(global(killer), 0);
            receive(pager.localId());
        }

        private void killer() {
            start(killer);
            schedule(killer.globalId(), -1, HIGHEST);
            loadOwnUtcb();
            send(global(sender), 0);
            if (phase == Phase.FAULT_SENT) receive(global(pager));
            if (phase == Phase.FAULT_QUEUED || phase == Phase.COPYING && fault == null) waitForTheTransfer();
            strike();
            done();
        }

        private void waitForTheTransfer() {
            Label again = here(fresh("again"));
            sleep(killer, TICK);
            schedule(sender.globalId(), -1, -1);
            loadOwnUtcb();
            cmp(EAX, ScheduleResult.SENDING);
            jne(again);
            if (phase == Phase.FAULT_QUEUED) sleep(killer, 5 * TICK);
        }

        final UserThread thread(Side side) {
            return side == Side.SENDER ? sender : receiver;
        }

        final void delete(UserThread thread) {
            threadControl(thread.globalId(), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
            succeeded();
        }

        final void succeeded() {
            cmp(EAX, 1);
            require(E, "the system call");
            loadOwnUtcb();
        }
    }

    private static Booted run(
            String policy, String validation, String entry, Function<UserProgram, TestProgram> program) {
        return TestProgram.finished(policy, validation, Map.of("entry", entry, "tick", TICK), program);
    }

    /** It has been told that the transfer was aborted, after so many bytes; how many, if not told. */
    private static void assertAborted(Booted run, Side side, Phase phase, Side fault) {
        String name = side == Side.SENDER ? "sender" : "receiver";
        int error = TestProgram.word(run, name + ".error");
        assertThat(TestProgram.word(run, name + ".tag")).isEqualTo(MessageTag.ERROR);
        assertThat(error & 0xF).isEqualTo(IpcError.ABORTED | (side == Side.SENDER ? 0 : IpcError.RECEIVE));
        int bytes = error >>> IpcError.BYTES_SHIFT;
        if (phase != Phase.COPYING) assertThat(bytes).isEqualTo(PAGE);
        else assertThat(bytes).isBetween(1, (SUBSTRINGS - 1) * AREA - 1);
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource({"strict, twin, sysenter", "lazy, check, int"})
    void whoeverIsDeletedItsPartnerGoesOn(String policy, String validation, String entry) {
        for (Phase phase : Phase.values()) {
            for (Side fault : Side.values()) {
                for (Side victim : Side.values()) {
                    Side survivor = victim == Side.SENDER ? Side.RECEIVER : Side.SENDER;
                    Side there = phase == Phase.COPYING ? null : fault;
                    Booted run = run(policy, validation, entry, program -> new Disturbed(program, phase, there) {
                        @Override
                        void strike() {
                            delete(thread(victim));
                        }

                        @Override
                        void senderGoesOn() {
                            if (victim == Side.SENDER) jmp(wrong());
                            else done();
                        }

                        @Override
                        void receiverGoesOn() {
                            if (victim == Side.RECEIVER) jmp(wrong());
                            else done();
                        }
                    });
                    assertAborted(run, survivor, phase, fault);
                }
                if (phase == Phase.COPYING) break;
            }
        }
    }

    @EachPolicy
    void whoIsKilledForAFaultWithoutPagerLeavesItsPartner(String policy, String validation, String entry) {
        for (Side fault : Side.values()) {
            for (boolean deleted : new boolean[] {true, false}) {
                Side survivor = fault == Side.SENDER ? Side.RECEIVER : Side.SENDER;
                Phase phase = deleted ? Phase.FAULT_QUEUED : Phase.COPYING;
                Booted run = run(policy, validation, entry, program -> new Disturbed(program, phase, fault) {
                    @Override
                    Operand pagerOf(Side side) {
                        return deleted ? global(pager) : nil();
                    }

                    @Override
                    void strike() {
                        if (deleted) delete(pager);
                    }

                    @Override
                    void senderGoesOn() {
                        if (fault == Side.SENDER) jmp(wrong());
                        else done();
                    }

                    @Override
                    void receiverGoesOn() {
                        if (fault == Side.RECEIVER) jmp(wrong());
                        else done();
                    }
                });
                assertAborted(run, survivor, Phase.FAULT_SENT, fault);
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource({"strict, twin, sysenter", "lazy, check, int"})
    void whoGetsANewIdInTheMiddleEndsItForBoth(String policy, String validation, String entry) {
        for (Phase phase : Phase.values()) {
            for (Side victim : Side.values()) {
                Side there = phase == Phase.COPYING ? null : Side.SENDER;
                Booted run = run(policy, validation, entry, program -> new Disturbed(program, phase, there) {
                    @Override
                    void strike() {
                        int id = thread(victim).globalId();
                        threadControl(id + 1, id, ThreadId.NIL, ThreadId.NIL, -1);
                        succeeded();
                    }

                    /** Under its new id nobody expects a report of it. */
                    private void goOn(Side side) {
                        if (side == victim) {
                            receive(thread(side).localId());
                        } else {
                            sleep(thread(side), 3000);
                            done();
                        }
                    }

                    @Override
                    void senderGoesOn() {
                        goOn(Side.SENDER);
                    }

                    @Override
                    void receiverGoesOn() {
                        goOn(Side.RECEIVER);
                    }
                });
                for (Side side : Side.values()) assertAborted(run, side, phase, Side.SENDER);
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource({"strict, twin, sysenter", "lazy, check, int"})
    void whoIsMovedToAnotherSpaceInTheMiddleEndsItForBoth(String policy, String validation, String entry) {
        for (Phase phase : Phase.values()) {
            for (Side victim : Side.values()) {
                Side there = phase == Phase.COPYING ? null : Side.SENDER;
                Booted run = run(policy, validation, entry, program -> new Disturbed(program, phase, there) {
                    @Override
                    void strike() {
                        int id = thread(victim).globalId();
                        threadControl(id, killer.globalId(), ThreadId.NIL, ThreadId.NIL, abi.utcb(40));
                        succeeded();
                    }

                    @Override
                    void senderGoesOn() {
                        done();
                    }

                    @Override
                    void receiverGoesOn() {
                        done();
                    }
                });
                for (Side side : Side.values()) assertAborted(run, side, phase, Side.SENDER);
            }
        }
    }

    /** What may be asked of a thread in a transfer, without disturbing it. */
    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource({"strict, twin, sysenter", "lazy, check, int"})
    void itsStateIsToldAndItIsNotMoved(String policy, String validation, String entry) {
        for (Phase phase : Phase.values()) {
            Side there = phase == Phase.COPYING ? null : Side.RECEIVER;
            Booted run = run(policy, validation, entry, program -> new Disturbed(program, phase, there) {
                @Override
                void strike() {
                    state(sender, ScheduleResult.SENDING);
                    state(receiver, ScheduleResult.RECEIVING);
                    threadControl(sender.globalId(), receiver.globalId(), ThreadId.NIL, ThreadId.NIL, -1);
                    cmp(EAX, 0);
                    require(E, "its UTCB's place is taken there");
                    state(sender, ScheduleResult.SENDING);
                    delete(receiver);
                }

                private void state(UserThread thread, int expected) {
                    schedule(thread.globalId(), -1, -1);
                    requireEqual(EAX, expected, "what it does");
                    loadOwnUtcb();
                }

                @Override
                void receiverGoesOn() {
                    jmp(wrong());
                }
            });
            assertAborted(run, Side.SENDER, phase, Side.RECEIVER);
        }
    }

    /** A long transfer costs others no more than a step of it. */
    @EachPolicy
    void aThreadOfHigherPriorityRunsInTheMiddleOfACopyAndItGoesOn(String policy, String validation, String entry) {
        Booted run = run(policy, validation, entry, program -> new Disturbed(program, Phase.COPYING, null) {
            @Override
            void strike() {
                Label again = here(fresh("again"));
                inc(at(variable("times")));
                sleep(killer, TICK);
                cmp(at(variable("sending")), 2);
                jne(again);
            }
        });
        assertThat(TestProgram.word(run, "times")).isGreaterThan(2);
        assertThat(TestProgram.word(run, "sender.tag")).isZero();
        assertThat(TestProgram.word(run, "receiver.tag")).isEqualTo(MessageTag.of(0, 0, SUBSTRINGS));
    }

    /** The sender's pager, which is not its mapper, is told. */
    @EachPolicy
    void memoryThatIsTakenAwayInTheMiddleIsAFaultFromThereOn(String policy, String validation, String entry) {
        for (Side side : Side.values()) {
            Booted run = run(policy, validation, entry, program -> new Disturbed(program, Phase.COPYING, null) {
                @Override
                void strike() {
                    for (int page = 0; page < AREA / PAGE; page++) {
                        mov(ESI, side == Side.SENDER ? source : target);
                        add(ESI, Fpage.of(page * PAGE, PAGE, Fpage.ALL_RIGHTS));
                        xor(EAX, EAX);
                        systemCall(SystemCall.UNMAP);
                        loadOwnUtcb();
                    }
                    receive(global(pager));
                    delete(sender);
                }

                @Override
                void senderGoesOn() {
                    jmp(wrong());
                }
            });
            assertAborted(run, Side.RECEIVER, Phase.COPYING, null);
        }
    }

    /** IP and SP of a thread are its user's, in the middle of a transfer too. */
    @EachPolicy
    void itsRegistersAreExchangedAsItsUsers(String policy, String validation, String entry) {
        Booted run = run(policy, validation, entry, program -> new Disturbed(program, Phase.FAULT_SENT, Side.SENDER) {
            private final UserThread neighbour = root.thread("N", root.space("s"));

            @Override
            void strike() {
                send(global(neighbour), 0);
            }

            @Override
            void senderGoesOn() {
                jmp(wrong());
            }

            @Override
            void threads() {
                super.threads();
                here("S.elsewhere");
                loadOwnUtcb();
                keepError();
                mov(EDI.at(Utcb.PAGER), abi.rootId());
                done();

                start(neighbour);
                receive(global(killer));
                mov(ESI, label("S.elsewhere"));
                exchangeRegisters(sender.localId(), ExchangeControl.SET_IP);
                mov(at(variable("old")), ESI);
                exchangeRegisters(sender.localId(), ExchangeControl.ABORT_SEND);
                mov(at(variable("new")), ESI);
                loadOwnUtcb();
                done();
            }

            private void keepError() {
                mov(EAX, EDI.at(Utcb.ERROR_CODE));
                mov(at(variable("elsewhere.error")), EAX);
            }
        });
        assertThat(TestProgram.word(run, "elsewhere.error")).isEqualTo(IpcError.ABORTED | PAGE << IpcError.BYTES_SHIFT);
        assertThat(TestProgram.word(run, "new")).isEqualTo(run.address("S.elsewhere"));
        assertThat(TestProgram.word(run, "old")).isBetween(run.address("S.start"), run.address("S.elsewhere"));
        assertAborted(run, Side.RECEIVER, Phase.FAULT_SENT, Side.SENDER);
    }
}
