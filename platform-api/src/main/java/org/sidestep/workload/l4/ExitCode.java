package org.sidestep.workload.l4;

/** What the root task writes to the exit port; 0 is success. The console says which, after a failure with the last message. */
enum ExitCode {
    SUCCESS(0, "all threads have reported"),
    REFUSED(1, "a system call of the root task failed"),
    STRAY(3, "a thread touched memory outside the program"),
    EXCEPTION(4, "a thread raised an exception"),
    WRONG(5, "a thread received a wrong message"),
    TOTAL(6, "a total is wrong"),
    UNKNOWN(7, "the root task received an unknown message");

    private final int number;
    private final String text;

    ExitCode(int number, String text) {
        this.number = number;
        this.text = text;
    }

    int number() {
        return number;
    }

    String text() {
        return text;
    }
}
