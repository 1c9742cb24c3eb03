package org.sidestep.lab.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sidestep.experiment.Timeline;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/**
 * Records who runs: at user level the thread whose UTCB is the current one, in the kernel the one it was entered for. Of every cell
 * the first rounds; of one that is looked at, what was asked for.
 */
final class TimelineRecorder implements Recorder {

    private static final int USUAL_SLICES = 400;

    private static final int USUAL_ROUNDS = 4;

    private final KernelImage image;
    private final Span span;
    private final int mostSlices;
    private final int mostRounds;
    private final Map<Integer, String> names;
    private final List<Timeline.Slice> slices = new ArrayList<>();
    private long begin = -1;
    private long first;
    private long last;
    private long sliceFrom;
    private boolean recording;
    private boolean full;
    private boolean inKernel;
    private boolean inRound;
    private int rounds;
    private String running = "";
    private String believed = "";

    TimelineRecorder(KernelImage image) {
        this(image, Span.MEASURED, USUAL_SLICES, USUAL_ROUNDS);
    }

    TimelineRecorder(KernelImage image, Span span, int mostSlices, int mostRounds) {
        this.image = image;
        this.span = span;
        this.mostSlices = mostSlices;
        this.mostRounds = mostRounds;
        this.names = image.observables().threads();
    }

    @Override
    public void begin(Machine machine) {
        begin = machine.cycles();
        first = span.from().map(from -> from.on(begin)).orElse(begin);
        last = span.to().map(to -> to.on(begin)).orElse(Long.MAX_VALUE);
        sliceFrom = begin;
        running = current(machine);
        believed = running;
        inKernel = machine.cpl() == 0;
        recording = true;
    }

    @Override
    public void end(Machine machine) {
        if (recording) cut(machine);
        recording = false;
    }

    @Override
    public void entered(Machine machine, int vector) {
        if (!recording) return;
        cut(machine);
        inKernel = true;
    }

    @Override
    public void left(Machine machine) {
        if (!recording) return;
        cut(machine);
        inKernel = false;
        running = current(machine);
        believed = running;
    }

    @Override
    public void started(String interval, int parts, Machine machine) {
        if (interval.equals(Stopwatches.ROUND)) inRound = true;
    }

    @Override
    public void stopped(String interval, Machine machine) {
        if (!inRound || !interval.equals(Stopwatches.ROUND)) return;
        inRound = false;
        if (++rounds == mostRounds) end(machine);
    }

    /** An IPC at user level may have changed the current UTCB. */
    @Override
    public void passed(String probe, Machine machine) {
        if (!recording || !probe.equals(KernelProbes.IPC_USER)) return;
        String now = current(machine);
        if (now.equals(running)) return;
        cut(machine);
        running = now;
    }

    /** The cycle in which measuring began; negative if it never did. */
    long begin() {
        return begin;
    }

    /** Whether there was more than so many slices. */
    boolean isFull() {
        return full;
    }

    Timeline timeline() {
        return new Timeline(List.copyOf(slices));
    }

    private void cut(Machine machine) {
        long now = machine.cycles();
        long from = Math.max(sliceFrom, first);
        long to = Math.min(now, last);
        if (to > from) {
            slices.add(new Timeline.Slice(from - begin, to - begin, inKernel, running, believed));
            full = slices.size() == mostSlices;
        }
        if (full || now >= last) recording = false;
        sliceFrom = now;
    }

    private String current(Machine machine) {
        OptionalInt number = image.running(machine);
        if (number.isEmpty()) return "unknown";
        return names.getOrDefault(number.getAsInt(), "thread " + number.getAsInt());
    }
}
