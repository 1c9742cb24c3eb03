package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.function.Function;
import org.sidestep.asm.Label;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** The system calls other than Ipc, seen from user level. */
class SystemCallsTest {

    private static final int WHILE = 3000;

    @EveryKernel
    void theKernelInterfacePageIsFoundWithoutTouchingOtherRegisters(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                start(a);
                mov(EBX, 1);
                mov(EBP, 2);
                op("lock nop");
                requireEqual(EAX, abi.kip(), "the page");
                requireEqual(EAX.at(0).dword(), 0x4BE6344C, "the magic");
                requireEqual(ECX, EAX.at(4), "the version");
                requireEqual(EBX, 1, "ebx");
                requireEqual(EBP, 2, "ebp");
                requireEqual(EDI, a.localId(), "edi");
                done();
            }
        });
    }

    @EveryKernel
    void whoIsNotPrivilegedMayNotCreateThreads(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                start(a);
                threadControl(ThreadId.global(900), a.globalId(), a.globalId(), 0, -1);
                requireEqual(EAX, 0, "refused");
                loadOwnUtcb();
                requireEqual(EDI.at(Utcb.ERROR_CODE).dword(), SystemCallError.NO_PRIVILEGE, "the error code");
                done();
            }
        });
    }

    @EveryKernel
    void aDeletedThreadIsNoPartnerAnyMore(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread privileged = root.thread("P", root.ownSpace());
                UserThread victim = root.thread("V", root.space("v"));
                UserThread sibling = root.thread("S", root.space("v"));
                start(victim);
                receive(any());
                start(sibling);
                receive(any());
                start(privileged);
                sleep(privileged, WHILE);
                threadControl(sibling.globalId(), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                requireEqual(EAX, 1, "deleted");
                loadOwnUtcb();
                ipc(SystemCall.IPC, global(sibling), nil(), Time.NEVER, MessageTag.of(0, 0));
                requireError(TestProgram.NOBODY_TO_SEND_TO);
                ipc(SystemCall.IPC, global(victim), nil(), Time.SEND_AT_ONCE, MessageTag.of(0, 0));
                requireDelivered();
                done();
            }
        });
    }

    @EveryKernel
    void exchangeRegistersTurnsLocalIdsIntoGlobalOnesAndBack(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("a"));
                start(b);
                receive(any());
                start(a);
                sleep(a, WHILE);
                exchangeRegisters(b.localId(), 0);
                requireEqual(EAX, global(b), "the global id");
                exchangeRegisters(global(b), 0);
                requireEqual(EAX, b.localId(), "the local id");
                done();
            }
        });
    }

    @EveryKernel
    void exchangeRegistersCancelsAReceive(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("a"));
                start(b);
                receive(any());
                requireError(TestProgram.RECEIVE_CANCELLED);
                done();
                start(a);
                sleep(a, WHILE);
                exchangeRegisters(b.localId(), 1 << 1);
                and(ECX, 1 << 1);
                requireEqual(ECX, 1 << 1, "it was receiving");
                done();
            }
        });
    }

    @EveryKernel
    void exchangeRegistersRefusesThreadsOfOtherSpaces(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("b"));
                start(b);
                receive(any());
                start(a);
                exchangeRegisters(global(b), 0);
                requireEqual(EAX, 0, "refused");
                loadOwnUtcb();
                requireEqual(EDI.at(Utcb.ERROR_CODE).dword(), SystemCallError.INVALID_THREAD, "the error code");
                done();
            }
        });
    }

    @EveryKernel
    void threadSwitchRunsTheNamedThreadAtOnce(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                Label order = variable("order");
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("a"));
                UserThread c = root.thread("C", root.space("a"));
                start(a);
                mov(EAX, global(c));
                systemCall(SystemCall.THREAD_SWITCH);
                requireEqual(at(order), 1, "only C has run");
                done();
                start(b);
                shl(at(order), 4);
                or(at(order), 2);
                done();
                start(c);
                shl(at(order), 4);
                or(at(order), 1);
                mov(EAX, global(a));
                systemCall(SystemCall.THREAD_SWITCH);
                done();
            }
        });
    }

    @EveryKernel
    void onlyTheSchedulerOrAPrivilegedThreadMaySchedule(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread privileged = root.thread("P", root.ownSpace());
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("b"));
                start(b);
                receive(any());
                start(a);
                schedule(b, 50);
                requireEqual(EAX, 0, "refused");
                done();
                start(privileged);
                sleep(privileged, WHILE);
                schedule(b, 50);
                test(EAX, EAX);
                require(NZ, "accepted");
                done();
            }

            private void schedule(UserThread thread, int priority) {
                mov(EAX, thread.globalId());
                mov(EDX, -1);
                mov(ESI, -1);
                mov(ECX, priority);
                mov(EDI, -1);
                systemCall(SystemCall.SCHEDULE);
            }
        });
    }

    @EveryKernel
    void theClockAdvances(String policy, String entry) {
        expectSuccess(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                Label before = variable("before");
                start(root.thread("A", root.space("a")));
                systemCall(SystemCall.SYSTEM_CLOCK);
                mov(at(before), EAX);
                work(1_000_000);
                systemCall(SystemCall.SYSTEM_CLOCK);
                sub(EAX, at(before));
                cmp(EAX, 500);
                require(AE, "a million cycles are more than half a millisecond");
                done();
            }
        });
    }

    private static void expectSuccess(String policy, String entry, Function<UserProgram, TestProgram> program) {
        Stop stop = TestProgram.run(policy, entry, program);
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }
}
