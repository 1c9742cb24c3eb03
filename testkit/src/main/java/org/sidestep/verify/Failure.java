package org.sidestep.verify;

import java.util.List;

/**
 * A trial that broke its promise.
 *
 * @param kind how
 * @param details what was expected and what came, in lines
 * @param timeline who ran where around it, of those that are looked at more closely
 */
public record Failure(Course course, List<Blow> blows, Kind kind, List<String> details, Timeline timeline) {

    /** One that has not been looked at closely. */
    public Failure(Course course, List<Blow> blows, Kind kind, List<String> details) {
        this(course, blows, kind, details, Timeline.NONE);
    }

    /** The instruction before which it was struck first; 0 if nothing has struck it. */
    long struck() {
        return blows.isEmpty() ? 0 : blows.get(0).instruction();
    }

    /** The same with its timeline. */
    Failure with(Timeline seen) {
        return new Failure(course, blows, kind, details, seen);
    }

    /** How a promise can be broken; the first that applies. */
    public enum Kind {
        /** A thread that was ready waited while others had more than their time slice, or were worse. */
        SHARE("someone has the processor when another should"),
        /** The machine or the kernel broke down. */
        CRASH("the system broke down"),
        /** Someone waits for ever. */
        HANG("someone waits for ever"),
        /** A thread was killed that should have lived. */
        KILLED("a thread was killed"),
        /** A structure of the kernel is broken. */
        INVARIANT("a structure of the kernel is broken"),
        /** A thread received something else, in another order, or too little. */
        MESSAGES("a thread received something else");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
