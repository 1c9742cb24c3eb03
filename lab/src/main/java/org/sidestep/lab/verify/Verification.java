package org.sidestep.lab.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.catalog.Provenance;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;

/** Comes to verdicts on subjects, with all disturbances of a catalog. */
public final class Verification {

    private final Catalog catalog;
    private final Origin program;
    private final List<Course> courses;
    private final List<Exploration> explorations;

    /** @param program whose code verdicts depend on as well */
    public Verification(Catalog catalog, Bound bound, Origin program) {
        this(catalog, bound, program, Course.DEFAULTS);
    }

    Verification(Catalog catalog, Bound bound, Origin program, List<Course> courses) {
        this.catalog = catalog;
        this.courses = courses;
        this.program = program;
        this.explorations = explorations(bound);
    }

    /** Interrupts first: what is wrong is mostly seen there. */
    private List<Exploration> explorations(Bound bound) {
        List<Exploration> all = new ArrayList<>();
        List<Disturbance> disturbances = catalog.on(Axis.DISTURBANCE).stream()
                .map(found -> (Disturbance) found.extension())
                .sorted(Comparator.comparing(disturbance -> !disturbance.repeats()))
                .toList();
        disturbances.forEach(disturbance -> {
            all.add(new Exploration(disturbance, 1, Reach.ROUND));
            if (!disturbance.repeats()) return;
            if (bound != Bound.SINGLES) all.add(new Exploration(disturbance, 2, Reach.NEAR));
            if (bound == Bound.PAIRS) all.add(new Exploration(disturbance, 2, Reach.STUB));
        });
        return all;
    }

    /** Is told how far verdicts have come; nothing that it does reaches them. */
    public interface Listener {

        /** Of this subject so much is to be tried. */
        void begins(Cell subject, Campaign.Plan plan);

        /** So many trials are done, now or by an earlier run that is gone on with; called by any thread. */
        void done(long trials, boolean earlier);
    }

    /**
     * Verdicts on all subjects, in order.
     *
     * @param directory keeps what has been tried
     * @param resume whether to use what is kept there
     * @param jobs machines that work side by side
     * @param limit is shared by them alike
     */
    public List<Verdict> verdicts(
            List<Cell> subjects, Path directory, boolean resume, int jobs, TimeLimit limit, Listener listener) {
        FinishedParts parts = new FinishedParts(directory);
        parts.open(resume);
        List<Verdict> verdicts = new ArrayList<>();
        for (Cell subject : subjects) {
            BooleanSupplier goOn = limit.share(subjects.size() - verdicts.size());
            ChunkStore store = new ChunkStore(
                    parts, subject, fingerprints(subject), (earlier, trials) -> listener.done(trials, earlier));
            Campaign campaign = campaign(subject, store);
            listener.begins(subject, campaign.plan());
            verdicts.add(campaign.shrunk(campaign.run(jobs, goOn)));
        }
        return verdicts;
    }

    /** Tries a failed trial again; the failure, if it still is one. */
    public Optional<Failure> replay(Replay trial) {
        return campaign(catalog.cell(trial.subject()), null).replay(trial.course(), trial.blows());
    }

    Campaign campaign(Cell subject, Campaign.Ledger ledger) {
        return new Campaign(
                subject,
                (IpcPolicy) catalog.find(Axis.IPC, "strict").extension(),
                courses,
                explorations,
                id -> (Workload) catalog.find(Axis.WORKLOAD, id).extension(),
                ledger);
    }

    Map<String, String> fingerprints(Cell subject) {
        Map<String, String> fingerprints =
                Provenance.of(List.of(subject), catalog, program).fingerprints();
        catalog.on(Axis.DISTURBANCE)
                .forEach(found -> fingerprints.put(
                        Axis.DISTURBANCE + "/" + found.id(), found.origin().code()));
        return fingerprints;
    }
}
