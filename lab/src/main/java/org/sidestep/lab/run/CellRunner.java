package org.sidestep.lab.run;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Timeline;
import org.sidestep.kernel.KernelDiagnosis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/** Runs cells. Whatever a guest or a plugin does wrong becomes the result's reason; it never stops the matrix. */
public final class CellRunner {

    private CellRunner() {}

    /** A cell with its boot image, or with the reason why there is none. */
    public record Assembled(Cell cell, Optional<KernelImage> image, String digest, CellResult refusal) {

        /** The same image for a cell with another machine. */
        public Assembled with(Cell other) {
            return new Assembled(other, image, digest, refusal);
        }
    }

    /** Assembles kernel, policy and workload of {@code cell} into its boot image. */
    public static Assembled assemble(Cell cell) {
        return new Assembly(cell, Cell::assemble).within(Assembly.LIMIT);
    }

    /** The same for who runs it and asks for no line of source. */
    public static Assembled assembleToRun(Cell cell) {
        return new Assembly(cell, Cell::assembleToRun).within(Assembly.LIMIT);
    }

    /** Runs an assembled cell to its end; with {@code billed}, says what its cycles were spent on. */
    public static CellResult run(Assembled assembled, boolean billed) {
        return run(assembled, billed, machine -> {});
    }

    /** The same with somebody else who watches; {@code attach} is given the machine before it runs. */
    public static CellResult run(Assembled assembled, boolean billed, Consumer<Machine> attach) {
        return run(assembled, assembled.image().filter(image -> billed).map(Bill::new), attach);
    }

    /**
     * A result, and where its cycles went.
     *
     * @param cycles by stack: thread, level, routine, label, cause, joined by semicolons
     */
    public record Billed(CellResult result, SortedMap<String, Long> cycles) {}

    /** Runs an assembled cell to its end and attributes each cycle to a thread, a place and a cause. */
    public static Billed bill(Assembled assembled) {
        Optional<Stacks> stacks = assembled.image().map(Stacks::new);
        CellResult result = run(assembled, stacks, machine -> {});
        return new Billed(result, stacks.map(Stacks::cycles).orElse(Collections.emptySortedMap()));
    }

    /**
     * A result, and who ran when.
     *
     * @param begin the cycle in which measuring began
     * @param full whether the timeline ends since it has as many slices as were wanted at most
     */
    public record Watched(CellResult result, Timeline timeline, long begin, boolean full) {}

    /** Runs an assembled cell to its end and records who runs in a stretch of what is measured. */
    public static Watched watch(Assembled assembled, Span span, int mostSlices) {
        Optional<TimelineRecorder> recorder =
                assembled.image().map(image -> new TimelineRecorder(image, span, mostSlices, Integer.MAX_VALUE));
        CellResult result = run(assembled, recorder, machine -> {});
        return new Watched(
                result,
                recorder.map(TimelineRecorder::timeline).orElse(Timeline.EMPTY),
                recorder.map(TimelineRecorder::begin).orElse(-1L),
                recorder.filter(TimelineRecorder::isFull).isPresent());
    }

    private static CellResult run(Assembled assembled, Optional<? extends Recorder> more, Consumer<Machine> attach) {
        if (assembled.image().isEmpty()) return assembled.refusal();
        try {
            return run(assembled.cell(), assembled.image().get(), assembled.digest(), more, attach);
        } catch (Throwable e) { // a plugin may throw anything
            return CellResult.without(Status.FAILED, "cannot be run: " + describe(e), assembled.digest());
        }
    }

    private static CellResult run(
            Cell cell, KernelImage image, String digest, Optional<? extends Recorder> more, Consumer<Machine> attach) {
        SortedSet<String> figures = new TreeSet<>();
        try (Machine machine = cell.boot(image, figures::add)) {
            return run(machine, cell, image, digest, more, attach, figures);
        }
    }

    private static CellResult run(
            Machine machine,
            Cell cell,
            KernelImage image,
            String digest,
            Optional<? extends Recorder> more,
            Consumer<Machine> attach,
            SortedSet<String> figures) {
        attach.accept(machine);
        TimelineRecorder timeline = new TimelineRecorder(image);
        Totals totals = new Totals();
        Observations observations = Observations.of(machine, image, recorders(image, totals, timeline, more));
        Optional<KernelDiagnosis> diagnosis =
                cell.on(Axis.KERNEL).plugin().diagnosis(cell.request(), image).map(d -> d.attach(machine));
        Stop stop = new Printed(image.observables()).run(machine, cell.maxCycles());
        observations.over(machine);
        if (stop.kind() == Stop.Kind.CYCLE_LIMIT) {
            String reason =
                    String.format(Locale.ROOT, "did not end within %,d cycles (limit.cycles)", cell.maxCycles());
            return CellResult.without(Status.LIMIT, explained(reason, stop, machine, diagnosis), digest);
        }
        String problem = switch (stop.kind()) {
            case EXIT ->
                stop.code() != 0
                        ? explained("the guest ended with code " + stop.code(), stop, machine, diagnosis)
                        : observations.missing();
            case REQUEST -> observations.missing();
            case HALTED -> explained(stop.reason(), stop, machine, diagnosis);
            default -> stop.reason();
        };
        if (!problem.isEmpty()) return CellResult.without(Status.FAILED, problem.strip(), digest);
        figures.removeAll(totals.chargedOutside(machine));
        return new CellResult(Status.OK, "", digest, observations.metrics(), timeline.timeline(), figures);
    }

    /** What is recorded of every cell, and what else was asked for. */
    private static List<Recorder> recorders(
            KernelImage image, Totals totals, TimelineRecorder timeline, Optional<? extends Recorder> more) {
        Tally tally = new Tally();
        Stream<Recorder> always =
                Stream.of(totals, tally, new KernelEntries(tally), new Fixups(), timeline, new Stopwatches(tally));
        return Stream.concat(always, more.stream()).toList();
    }

    /** The reason with what guest and kernel say of it, all on the first line; then a line for each thread. */
    private static String explained(String reason, Stop stop, Machine machine, Optional<KernelDiagnosis> diagnosis) {
        String cause = diagnosis.map(d -> d.cause(stop)).orElse("");
        boolean nothingButBanner = machine.console().lines().count() <= 1;
        boolean ended = stop.kind() != Stop.Kind.CYCLE_LIMIT;
        String words = ended && (cause.isEmpty() || !nothingButBanner) ? lastWords(machine) : "";
        StringBuilder text = new StringBuilder(reason + words);
        if (!cause.isEmpty()) text.append(words.isEmpty() ? ": " : "; ").append(cause);
        diagnosis
                .map(KernelDiagnosis::threads)
                .orElse(List.of())
                .forEach(line -> text.append("\n  ").append(line));
        return text.toString();
    }

    /** The last line that the guest wrote, which mostly says what went wrong. */
    private static String lastWords(Machine machine) {
        return machine.console()
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((earlier, later) -> later)
                .map(line -> ": " + line.strip())
                .orElse("");
    }

    /** An exception by its message, an error by its name and its place too. */
    static String describe(Throwable e) {
        if (e instanceof Exception && e.getMessage() != null) return firstLine(e.getMessage());
        String where = e.getStackTrace().length == 0 ? "" : " (" + e.getStackTrace()[0] + ")";
        return firstLine(e.toString()) + where;
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse(text);
    }
}
