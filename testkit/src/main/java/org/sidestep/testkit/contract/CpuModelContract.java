package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sidestep.experiment.Axis;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** What every {@link CpuModel} must do, whatever it says that things cost. Extend it and say which model. */
public abstract class CpuModelContract {

    private static final int PLACES = 6;

    /** The model under test. */
    protected abstract CpuModel model();

    /** Its parameters, where they differ from the defaults. */
    protected Map<String, ?> parameters() {
        return Map.of();
    }

    /** Kernel parameters to test with: a processor without SYSENTER leaves the second out. */
    protected List<Map<String, String>> kernels() {
        return List.of(Map.of("entry", "int"), Map.of("entry", "sysenter"));
    }

    private TestCell cell(Map<String, String> kernel) {
        return TestCell.defaults().with(Axis.CPU, model(), parameters()).with(Axis.KERNEL, "l4", kernel);
    }

    private Booted boot() {
        return ShortRuns.in(cell(kernels().get(0)), ShortRuns.of("preempted", "rounds=200"))
                .boot();
    }

    @TestFactory
    Stream<DynamicTest> everyWorkloadEndsWell() {
        return kernels().stream()
                .flatMap(kernel -> ShortRuns.ALL.stream()
                        .map(course -> DynamicTest.dynamicTest(kernel + " " + course, () -> {
                            Outcome outcome = ShortRuns.in(cell(kernel), course).run();
                            assertThat(outcome.succeeded())
                                    .as(outcome.toString())
                                    .isTrue();
                        })));
    }

    @Test
    void theSameCellGivesTheSameRunToTheCycle() {
        Booted first = boot();
        Booted second = boot();
        assertThat(first.run()).isEqualTo(second.run());
        assertThat(first.machine().cycles()).isEqualTo(second.machine().cycles());
        assertThat(first.machine().instructions()).isEqualTo(second.machine().instructions());
    }

    @Test
    void aRestoredMachineGoesOnToTheSameCycleFromWherever() {
        Booted booted = boot();
        List<Booted.Mark> marks = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            booted.runTo("A.received", 7);
            marks.add(booted.mark());
        }
        booted.run();
        long end = booted.machine().cycles();
        for (Booted.Mark mark : marks) {
            booted.restore(mark);
            booted.run();
            assertThat(booted.machine().cycles()).isEqualTo(end);
        }
    }

    @Test
    void theClockNeverGoesBackAndInstructionsTakeTime() {
        Booted booted = boot();
        Machine machine = booted.machine();
        booted.runTo("A.received", 3);
        long begin = machine.cycles();
        for (int i = 0; i < 10_000; i++) {
            long before = machine.cycles();
            machine.step();
            assertThat(machine.cycles()).isGreaterThanOrEqualTo(before);
        }
        assertThat(machine.cycles()).isGreaterThan(begin);
    }
}
