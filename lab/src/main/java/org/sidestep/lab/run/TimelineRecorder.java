package org.sidestep.lab.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Timeline;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.x2.ThreadId;

/** Records who runs: at user level the thread whose UTCB is the current one, in the kernel the one it was entered for. */
final class TimelineRecorder {

    /** A thread number is the upper 18 bits of a global id (L4 X.2, "ThreadId"). */
    private static final int MAX_SLICES = 400;

    private final KernelImage image;
    private final Map<Integer, String> names;
    private final List<Timeline.Slice> slices = new ArrayList<>();
    private long begin;
    private long sliceFrom;
    private boolean recording;
    private boolean inKernel;
    private String running = "";
    private String believed = "";

    TimelineRecorder(KernelImage image) {
        this.image = image;
        this.names = image.observables().threads();
    }

    void begin(Machine machine) {
        begin = machine.cycles();
        sliceFrom = begin;
        running = current(machine);
        believed = running;
        inKernel = machine.cpl() == 0;
        recording = true;
    }

    void end(Machine machine) {
        if (recording) cut(machine);
        recording = false;
    }

    void entered(Machine machine) {
        if (!recording) return;
        cut(machine);
        inKernel = true;
    }

    void left(Machine machine) {
        if (!recording) return;
        cut(machine);
        inKernel = false;
        running = current(machine);
        believed = running;
    }

    /** The current UTCB may have been changed at user level. */
    void switchedAtUserLevel(Machine machine) {
        if (!recording) return;
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
        try {
            int utcb = machine.peek(image.currentUtcb());
            int number = ThreadId.number(machine.peek(utcb + image.globalIdOffset()));
            return names.getOrDefault(number, "thread " + number);
        } catch (NotMapped e) {
            return "unknown";
        }
    }
}
