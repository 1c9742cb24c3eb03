package org.sidestep.asm;

import java.lang.StackWalker.StackFrame;

/** Who emits something: the first frame outside the assembler and the vocabulary. It is put into words when a listing or a message wants it. */
final class Emission {

    private static final StackWalker STACK = StackWalker.getInstance();

    private final StackFrame author;

    Emission() {
        author = STACK.walk(frames ->
                frames.filter(frame -> !isOwn(frame.getClassName())).findFirst().orElse(null));
    }

    /** {@code File.java:line} that the kernel's author wrote. */
    String source() {
        return author == null ? "?" : author.getFileName() + ":" + author.getLineNumber();
    }

    private static boolean isOwn(String className) {
        return className.equals(Assembler.class.getName())
                || className.equals(Code.class.getName())
                || className.equals(Emission.class.getName());
    }
}
