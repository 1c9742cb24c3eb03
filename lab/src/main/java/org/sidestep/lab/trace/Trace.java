package org.sidestep.lab.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.isa.Cr;
import org.sidestep.isa.ExceptionText;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.lab.run.Span;
import org.sidestep.lab.run.Span.Moment;
import org.sidestep.lab.trace.TraceFile.Track;
import org.sidestep.machine.Counters;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.workload.Observables;
import org.sidestep.x2.ThreadId;

/**
 * Writes down who runs, whom the kernel believes in, which messages go from whom to whom, faults, interrupts and misses. At no
 * cost to the guest.
 */
public final class Trace implements Observer, AutoCloseable {

    private static final int THREADS = 1;
    private static final int KERNEL = 2;

    /** Perfetto takes what has the same number for the same thread, whatever its process, and 0 for none: these are no L4 threads. */
    private static final int NO_THREAD = 1 << 18;

    private static final Track BELIEVED = new Track(KERNEL, NO_THREAD + 1);
    private static final int PAGE_FAULT = 14;
    private static final int SYSENTER = -1;
    private static final int NOBODY = -1;

    private final KernelImage image;
    private final Interval interval;
    private final TraceFile file;
    private final int begin;
    private final int end;
    private final Set<Integer> ipcAtUserLevel;
    private final Set<Integer> ipcInKernel;
    private final Set<Integer> deliveries;

    /** Threads that have been named. */
    private final Set<Integer> named = new HashSet<>();
    /** Sender to the cycle at which it last called the kernel for an IPC that has not been delivered. */
    private final Map<Integer, Long> sent = new HashMap<>();

    /** Negative before measuring has begun. */
    private long measuredFrom = -1;

    private boolean recording;
    private boolean over;
    private int running = NOBODY;
    private int believed = NOBODY;
    private boolean inKernel;
    private String entry = "";
    private long sliceFrom;
    private long believedFrom;
    private long flows;

    /** Arrows that end in the slice that is going on: viewers want to know the slice first. */
    private final List<Arrow> arriving = new ArrayList<>();

    private long firstCycle;
    private long lastCycle;
    private boolean full;

    /** A message. */
    private record Arrow(String name, Track from, long sent, Track to, long received) {
        void draw(TraceFile file, long id) {
            file.flow(name, id, from, sent, to, received);
        }
    }

    /**
     * What of a run is recorded.
     *
     * @param mostEvents what a trace ends with at the latest
     */
    public record Interval(Span span, long mostEvents) {}

    /** Begins a trace of a machine that has the image loaded; {@code about} says what it is of. */
    public Trace(Machine machine, KernelImage image, Interval interval, OutputStream out, Map<String, String> about)
            throws IOException {
        this.image = image;
        this.interval = interval;
        file = new TraceFile(out, about);
        Observables observables = image.observables();
        begin = image.program().address(observables.begin());
        end = image.program().address(observables.end());
        ipcAtUserLevel = places(image.probes().getOrDefault(KernelProbes.IPC_USER, List.of()));
        ipcInKernel = places(image.probes().getOrDefault(KernelProbes.IPC_KERNEL, List.of()));
        deliveries = places(observables.deliveries());
        Set<Integer> watched = new TreeSet<>(Set.of(begin, end));
        watched.addAll(ipcAtUserLevel);
        watched.addAll(ipcInKernel);
        watched.addAll(deliveries);
        machine.observe(this);
        watched.forEach(machine::watch);
        file.processName(new Track(THREADS, NO_THREAD), "threads", 0);
        file.processName(BELIEVED, "kernel", 1);
        file.threadName(BELIEVED, "believes in", 0);
    }

    private Set<Integer> places(List<String> labels) {
        Set<Integer> places = new HashSet<>();
        labels.forEach(label -> places.add(image.program().address(label)));
        return places;
    }

    /** How many events have been written. */
    public long events() {
        return file.events();
    }

    /** The cycle of the first event, and of the last. */
    public long[] cycles() {
        return new long[] {firstCycle, lastCycle};
    }

    /** Whether the trace ended since it had as many events as were wanted at most. */
    public boolean isFull() {
        return full;
    }

    @Override
    public void passed(Machine machine, int address) {
        if (address == begin && measuredFrom < 0) measuredFrom = machine.cycles();
        if (address == begin && interval.span().from().isEmpty() && !recording && !over) start(machine);
        if (address == end && interval.span().to().isEmpty()) stop(machine);
        if (!follows(machine)) return;
        if (ipcAtUserLevel.contains(address)) switched(machine);
        if (ipcInKernel.contains(address)) sent.put(running, machine.cycles());
        if (deliveries.contains(address)) delivered(machine);
    }

    /** Whether the machine is within what is recorded. */
    private boolean follows(Machine machine) {
        long now = machine.cycles();
        Span span = interval.span();
        if (!recording && !over && isReached(span.from(), now)) start(machine);
        if (recording && isReached(span.to(), now - 1)) stop(machine);
        if (recording && file.events() >= interval.mostEvents()) {
            full = true;
            stop(machine);
        }
        return recording;
    }

    private boolean isReached(Optional<Moment> moment, long now) {
        return moment.filter(m -> m.isReached(now, measuredFrom)).isPresent();
    }

