package org.sidestep.lab.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sidestep.experiment.Timeline;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/** Records who runs: at user level the thread whose UTCB is the current one, in the kernel the one it was entered for. */
final class TimelineRecorder implements Recorder {

    private static final int MAX_SLICES = 400;

    private static final int MAX_ROUNDS = 4;

    private final KernelImage image;
    private final Map<Integer, String> names;
    private final List<Timeline.Slice> slices = new ArrayList<>();
    private long begin;
    private long sliceFrom;
    private boolean recording;
    private boolean inKernel;
    private boolean inRound;
    private int rounds;
    private String running = "";
    private String believed = "";

    TimelineRecorder(KernelImage image) {
        this.image = image;
        this.names = image.observables().threads();
    }

    @Override
    public void begin(Machine machine) {
        begin = machine.cycles();
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
        if (++rounds == MAX_ROUNDS) end(machine);
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

    Timeline timeline() {
        return new Timeline(List.copyOf(slices));
    }

    private void cut(Machine machine) {
        long now = machine.cycles();
        if (now > sliceFrom) {
            slices.add(new Timeline.Slice(sliceFrom - begin, now - begin, inKernel, running, believed));
            if (slices.size() == MAX_SLICES) recording = false;
        }
        sliceFrom = now;
    }

    private String current(Machine machine) {
        OptionalInt number = image.running(machine);
        if (number.isEmpty()) return "unknown";
        return names.getOrDefault(number.getAsInt(), "thread " + number.getAsInt());
    }
}
