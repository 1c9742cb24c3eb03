package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.disturbance.TimerInterrupt;

/**
 * What every {@link IpcPolicy} of kernel threads must do. Extend it and say which policy; the platform's kernel, machine and
 * workloads must be on the test's class path.
 */
public abstract class IpcPolicyContract {

    /** The policy under test. */
    protected abstract IpcPolicy policy();

    /** Its parameters, where they differ from the defaults. */
    protected Map<String, ?> parameters() {
        return Map.of();
    }

    /** Kernel parameters to test with. */
    protected List<Map<String, String>> kernels() {
        return List.of(Map.of("entry", "int", "fastpath", "off"), Map.of("entry", "sysenter", "fastpath", "on"));
    }

    private TestCell cell() {
        return TestCell.defaults().with(Axis.IPC, policy(), parameters());
    }

    @TestFactory
    Stream<DynamicTest> everyThreadReceivesTheSameMessagesInTheSameOrderAsUnderStrictSwitching() {
        return kernels().stream()
                .flatMap(kernel -> ShortRuns.ALL.stream()
                        .map(course -> DynamicTest.dynamicTest(
                                kernel + " " + course,
                                () -> Engine.requireEquivalent(cell().with(Axis.KERNEL, "l4", kernel), course))));
    }

    @Test
    void theSameCellGivesTheSameRunToTheCycle() {
        TestCell cell = ShortRuns.in(cell(), ShortRuns.of("preempted", "rounds=200"));
        Booted first = cell.boot();
        Booted second = cell.boot();
        assertThat(first.run()).isEqualTo(second.run());
        assertThat(first.machine().cycles()).isEqualTo(second.machine().cycles());
        assertThat(first.machine().instructions()).isEqualTo(second.machine().instructions());
    }

    @TestFactory
    Stream<DynamicTest> aTimerInterruptAtAnyInstructionOfARoundChangesNoOutcome() {
        Exploration everywhere = new Exploration(new TimerInterrupt(), 1, Reach.ROUND);
        return kernels().stream()
                .flatMap(kernel -> ShortRuns.ROUNDS.stream()
                        .map(course -> DynamicTest.dynamicTest(
                                kernel + " " + course,
                                () -> Engine.requireEquivalent(counting(kernel), course, everywhere))));
    }

    /** With one kernel, since it is the stubs that are interrupted. */
    @TestFactory
    Stream<DynamicTest> twoTimerInterruptsTheFirstInAStubChangeNoOutcome() {
        Exploration pairs = new Exploration(new TimerInterrupt(), 2, Reach.NEAR);
        return kernels().stream()
                .skip(kernels().size() - 1L)
                .map(kernel -> DynamicTest.dynamicTest(
                        kernel + " " + ShortRuns.RIVALS,
                        () -> Engine.requireEquivalent(counting(kernel), ShortRuns.RIVALS, pairs)));
    }

    /** Instructions are interrupted, not cycles: the clock may be the cheapest. */
    private TestCell counting(Map<String, String> kernel) {
        return cell().with(Axis.CPU, "unit").with(Axis.KERNEL, "l4", kernel);
    }

    @TestFactory
    Stream<DynamicTest> anAttackHarmsOnlyTheAttackersSpace() {
        return kernels().stream().flatMap(kernel -> {
            int rounds = Attack.rounds(cell(), kernel);
            Outcome unattacked = Attack.run(Attack.in(cell(), kernel, Attack.NONE, rounds));
            return Attack.ALL.stream()
                    .map(attack -> DynamicTest.dynamicTest(kernel + " " + attack, () -> {
                        Outcome outcome = Attack.run(Attack.in(cell(), kernel, attack, rounds));
                        assertThat(outcome.succeeded())
                                .as("%s %s", outcome.stop(), outcome.violations())
                                .isTrue();
                        assertThat(outcome.deliveries()).isEqualTo(unattacked.deliveries());
                    }));
        });
    }

    @Test
    void aJumpToAnyByteOfTheUserStubsHarmsOnlyTheAttackersSpace() {
        int rounds = Attack.rounds(cell(), Map.of());
        new JumpIntoStubs(Attack.in(cell(), Map.of(), Attack.JUMP, rounds)).everywhere();
    }

    @Test
    void anHonestWorkloadKillsNobody() {
        Booted booted = ShortRuns.in(cell(), ShortRuns.of("preempted", "rounds=2000"))
                .boot()
                .count(KernelProbes.KILL);
        assertThat(booted.run().succeeded()).isTrue();
        assertThat(booted.passed(KernelProbes.KILL)).isZero();
    }
}
