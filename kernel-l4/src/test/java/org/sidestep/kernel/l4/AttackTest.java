package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** Random system calls with arguments chosen to hurt. */
class AttackTest {

    private static final int ROUNDS = 12;
    private static final int ATTACKERS = 4;
    private static final int CALLS = 12;
    private static final int FIRST_ATTACKER = 70;
    private static final int ZERO_TIMEOUTS = Time.pair(Time.ZERO, Time.ZERO);

    private static final List<SystemCall> SYSTEM_CALLS = List.of(
            SystemCall.SPACE_CONTROL,
            SystemCall.THREAD_CONTROL,
            SystemCall.PROCESSOR_CONTROL,
            SystemCall.MEMORY_CONTROL,
            SystemCall.UNMAP,
            SystemCall.EXCHANGE_REGISTERS,
            SystemCall.THREAD_SWITCH,
            SystemCall.SCHEDULE,
            SystemCall.SYSTEM_CLOCK,
            SystemCall.IPC,
            SystemCall.IPC,
            SystemCall.IPC,
            SystemCall.LIPC);

    private abstract static class Attack extends RootTask {

        final SplittableRandom random;

        Attack(UserProgram program, long seed) {
            super(program);
            random = new SplittableRandom(seed);
        }

        final int attacker(int n) {
            return id(FIRST_ATTACKER + n);
        }

