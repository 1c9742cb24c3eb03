package org.sidestep.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Engine;

/**
 * How fast the engines are: guests with the interpreter and with the translator by turns, in millions of instructions a second
 * of processor time, and the same guests with {@code qemu-system-i386} (TCG), if it is installed, timed by the difference
 * between a long and a short run. Medians of one run. Each machine's translations are new to the host, which has to compile them
 * first: so a run here takes seconds. Arguments: the directory of the guests, and the ids of the models.
 */
public final class EngineSpeed {
    private static final int WARMUPS = 1;
    private static final int RUNS = 3;
    private static final String QEMU = "qemu-system-i386";

    /** A guest, and repeat counts with which it runs for seconds here and there. */
    private record Guest(String name, int repeats, int qemuRepeats) {}

    private static final List<Guest> GUESTS = List.of(
            new Guest("crc_pg", 600, 8000), new Guest("mix_pg", 300_000, 4_000_000), new Guest("fib_pg", 40, 500));

    private EngineSpeed() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        System.out.println("M instructions/s; QEMU: " + version());
        System.out.println("| guest | model | interpreter | translator | ratio | QEMU | translator : QEMU |");
        System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        for (Guest guest : GUESTS) {
            double qemu = version().equals("absent") ? Double.NaN : qemu(directory, guest);
            for (String model : Arrays.asList(arguments).subList(1, arguments.length)) {
                compare(directory, guest, Guests.model(model), qemu);
            }
        }
    }

    private static void compare(Path directory, Guest guest, CpuModel model, double qemu) throws IOException {
        List<Double> interpreted = new ArrayList<>();
        List<Double> translated = new ArrayList<>();
        byte[] image = Guests.image(directory, guest.name, guest.repeats);
        for (int run = -WARMUPS; run < RUNS; run++) {
            double one = speed(image, model, Engine.INTERPRETER);
            double other = speed(image, model, Engine.TRANSLATOR);
            if (run < 0) continue;
            interpreted.add(one);
            translated.add(other);
        }
        double slow = Guests.median(interpreted);
        double fast = Guests.median(translated);
        System.out.println(String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %.2f | %s | %s |",
                guest.name,
                model.id(),
                slow,
                fast,
                fast / slow,
                Double.isNaN(qemu) ? "-" : String.format(Locale.ROOT, "%.0f", qemu),
                Double.isNaN(qemu) ? "-" : String.format(Locale.ROOT, "%.3f", fast / qemu)));
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
