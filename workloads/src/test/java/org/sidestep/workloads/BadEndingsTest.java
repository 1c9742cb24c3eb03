package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;

import org.junit.jupiter.api.Test;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What a run that ends badly says: which thread, what it did, where, and who waits for whom. */
class BadEndingsTest {

    private static final long SOON = 50_000_000;

    /** Where the kernel sees physical address 0. */
    private static final int KERNEL_WINDOW = 0xF0000000;

    /** Two threads of one space, without exception handler; A's page faults and exceptions are for the test to cause. */
    private abstract static class Two extends TestProgram {

        final UserThread a = root.thread("A", root.space("pair"));
        final UserThread b = root.thread("B", root.space("pair"));

        Two(UserProgram program) {
            super(program);
        }

        abstract void first();

        /** Waits for A, for ever, unless the test says otherwise. */
        void second() {
            receive(a.localId());
        }

        @Override
        final void threads() {
            start(a);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), 0);
            first();
            done();
            start(b);
            second();
            jmp(wrong());
        }
    }

    @EveryKernel
    void aRunInWhichNobodyCanEverRunAgainStopsAtOnceAndSaysWhoWaitsForWhom(String policy, String entry) {
        TestProgram.Ended ended = TestProgram.end(policy, entry, program -> new Two(program) {
            @Override
            void first() {
                receive(b.localId());
            }
        });
        assertThat(ended.stop().kind()).isEqualTo(Stop.Kind.HALTED);
        assertThat(ended.cycles()).isLessThan(SOON);
        assertThat(ended.cause())
                .isEqualTo("nobody can ever run again; A of pair waits for B of pair; B of pair waits for A of pair");
        assertThat(ended.threads()).contains("root waits for anyone");
    }

    @EveryKernel
    void aTimeoutThatHasNotPassedKeepsTheRunGoing(String policy, String entry) {
        TestProgram.Ended ended = TestProgram.end(policy, entry, program -> new Two(program) {
            @Override
            void first() {
                sleep(a, 30_000);
                requireError(TestProgram.RECEIVE_TIMED_OUT);
            }
        });
        assertThat(ended.stop().kind()).isEqualTo(Stop.Kind.EXIT);
        assertThat(ended.stop().code()).isZero();
    }

    @EveryKernel
    void aSenderThatNobodyReceivesFromIsNamedWithItsReceiver(String policy, String entry) {
        TestProgram.Ended ended = TestProgram.end(policy, entry, program -> new Two(program) {
            @Override
            void first() {
                send(b.localId(), 1);
            }

            @Override
            void second() {
                receive(b.localId());
            }
        });
        assertThat(ended.cause()).contains("A of pair waits to send to B of pair");
    }

    @EveryKernel
    void anExceptionWithoutHandlerIsNamedWithItsPlaceAndThread(String policy, String entry) {
        TestProgram.Ended ended = TestProgram.end(policy, entry, program -> new Two(program) {
            @Override
            void first() {
                here("A.work");
                mov(EBX, 0);
                op("div", EBX);
            }

            @Override
            void second() {
                receive(any());
            }
        });
        assertThat(ended.cause())
                .matches(
                        "nobody can ever run again; A of pair was killed: #DE divide error \\(vector 0\\) at A\\.work\\+5"
                                + " \\(BadEndingsTest\\.java:\\d+\\); it has no exception handler");
        assertThat(ended.threads()).contains("B of pair waits for anyone");
    }

    @Test
    void aPortOfOthersIsAGeneralProtectionFaultWithItsErrorExplained() {
        TestProgram.Ended ended = TestProgram.end("strict", "int", program -> new Two(program) {
            @Override
            void first() {
                mov(EDX, 0x3F8);
                here("A.port");
                op("in", Reg8.AL, Reg16.DX);
            }
        });
        assertThat(ended.cause())
                .contains("A of pair was killed: #GP general protection (vector 13, error 0: no selector) at A.port (");
    }

    @EveryKernel
    void aPageFaultWithoutPagerIsNamedWithItsAddress(String policy, String entry) {
        TestProgram.Ended ended = TestProgram.end(policy, entry, program -> new Two(program) {
            @Override
            void first() {
                mov(EDI.at(Utcb.PAGER).dword(), 0);
                here("A.touch");
                mov(Mem.absolute(0x12345678).dword(), EAX);
            }
        });
        assertThat(ended.cause())
                .contains("A of pair was killed: #PF page fault (vector 14, error 6: user, write, page not present)"
                        + " for address 12345678 at A.touch (")
                .contains("; it has no pager");
    }

    @Test
    void anExceptionThatEndsTheRunIsNamedToo() {
        TestProgram.Ended ended = TestProgram.end("strict", "int", program -> new Two(program) {
            @Override
            void first() {
                mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), abi.rootId());
                here("A.undefined");
                op("ud2");
            }
        });
        assertThat(ended.stop().code()).isEqualTo(4);
        assertThat(ended.cause())
                .contains(
                        "A of pair waits for root, its exception handler, after #UD invalid opcode (vector 6) at A.undefined (");
    }

    @Test
    void whoLiesAboutItselfIsNamedWithTheLie() {
        TestProgram.Ended ended = TestProgram.end("lazy", "int", program -> new Two(program) {
            @Override
            void first() {
                mov(Mem.absolute(0).dword().in(Seg.GS), 0x12345678);
                forward(SystemCall.IPC, nil(), new Imm(-1), Time.NEVER);
            }
        });
        assertThat(ended.cause())
                .contains("A of pair was killed: what it says about itself is not true, %gs:0 names 12345678");
    }

    @Test
    void aPanicOfTheKernelIsNamedWithItsPlace() {
        TestProgram.Ended ended = TestProgram.end(
                "strict",
                "int",
                program -> new Two(program) {
                    @Override
                    void first() {
                        here("A.turn");
                        jmp(label("A.turn"));
                    }
                },
                cell -> {
                    cell.runTo("A.turn", 1);
                    // the kernel's code at the timer's interrupt becomes an undefined instruction
                    int physical = cell.address("timer.interrupt") - KERNEL_WINDOW;
                    cell.machine().pokePhysical(physical, new byte[] {0x0F, 0x0B});
                });
        assertThat(ended.stop().code()).isEqualTo(127);
        assertThat(ended.cause())
                .startsWith("kernel panic: #UD invalid opcode (vector 6) at timer.interrupt (Timer.java:")
                .endsWith(", in the kernel for A of pair");
    }
}
