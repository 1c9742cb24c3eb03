package org.sidestep.verify.mutation;

import java.util.Locale;

/**
 * One change to the code of a plugin.
 *
 * @param place of an instruction: the last label before it and how many instructions stand between; of a hook: its name; of a
 *     declared point: its sequence and which it is
 * @param what is changed: the instruction, or by how much a point moves
 * @param source {@code File.java:line} that emitted it; empty for hooks and points
 */
public record Mutation(Kind kind, String place, String what, String source) {

    /** What is done. */
    public enum Kind {
        /** An instruction is left out. */
        DROPPED,
        /** An instruction stands there twice. */
        DOUBLED,
        /** An instruction changes places with the next. */
        EXCHANGED,
        /** A conditional jump jumps when it should not, and does not when it should. */
        NEGATED,
        /** A hook emits nothing. */
        REMOVED,
        /** A declared point lies an instruction earlier or later. */
        MOVED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Names it, in the same way in every version of the code that has the same labels. */
    public String name() {
        return kind + " " + place + (what.isEmpty() ? "" : ": " + what);
    }

    /** Whether it changes one instruction. */
    public boolean isOfInstruction() {
        return kind != Kind.REMOVED && kind != Kind.MOVED;
    }

    @Override
    public String toString() {
        return source.isEmpty() ? name() : String.format(Locale.ROOT, "%s (%s)", name(), source);
    }
}
