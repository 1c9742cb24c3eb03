package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.ThreadCode;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** The user program of a test: some threads that check what the kernel does for them. */
abstract class TestProgram extends ThreadCode {

    /** Receive timeout of zero. */
    static final int AT_ONCE = Time.ZERO;

    static final int SEND_TIMED_OUT = IpcError.TIMEOUT;
    static final int RECEIVE_TIMED_OUT = IpcError.TIMEOUT | IpcError.RECEIVE;
    static final int NOBODY_TO_SEND_TO = IpcError.NO_PARTNER;
    static final int NOBODY_TO_RECEIVE_FROM = IpcError.NO_PARTNER | IpcError.RECEIVE;
    static final int RECEIVE_CANCELLED = IpcError.CANCELLED | IpcError.RECEIVE;

    TestProgram(UserProgram program) {
        super(program);
    }

    /** Emits the threads. */
    abstract void threads();

    final void emit() {
        threads();
        emitWrong();
        root.emit();
    }

    final void require(Condition condition, String what) {
        exitIf(condition.negated(), wrong(), what);
    }

    final void requireEqual(Operand actual, int expected, String what) {
        requireEqual(actual, new Imm(expected), what);
    }

    final void requireEqual(Operand actual, Operand expected, String what) {
        cmp(actual, expected);
        require(Condition.E, what);
    }

    /** The Ipc just made has failed in this way. */
    final void requireError(int errorCode) {
        test(ESI, MessageTag.ERROR);
        require(Condition.NZ, "the error flag");
        requireEqual(EDI.at(Utcb.ERROR_CODE).dword(), errorCode, "the error code");
    }

    final void requireDelivered() {
        test(ESI, MessageTag.ERROR);
        require(Condition.Z, "no error");
    }

    /** Sends one word and does not wait for an answer. */
    final void send(Operand to, int word) {
        mov(Utcb.mr(EDI, 1), word);
        ipc(SystemCall.IPC, to, new Imm(ThreadId.NIL), Time.NEVER, MessageTag.of(0, 1));
        requireDelivered();
    }

    static Operand global(UserThread thread) {
        return new Imm(thread.globalId());
    }

    /** How a program ended, and what the kernel's structures say of it. */
    record Ended(Stop stop, long cycles, String cause, List<String> threads) {}

    /** Runs a program to its end, good or bad. */
    static Ended end(String policy, String entry, Function<UserProgram, TestProgram> factory) {
        return end(policy, entry, factory, cell -> {});
    }

    /** The same, doing something to the cell first. */
    static Ended end(
            String policy, String entry, Function<UserProgram, TestProgram> factory, Consumer<Booted> beginning) {
        Booted cell = boot(policy, Map.of("entry", entry), factory);
        beginning.accept(cell);
        Stop stop = run(cell);
        return new Ended(
                stop,
                cell.machine().cycles(),
                cell.diagnosis().cause(stop),
                cell.diagnosis().threads());
    }

    /** Runs a program and returns how it ended. */
    static Stop run(String policy, String entry, Function<UserProgram, TestProgram> factory) {
        return run(policy, Map.of("entry", entry), factory);
    }

    /** The same, of a kernel with these parameters. */
    static Stop run(String policy, Map<String, ?> kernel, Function<UserProgram, TestProgram> factory) {
        Booted cell = boot(policy, kernel, factory);
        Stop stop = run(cell);
        return new Stop(
                stop.kind(), stop.code(), stop.reason() + "; " + cell.machine().console());
    }

    private static Booted boot(String policy, Map<String, ?> kernel, Function<UserProgram, TestProgram> factory) {
        return cell(policy, kernel, factory).boot();
    }

    private static TestCell cell(String policy, Map<String, ?> kernel, Function<UserProgram, TestProgram> factory) {
        return TestCell.of(new Script(factory)).with(Axis.IPC, policy).with(Axis.KERNEL, "l4", kernel);
    }

    /** Runs a program to its end, which must be a good one, and returns what is left of it. */
    static Booted finished(
            String policy, String validation, Map<String, ?> kernel, Function<UserProgram, TestProgram> factory) {
        Booted cell = booted(policy, validation, kernel, factory);
        Stop stop = run(cell);
        assertThat(stop)
                .as(String.join("\n", cell.diagnosis().threads()) + "\n"
                        + cell.diagnosis().cause(stop) + "\n" + cell.machine().console())
                .extracting(Stop::kind, Stop::code)
                .containsExactly(Stop.Kind.EXIT, 0);
        return cell;
    }

    /** A program that has not begun. */
    static Booted booted(
            String policy, String validation, Map<String, ?> kernel, Function<UserProgram, TestProgram> factory) {
        return cell(policy, kernel, factory).with(Axis.VALIDATION, validation).boot();
    }

    /** The value of a variable of a program. */
    static int word(Booted run, String variable) {
        byte[] word = run.machine().peekPhysical(run.address(variable), Integer.BYTES);
        return ByteBuffer.wrap(word).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** The kernel's structures must have been in order at every exit. */
    private static Stop run(Booted cell) {
        Outcome outcome = cell.run();
        assertThat(outcome.violations()).isEmpty();
        return outcome.stop();
    }

    private record Script(Function<UserProgram, TestProgram> factory) implements Workload {
        @Override
        public String id() {
            return "test";
        }

        @Override
        public String summary() {
            return "a test's threads";
        }

        @Override
        public void build(UserProgram program) {
            factory.apply(program).emit();
        }
    }
}