        /** Starts attackers, the first in the space of thread {@code space}, the others in its; lets them run; deletes them. */
        final void round(int round, int space, int firstUtcb) {
            for (int n = 0; n < ATTACKERS; n++) {
                int dest = attacker(n);
                threadControl(dest, n == 0 ? space : attacker(0), ROOT, ThreadId.NIL, -1);
                if (dest == space) spaceControl(dest, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
                threadControl(dest, attacker(0), ROOT, ROOT, utcb(firstUtcb + n));
                setMessage(1, label("attack" + (round * ATTACKERS + n)));
                setMessage(2, stack("attackers"));
                ipc(dest, ThreadId.NIL, 2);
                threadControl(dest, attacker(0), ThreadId.NIL, THREAD, -1);
            }
            sleep();
            for (int n = ATTACKERS - 1; n >= 0; n--) {
                threadControl(attacker(n), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
                add(kept("deleted"), EAX);
            }
        }

        /** Receives from itself for 200 us. */
        private void sleep() {
            mov(EAX, ThreadId.NIL);
            mov(EDX, ROOT);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            mov(ECX, 1 << 10 | 100);
            systemCall(SystemCall.IPC);
        }

        @Override
        void others() {
            for (int n = 0; n < ROUNDS * ATTACKERS; n++) {
                here("attack" + n);
                for (int i = 0; i < CALLS; i++) randomCall();
                Label again = here(fresh("spin"));
                jmp(again);
            }
            pager();
            here("code.end");
        }

        /** Serves who faults inside the program; whoever does anything else gets no answer. */
        private void pager() {
            here("pager");
            xor(EAX, EAX);
            here("pager.next");
            mov(EDX, ThreadId.ANY);
            mov(ESI, 2 << 6);
            loadOwnUtcb(EDI);
            mov(ECX, 0x0400 << 16);
            systemCall(SystemCall.IPC);
            cmp(EBX, label("user.end"));
            j(AE, label("pager"));
            cmp(EBX, MemoryMap.USER_CODE);
            j(B, label("pager"));
            and(EBX, -MemoryMap.PAGE);
            lea(ECX, EBX.at(8));
            mov(EDI.at(4), ECX);
            add(EBX, 12 << 4 | 7);
            mov(EDI.at(8), EBX);
            jmp(label("pager.next"));
        }

        private void randomCall() {
            mov(ESP, stack("attackers"));
            inc(kept("calls"));
            loadOwnUtcb(EDI);
            for (int mr = 0; mr < 10; mr++) mov(EDI.at(4 * mr).dword(), word());
            if (random.nextInt(4) == 0) mov(EDI.at(Utcb.BR0), word());
            if (random.nextInt(4) == 0) for (int br = 1; br < 6; br++) mov(Utcb.br(EDI, br), word());
            if (random.nextInt(4) == 0) mov(EDI.at(Utcb.XFER_TIMEOUTS), random.nextBoolean() ? ZERO_TIMEOUTS : word());
            if (random.nextInt(8) == 0) mov(EDI.at(Utcb.PAGER), word());
            if (random.nextInt(8) == 0) mov(EDI.at(Utcb.EXCEPTION_HANDLER), word());
            for (Reg32 register : new Reg32[] {EAX, ECX, EDX, EBX, ESI, EBP}) mov(register, word());
            if (random.nextInt(8) == 0) mov(EDI, word());
            if (random.nextInt(4) != 0) mov(ECX, ZERO_TIMEOUTS);
            if (random.nextInt(40) == 0)
                op(List.of("ud2", "hlt", "int3", "std", "lock nop").get(random.nextInt(5)));
            if (random.nextInt(40) == 0) mov(Seg.ES, EAX);
            if (random.nextInt(60) == 0) mov(ESP, word());
            systemCall(SYSTEM_CALLS.get(random.nextInt(SYSTEM_CALLS.size())));
        }

        private int word() {
            return switch (random.nextInt(12)) {
                case 0 -> 0;
                case 1 -> -1;
                case 2 -> ThreadId.ANY_LOCAL;
                case 3 -> attacker(random.nextInt(ATTACKERS + 1));
                case 4 -> random.nextBoolean() ? ROOT : Threads.SIGMA0;
                case 5 -> localId(random.nextInt(6));
                case 6 -> utcb(random.nextInt(260)) + 4 * random.nextInt(3);
                case 7 -> fpage(random.nextInt() & 0xFFFFF000, random.nextInt(64), random.nextInt(16));
                case 8 -> 0xF0000000 | random.nextInt(0x1000000);
                case 9 -> random.nextInt(0x200);
                case 10 -> random.nextInt(4) << 12 | random.nextInt(8) << 6 | random.nextInt(64);
                default -> random.nextInt();
            };
        }
    }

    /** The root task starts them again and again, and then does what needs a working kernel. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void whateverAnotherSpaceDoesTheRootTaskGoesOn(long seed) {
        TestKernel kernel = TestKernel.run(program -> new Attack(program, seed) {
            @Override
            void main() {
                settle();
                spawn(THREAD, 1, label("pager"));
                for (int round = 0; round < ROUNDS; round++) round(round, attacker(0), 0);
                attempt("create", () -> threadControl(OTHER, OTHER, ROOT, ThreadId.NIL, -1));
            }
        });
        assertThat(kernel.measured("calls")).as("attacks").isGreaterThan(2 * ROUNDS * ATTACKERS);
        assertThat(kernel.kept("deleted")).isEqualTo(ROUNDS * ATTACKERS);
        assertThat(kernel.kept("create")).isEqualTo(1);
    }

    /** The root task may destroy what it likes, itself included, but not the kernel. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void whateverTheRootTaskDoesTheKernelStaysWhole(long seed) {
        TestKernel kernel = TestKernel.runAnyhow(Map.of(), Map.of(), program -> new Attack(program, seed) {
            @Override
            void main() {
                settle();
                spawn(THREAD, 1, label("pager"));
                for (int round = 0; round < ROUNDS; round++) round(round, ROOT, 2);
            }
        });
        assertThat(kernel.stop().code()).as(kernel.stop().reason()).isZero();
        assertThat(kernel.stop().kind()).isIn(Stop.Kind.EXIT, Stop.Kind.CYCLE_LIMIT, Stop.Kind.HALTED);
        if (kernel.stop().kind() == Stop.Kind.HALTED) {
            assertThat(kernel.booted().diagnosis().cause(kernel.stop()))
                    .as("each waits for another")
                    .startsWith("nobody can ever run again");
        }
    }
}
