package org.sidestep.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.faulty.FaultyPolicy;
import org.sidestep.machine.Machine;
import org.sidestep.plugin.Configured;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.workload.Workload;

/** A trial that has come to what is known need not go on: it would have ended as it is said to. */
class KnownRunsTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final Course MONITOR = Course.of("monitor", "think=0", "critical=0", "timeslice=150");
    private static final Course NEIGHBOURS = Course.of("neighbours", "rounds=1", "timeslice=150");

    private static final Course ABROAD = Course.of("abroad", "rounds=2", "timeslice=150");

    @ParameterizedTest
    @ValueSource(strings = {"lazy", "forgotten-status", "no-sequence"})
    void interruptedRunsEndAsTheyWouldHave(String policy) {
        Disturbance timer = disturbance("timer-interrupt");
        requireSameTally(policy, MONITOR, new Exploration(timer, 1, Reach.ROUND), 1000);
        requireSameTally(policy, MONITOR, new Exploration(timer, 2, Reach.NEAR), 5);
    }

    @Test
    void interruptedRunsEndAsTheyWouldHaveWherePagesAreMappedAndThreadsMove() {
        requireSameTally("lazy", ABROAD, new Exploration(disturbance("timer-interrupt"), 1, Reach.ROUND), 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timer-interrupt", "memory-lies"})
    void runsThatLoseASpaceEndAsTheyWouldHave(String disturbance) {
        requireSameTally("lazy", NEIGHBOURS, new Exploration(disturbance(disturbance), 1, Reach.ROUND), 100);
    }

    @Test
    void whatAStaleTranslationWouldLeadToAndWhatIsStillToComeIsTold() {
        Booted booted = TestCell.defaults().boot();
        booted.runTo("A.received", 1);
        Machine machine = booted.machine();
        assertThat(machine.debugger().translationsCurrent()).isTrue();
        assertThat(machine.debugger().quietUntil()).isGreaterThan(machine.cycles());

        machine.interruptAt(machine.instructions(), 0);
        assertThat(machine.debugger().quietUntil()).isZero();
        AddressSpaceView.of(machine).unmap(machine.codeAddress());
        assertThat(machine.debugger().translationsCurrent()).isFalse();
    }

    private static void requireSameTally(String policy, Course course, Exploration exploration, int boundaries) {
        Lane lane = lane(policy, course);
        int to = Math.min(boundaries, lane.boundaries().size());
        Tally quick = exploration.explore(lane, 0, to);
        lane.toTheEnd();
        assertThat(exploration.explore(lane, 0, to)).isEqualTo(quick);
    }

    private static Lane lane(String name, Course course) {
        IpcPolicy policy =
                CATALOG.on(Axis.IPC).stream().anyMatch(found -> found.id().equals(name))
                        ? (IpcPolicy) CATALOG.find(Axis.IPC, name).extension()
                        : FaultyPolicy.of(name);
        Cell subject = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", "on"))
                .with(Axis.IPC, policy, Configured.defaults(policy).parameters().asMap())
                .within(200_000_000)
                .cell();
        IpcPolicy strict = (IpcPolicy) CATALOG.find(Axis.IPC, "strict").extension();
        return new Campaign(
                        subject,
                        strict,
                        List.of(course),
                        List.of(),
                        id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                        null)
                .lane(course);
    }

    private static Disturbance disturbance(String id) {
        return (Disturbance) CATALOG.find(Axis.DISTURBANCE, id).extension();
    }
}
