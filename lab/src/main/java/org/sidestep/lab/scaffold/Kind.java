package org.sidestep.lab.scaffold;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.experiment.Axis;

/** What a plugin project can be begun for, and the example that it begins as. */
public enum Kind {
    IPC_POLICY(Axis.IPC, "counting-policy", "counting", "CountingPolicy", "counting"),
    SCHEDULER(Axis.SCHEDULER, "woken-first-scheduler", "woken", "WokenFirst", "woken-first"),
    VALIDATION(Axis.VALIDATION, "named-partner-validation", "named", "NamedPartner", "named-partner"),
    WORKLOAD(Axis.WORKLOAD, "rotating-calls-workload", "rotating", "RotatingCalls", "rotating-calls"),
    CPU(Axis.CPU, "flat-memory-cpu", "flat", "FlatMemory", "flat-memory"),
    DISTURBANCE(Axis.DISTURBANCE, "stub-timer-disturbance", "stubtimer", "StubTimer", "stub-timer");

    final Axis<?> axis;
    final String example;
    /** Behind {@code org.example}. */
    final String segment;

    /** What the names of its classes begin with. */
    final String stem;

    final String id;

    Kind(Axis<?> axis, String example, String segment, String stem, String id) {
        this.axis = axis;
        this.example = example;
        this.segment = segment;
        this.stem = stem;
        this.id = id;
    }

    /** As a user writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What 'verify' is told so that it comes to a verdict on a plugin of that id, or with it; nothing if it comes to none. */
    Optional<String> subject(String id) {
        return switch (this) {
            case IPC_POLICY -> Optional.of("ipc=" + id);
            case SCHEDULER -> Optional.of("ipc=lazy scheduler=" + id);
            case VALIDATION -> Optional.of("ipc=lazy validation=" + id);
            case DISTURBANCE -> Optional.of("ipc=lazy");
            case WORKLOAD, CPU -> Optional.empty();
        };
    }

    /** All words. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Kind::word).toList();
    }

    /** The kind of that word. */
    public static Optional<Kind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
