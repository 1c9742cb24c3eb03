package org.sidestep.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Engine;
import org.sidestep.plugin.Parameters;

/**
 * How fast the engines are: guests with the interpreter and with the translator by turns, in millions of instructions a second
 * of processor time, and the same guests with {@code qemu-system-i386} (TCG), if it is installed, timed by the difference
 * between a long and a short run. Medians of one run. A guest and a model have a process of their own, as what is booted has: the host
 * compiles for what it has seen. Each machine's translations are new to it, and compiled first, so a run takes seconds. At
 * last the time from the start of a process until a guest's first byte arrives.
 * Arguments: the command {@code sidestep}, the directory of the guests, and the ids of the models.
 */
public final class EngineSpeed {
    private static final int WARMUPS = 1;
    private static final int RUNS = 3;
    private static final int STARTS = 5;
    /** First argument of a process for one guest and one model: then the directory, the guest's name and the model's id. */
    private static final String ONE = "--one";

    /** The interpreter says the same in so much shorter runs. */
    private static final int INTERPRETED = 16;

    private static final String QEMU = "qemu-system-i386";

    /**
     * A guest, and repeat counts with which it runs for seconds here and there.
     *
     * @param computes whether it is one of those of which the mean is taken; the others do little else than to change between
     *     user and kernel, or between address spaces
     */
    private record Guest(String name, int repeats, int qemuRepeats, boolean computes) {
        /** Whether a processor has all its instructions. */
        boolean suits(CpuModel model) {
            return !name.equals(SYSENTER)
                    || (model.identity(Parameters.defaults(model)).cpuid(1)[3] & SEP) != 0;
        }
    }

    private static final String SYSENTER = "sysent_pg";
    /** Bit of CPUID: there is SYSENTER. */
    private static final int SEP = 1 << 11;

    private static final List<Guest> GUESTS = List.of(
            new Guest("crc_pg", 2400, 8000, true),
            new Guest("mix_pg", 1_000_000, 4_000_000, true),
            new Guest("fib_pg", 120, 500, true),
            new Guest("ring_pg", 9_000_000, 2_000_000, false),
            new Guest(SYSENTER, 25_000_000, 3_000_000, false),
            new Guest("ipc_pg", 1_000_000, 200_000, false));

