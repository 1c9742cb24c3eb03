package org.sidestep.machine.ia32.oracle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                && run(
                        "build.log",
                        null,
                        "gcc",
                        "-m32",
                        "-static",
                        "-O1",
                        "-fno-pie",
                        "-no-pie",
                        "-o",
                        "oracle",
                        "oracle.c");
    }

    static List<String> vectors(int count, int seed) throws IOException, InterruptedException {
        if (!run("vectors", null, "python3", "gen.py", "" + count, "" + seed)) throw new IOException("gen.py failed");
        return Files.readAllLines(WORK.resolve("vectors"), StandardCharsets.US_ASCII);
    }

    /**
     * The results of {@code vectors}, by id. A vector that happens to overwrite the oracle itself ends it; it has no
     * result, and the oracle is started again behind it.
     */
    static Map<String, Words> results(List<String> vectors) throws IOException, InterruptedException {
        Map<String, Words> results = new LinkedHashMap<>();
        for (int done = 0; done < vectors.size(); ) {
            Files.write(WORK.resolve("vectors"), vectors.subList(done, vectors.size()), StandardCharsets.US_ASCII);
            boolean complete = run("results", "vectors", "./oracle");
            int before = results.size();
            for (String line : Files.readAllLines(WORK.resolve("results"), StandardCharsets.US_ASCII)) {
                if (!line.startsWith("id=")) continue;
                Words result = Words.parse(line);
                results.put(result.values().get("id"), result);
            }
            if (complete) return results;
            done += results.size() - before + 1;
        }
        return results;
    }

    private static boolean run(String output, String input, String... command) throws InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(WORK.toFile());
            builder.redirectOutput(WORK.resolve(output).toFile()).redirectErrorStream(true);
            // Results must not stay in a buffer if the oracle is killed.
            builder.environment().put("LINEBUF", "1");
            if (input != null) builder.redirectInput(WORK.resolve(input).toFile());
            Process process = builder.start();
            return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
