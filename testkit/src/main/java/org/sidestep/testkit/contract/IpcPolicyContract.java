package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
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

/**
 * What every {@link IpcPolicy} of kernel threads must do. Extend it and say which policy; the platform's kernel, machine and
 * workloads must be on the test's class path.
 */
public abstract class IpcPolicyContract {

    /** Cycles for a short workload, tens of times what one takes: threads that wait for each other for ever are soon found. */
    private static final long ENOUGH = 20_000_000;

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
                .flatMap(kernel -> WorkloadCase.ALL.stream()
                        .map(workload -> DynamicTest.dynamicTest(kernel + " " + workload, () -> {
                            TestCell tested = workload.in(cell()).with(Axis.KERNEL, "l4", kernel);
                            Outcome strict = tested.with(Axis.IPC, "strict").run();
                            Outcome outcome = tested.run();
                            assertThat(strict.succeeded()).as(strict.toString()).isTrue();
                            assertThat(outcome.succeeded())
                                    .as(outcome.toString())
                                    .isTrue();
                            assertThat(workload.promised(outcome)).isEqualTo(workload.promised(strict));
                        })));
    }

    @Test
    void theSameCellGivesTheSameRunToTheCycle() {
        TestCell cell = WorkloadCase.of("preempted", "rounds=200").in(cell());
        Booted first = cell.boot();
        Booted second = cell.boot();
        assertThat(first.run()).isEqualTo(second.run());
        assertThat(first.machine().cycles()).isEqualTo(second.machine().cycles());
        assertThat(first.machine().instructions()).isEqualTo(second.machine().instructions());
    }

    @TestFactory
    Stream<DynamicTest> aTimerInterruptAtAnyInstructionOfARoundChangesNoOutcome() {
        return kernels().stream()
                .flatMap(kernel -> WorkloadCase.ROUNDS.entrySet().stream()
                        .map(round -> DynamicTest.dynamicTest(
                                kernel + " " + round.getKey(),
                                () -> new EveryInstruction(ticking(kernel), round.getKey(), round.getValue())
                                        .interrupted())));
    }

    /** With one kernel, since it is the stubs that are interrupted. */
    @TestFactory
    Stream<DynamicTest> twoTimerInterruptsTheFirstInAStubChangeNoOutcome() {
        return kernels().stream()
                .skip(kernels().size() - 1L)
                .map(kernel -> DynamicTest.dynamicTest(
                        kernel + " " + WorkloadCase.RIVALS,
                        () -> new EveryPair(ticking(kernel), WorkloadCase.RIVALS, "A.received", "B.received")
                                .interrupted()));
    }

    private TestCell ticking(Map<String, String> kernel) {
        Map<String, Object> parameters = new LinkedHashMap<>(kernel);
        parameters.put("tick", WorkloadCase.TICK);
        return cell().with(Axis.KERNEL, "l4", parameters).within(ENOUGH);
    }

    @TestFactory
    Stream<DynamicTest> anAttackHarmsOnlyTheAttackersSpace() {
        return kernels().stream().flatMap(kernel -> {
            Outcome unattacked = Attack.run(Attack.in(cell(), kernel, Attack.NONE));
            return Attack.ALL.stream()
                    .map(attack -> DynamicTest.dynamicTest(kernel + " " + attack, () -> {
                        Outcome outcome = Attack.run(Attack.in(cell(), kernel, attack));
                        assertThat(outcome.succeeded())
                                .as("%s %s", outcome.stop(), outcome.violations())
                                .isTrue();
                        assertThat(outcome.deliveries()).isEqualTo(unattacked.deliveries());
                    }));
        });
    }

    @Test
    void aJumpToAnyByteOfTheUserStubsHarmsOnlyTheAttackersSpace() {
        new JumpIntoStubs(Attack.in(cell(), Attack.JUMP)).everywhere();
    }

    @Test
    void anHonestWorkloadKillsNobody() {
        Booted booted =
                WorkloadCase.of("preempted", "rounds=2000").in(cell()).boot().count(KernelProbes.KILL);
        assertThat(booted.run().succeeded()).isTrue();
        assertThat(booted.passed(KernelProbes.KILL)).isZero();
    }
}
