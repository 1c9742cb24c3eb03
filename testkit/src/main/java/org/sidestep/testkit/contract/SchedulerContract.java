package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.Scheduler;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.Course;

/** What every {@link Scheduler} must do, whichever policy switches threads. Extend it and say which scheduler. */
public abstract class SchedulerContract {

    /** The scheduler under test. */
    protected abstract Scheduler scheduler();

    /** Its parameters, where they differ from the defaults. */
    protected Map<String, ?> parameters() {
        return Map.of();
    }

    private TestCell cell(String policy) {
        return TestCell.defaults().with(Axis.IPC, policy).with(Axis.SCHEDULER, scheduler(), parameters());
    }

    @TestFactory
    Stream<DynamicTest> everyWorkloadEndsWell() {
        return Stream.of("strict", "lazy")
                .flatMap(policy -> ShortRuns.ALL.stream()
                        .map(course -> DynamicTest.dynamicTest(policy + " " + course, () -> {
                            Outcome outcome = ShortRuns.in(cell(policy), course).run();
                            assertThat(outcome.succeeded())
                                    .as(outcome.toString())
                                    .isTrue();
                        })));
    }

    @TestFactory
    Stream<DynamicTest> equalThreadsGetEqualShares() {
        return Stream.of("strict", "lazy")
                .map(policy -> DynamicTest.dynamicTest(policy, () -> {
                    List<String> competitors = List.of("C1.turn", "C2.turn", "C3.turn");
                    // Of many slices: the first one of each is as long as it was before the root task chose.
                    String rounds = policy.equals("strict") ? "rounds=20000" : "rounds=400000";
                    Course course = ShortRuns.of("preempted", "competitors=3", "timeslice=1000", rounds, "verify=off");
                    Booted booted = ShortRuns.in(cell(policy), course).boot();
                    competitors.forEach(booted::countLabel);
                    assertThat(booted.run().succeeded()).isTrue();
                    List<Integer> turns =
                            competitors.stream().map(booted::passed).toList();
                    int most = turns.stream().max(Integer::compare).orElseThrow();
                    assertThat(turns).as("turns of %s", competitors).allMatch(t -> t > 0 && most - t <= most / 2);
                }));
    }

    @Test
    void theSameCellGivesTheSameRunToTheCycle() {
        TestCell cell = ShortRuns.in(cell("lazy"), ShortRuns.of("preempted", "rounds=2000"));
        Booted first = cell.boot();
        Booted second = cell.boot();
        assertThat(first.run()).isEqualTo(second.run());
        assertThat(first.machine().cycles()).isEqualTo(second.machine().cycles());
    }
}
