package org.sidestep.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a workload wants to be measured, by label. Labels are watched by the machine; the guest does nothing for it.
 *
 * @param begin label at which measuring begins (after warm-up), counted once
 * @param end label at which it ends; null if it ends with the run
 * @param intervals what is timed ({@code roundtrip}, {@code oneway}) to the labels between which it is; reported as {@code
 *     roundtrip.cycles}. Counts are also reported per {@code roundtrip}
 * @param deliveries labels at which a thread has just received a message, with the result registers of Ipc
 * @param threads thread number to the name that reports show
 * @param spaces thread number to the name of its address space
 * @param orders what is promised of the order in which a thread receives, by its name; {@link Order#EXACT} for those not named
 * @param expendable names of address spaces that may come to harm without anyone waiting for them in vain
 * @param printed what is read from the console: metric to the text behind which its number stands
 * @param until the run ends well when the console shows this; null if the guest ends it
 * @param deeds what threads of the workload can be made to do in the middle of a run
 * @param lines interrupt request lines that threads of the workload drive, and that may be raised at any time
 * @param strangers global ids by name under which no thread runs: of threads without a UTCB, of interrupts
 * @param slice time slice, in microseconds, of all threads that are named, which have the same priority: none that is ready waits
 *     while others use up more than that; 0 if nothing is promised
 * @param priorities thread number to its priority, of those that keep it for the whole run
 * @param spins how threads of spaces that may come to harm can be made to keep the processor to themselves
 * @param loop label of an instruction that jumps to itself, which all spaces that may come to harm can execute; null if there is none
 * @param fragile whether what is received depends on who runs when, so that nothing may disturb the run
 */
public record Observables(
        String begin,
        String end,
        Map<String, Interval> intervals,
        List<String> deliveries,
        Map<Integer, String> threads,
        Map<Integer, String> spaces,
        Map<String, Order> orders,
        Set<String> expendable,
        Map<String, String> printed,
        String until,
        List<Deed> deeds,
        Set<Integer> lines,
        Map<String, Integer> strangers,
        int slice,
        Map<Integer, Integer> priorities,
        List<Deed> spins,
        String loop,
        boolean fragile) {

    /** What no policy and no interrupt may change of the messages that a thread receives; the rest is up to the scheduler. */
    public enum Order {
        /** All of them, in this order. */
        EXACT,
        /** What it gets from each sender, in this order: the senders race. */
        BY_SENDER,
        /** Their tags and words in this order, whoever sends them. */
        ANY_SENDER,
        /** Nothing: who receives what is up to a race between others. */
        NONE
    }

    /**
     * Cycles from the last passage of one of {@code from} to the next passage of one of {@code to}. A label may be in both: a
     * loop's head measures its period.
     *
     * @param parts how many one-way IPCs one interval contains; the metric is divided by it
     */
    public record Interval(List<String> from, List<String> to, int parts) {}

    /**
     * What a thread does when the timer next wakes it, if a word of the program has a value: as if it had decided so by itself.
     * What others receive must not depend on it.
     *
     * @param name who does what, as reports show it
     * @param word label of the word
     */
    public record Deed(String name, String word, int value) {}

    /** Collects them while a workload is built. */
    public static final class Builder {
        private String begin;
        private String end;
        private final Map<String, Interval> intervals = new LinkedHashMap<>();
        private final List<String> deliveries = new ArrayList<>();
        private final Map<Integer, String> threads = new LinkedHashMap<>();
        private final Map<Integer, String> spaces = new LinkedHashMap<>();
        private final Map<String, Order> orders = new LinkedHashMap<>();
        private final Set<String> expendable = new LinkedHashSet<>();
        private final Map<String, String> printed = new LinkedHashMap<>();
        private String until;
        private final List<Deed> deeds = new ArrayList<>();
        private final Set<Integer> lines = new LinkedHashSet<>();
        private final Map<String, Integer> strangers = new LinkedHashMap<>();
        private int slice;
        private final Map<Integer, Integer> priorities = new LinkedHashMap<>();
        private final List<Deed> spins = new ArrayList<>();
        private String loop;
        private boolean fragile;

        public Builder measure(String beginLabel, String endLabel) {
            begin = beginLabel;
            end = endLabel;
            return this;
        }

        public Builder interval(String metric, List<String> from, List<String> to, int parts) {
            intervals.put(metric, new Interval(List.copyOf(from), List.copyOf(to), parts));
            return this;
        }

        public Builder delivery(String label) {
            deliveries.add(label);
            return this;
        }

        public Builder thread(int number, String name, String space) {
            threads.put(number, name);
            spaces.put(number, space);
            return this;
        }

        /** Says what is promised of the messages of the thread of that name. */
        public Builder order(String thread, Order order) {
            orders.put(thread, order);
            return this;
        }

        /** Nobody waits in vain if that address space comes to harm. */
        public Builder expendable(String space) {
            expendable.add(space);
            return this;
        }

        /** Reads a metric from the console, where its number follows that text; the last one counts. */
        public Builder printed(String metric, String text) {
            printed.put(metric, text);
            return this;
        }

        /** Ends the run when the console shows that text. */
        public Builder until(String text) {
            until = text;
            return this;
        }

        /** A thread can be made to do something; see {@link Deed}. */
        public Builder deed(String name, String word, int value) {
            deeds.add(new Deed(name, word, value));
            return this;
        }

        /** A thread drives the device on an interrupt request line; what others receive must not depend on when that is raised. */
        public Builder line(int number) {
            lines.add(number);
            return this;
        }

        /** There is an id under which no thread runs: of an interrupt, or of a thread without a UTCB. Whoever names it may do no harm. */
        public Builder stranger(String name, int globalId) {
            strangers.put(name, globalId);
            return this;
        }

        /** All threads that are named have the same priority, and time slices of so many microseconds. */
        public Builder slice(int microseconds) {
            slice = microseconds;
            return this;
        }

        /** A thread has that priority for the whole run. */
        public Builder priority(int number, int priority) {
            priorities.put(number, priority);
            return this;
        }

        /**
         * A thread of a space that may come to harm can be made never to give way again, from its next turn on: while the word has
         * the value.
         */
        public Builder spin(String name, String word, int value) {
            spins.add(new Deed(name, word, value));
            return this;
        }

        /** There any thread of a space that may come to harm can spin: an instruction that jumps to itself. */
        public Builder loop(String label) {
            loop = label;
            return this;
        }

        /** What threads receive depends on who of them runs when: what the scheduler decides can be seen, and nothing may disturb the run. */
        public Builder fragile() {
            fragile = true;
            return this;
        }

        public Observables build() {
            return new Observables(
                    begin,
                    end,
                    Collections.unmodifiableMap(new LinkedHashMap<>(intervals)),
                    List.copyOf(deliveries),
                    Collections.unmodifiableMap(new LinkedHashMap<>(threads)),
                    Collections.unmodifiableMap(new LinkedHashMap<>(spaces)),
                    Collections.unmodifiableMap(new LinkedHashMap<>(orders)),
                    Collections.unmodifiableSet(new LinkedHashSet<>(expendable)),
                    Collections.unmodifiableMap(new LinkedHashMap<>(printed)),
                    until,
                    List.copyOf(deeds),
                    Collections.unmodifiableSet(new LinkedHashSet<>(lines)),
                    Collections.unmodifiableMap(new LinkedHashMap<>(strangers)),
                    slice,
                    Collections.unmodifiableMap(new LinkedHashMap<>(priorities)),
                    List.copyOf(spins),
                    loop,
                    fragile);
        }
    }
}
