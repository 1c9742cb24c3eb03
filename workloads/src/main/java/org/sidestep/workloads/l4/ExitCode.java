package org.sidestep.workloads.l4;

/** What the root task writes to the exit port; 0 is success. After a failure the console says which, and the last message. */
enum ExitCode {
    SUCCESS(""),
    REFUSED("a system call of the root task failed"),
    LOST("the root task's Ipc failed"),
    STRAY("a thread touched memory outside the program"),
    EXCEPTION("a thread raised an exception"),
    WRONG("a thread received a wrong message"),
    TOTAL("a total is wrong"),
    UNKNOWN("the root task received an unknown message");

    private final String text;

    ExitCode(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
