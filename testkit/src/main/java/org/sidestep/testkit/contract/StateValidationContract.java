package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/**
 * What every {@link StateValidation} must do, under the lazy policy, which lets user level write the status. Extend it and say
 * which validation.
 */
public abstract class StateValidationContract {

    private static final long SOON = 20_000_000;

    /** The validation under test. */
    protected abstract StateValidation validation();

    /** Its parameters, where they differ from the defaults. */
    protected Map<String, ?> parameters() {
        return Map.of();
    }

    private TestCell cell() {
        return TestCell.defaults().with(Axis.IPC, "lazy").with(Axis.VALIDATION, validation(), parameters());
    }

    /**
     * What an attack of the hostile workload comes to, stopped soon: for a validation that does not contain lies to say which
     * harm they do.
     */
    protected final Outcome attacked(String attack) {
        return Attack.run(Attack.in(cell(), Map.of(), attack, Attack.rounds(cell(), Map.of()))
                .within(SOON));
    }

    @TestFactory
    Stream<DynamicTest> honestThreadsReceiveTheSameMessagesAsUnderStrictSwitching() {
        return ShortRuns.ALL.stream()
                .map(course ->
                        DynamicTest.dynamicTest(course.toString(), () -> Engine.requireEquivalent(cell(), course)));
    }

    @Test
    void honestThreadsAreNotKilled() {
        Booted booted = ShortRuns.in(cell(), ShortRuns.of("preempted", "rounds=2000"))
                .boot()
                .count(KernelProbes.KILL);
        assertThat(booted.run().succeeded()).isTrue();
        assertThat(booted.passed(KernelProbes.KILL)).isZero();
    }

    @TestFactory
    Stream<DynamicTest> aLieHarmsOnlyTheLiarsSpace() {
        int rounds = Attack.rounds(cell(), Map.of());
        Outcome unharmed = Attack.run(Attack.in(cell(), Map.of(), Attack.NONE, rounds));
        return Attack.ALL.stream()
                .map(attack -> DynamicTest.dynamicTest(attack, () -> {
                    assumeTrue(validation().contains(), "this validation does not claim to contain lies");
                    Outcome outcome = Attack.run(Attack.in(cell(), Map.of(), attack, rounds));
                    assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
                    assertThat(outcome.deliveries()).isEqualTo(unharmed.deliveries());
                }));
    }
}
