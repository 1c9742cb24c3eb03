package org.sidestep.bench;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Lane;
import org.sidestep.verify.Tally;
import org.sidestep.workload.Workload;

/**
 * How many trials a second of processor time a verification makes: an interrupt at each boundary of a round, then each of its
 * other disturbances. Arguments: the ids of CPU models.
 */
public final class VerifySpeed {

    private static final double NANOSECONDS = 1e9;
    /** How long each figure is measured, in seconds of processor time; the last one counts. */
    private static final double ENOUGH = 1;

    private static final int TIMES = 5;

    private static final List<Course> COURSES = List.of(
            Course.of("ping-pong", "space=intra", "words=2"), Course.of("neighbours", "words=2", "timeslice=100"));

    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    private VerifySpeed() {}

    public static void main(String[] arguments) {
        System.out.println("| model | course | disturbance | boundaries | trials a second |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (String cpu : arguments) for (Course course : COURSES) measure(cpu, course);
    }

    private static void measure(String cpu, Course course) {
        Cell subject = Cells.lazy(cpu, "ping-pong");
        Campaign campaign = new Campaign(
                subject,
                (IpcPolicy) CATALOG.find(Axis.IPC, "strict").extension(),
                List.of(course),
                List.of(),
                id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                null);
        Lane lane = campaign.lane(course);
        CATALOG.on(Axis.DISTURBANCE).forEach(found -> {
            Exploration exploration = new Exploration((Disturbance) found.extension(), 1, Reach.ROUND);
            double speed = 0;
            for (int i = 0; i < TIMES; i++) speed = trialsPerSecond(lane, exploration);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %d | %.0f |%n",
                    cpu,
                    course,
                    exploration.name(),
                    lane.boundaries().size(),
                    speed);
        });
    }

    private static double trialsPerSecond(Lane lane, Exploration exploration) {
        long trials = 0;
        double begin = seconds();
        do {
            Tally tally = exploration.explore(lane, 0, lane.boundaries().size());
            if (tally.failed() > 0)
                throw new IllegalStateException(tally.failures().toString());
            trials += tally.trials();
        } while (seconds() - begin < ENOUGH && trials > 0);
        return trials / (seconds() - begin);
    }

    private static double seconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / NANOSECONDS;
    }
}
