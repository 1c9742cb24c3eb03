package org.sidestep.asm;

/** Who emits something. Taking a stack trace costs little; it is read when a listing or a message wants the line. */
final class Emission extends Throwable {

    private static final long serialVersionUID = 1L;

    Emission() {
        super(null, null, false, true);
    }

    /** The first frame outside the assembler and the vocabulary: {@code File.java:line} that the kernel's author wrote. */
    String source() {
        for (StackTraceElement frame : getStackTrace()) {
            if (!isOwn(frame.getClassName())) return frame.getFileName() + ":" + frame.getLineNumber();
        }
        return "?";
    }

    private static boolean isOwn(String className) {
        return className.equals(Assembler.class.getName()) || className.equals(Code.class.getName());
    }
}
