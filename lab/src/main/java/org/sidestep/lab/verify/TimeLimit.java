package org.sidestep.lab.verify;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidestep.lab.BadInput;

/** How long a verification may begin something new. What it does not reach is said, so that the verdict is no other for it. */
public final class TimeLimit {

    /** No limit. */
    public static final TimeLimit NONE = new TimeLimit(Optional.empty());

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([smh])");

    /** On {@link System#nanoTime}'s clock. */
    private final Optional<Long> end;

    private TimeLimit(Optional<Long> end) {
        this.end = end;
    }

    /**
     * So long from now, as {@code 90s}, {@code 10m} or {@code 2h}.
     *
     * @param option names it in messages
     * @throws BadInput if it is none
     */
    public static TimeLimit parse(String option, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches())
            throw new BadInput(String.format(Locale.ROOT, "%s %s: is no time; write 90s, 10m or 2h", option, text));
        long count = Long.parseLong(form.group(1));
        Duration duration = switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        return new TimeLimit(Optional.of(System.nanoTime() + duration.toNanos()));
    }

    /** Whether to go on, for the first of so many that share the time that is left alike. */
    public BooleanSupplier share(int sharers) {
        if (end.isEmpty()) return () -> true;
        long now = System.nanoTime();
        long until = now + Math.max(0, end.get() - now) / sharers;
        return () -> System.nanoTime() - until < 0;
    }
}
