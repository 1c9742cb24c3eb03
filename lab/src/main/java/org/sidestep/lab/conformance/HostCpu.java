package org.sidestep.lab.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;

/** The host's processor, through a small program that runs fragments in 32-bit user mode. */
final class HostCpu {
    private static final String SOURCE = "oracle.c";
    private static final long MINUTES = 10;

    /** Where Linux tells of the processor. */
    private static final Path INFORMATION = Path.of("/proc/cpuinfo");

    private final Path work;

    /**
     * Builds the program in {@code work}.
     *
     * @throws BadInput if there is no compiler for 32-bit programs
     */
    HostCpu(Path work) {
        this.work = work;
        try (InputStream source = HostCpu.class.getResourceAsStream("/oracle/" + SOURCE)) {
            Files.write(work.resolve(SOURCE), source.readAllBytes());
        } catch (IOException e) {
            throw BadInput.unwritable(work.resolve(SOURCE), e);
        }
        String[] build = {"gcc", "-m32", "-static", "-O1", "-fno-pie", "-no-pie", "-o", "oracle", SOURCE};
        if (!run("build.log", null, build)) {
            throw new BadInput(String.format(
                            Locale.ROOT,
                            "the host's processor cannot be asked: '%s' failed. Install a compiler with 32-bit libraries",
                            String.join(" ", build))
                    + " (Debian: gcc-multilib) on an x86 host.");
        }
    }

    /** Whether the processor is Intel's, as those of the platform's models are; what cannot be found out is taken to be so. */
    static boolean isIntels() {
        try (Stream<String> lines = Files.lines(INFORMATION)) {
            return lines.filter(line -> line.startsWith("vendor_id"))
                    .findFirst()
                    .map(line -> line.endsWith("GenuineIntel"))
                    .orElse(true);
        } catch (IOException | UncheckedIOException e) {
            return true;
        }
    }

    /**
     * The results of {@code vectors}, by id. A vector that happens to overwrite the program itself ends it; it has no
     * result, and the program is started again behind it.
     */
    Map<String, Words> results(List<String> vectors) {
        try {
            Map<String, Words> results = new LinkedHashMap<>();
            for (int done = 0; done < vectors.size(); ) {
                Files.write(work.resolve("vectors"), vectors.subList(done, vectors.size()), StandardCharsets.US_ASCII);
                boolean complete = run("results", "vectors", "./oracle");
                int before = results.size();
                for (String line : Files.readAllLines(work.resolve("results"), StandardCharsets.US_ASCII)) {
                    if (!line.startsWith("id=")) continue;
                    Words result = Words.parse(line);
                    results.put(result.values().get("id"), result);
                }
                if (complete) return results;
                done += results.size() - before + 1;
            }
            return results;
        } catch (IOException e) {
            throw new BadInput(
                    String.format(Locale.ROOT, "%s: cannot exchange vectors with the host's processor (%s)", work, e),
                    e);
        }
    }

    private boolean run(String output, String input, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        builder.redirectOutput(work.resolve(output).toFile()).redirectErrorStream(true);
        // Results must not stay in a buffer if the program is killed.
        builder.environment().put("LINEBUF", "1");
        if (input != null) builder.redirectInput(work.resolve(input).toFile());
        try {
            Process process = builder.start();
            return process.waitFor(MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
