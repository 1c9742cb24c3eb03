package org.sidestep.lab.debug;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Debugger;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Moment;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;

/** Runs a machine forward and backward, from stop to stop. */
final class Execution implements Observer {

    /** How far it runs between two looks whether the user has had enough. */
    private static final long STRETCH_CYCLES = 5_000_000;

    private static final String WATCHED = "watched data";
    private static final String DELIVERED = "an interrupt";

    private final Machine machine;
    private final Debugger debugger;
    private final History history;
    private final Map<Integer, Watch> breakpoints = new HashMap<>();
    private final Map<Watched, Watch> watches = new HashMap<>();
    private Optional<Watched> touched = Optional.empty();
    private boolean awaitsInterrupt;
    private boolean ignoring;

    /** Data that somebody watches. */
    record Watched(int address, int length, DataAccess.Kind kind) {}

    /**
     * Why it stands.
     *
     * @param watched the data that was accessed, if that is why
     * @param end what the guest did to stop by itself, if it did
     */
    record Halt(Reason reason, Optional<Watched> watched, String end) {
        enum Reason {
            STEP,
            BREAKPOINT,
            WATCH,
            INTERRUPTED,
            /** The guest goes no further. */
            END,
            /** There is nothing before this. */
            BEGIN
        }

        static Halt of(Reason reason) {
            return new Halt(reason, Optional.empty(), "");
        }
    }

    Execution(Machine machine) {
        this.machine = machine;
        debugger = machine.debugger();
        history = new History(machine);
        machine.observe(this);
    }

    History history() {
        return history;
    }

    @Override
    public void interrupt(Machine at, int vector) {
        if (awaitsInterrupt) debugger.requestStop(DELIVERED);
    }

    /** Stops before the instruction at a linear address; again does nothing. */
    void setBreakpoint(int linear) {
        breakpoints.computeIfAbsent(linear, debugger::breakpoint);
    }

    void removeBreakpoint(int linear) {
        Optional.ofNullable(breakpoints.remove(linear)).ifPresent(Watch::close);
    }

    /** Stops behind an instruction that accesses data, going back before it; again does nothing. */
    void setWatch(Watched watched) {
        int last = watched.address() + watched.length() - 1;
        watches.computeIfAbsent(
                watched, data -> debugger.watchData(data.address(), last, data.kind(), (at, access) -> touched(data)));
    }

    void removeWatch(Watched watched) {
        Optional.ofNullable(watches.remove(watched)).ifPresent(Watch::close);
    }

    private void touched(Watched watched) {
        if (ignoring) return;
        touched = Optional.of(watched);
        debugger.requestStop(WATCHED);
    }

    /** One instruction or delivery, or from a halted processor to the next interrupt. */
    Halt step() {
        Optional<String> end = advance();
        history.passing();
        if (touched.isPresent()) return watched();
        return end.map(Execution::ended).orElse(Halt.of(Halt.Reason.STEP));
    }

    /** Empty if it has moved, else why it cannot. */
    private Optional<String> advance() {
        touched = Optional.empty();
        Moment before = history.now();
        Stop stop = machine.step();
        if (stop.kind() == Stop.Kind.BREAKPOINT && history.now().equals(before)) stop = machine.step();
        boolean idle = stop.kind() == Stop.Kind.STEP && history.now().equals(before);
        if (idle) {
            awaitsInterrupt = true;
            stop = machine.run(Limits.cycles(Long.MAX_VALUE));
            awaitsInterrupt = false;
        }
        return end(stop);
    }

    private static Optional<String> end(Stop stop) {
        return switch (stop.kind()) {
            case STEP, BREAKPOINT, REQUEST, CYCLE_LIMIT, INSTRUCTION_LIMIT -> Optional.empty();
            case EXIT, HALTED, TRIPLE_FAULT, RESET, UNDEFINED ->
                Optional.of(stop.reason().lines().findFirst().orElse(""));
        };
    }

    private Halt watched() {
        return new Halt(Halt.Reason.WATCH, touched, "");
    }

    private static Halt ended(String why) {
        return new Halt(Halt.Reason.END, Optional.empty(), why);
    }

