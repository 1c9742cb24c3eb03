package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sidestep.experiment.Axis;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.Observables;
import org.sidestep.workload.Workload;

/** What every {@link Workload} must do under every policy on the class path. Extend it and say which workload. */
public abstract class WorkloadContract {

    /** The workload under test. */
    protected abstract Workload workload();

    /** Parameters that make it short. */
    protected Map<String, ?> parameters() {
        return Map.of();
    }

    private TestCell cell(String policy) {
        return TestCell.defaults().with(Axis.IPC, policy).with(Axis.WORKLOAD, workload(), parameters());
    }

    /** One test for each policy under which the workload makes sense. */
    private Stream<DynamicTest> underEveryPolicy(Consumer<TestCell> test) {
        return Plugins.all(Axis.IPC).keySet().stream()
                .map(policy -> DynamicTest.dynamicTest(policy, () -> {
                    try {
                        test.accept(cell(policy));
                    } catch (NotApplicable reason) {
                        assertThat(reason).hasMessageMatching(".{10,}");
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> itEndsByItselfAndWell() {
        return underEveryPolicy(cell -> {
            Outcome outcome = cell.run();
            assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
        });
    }

    /** How many words the longest of its messages has, with {@link #parameters()}. */
    protected int messageWords() {
        return 2;
    }

    @TestFactory
    Stream<DynamicTest> itFailsUnderAPolicyThatDeliversAnythingWrong() {
        Stream<Map<String, Object>> faults = Stream.concat(
                Stream.of(WrongMessages.SENDER, WrongMessages.TAG).map(wrong -> Map.of(WrongMessages.WRONG, wrong)),
                IntStream.rangeClosed(1, messageWords())
                        .mapToObj(word -> Map.of(WrongMessages.WRONG, "word", "word", word)));
        return faults.map(fault -> DynamicTest.dynamicTest(fault.toString(), () -> {
            Outcome outcome =
                    cell("strict").with(Axis.IPC, new WrongMessages(), fault).run();
            assertThat(outcome.stop().kind()).as(outcome.toString()).isEqualTo(Stop.Kind.EXIT);
            assertThat(outcome.stop().code()).as(outcome.console()).isNotZero();
            assertThat(outcome.console()).contains("expected");
        }));
    }

    @TestFactory
    Stream<DynamicTest> whatItWantsMeasuredIsPassed() {
        return underEveryPolicy(cell -> {
            Booted booted = cell.boot();
            Observables observables = booted.image().observables();
            List<String> labels = Stream.of(
                            Stream.of(observables.begin(), observables.end()),
                            observables.intervals().values().stream()
                                    .flatMap(i -> i.from().stream().limit(1)),
                            observables.intervals().values().stream()
                                    .flatMap(i -> i.to().stream().limit(1)))
                    .flatMap(s -> s)
                    .distinct()
                    .toList();
            labels.forEach(booted::countLabel);
            booted.run();
            assertThat(labels).allMatch(label -> booted.passed(label) > 0);
            assertThat(booted.passed(observables.begin())).isEqualTo(1);
            assertThat(booted.passed(observables.end())).isEqualTo(1);
        });
    }

    @Test
    void itsThreadsHaveNamesAndReceiveMessages() {
        Booted booted = cell("strict").boot();
        Outcome outcome = booted.run();
        assertThat(booted.image().observables().deliveries()).isNotEmpty();
        assertThat(booted.image().observables().threads()).hasSizeGreaterThan(1);
        assertThat(outcome.deliveries()).isNotEmpty();
        assertThat(booted.image().observables().threads().values())
                .containsAll(outcome.deliveries().keySet());
    }

    @TestFactory
    Stream<DynamicTest> theSameSeedGivesTheSameImage() {
        return underEveryPolicy(cell -> assertThat(cell.boot().image().elf())
                .isEqualTo(cell.boot().image().elf()));
    }
}
