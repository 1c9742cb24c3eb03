package org.sidestep.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.sidestep.experiment.Cell;
import org.sidestep.workload.Workload;

/** A course with the lanes that are free to try something on it. */
final class Track {

    private final Course course;
    private final Cell cell;
    private final Reference reference;
    private final Alike alike;
    private final List<Lane> free = new ArrayList<>();
    private final int boundaries;
    private final Map<Trials, Agenda> agendas = new HashMap<>();

    /**
     * Boots the course.
     *
     * @param subject the cell in question; its workload does not matter
     * @param strict the one to compare with
     * @throws org.sidestep.workload.NotApplicable if the course makes no sense for the subject
     */
    Track(Course course, Cell subject, Cell strict, Workload workload) {
        this.course = course;
        Cell undisputed = course.of(strict, workload);
        reference = Reference.of(course, undisputed);
        alike = new Alike(reference.limited(undisputed));
        cell = reference.limited(course.of(subject, workload));
        Lane first = new Lane(course, cell, reference, alike);
        boundaries = first.boundaries().size();
        free.add(first);
    }

    Course course() {
        return course;
    }

    int boundaries() {
        return boundaries;
    }

    /** What there is to try of an exploration, found out when it is asked for first. */
    synchronized Agenda agenda(Trials exploration) {
        return agendas.computeIfAbsent(exploration, trials -> {
            Lane lane = take();
            Agenda agenda = trials.agenda(lane);
            giveBack(lane);
            return agenda;
        });
    }

    /** @param told of each failure at once */
    Tally explore(Campaign.Chunk chunk, Consumer<Failure> told) {
        Lane lane = take();
        Trials exploration = chunk.exploration();
        Chosen chosen = agenda(exploration).choice(chunk.every());
        Tally tally = exploration.explore(lane, chunk.from(), chunk.to(), chosen, new Found(chunk.enough(), told));
        giveBack(lane);
        return tally;
    }

    void giveBack(Lane lane) {
        synchronized (free) {
            free.add(lane);
        }
    }

    Lane take() {
        synchronized (free) {
            if (!free.isEmpty()) return free.remove(free.size() - 1);
        }
        return new Lane(course, cell, reference, alike);
    }
}
