package org.sidestep.lab.boot;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Recorder;
import org.sidestep.machine.Recording;

/** Writes down what comes to a machine from outside, and lets come what was written down before. */
public final class BootRecording {
    private static final int LARGEST = 64 << 20;

    private final BootedMachine machine;
    private final Optional<Path> record;
    private final Optional<Recorder> recorder;
    private final Optional<Recording> replayed;

    /**
     * Begins, with a machine that has just been switched on.
     *
     * @param record the file to write in the end
     * @param replay the file to read now
     */
    public BootRecording(BootedMachine machine, Optional<Path> record, Optional<Path> replay) {
        this.machine = machine;
        this.record = record;
        recorder = record.map(file -> machine.record());
        record.ifPresent(OutputFile::require);
        replayed = replay.map(this::begin);
    }

    private Recording begin(Path file) {
        try {
            Recording recording = Recording.parse(InputFile.readText(file, LARGEST, "the largest recording"));
            machine.replay(recording);
            return recording;
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.format(Locale.ROOT, "%s: %s", file, e.getMessage()), e);
        }
    }

    /** Ends, behind a run with an exit code; the exit code all the same, unless a replay took another way than the recording. */
    public int finish(int code, PrintWriter messages) {
        recorder.ifPresent(r -> write(record.orElseThrow(), r.finish().text()));
        boolean cut = code == BootRun.LIMIT || code == BootRun.INTERRUPTED;
        if (replayed.isEmpty() || cut) return code;
        boolean same = machine.debugger().hash() == replayed.get().result();
        messages.println(String.format(
                Locale.ROOT, "sidestep: the replay ended in %s state", same ? "the recorded" : "another"));
        return same ? code : BootRun.FAILED;
    }

    private static void write(Path file, String text) {
        OutputFile.save(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
