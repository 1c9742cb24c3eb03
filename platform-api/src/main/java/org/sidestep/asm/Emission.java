package org.sidestep.asm;

import java.lang.StackWalker.StackFrame;

/** Who emits something: the first frame outside the assembler and the vocabulary. It is put into words when a listing or a message wants it. */
final class Emission {

    private static final StackWalker STACK = StackWalker.getInstance();

    /** That of an assembler that does not look for it. */
    static final Emission UNKNOWN = new Emission(null);

    private final StackFrame author;

    Emission() {
        this(STACK.walk(frames ->
                frames.filter(frame -> !isOwn(frame.getClassName())).findFirst().orElse(null)));
    }

    private Emission(StackFrame author) {
        this.author = author;
    }

    /**
     * {@code File.java:line} that the kernel's author wrote.
     *
     * @throws IllegalStateException if the assembler was told that nobody would ask
     */
    String source() {
        if (!isKnown()) throw new IllegalStateException("assembled without lines of source");
        return author == null ? "?" : author.getFileName() + ":" + author.getLineNumber();
    }

    boolean isKnown() {
        return this != UNKNOWN;
    }

    private static boolean isOwn(String className) {
        return className.equals(Assembler.class.getName())
                || className.equals(Code.class.getName())
                || className.equals(Emission.class.getName());
    }
}
