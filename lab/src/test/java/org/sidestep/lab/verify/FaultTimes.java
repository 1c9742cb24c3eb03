package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.faulty.FaultyPolicy;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;

/**
 * How soon a verification with defaults tells of each fault that a policy can have: seconds of processor time, in one process. No
 * part of the suites, since all of them take an hour; {@code bench/fault-times} runs it.
 */
class FaultTimes {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final double NANOSECONDS = 1e9;
    private static final double A_MINUTE = 60;
    private static final double LIMIT = 75;

    /** Those of a verification to which nobody says which kernel. */
    private static final List<Map<String, Object>> KERNELS =
            List.of(Map.of("entry", "sysenter", "fastpath", "on"), Map.of("entry", "int", "fastpath", "off"));

    @BeforeAll
    static void head() {
        System.out.println("| fault | seconds | told of by | on |");
        System.out.println("| --- | ---: | --- | --- |");
    }

    /** The property {@code faults} is a regular expression for their names. */
    static Stream<String> faults() {
        return FaultyPolicy.FAULTS.stream().filter(fault -> fault.matches(System.getProperty("faults", ".*")));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsToldOfWithinAMinute(String fault) {
        Trial trial = new Trial();
        for (int i = KERNELS.size() - 1; i > 0; i--) trial.first(campaign(fault, KERNELS.get(i), trial));
        trial.all(campaign(fault, KERNELS.get(0), trial));
        System.out.printf(Locale.ROOT, "| %s | %s |%n", fault, trial);
        assertThat(trial.seconds).as(fault).isLessThan(A_MINUTE);
    }

    private static Campaign campaign(String fault, Map<String, Object> kernel, Trial trial) {
        return OwnPolicyTest.campaign(FaultyPolicy.of(fault), kernel, Course.DEFAULTS, explorations(), trial)
                .endingSoon()
                .telling(trial::told);
    }

    private static List<Exploration> explorations() {
        List<Disturbance> disturbances = CATALOG.on(Axis.DISTURBANCE).stream()
                .map(found -> (Disturbance) found.extension())
                .sorted(Comparator.comparing(each -> !each.repeats()))
                .toList();
        List<Exploration> all = new ArrayList<>();
        disturbances.forEach(each -> all.add(new Exploration(each, 1, Reach.ROUND)));
        disturbances.stream()
                .filter(Disturbance::repeats)
                .forEach(each -> all.add(new Exploration(each, 2, Reach.NEAR)));
        return all;
    }

    /** Of one fault, until the first failure is found or time is over. */
    private static final class Trial implements Campaign.Ledger {

        private final double begin = processorTime();
        private double seconds = Double.POSITIVE_INFINITY;
        private Failure failure;

        void first(Campaign campaign) {
            if (failure == null)
                campaign.run(
                        1, (Campaign.Chunk chunk) -> goesOn() && chunk.every().isFirstTurn());
        }

        void all(Campaign campaign) {
            if (failure == null) campaign.run(1, this::goesOn);
        }

        private boolean goesOn() {
            return failure == null && processorTime() - begin < LIMIT;
        }

        private void told(Failure found) {
            if (failure != null) return;
            failure = found;
            seconds = processorTime() - begin;
        }

        @Override
        public Tally find(Campaign.Chunk chunk) {
            return null;
        }

        @Override
        public void put(Campaign.Chunk chunk, Tally tally) {}

        @Override
        public String toString() {
            if (failure == null) return String.format(Locale.ROOT, "> %.0f | | ", LIMIT);
            String by = failure.blows().isEmpty()
                    ? "nothing in its way"
                    : (failure.blows().size() > 1 ? failure.blows().size() + " of " : "")
                            + failure.blows().get(0).disturbance();
            return String.format(
                    Locale.ROOT, "%.1f | %s | %s", seconds, by, failure.course().workload());
        }
    }

    private static double processorTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / NANOSECONDS;
    }
}
