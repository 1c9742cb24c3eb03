package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Promise;
import org.sidestep.verify.Promised;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** What the lazy policy promises beyond the contract of all policies. */
final class LazySwitchingTest {

    private static final int UNMAPPED = 0x2000_0100;

    private static TestCell lazy(String workload, Map<String, ?> parameters) {
        return TestCell.defaults().with(Axis.IPC, "lazy").with(Axis.WORKLOAD, workload, parameters);
    }

    private static Booted pair(Map<String, ?> parameters) {
        return lazy("ping-pong", parameters)
                .boot()
                .count(KernelProbes.IPC_KERNEL)
                .count(KernelProbes.IPC_USER)
                .count(KernelProbes.RESTART)
                .count(KernelProbes.ROLL_FORWARD)
                .count(KernelProbes.KILL);
    }

    @Test
    void aRoundTripInsideOneSpaceDoesNotEnterTheKernel() {
        Booted pair = pair(Map.of("rounds", 10, "warmup", 3));
        pair.runTo("A.begin", 1);
        int kernel = pair.passed(KernelProbes.IPC_KERNEL);
        int user = pair.passed(KernelProbes.IPC_USER);
        pair.runTo("A.end", 1);
        assertThat(pair.passed(KernelProbes.IPC_KERNEL)).isEqualTo(kernel);
        assertThat(pair.passed(KernelProbes.IPC_USER)).isEqualTo(user + 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 63})
    void wordsBeyondTheRegistersAreCopiedAtUserLevel(int words) {
        requireUserLevel(pair(Map.of("rounds", 10, "warmup", 3, "words", words, "verify", "on")));
    }

    /** None of the rounds enters the kernel, and all messages arrive. */
    private static void requireUserLevel(Booted pair) {
        pair.runTo("A.begin", 1);
        int kernel = pair.passed(KernelProbes.IPC_KERNEL);
        pair.runTo("A.end", 1);
        assertThat(pair.passed(KernelProbes.IPC_KERNEL)).isEqualTo(kernel);
        assertThat(pair.run().succeeded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 63})
    void aPartnerNamedByGlobalIdIsCalledAtUserLevel(int words) {
        requireUserLevel(pair(Map.of("rounds", 10, "warmup", 3, "words", words, "verify", "on", "ids", "global")));
    }

    @Test
    void thatCosts26AndAHalfCycles() {
        Booted pair = pair(Map.of("rounds", 100, "warmup", 3, "ids", "global"));
        pair.runTo("A.begin", 1);
        long begin = pair.machine().cycles();
        pair.runTo("A.end", 1);
        assertThat((pair.machine().cycles() - begin) / 200.0).isBetween(26.5, 27.0);
    }

    @ParameterizedTest
    @CsvSource({"2, lipc.global.guards, 12", "63, lipc.words, 20"})
    void aPartnerWhoIsNoLongerTheOneThatWasNamedGetsNothingHoweverLateThatHappens(int words, String place, int steps) {
        Booted pair = pair(Map.of("rounds", 10, "verify", "on", "words", words, "ids", "global"));
        pair.runTo(place, 5);
        Machine machine = pair.machine();
        for (int i = 0; i < steps; i++) machine.step();
        int partner = machine.register(Reg32.EBP);
        int switches = pair.passed(KernelProbes.IPC_USER);
        int kernel = pair.passed(KernelProbes.IPC_KERNEL);
        machine.debugger().poke(partner + Utcb.GLOBAL_ID.offset(), new byte[Integer.BYTES]);
        machine.interruptAt(machine.instructions(), 0);
        pair.runTo("lazy.kernel", 1);
        assertThat(machine.register(Reg32.EAX) & ThreadId.GLOBAL).isNotZero();
        assertThat(machine.register(Reg32.EDX)).isEqualTo(machine.register(Reg32.EAX));
        assertThat(pair.passed(KernelProbes.IPC_USER)).isEqualTo(switches);
        assertThat(pair.run().succeeded()).isTrue();
        assertThat(pair.passed(KernelProbes.IPC_KERNEL)).isGreaterThan(kernel);
        assertThat(pair.passed(KernelProbes.RESTART)).isEqualTo(1);
    }

    @Test
    void interruptedBeforeTheForwardPointTheSequenceRestarts() {
        Booted pair = pair(Map.of("rounds", 10, "verify", "on"));
        pair.runTo("lipc.paired", 3);
        pair.machine().interruptAt(pair.machine().instructions(), 0);
        assertThat(pair.run().succeeded()).isTrue();
        assertThat(pair.passed(KernelProbes.RESTART)).isEqualTo(1);
        assertThat(pair.passed(KernelProbes.ROLL_FORWARD)).isZero();
    }

    @Test
    void interruptedAfterTheForwardPointTheSequenceIsRolledForward() {
        Booted pair = pair(Map.of("rounds", 10, "verify", "on"));
        pair.runTo("lipc.forward", 3);
        pair.machine().interruptAt(pair.machine().instructions(), 0);
        assertThat(pair.run().succeeded()).isTrue();
        assertThat(pair.passed(KernelProbes.ROLL_FORWARD)).isEqualTo(1);
        assertThat(pair.passed(KernelProbes.RESTART)).isZero();
    }

    @Test
    void aPageFaultBetweenForwardAndCompletionPointKillsTheThreadAndOnlyIt() {
        Booted booted = lazy("hostile", Map.of("attack", "jump", "rounds", 5000, "verify", "on", "timeslice", 100))
                .with(Axis.KERNEL, "l4", Map.of("tick", 100))
                .boot()
                .count(KernelProbes.KILL);
        booted.runTo("H.jump", 1);
        booted.machine().setRegister(Reg32.EBX, booted.address("lipc.forward"));
        booted.machine().setRegister(Reg32.EAX, UNMAPPED);
        Outcome outcome = booted.run();
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
        assertThat(booted.passed(KernelProbes.KILL)).isEqualTo(1);
    }

    @Test
    void aChainOfSwitchesCostsOneFixup() {
        Booted chain = lazy("chain", Map.of("depth", 5, "entries", "on", "rounds", 10, "warmup", 3, "verify", "on"))
                .boot()
                .count(KernelProbes.FIXUP_BEGIN)
                .count(KernelProbes.FIXUP_END);
        chain.runTo("T0.begin", 1);
        int before = chain.passed(KernelProbes.FIXUP_END);
        chain.runTo("T0.end", 1);
        assertThat(chain.passed(KernelProbes.FIXUP_END) - before).isEqualTo(20);
        assertThat(chain.passed(KernelProbes.FIXUP_BEGIN)).isEqualTo(chain.passed(KernelProbes.FIXUP_END));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ret", "jump", "dispatch-partner", "dispatch-address"})
    void everyWayOfReturningDeliversTheSame(String path) {
        TestCell cell = lazy("monitor", Map.of("rounds", 10, "warmup", 3, "verify", "on"));
        Promised usual = promised(cell);
        assertThat(promised(cell.with(Axis.IPC, "lazy", Map.of("return", path))))
                .isEqualTo(usual);
    }

    /** Two clients race for the monitor: each gets the same from it, and it from each. */
    private static Promised promised(TestCell cell) {
        Booted booted = cell.boot();
        Outcome outcome = booted.run();
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
        return Promised.of(outcome, booted.image().observables(), Promise.EQUIVALENCE);
    }
}
