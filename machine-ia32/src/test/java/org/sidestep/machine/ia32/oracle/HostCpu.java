package org.sidestep.machine.ia32.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds the oracle with the host's compiler, makes random vectors, and runs them on the host's processor. */
final class HostCpu {
    private static final Path WORK = Path.of("target", "oracle");

    private HostCpu() {}

    /** Whether the tools are there: a compiler that can build 32-bit programs, and Python. */
    static boolean available() throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        for (String file : List.of("oracle.c", "gen.py")) {
            try (InputStream in = HostCpu.class.getResourceAsStream("/oracle/" + file)) {
                Files.copy(in, WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return run("build.log", null, "python3", "--version")
                && run("build.log", null, "gcc", "-m32", "-static", "-O1", "-fno-pie", "-no-pie", "-o", "oracle", "oracle.c");
    }

    static List<String> vectors(int count, int seed) throws IOException, InterruptedException {
        if (!run("vectors", null, "python3", "gen.py", "" + count, "" + seed)) throw new IOException("gen.py failed");
        return Files.readAllLines(WORK.resolve("vectors"), StandardCharsets.US_ASCII);
    }

    /** The results of the vectors made last. */
    static List<String> results() throws IOException, InterruptedException {
        if (!run("results", "vectors", "./oracle")) throw new IOException("the oracle failed");
        return Files.readAllLines(WORK.resolve("results"), StandardCharsets.US_ASCII);
    }

    private static boolean run(String output, String input, String... command) throws InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(WORK.toFile());
            builder.redirectOutput(WORK.resolve(output).toFile()).redirectErrorStream(true);
            if (input != null) builder.redirectInput(WORK.resolve(input).toFile());
            Process process = builder.start();
            return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
