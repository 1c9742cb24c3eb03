package org.sidestep.lab.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;
import org.sidestep.machine.Machine;

/** Runs random fragments on the host's processor and on a machine, and tells where they differ. */
public final class OracleCampaign {
    private static final int BATCH = 10_000;

    private final long seed;
    private final int features;
    private final Ring3 machine;
    private final Consumer<String> differences;
    private long agreed;
    private long differing;
    private long nothing;
    private final boolean isIntels = HostCpu.isIntels();

    /**
     * @param features of the processor, CPUID leaf 1, EDX: fragments are made of instructions that it has
     * @param machine with nothing loaded
     * @param differences takes the text of each difference
     */
    public OracleCampaign(long seed, int features, Machine machine, Consumer<String> differences) {
        this.seed = seed;
        this.features = features;
        this.machine = new Ring3(machine);
        this.differences = differences;
    }

    /** How many fragments have agreed, differed, and proved nothing. */
    public record Counts(long agreed, long differing, long nothing) {

        public boolean passed() {
            return differing == 0 && agreed > 0;
        }
    }

    /**
     * Compares {@code integers} fragments of integer code and {@code floats} of floating-point code, each from number
     * {@code first} on.
     *
     * @throws BadInput if the host's processor cannot be asked
     */
    public Counts run(int first, int integers, int floats) {
        Path work = directory();
        try {
            HostCpu host = new HostCpu(work);
            run(host, integers, number -> IntegerVectors.line(seed, features, first + number));
            run(host, floats, number -> FloatVectors.line(seed, features, first + number));
        } finally {
            delete(work);
        }
        return new Counts(agreed, differing, nothing);
    }

    /** The host works on a batch while the machine works on the one before. */
    private void run(HostCpu host, int count, IntFunction<String> line) {
        List<String> previous = List.of();
        Map<String, Words> results = Map.of();
        for (int from = 0; from < count + BATCH; from += BATCH) {
            List<String> batch = IntStream.range(Math.min(from, count), Math.min(from + BATCH, count))
                    .mapToObj(line)
                    .toList();
            CompletableFuture<Map<String, Words>> asked = CompletableFuture.supplyAsync(() -> host.results(batch));
            compare(previous, results);
            results = asked.join();
            previous = batch;
        }
    }

    private void compare(List<String> lines, Map<String, Words> results) {
        for (String line : lines) {
            Words vector = Words.parse(line);
            Words expected = results.get(vector.values().get("id"));
            if (expected == null) {
                nothing++;
                continue;
            }
            Comparison.Result result = Comparison.of(machine, vector, expected, isIntels);
            switch (result.verdict()) {
                case AGREES -> agreed++;
                case PROVES_NOTHING -> nothing++;
                case DIFFERS -> {
                    differing++;
                    differences.accept(String.format(Locale.ROOT, "seed %d, fragment %s", seed, result.text()));
                }
            }
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("sidestep-oracle");
        } catch (IOException e) {
            throw new BadInput("no directory for temporary files: " + e, e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new BadInput(String.format(Locale.ROOT, "%s: cannot be deleted (%s)", directory, e), e);
        }
    }
}