    private EngineSpeed() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals(ONE)) {
            measure(Path.of(arguments[1]), arguments[2], Guests.model(arguments[3]));
            return;
        }
        Path directory = Path.of(arguments[1]);
        List<String> models = Arrays.asList(arguments).subList(2, arguments.length);
        String version = version();
        boolean hasQemu = !version.equals("absent");
        System.out.println("M instructions/s; QEMU: " + version);
        System.out.println("| guest | model | interpreter | translator | ratio | QEMU | translator : QEMU |");
        System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (Guest guest : GUESTS) {
            double qemu = hasQemu ? qemu(directory, guest) : Double.NaN;
            for (String model : models) {
                if (!guest.suits(Guests.model(model))) continue;
                double ratio = compare(directory, guest, model, qemu);
                if (guest.computes)
                    ratios.computeIfAbsent(model, m -> new ArrayList<>()).add(ratio);
            }
        }
        ratios.forEach((model, all) -> System.out.println(String.format(
                Locale.ROOT,
                "| mean of crc, mix, fib | %s | - | - | - | - | %s |",
                model,
                cell(geometricMean(all), 3))));
        firstBytes(arguments[0], directory.resolve("crc_pg.elf").toString(), hasQemu);
    }

    private static double geometricMean(List<Double> values) {
        return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
    }

    private static String cell(double value, int digits) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Prints the guest's speeds, and returns the translator's beside QEMU's. */
    private static double compare(Path directory, Guest guest, String model, double qemu)
            throws IOException, InterruptedException {
        String[] speeds = ofItsOwn(ONE, directory.toString(), guest.name, model).split(" ");
        double slow = Double.parseDouble(speeds[0]);
        double fast = Double.parseDouble(speeds[1]);
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %.1f | %.1f | %.2f | %s | %s |",
                guest.name,
                model,
                slow,
                fast,
                fast / slow,
                cell(qemu, 1),
                cell(fast / qemu, 3)));
        return fast / qemu;
    }

    /** What this program prints in a process of its own, with the options of this one. */
    private static String ofItsOwn(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EngineSpeed.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException(String.join(" ", command) + " failed");
        return printed.strip();
    }

    /** Prints the speeds of a guest, interpreted and translated. */
    private static void measure(Path directory, String name, CpuModel model) throws IOException {
        Guest guest = GUESTS.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow();
        List<Double> interpreted = new ArrayList<>();
        List<Double> translated = new ArrayList<>();
        byte[] shorter = Guests.image(directory, guest.name, guest.repeats / INTERPRETED);
        byte[] longer = Guests.image(directory, guest.name, guest.repeats);
        for (int run = -WARMUPS; run < RUNS; run++) {
            double one = speed(shorter, model, Engine.INTERPRETER);
            double other = speed(longer, model, Engine.TRANSLATOR);
            if (run < 0) continue;
            interpreted.add(one);
            translated.add(other);
        }
        System.out.println(Guests.median(interpreted) + " " + Guests.median(translated));
    }

    private static void firstBytes(String sidestep, String guest, boolean hasQemu)
            throws IOException, InterruptedException {
        System.out.println("| start to the first byte of a guest | seconds |");
        System.out.println("| --- | ---: |");
        String ours = cell(firstByte(sidestep, "boot", guest), 2);
        System.out.println("| sidestep boot | " + ours + " |");
        if (!hasQemu) return;
        String theirs = cell(
                firstByte(
                        QEMU,
                        "-accel",
                        "tcg",
                        "-m",
                        "64",
                        "-display",
                        "none",
                        "-serial",
                        "stdio",
                        "-monitor",
                        "none",
                        "-no-reboot",
                        "-kernel",
                        guest),
                2);
        System.out.println("| " + QEMU + " | " + theirs + " |");
    }

    private static double firstByte(String... command) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int run = 0; run < STARTS; run++) {
            long begin = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.getInputStream().read() < 0) throw new IOException("no output from " + command[0]);
            seconds.add((System.nanoTime() - begin) / 1e9);
            process.destroy();
            process.waitFor();
        }
        return Guests.median(seconds);
    }

    private static double speed(byte[] image, CpuModel model, Engine engine) {
        engine.choose();
        return Guests.speed(image, model);
    }

    /** Instructions that a guest takes for each repetition. */
    private static double perRepeat(Path directory, Guest guest) throws IOException {
        Engine.INTERPRETER.choose();
        long[] count = new long[2];
        for (int i = 0; i < 2; i++) {
            byte[] image = Guests.image(directory, guest.name, i + 1);
            count[i] = Guests.run(image, Guests.model("unit")).instructions();
        }
        return count[1] - count[0];
    }

    private static double qemu(Path directory, Guest guest) throws IOException, InterruptedException {
        double instructions = perRepeat(directory, guest) * (guest.qemuRepeats - guest.qemuRepeats / 10);
        List<Double> speeds = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            double shorter = qemuSeconds(Guests.image(directory, guest.name, guest.qemuRepeats / 10));
            double longer = qemuSeconds(Guests.image(directory, guest.name, guest.qemuRepeats));
            speeds.add(instructions / (longer - shorter) / 1e6);
        }
        return Guests.median(speeds);
    }

    /** Processor time of a run, QEMU's own start included. */
    private static double qemuSeconds(byte[] image) throws IOException, InterruptedException {
        Path file = Files.createTempFile("guest", ".elf");
        try {
            Files.write(file, image);
            String run = String.format(
                    Locale.ROOT,
                    "TIMEFORMAT='%%U %%S'; time %s -accel tcg -m 64 -display none -serial null -monitor none -no-reboot"
                            + " -device isa-debug-exit,iobase=0xf4,iosize=1 -kernel %s >/dev/null 2>&1",
                    QEMU,
                    file);
            Process process = new ProcessBuilder("bash", "-c", run)
                    .redirectErrorStream(true)
                    .start();
            String[] times =
                    new String(process.getInputStream().readAllBytes()).trim().split("\\s+");
            process.waitFor(1, TimeUnit.MINUTES);
            return Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
        } finally {
            Files.delete(file);
        }
    }

    private static String version() throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(QEMU, "--version").start();
            String text = new String(process.getInputStream().readAllBytes());
            process.waitFor();
            return text.lines().findFirst().orElse("absent");
        } catch (IOException e) {
            return "absent";
        }
    }
}
