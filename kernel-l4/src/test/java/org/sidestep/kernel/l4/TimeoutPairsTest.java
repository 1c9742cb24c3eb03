package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** A call with each kind of timeout for its send phase, and each for its receive phase, of partners that do and do not do their part. */
class TimeoutPairsTest {

    /** Microseconds: of a period, and until a point in time. */
    private static final int SHORT = 3000;

    private static final int POINT_EXPONENT = 4;

    private enum Timeout {
        NEVER,
        ZERO,
        PERIOD,
        /** A point in time that is to come. */
        AHEAD,
        /** One that has passed. */
        PASSED;

        boolean isNothing() {
            return this == ZERO || this == PASSED;
        }
    }

    private enum Partner {
        /** Waits for somebody else. */
        ABSENT,
        /** Takes the message, and does not answer. */
        MUTE,
        /** Takes the message a little later, and answers. */
        SLOW
    }

    private static final int ABSENT = RootTask.id(60);
    private static final int MUTE = RootTask.id(61);
    private static final int SLOW = RootTask.id(62);
    /** Breaks off what would last for ever. */
    private static final int CANCELLER = RootTask.id(63);

    private static int expected(Partner partner, Timeout send, Timeout receive) {
        boolean sent = partner == Partner.MUTE || partner == Partner.SLOW && !send.isNothing();
        if (!sent) return send == Timeout.NEVER ? IpcError.CANCELLED : IpcError.TIMEOUT;
        if (partner == Partner.SLOW && !receive.isNothing()) return 0;
        return IpcError.RECEIVE | (receive == Timeout.NEVER ? IpcError.CANCELLED : IpcError.TIMEOUT);
    }

    private static String name(Partner partner, Timeout send, Timeout receive) {
        return partner + "." + send + "." + receive;
    }

    private static final class Calls extends RootTask {

        Calls(UserProgram program) {
            super(program);
        }

        @Override
        void main() {
            touchCode();
            spawn(ABSENT, 1, label("absent"));
            spawn(MUTE, 2, label("mute"));
            spawn(SLOW, 3, label("slow"));
            spawn(CANCELLER, 4, label("canceller"));
            for (Partner partner : Partner.values())
                for (Timeout send : Timeout.values())
                    for (Timeout receive : Timeout.values()) attempt(partner, send, receive);
        }

        /** So that the others, whose pager this thread is, do not fault. */
        private void touchCode() {
            mov(EAX, Mem.at(label("absent")).dword());
            mov(EAX, Mem.at(label("code.end")).dword());
        }

        private void attempt(Partner partner, Timeout send, Timeout receive) {
            boolean lastsForEver = (expected(partner, send, receive) & IpcError.ABORTED) == IpcError.CANCELLED;
            if (partner == Partner.SLOW) ipc(SLOW, ThreadId.NIL, 0);
            if (lastsForEver) ipc(CANCELLER, ThreadId.NIL, 0);
            mov(kept("timeouts"), 0);
            timeout(send, Time.HIGH_SHIFT);
            timeout(receive, 0);
            int to = partner == Partner.ABSENT ? ABSENT : partner == Partner.MUTE ? MUTE : SLOW;
            mov(ECX, kept("timeouts"));
            mov(EAX, to);
            mov(EDX, to);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
            keep("tag." + name(partner, send, receive), ESI);
            loadErrorCode(EAX);
            keep(name(partner, send, receive), EAX);
            sleep(ROOT, 8000);
        }

        private void timeout(Timeout timeout, int shift) {
            switch (timeout) {
                case NEVER -> or(kept("timeouts"), Time.NEVER << shift);
                case ZERO -> or(kept("timeouts"), Time.ZERO << shift);
                case PERIOD -> or(kept("timeouts"), Time.period(SHORT) << shift);
                case AHEAD -> point(SHORT, shift);
                case PASSED -> point(-SHORT, shift);
            }
        }

        private void point(int ahead, int shift) {
            systemCall(SystemCall.SYSTEM_CLOCK);
            add(EAX, ahead);
            op("shr", EAX, new Imm(POINT_EXPONENT));
            and(EAX, Time.POINT_BITS);
            or(EAX, Time.POINT | POINT_EXPONENT << Time.POINT_EXPONENT_SHIFT);
            if (shift > 0) op("shl", EAX, new Imm(shift));
            or(kept("timeouts"), EAX);
        }

        private void sleep(int self, int micros) {
            receive(self, Time.period(micros));
        }

        private void receive(int from, int timeout) {
            mov(EAX, ThreadId.NIL);
            mov(EDX, from);
            mov(ECX, timeout);
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
        }

        @Override
        void others() {
            here("absent");
            ipc(ThreadId.NIL, ABSENT, 0);

            Label mute = here("mute");
            ipc(ThreadId.NIL, ROOT, 0);
            jmp(mute);

            Label slow = here("slow");
            ipc(ThreadId.NIL, ROOT, 0);
            sleep(SLOW, 500);
            receive(ROOT, Time.period(SHORT));
            mov(EAX, ROOT);
            mov(EDX, ThreadId.NIL);
            mov(ECX, Time.pair(Time.ZERO, Time.NEVER));
            xor(ESI, ESI);
            loadOwnUtcb(EDI);
            systemCall(SystemCall.IPC);
            jmp(slow);

            Label canceller = here("canceller");
            ipc(ThreadId.NIL, ROOT, 0);
            sleep(CANCELLER, 5000);
            exchangeRegisters(new Imm(ROOT), ExchangeControl.ABORT_RECEIVE | ExchangeControl.ABORT_SEND);
            jmp(canceller);
            here("code.end");
        }
    }

    @Test
    void eachPairEndsInItsPhase() {
        TestKernel kernel = TestKernel.run(Map.of(), 3_000_000_000L, Calls::new);
        for (Partner partner : Partner.values()) {
            for (Timeout send : Timeout.values()) {
                for (Timeout receive : Timeout.values()) {
                    String name = name(partner, send, receive);
                    int error = expected(partner, send, receive);
                    assertThat(kernel.kept("tag." + name)).as(name).isEqualTo(error == 0 ? 0 : RootTask.CALL_FAILED);
                    if (error != 0) assertThat(kernel.kept(name)).as(name).isEqualTo(error);
                }
            }
        }
    }
}
