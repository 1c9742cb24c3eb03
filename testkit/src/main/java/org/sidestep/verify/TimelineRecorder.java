package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.verify.Timeline.Span;

/** Steps through a run and writes down who runs where. */
final class TimelineRecorder {

    /** Who runs where no thread can be named. */
    static final String NOBODY = "nobody";

    private static final String KERNEL = "kernel";

    private static final int LEVEL_3 = 3;
    /** Spans before the first blow. */
    private static final int BEFORE = 4;
    /** Spans behind the last one. */
    private static final int BEHIND = 16;
    /** Steps, if one span is long. */
    private static final int MOST = 20_000;

    private final Machine machine;
    private final Program program;
    private final Set<Integer> stubs;
    private final Function<Machine, String> running;
    private final List<Span> spans = new ArrayList<>();

    /** The span that is not over: where it began. */
    private String thread = "";

    private String where = "";
    private String place;
    private long cycle;
    private long instruction;

    /**
     * Records a machine.
     *
     * @param stubs addresses of the policy's instructions at user level
     * @param running the name of the thread that runs, or {@link #NOBODY}
     */
    TimelineRecorder(Machine machine, Program program, Set<Integer> stubs, Function<Machine, String> running) {
        this.machine = machine;
        this.program = program;
        this.stubs = stubs;
        this.running = running;
    }

    /** Up to an instruction; what is longer ago is forgotten. */
    void approach(long until) {
        advance(until);
        cut();
        if (spans.size() > BEFORE) spans.subList(0, spans.size() - BEFORE).clear();
    }

    /** A blow falls here. */
    void blow(Blow blow) {
        cut();
        String what = String.format(Locale.ROOT, "%s %s", blow.disturbance(), blow.strike());
        spans.add(new Span(machine.cycles(), "", what, blow.place(), 0));
    }

    /** The run between two blows. */
    void advance(long until) {
        while (machine.instructions() < until && step())
            ;
    }

    /** What comes of it. */
    List<Span> rest() {
        int full = spans.size() + BEHIND;
        for (int i = 0; i < MOST && spans.size() < full && step(); i++)
            ;
        cut();
        return List.copyOf(spans);
    }

    private boolean step() {
        String level = machine.cpl() != LEVEL_3 ? KERNEL : stubs.contains(machine.codeAddress()) ? "stub" : "user";
        String who = running.apply(machine);
        boolean between = level.equals(KERNEL) && who.equals(NOBODY);
        if (between && !thread.isEmpty()) who = thread; // from one space to another what names it is not there
        if (!who.equals(thread) || !level.equals(where)) {
            cut();
            thread = who;
            where = level;
            place = Place.describe(program, machine.codeAddress());
            cycle = machine.cycles();
            instruction = machine.instructions();
        }
        return machine.step().kind() == Stop.Kind.STEP;
    }

    private void cut() {
        if (!where.isEmpty()) spans.add(new Span(cycle, thread, where, place, machine.instructions() - instruction));
        where = "";
    }
}