    private void start(Machine machine) {
        recording = true;
        firstCycle = machine.cycles();
        sliceFrom = firstCycle;
        believedFrom = firstCycle;
        inKernel = machine.cpl() == 0;
        entry = "kernel";
        running = current(machine);
        believed = running;
        count(machine);
    }

    private void stop(Machine machine) {
        if (!recording) return;
        cut(machine);
        believe(NOBODY, machine);
        count(machine);
        lastCycle = now(machine);
        recording = false;
        over = true;
    }

    private int current(Machine machine) {
        return image.running(machine).orElse(0);
    }

    private Track track(int thread) {
        Track track = new Track(THREADS, thread == 0 ? NO_THREAD : thread);
        if (named.add(thread)) file.threadName(track, name(thread), thread);
        return track;
    }

    private String name(int thread) {
        if (thread == 0) return "no thread";
        String name = image.observables().threads().getOrDefault(thread, "thread " + thread);
        String space = image.observables().spaces().getOrDefault(thread, name);
        return space.equals(name) ? name : name + " of " + space;
    }

    /** The clock, but no later than the last cycle wanted: what goes on is cut there. */
    private long now(Machine machine) {
        long now = machine.cycles();
        return interval.span()
                .to()
                .map(to -> Math.min(now, to.on(measuredFrom)))
                .orElse(now);
    }

    /** Something is done to the machine from outside. */
    public void marked(Machine machine, String name) {
        if (!follows(machine)) return;
        file.instant(track(running), "strike", name, machine.cycles(), Map.of());
    }

    /** Ends the slice that has run up to now. */
    private void cut(Machine machine) {
        long now = now(machine);
        if (now > sliceFrom) {
            file.slice(track(running), inKernel ? "kernel" : "user", inKernel ? entry : "user", sliceFrom, now);
            for (Arrow arrow : arriving) if (arrow.to.equals(track(running))) arrow.draw(file, ++flows);
            arriving.clear();
        }
        sliceFrom = now;
    }

    private void believe(int thread, Machine machine) {
        long now = now(machine);
        if (now > believedFrom && believed != NOBODY) {
            file.slice(BELIEVED, "kernel", name(believed), believedFrom, now);
        }
        believed = thread;
        believedFrom = now;
    }

    private void count(Machine machine) {
        Counters counters = machine.counters();
        Map<String, Long> misses = new LinkedHashMap<>();
        misses.put("TLB", counters.tlbMisses());
        misses.put("L1", counters.l1Misses());
        misses.put("L2", counters.l2Misses());
        misses.put("branch", counters.mispredictions());
        file.counters(BELIEVED, "misses", now(machine), misses);
    }

    @Override
    public void privilegeChanged(Machine machine, int from, int to, int vector) {
        if (!follows(machine)) return;
        cut(machine);
        inKernel = to == 0;
        if (inKernel) {
            entry = vector == SYSENTER ? "kernel: sysenter" : String.format(Locale.ROOT, "kernel: vector %d", vector);
            return;
        }
        running = current(machine);
        if (running != believed) believe(running, machine);
        count(machine);
    }

    /** An IPC at user level may have changed the current UTCB: the sender is who ran. */
    private void switched(Machine machine) {
        int now = current(machine);
        if (now == running) return;
        int sender = running;
        long at = machine.cycles();
        boolean drawn = at > sliceFrom;
        long leaving = Math.max(sliceFrom, at - 1);
        cut(machine);
        running = now;
        sent.remove(sender);
        if (drawn) arriving.add(new Arrow("ipc at user level", track(sender), leaving, track(now), at));
    }

    /** A message from whoever EAX names has arrived; from a sender at user level that has been told already. */
    private void delivered(Machine machine) {
        int sender = number(machine, machine.register(Reg32.EAX));
        Long at = sent.remove(sender);
        if (at == null || sender == running) return;
        arriving.add(new Arrow("ipc through the kernel", track(sender), at, track(running), machine.cycles()));
    }

    private int number(Machine machine, int id) {
        try {
            boolean global = (id & ThreadId.GLOBAL) != 0;
            return ThreadId.number(global ? id : machine.peek(id + image.globalIdOffset()));
        } catch (NotMapped e) {
            return NOBODY;
        }
    }

    @Override
    public void interrupt(Machine machine, int vector) {
        if (!follows(machine)) return;
        file.instant(
                track(running), "interrupt", "interrupt", machine.cycles(), Map.of("vector", Integer.toString(vector)));
    }

    @Override
    public void fault(Machine machine, int vector, int errorCode) {
        if (!follows(machine)) return;
        Map<String, String> arguments = new TreeMap<>();
        arguments.put("vector", Integer.toString(vector));
        arguments.put("error", Integer.toHexString(errorCode));
        arguments.put("eip", Integer.toHexString(machine.eip()));
        if (vector == PAGE_FAULT) arguments.put("address", Integer.toHexString(machine.control(Cr.CR2)));
        file.instant(track(running), "fault", ExceptionText.name(vector), machine.cycles(), arguments);
    }

    /** Ends the trace where the machine is, if it has not ended, and the file. */
    public void finish(Machine machine) throws IOException {
        stop(machine);
        close();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
