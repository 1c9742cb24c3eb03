package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.faulty.OwnPolicy;
import org.sidestep.plugin.Configured;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;

/** Stubs that are not the platform's pass if they are right, however they do it, and fail if they are not. */
class OwnPolicyTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final String UNDISTURBED = "nothing";
    private static final String TWO = "two of ";

    private static final Campaign.Ledger NOTHING_KEPT = new Campaign.Ledger() {
        @Override
        public Tally find(Campaign.Chunk chunk) {
            return null;
        }

        @Override
        public void put(Campaign.Chunk chunk, Tally tally) {}
    };

    private static Stream<String> right() {
        return OwnPolicy.RIGHT.stream();
    }

    /** Undisturbed on all workloads, and interrupted on two. */
    @ParameterizedTest
    @MethodSource("right")
    void whatIsRightPasses(String variant) {
        Campaign undisturbed = campaign(variant, Course.DEFAULTS, List.of());
        assertThat(Course.DEFAULTS)
                .allSatisfy(course -> assertThat(undisturbed.undisturbed(course))
                        .as("%s on %s", variant, course)
                        .isEmpty());
        List<Course> some =
                List.of(Course.DEFAULTS.get(0), Course.of("monitor", "think=0", "critical=0", "timeslice=150"));
        List<Exploration> all = List.of(exploration("timer-interrupt"));
        Verdict verdict = campaign(variant, some, all).run(2, () -> true);
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.trials()).isPositive();
    }

    /** By what each is found out, on a workload of that name. */
    @ParameterizedTest
    @CsvSource({
        "return-address-popped-again, neighbours, timer-interrupt",
        "return-address-lost-in-the-loop, meddlers, another-thread",
        "scratch-register-holds-an-argument, meddlers, timer-interrupt",
        "last-word-of-8-lost, forms, nothing",
        "last-word-of-63-lost, ways, nothing",
        "status-looked-at-behind-forward, neighbours, nothing",
        "any-waiting-partner-will-do, neighbours, call-lies",
        "queue-not-looked-at, births, nothing",
        "queued-in-anothers-name-not-looked-at, ways, nothing",
        "receive-timeout-ignored, ways, nothing",
        "stack-saved-behind-forward, monitor, two of timer-interrupt",
        "partners-status-forgotten-in-the-kernel, monitor, timer-interrupt",
        "partners-address-believed-in-the-kernel, neighbours, stub-jumps",
        "nobody-written-to-in-the-kernel, meddlers, timer-interrupt",
        "unchanged-resume-point-not-published, neighbours, nothing"
    })
    void whatIsWrongIsFoundOut(String variant, String workload, String disturbance) {
        List<Course> courses = Course.DEFAULTS.stream()
                .filter(course -> course.workload().equals(workload))
                .toList();
        List<Exploration> explorations =
                disturbance.equals(UNDISTURBED) ? List.of() : List.of(exploration(disturbance));
        Campaign campaign = campaign(variant, courses, explorations).endingSoon();
        if (disturbance.equals(UNDISTURBED))
            assertThat(courses).anyMatch(course -> campaign.undisturbed(course).isPresent());
        else assertThat(campaign.run(2, () -> true).passed()).isFalse();
    }

    @Test
    void eachOfThemIsTried() throws NoSuchMethodException {
        String[] rows = getClass()
                .getDeclaredMethod("whatIsWrongIsFoundOut", String.class, String.class, String.class)
                .getAnnotation(CsvSource.class)
                .value();
        Set<String> tried = Stream.of(rows).map(row -> row.split(",")[0]).collect(Collectors.toSet());
        assertThat(tried).containsExactlyInAnyOrderElementsOf(OwnPolicy.WRONG);
    }

    private static Exploration exploration(String name) {
        boolean two = name.startsWith(TWO);
        String id = two ? name.substring(TWO.length()) : name;
        Disturbance found = (Disturbance) CATALOG.find(Axis.DISTURBANCE, id).extension();
        return new Exploration(found, two ? 2 : 1, two ? Reach.NEAR : Reach.ROUND);
    }

    private static Campaign campaign(String variant, List<Course> courses, List<Exploration> explorations) {
        Map<String, Object> kernel = Map.of("entry", "sysenter", "fastpath", "on");
        return campaign(OwnPolicy.of(variant), kernel, courses, explorations, NOTHING_KEPT);
    }

    /** Of a policy that no catalog has, beside strict. */
    static Campaign campaign(
            IpcPolicy policy,
            Map<String, Object> kernel,
            List<Course> courses,
            List<Exploration> explorations,
            Campaign.Ledger ledger) {
        Cell subject = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", kernel)
                .with(Axis.IPC, policy, Configured.defaults(policy).parameters().asMap())
                .within(200_000_000)
                .cell();
        return new Campaign(
                subject,
                (IpcPolicy) CATALOG.find(Axis.IPC, "strict").extension(),
                courses,
                explorations,
                id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                ledger);
    }
}
