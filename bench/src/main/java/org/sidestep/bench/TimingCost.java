package org.sidestep.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.ia32.timing.unit.UnitModel;

/**
 * What a timing model costs the interpreter: guest programs with and without it by turns, in millions of instructions per
 * second of processor time, and the ratio. Arguments: the directory of the guests, and the ids of the models.
 */
public final class TimingCost {
    private static final int WARMUPS = 3;
    private static final int RUNS = 7;

    /** A guest and a repeat count with which it runs for some tenths of a second. */
    private record Guest(String name, int repeats) {}

    private static final List<Guest> GUESTS =
            List.of(new Guest("crc_pg", 80), new Guest("mix_pg", 40_000), new Guest("fib_pg", 5));

    private TimingCost() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("| guest | model | off, M instr/s | on, M instr/s | off : on |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (int i = 1; i < arguments.length; i++) {
            for (Guest guest : GUESTS) compare(Path.of(arguments[0]), guest, Guests.model(arguments[i]));
        }
    }

    private static void compare(Path directory, Guest guest, CpuModel model) throws IOException {
        byte[] image = Guests.image(directory, guest.name, guest.repeats);
        List<Double> off = new ArrayList<>();
        List<Double> on = new ArrayList<>();
        for (int run = -WARMUPS; run < RUNS; run++) {
            double without = Guests.speed(image, new UnitModel());
            double with = Guests.speed(image, model);
            if (run < 0) continue;
            off.add(without);
            on.add(with);
        }
        double unit = Guests.median(off);
        double timed = Guests.median(on);
        System.out.printf(
                Locale.ROOT, "| %s | %s | %.0f | %.0f | %.2f |%n", guest.name, model.id(), unit, timed, unit / timed);
    }
}