    /** Runs on until something stops it. */
    Halt resume(BooleanSupplier interrupted) {
        Halt first = step();
        if (first.reason() != Halt.Reason.STEP) return first;
        while (!interrupted.getAsBoolean()) {
            Stop stop = stretch();
            history.passing();
            if (touched.isPresent()) return watched();
            if (stop.kind() == Stop.Kind.BREAKPOINT) return Halt.of(Halt.Reason.BREAKPOINT);
            Optional<String> end = end(stop);
            if (end.isPresent()) return ended(end.get());
        }
        return Halt.of(Halt.Reason.INTERRUPTED);
    }

    private Stop stretch() {
        touched = Optional.empty();
        long most = Math.max(history.nextMark(), machine.instructions() + 1);
        return machine.run(new Limits(machine.cycles() + STRETCH_CYCLES, most));
    }

    /** Back to before the last instruction or delivery. */
    Halt back() {
        if (history.isAtBegin()) return Halt.of(Halt.Reason.BEGIN);
        goTo(before(history.now()));
        return Halt.of(Halt.Reason.STEP);
    }

    /** The last place before a moment of this run that is not the first. */
    private Moment before(Moment moment) {
        ignoring = true;
        try {
            history.goBefore(moment);
            history.runTo(moment.instructions() - 1);
            Moment last = history.now();
            while (true) {
                advance();
                Moment next = history.now();
                if (next.compareTo(moment) >= 0 || next.equals(last)) return last;
                last = next;
            }
        } finally {
            ignoring = false;
            touched = Optional.empty();
        }
    }

    private void goTo(Moment moment) {
        ignoring = true;
        try {
            history.goNear(moment);
            history.runTo(moment.instructions());
            creepTo(moment);
            if (!history.now().equals(moment)) {
                // In the middle of a repeated string instruction, where the clock has been stopped and no step ends.
                history.goNear(moment);
                history.runTo(moment.instructions());
                machine.run(Limits.cycles(moment.cycles()));
            }
        } finally {
            ignoring = false;
            touched = Optional.empty();
        }
        if (!history.now().equals(moment)) {
            throw new IllegalStateException("going back to " + moment + " led to " + history.now());
        }
    }

    private void creepTo(Moment moment) {
        Moment last = null;
        while (history.now().compareTo(moment) < 0 && !history.now().equals(last)) {
            last = history.now();
            advance();
        }
    }

    /** Back to the last breakpoint passed, to before the last access to watched data, or to the begin. */
    Halt reverse(BooleanSupplier interrupted) {
        Moment until = history.now();
        while (!history.isAtBegin()) {
            history.goBefore(until);
            Moment from = history.now();
            Optional<Found> found = last(until);
            if (found.isPresent()) {
                goTo(found.get().moment);
                return found.get().halt;
            }
            goTo(from);
            if (interrupted.getAsBoolean()) return Halt.of(Halt.Reason.INTERRUPTED);
            until = from;
        }
        return Halt.of(Halt.Reason.BEGIN);
    }

    private record Found(Moment moment, Halt halt) {}

    /**
     * The last reason to stop on the way from here to {@code until}. A breakpoint there is where one comes from; data accessed
     * by the instruction that led there is what one comes to.
     */
    private Optional<Found> last(Moment until) {
        Moment breakpoint = null;
        Moment access = null;
        Optional<Watched> accessed = Optional.empty();
        for (Moment now = history.now(); now.compareTo(until) < 0; ) {
            if (breakpoints.containsKey(machine.codeAddress())) breakpoint = now;
            touched = Optional.empty();
            Stop stop = machine.run(new Limits(until.cycles(), until.instructions()));
            boolean stuck = history.now().equals(now) && touched.isEmpty();
            if (stuck && stop.kind() != Stop.Kind.BREAKPOINT) advance();
            if (stuck && history.now().equals(now) && stop.kind() != Stop.Kind.BREAKPOINT) break;
            now = history.now();
            if (touched.isEmpty() || now.compareTo(until) > 0) continue;
            access = now;
            accessed = touched;
        }
        touched = Optional.empty();
        if (access != null && (breakpoint == null || access.compareTo(breakpoint) > 0)) {
            return Optional.of(new Found(before(access), new Halt(Halt.Reason.WATCH, accessed, "")));
        }
        return Optional.ofNullable(breakpoint).map(moment -> new Found(moment, Halt.of(Halt.Reason.BREAKPOINT)));
    }
}
