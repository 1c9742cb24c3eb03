package org.sidestep.lab.conformance;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Lines;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/**
 * Lets machines execute random code in random surroundings, in all modes and at all levels. Each run ends in a stop, never
 * in an exception of the host; now and then a run is made again on a machine of another past, to end in the same state.
 */
public final class FuzzCampaign {
    private static final int INSTRUCTIONS_PER_RUN = 5_000;
    private static final int CYCLES_PER_RUN = 100_000;
    private static final int REPEAT_EVERY = 17;
    private static final int HASHED = 1 << 20;
    private static final int MEDIUM = 1 << 20;

    private final long seed;
    private final int features;
    private final Supplier<Machine> machines;
    private final Consumer<String> failures;
    private Machine machine;
    private Machine.Snapshot start;
    private int failed;

    /**
     * @param features of the processor, CPUID leaf 1, EDX: half of the code is made of instructions that it has
     * @param machines makes machines that boot {@link #configuration}
     * @param failures takes what went wrong
     */
    public FuzzCampaign(long seed, int features, Supplier<Machine> machines, Consumer<String> failures) {
        this.seed = seed;
        this.features = features;
        this.machines = machines;
        this.failures = failures;
        fresh();
    }

    /** The machine that the campaign needs: its own firmware, and noise on all media. */
    public static BootConfiguration configuration() {
        byte[] noise = new byte[MEDIUM];
        new SplittableRandom(MEDIUM).nextBytes(noise);
        return new BootConfiguration(
                new BootSource.Rom(new BootSource.Image("fuzz", FuzzRom.bytes())),
                Optional.of(new BootSource.Image("floppy", noise)),
                Optional.of(new BootSource.Image("CD-ROM", noise)),
                List.of(new BootSource.Image("disk", noise)),
                new Lines(octet -> {}, octet -> {}, Map.of()),
                false,
                false);
    }

    /**
     * What became of a campaign.
     *
     * @param hash over the final states of all runs
     * @param stops how often which kind of stop ended a run
     */
    public record Outcome(int runs, long instructions, int failed, long hash, Map<Stop.Kind, Integer> stops) {}

    /** Makes runs from number {@code first} on until {@code instructions} have been executed. */
    public Outcome run(int first, long instructions) {
        CRC32 hash = new CRC32();
        Map<Stop.Kind, Integer> stops = new TreeMap<>();
        long executed = 0;
        int number = first;
        for (; executed < instructions && failed == 0; number++) {
            Result result = result(number);
            if (result == null) break;
            if (number % REPEAT_EVERY == 0) repeat(number, result);
            executed += result.instructions;
            stops.merge(result.kind, 1, Integer::sum);
            for (int i = 0; i < 64; i += 8) hash.update((int) (result.hash >>> i));
        }
        return new Outcome(number - first, executed, failed, hash.getValue(), stops);
    }

    private record Result(Stop.Kind kind, long instructions, long hash) {}

    private void fresh() {
        machine = machines.get();
        machine.run(Limits.instructions(100));
        start = machine.snapshot();
    }

    /** One run; null if it has failed. */
    private Result result(int number) {
        machine.restore(start);
        try {
            FuzzRun.prepare(machine, features, seed, number);
            long before = machine.instructions();
            Stop stop = machine.run(
                    new Limits(machine.cycles() + CYCLES_PER_RUN, machine.instructions() + INSTRUCTIONS_PER_RUN));
            return new Result(stop.kind(), machine.instructions() - before, hash());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError thrown) {
            failed++;
            failures.accept(
                    String.format(Locale.ROOT, "seed %d, run %d: %s at %s", seed, number, thrown, place(thrown)));
            return null;
        }
    }

    private static String place(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return trace.length == 0 ? "an unknown place" : trace[0] + " from " + trace[Math.min(trace.length - 1, 1)];
    }

    private void repeat(int number, Result first) {
        fresh();
        Result second = result(number);
        if (first.equals(second)) return;
        failed++;
        failures.accept(String.format(
                Locale.ROOT, "seed %d, run %d: ended in %s, and when repeated in %s", seed, number, first, second));
    }

    private long hash() {
        CRC32 crc = new CRC32();
        long state = machine.cycles() * 31 + machine.instructions();
        for (Reg32 register : Reg32.values()) state = state * 31 + machine.register(register);
        for (Seg segment : Seg.values()) state = state * 31 + machine.selector(segment);
        for (Cr register : Cr.values()) state = state * 31 + machine.control(register);
        state = ((state * 31 + machine.eip()) * 31 + machine.eflags()) * 31
                + machine.counters().hashCode();
        crc.update(machine.peekPhysical(0, HASHED));
        crc.update(machine.debugger().floatingPoint().image());
        return state * 31 + machine.console().hashCode() ^ crc.getValue() << 32;
    }
}
