package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Label;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** A timeout never passes before its time, by the clock that user level reads, and at most a tick later. */
class TimeoutTest {

    private static final int TIMES = 60;
    /** Microseconds for the way into the kernel, out of it and to the clock. */
    private static final int WAY = 20;

    /** Sleeps for random periods that begin at random places of a tick. */
    private static final class Sleeper extends RootTask {

        private final SplittableRandom random;
        private final List<Integer> periods = new ArrayList<>();

        Sleeper(UserProgram program, long seed) {
            super(program);
            random = new SplittableRandom(seed);
        }

        @Override
        void main() {
            for (int i = 0; i < TIMES; i++) {
                work(1 + random.nextInt(2000));
                int period = random.nextInt(7) << 10 | 1 + random.nextInt(0x3FF);
                periods.add((period & 0x3FF) << (period >> 10));
                systemCall(SystemCall.SYSTEM_CLOCK);
                keep("before" + i, EAX);
                mov(EAX, ThreadId.NIL);
                mov(EDX, ROOT);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                mov(ECX, period);
                systemCall(SystemCall.IPC);
                systemCall(SystemCall.SYSTEM_CLOCK);
                keep("after" + i, EAX);
            }
        }

        private void work(int turns) {
            mov(ECX, turns);
            here("turn" + periods.size());
            dec(ECX);
            exitIf(NZ, label("turn" + periods.size()), "more to do");
        }
    }

    @ParameterizedTest(name = "a tick of {0} us, seed {1}")
    @CsvSource({"1000, 1", "100, 2", "333, 3", "10000, 4"})
    void itLastsAsLongAsAskedAndAtMostATickLonger(int tick, long seed) {
        Sleeper[] sleeper = new Sleeper[1];
        TestKernel kernel = TestKernel.run(
                Map.of("tick", tick), 3_000_000_000L, program -> sleeper[0] = new Sleeper(program, seed));
        for (int i = 0; i < TIMES; i++) {
            int asked = sleeper[0].periods.get(i);
            int slept = kernel.measured("after" + i) - kernel.measured("before" + i);
            assertThat(slept).as("period %d: %d us", i, asked).isBetween(asked, asked + tick + WAY);
        }
    }

    /** Sleeps until points in time, some of which have passed. */
    private static final class Appointments extends RootTask {

        /** Microseconds from now. */
        static final int[] AHEAD = {1500, 40_000, 3000, -2000, 9_000, -100, 700_000};

        Appointments(UserProgram program) {
            super(program);
        }

        @Override
        void main() {
            for (int i = 0; i < AHEAD.length; i++) {
                systemCall(SystemCall.SYSTEM_CLOCK);
                keep("before" + i, EAX);
                add(EAX, AHEAD[i]);
                int exponent = Math.abs(AHEAD[i]) > 500_000 ? 10 : Math.abs(AHEAD[i]) > 30_000 ? 6 : 4;
                shr(EAX, exponent);
                and(EAX, Time.POINT_BITS);
                or(EAX, Time.POINT | exponent << Time.POINT_EXPONENT_SHIFT);
                mov(ECX, EAX);
                mov(EAX, ThreadId.NIL);
                mov(EDX, ROOT);
                xor(ESI, ESI);
                loadOwnUtcb(EDI);
                systemCall(SystemCall.IPC);
                keep("tag" + i, ESI);
                systemCall(SystemCall.SYSTEM_CLOCK);
                keep("after" + i, EAX);
            }
            systemCall(SystemCall.SYSTEM_CLOCK);
            lea(ECX, EAX.at(5000));
            shr(ECX, 4);
            and(ECX, Time.POINT_BITS);
            or(ECX, Time.POINT | 4 << Time.POINT_EXPONENT_SHIFT);
            shl(ECX, Time.HIGH_SHIFT);
            keep("send.before", EAX);
            mov(EAX, ROOT);
            mov(EDX, ThreadId.NIL);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
            loadErrorCode(EAX);
            keep("send.error", EAX);
            systemCall(SystemCall.SYSTEM_CLOCK);
            keep("send.after", EAX);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void aPointInTimeIsTheNearestOfItsKindAndOneThatHasPassedIsNoTime(Map<String, String> parameters) {
        TestKernel kernel = TestKernel.run(parameters, 3_000_000_000L, Appointments::new);
        for (int i = 0; i < Appointments.AHEAD.length; i++) {
            int ahead = Appointments.AHEAD[i];
            int slept = kernel.measured("after" + i) - kernel.measured("before" + i);
            assertThat(kernel.kept("tag" + i)).isEqualTo(RootTask.CALL_FAILED);
            int grain = Math.abs(ahead) > 500_000 ? 1024 : 64;
            assertThat(slept)
                    .as("%d us ahead", ahead)
                    .isBetween(Math.max(0, ahead - grain), Math.max(0, ahead) + 1000 + WAY);
        }
        assertThat(kernel.kept("send.error")).isEqualTo(IpcError.TIMEOUT);
        assertThat(kernel.measured("send.after") - kernel.measured("send.before"))
                .isBetween(4900, 6100);
    }

    /** Calls a thread that takes the message late and never answers, with a point in time for the receive phase. */
    private static final class LatePartner extends RootTask {

        private static final int THREAD = id(60);
        /** Microseconds; beyond the point by more than half of what its bits can tell. */
        static final int LATE = 1700;

        private final Label partner = label("partner");

        LatePartner(UserProgram program) {
            super(program);
        }

        @Override
        void main() {
            spawn(THREAD, 1, partner);
            systemCall(SystemCall.SYSTEM_CLOCK);
            lea(ECX, EAX.at(500));
            and(ECX, Time.POINT_BITS);
            or(ECX, Time.POINT);
            mov(EAX, THREAD);
            mov(EDX, THREAD);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
            loadErrorCode(EAX);
            keep("error", EAX);
            systemCall(SystemCall.SYSTEM_CLOCK);
            keep("over", EAX);
        }

        @Override
        void others() {
            here(partner);
            mov(EAX, ThreadId.NIL);
            mov(EDX, THREAD);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            mov(ECX, LATE >> 1 | 1 << 10);
            systemCall(SystemCall.IPC);
            systemCall(SystemCall.SYSTEM_CLOCK);
            keep("taken", EAX);
            ipc(ThreadId.NIL, ROOT, 0);
            ipc(ThreadId.NIL, ROOT, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("org.sidestep.kernel.l4.IpcTest#kernels")
    void aPointInTimeIsTheOneThatWasMeantWhenIpcBegan(Map<String, String> parameters) {
        Map<String, Object> ticking = new HashMap<>(parameters);
        ticking.put("tick", 100);
        TestKernel kernel = TestKernel.run(ticking, 3_000_000_000L, LatePartner::new);
        assertThat(kernel.kept("error")).isEqualTo(IpcError.TIMEOUT | IpcError.RECEIVE);
        assertThat(kernel.measured("over") - kernel.measured("taken"))
                .as("microseconds that it waits when the point has long passed")
                .isBetween(0, WAY);
    }
}
