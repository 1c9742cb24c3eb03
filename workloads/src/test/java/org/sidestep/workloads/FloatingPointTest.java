package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Map;
import java.util.function.Function;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Threads that compute, whatever switches between them. */
class FloatingPointTest {

    private static final int ROUNDS = 20;
    private static final int MANY = 2_000;

    private abstract static class Computing extends TestProgram {

        Computing(UserProgram program) {
            super(program);
        }

        final void load(int number) {
            push(number);
            op("fild", Mem.base(ESP, 0).dword());
            pop(EAX);
        }

        /** The top of the register stack holds the number still; it is taken off. */
        final void requireOnTop(int number) {
            push(0);
            op("fistp", Mem.base(ESP, 0).dword());
            pop(EAX);
            requireEqual(EAX, number, "the own register");
            loadOwnUtcb();
        }
    }

    @EveryKernel
    void registersSurviveLipcToAThreadOfTheSameSpaceThatComputesToo(String policy, String entry) {
        expectSuccess(policy, entry, program -> new Computing(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("s"));
                UserThread b = root.thread("B", root.space("s"));
                start(a);
                for (int round = 0; round < ROUNDS; round++) {
                    load(1000 + round);
                    loadOwnUtcb();
                    ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 0));
                    requireOnTop(1000 + round);
                    // without the unit: a switch at user level
                    ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 0));
                    ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 0));
                }
                done();

                start(b);
                load(77);
                loadOwnUtcb();
                receive(a.localId());
                Label turn = here(fresh("turn"));
                load(78);
                requireOnTop(78);
                requireOnTop(77);
                load(77);
                loadOwnUtcb();
                ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, MessageTag.of(0, 0));
                jmp(turn);
            }
        });
    }

    /** With a timer that hits the switches of those who have the unit, and the faults at them. */
    @EveryKernel
    void registersSurviveLipcUnderAFastTimer(String policy, String entry) {
        Function<UserProgram, TestProgram> computing = program -> new Computing(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("s"));
                UserThread b = root.thread("B", root.space("s"));
                start(a);
                push(MANY);
                Label round = here(fresh("round"));
                load(1000);
                loadOwnUtcb();
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, MessageTag.of(0, 0));
                requireOnTop(1000);
                dec(Mem.base(ESP, 0).dword());
                jnz(round);
                done();

                start(b);
                receive(a.localId());
                Label turn = here(fresh("turn"));
                load(78);
                requireOnTop(78);
                ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, MessageTag.of(0, 0));
                jmp(turn);
            }
        };
        Stop stop = TestProgram.run(policy, Map.of("entry", entry, "tick", "100"), computing);
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }

    @EveryKernel
    void registersSurviveIpcBetweenSpacesAndGivingWay(String policy, String entry) {
        expectSuccess(policy, entry, program -> new Computing(program) {
            @Override
            void threads() {
                UserThread a = root.thread("A", root.space("a"));
                UserThread b = root.thread("B", root.space("b"));
                UserThread c = root.thread("C", root.space("a"));
                start(a);
                for (int round = 0; round < ROUNDS; round++) {
                    load(1000 + round);
                    mov(EAX, ThreadId.NIL);
                    systemCall(SystemCall.THREAD_SWITCH);
                    loadOwnUtcb();
                    ipc(SystemCall.IPC, global(b), global(b), Time.NEVER, MessageTag.of(0, 0));
                    requireOnTop(1000 + round);
                }
                done();

                start(b);
                receive(global(a));
                Label turn = here(fresh("turn"));
                load(5);
                requireOnTop(5);
                ipc(SystemCall.IPC, global(a), global(a), Time.NEVER, MessageTag.of(0, 0));
                jmp(turn);

                start(c);
                Label spin = here(fresh("spin"));
                load(6);
                mov(EAX, ThreadId.NIL);
                systemCall(SystemCall.THREAD_SWITCH);
                requireOnTop(6);
                jmp(spin);
            }
        });
    }

    private static void expectSuccess(String policy, String entry, Function<UserProgram, TestProgram> program) {
        Stop stop = TestProgram.run(policy, entry, program);
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }
}
