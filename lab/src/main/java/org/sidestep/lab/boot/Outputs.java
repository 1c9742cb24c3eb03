package org.sidestep.lab.boot;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;

/** The files, and standard output, that a guest's bytes go to. */
public final class Outputs implements AutoCloseable {

    /** What stands for standard output, and standard input, in place of a file's name. */
    public static final String STDIO = "stdio";

    private final List<Sink> sinks = new ArrayList<>();

    private record Sink(String name, OutputStream stream) implements IntConsumer {
        @Override
        public void accept(int octet) {
            try {
                stream.write(octet);
            } catch (IOException e) {
                throw BadInput.unwritable(name, e);
            }
        }

        void flush() {
            try {
                stream.flush();
            } catch (IOException e) {
                throw BadInput.unwritable(name, e);
            }
        }
    }

    /** Where bytes go that are written to {@code target}: a file, which is begun anew, or {@link #STDIO}. */
    public IntConsumer open(String target) {
        boolean standard = target.equals(STDIO);
        Sink sink = new Sink(target, new BufferedOutputStream(standard ? System.out : file(target)));
        sinks.add(sink);
        return sink;
    }

    private static OutputStream file(String target) {
        try {
            return OutputFile.stream(InputFile.path(target));
        } catch (IOException e) {
            throw BadInput.unwritable(target, e);
        }
    }

    /** Lets everybody see what has been written so far. */
    public void flush() {
        sinks.forEach(Sink::flush);
    }

    @Override
    public void close() {
        for (Sink sink : sinks) {
            sink.flush();
            if (sink.name.equals(STDIO)) continue;
            try {
                sink.stream.close();
            } catch (IOException e) {
                throw BadInput.unwritable(sink.name, e);
            }
        }
    }
}
