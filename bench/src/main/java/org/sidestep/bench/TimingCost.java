package org.sidestep.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

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
            for (Guest guest : GUESTS) compare(image(Path.of(arguments[0]), guest), guest.name, named(arguments[i]));
        }
    }

    private static void compare(byte[] image, String guest, CpuModel model) {
        List<Double> off = new ArrayList<>();
        List<Double> on = new ArrayList<>();
        for (int run = -WARMUPS; run < RUNS; run++) {
            double without = speed(image, new UnitModel());
            double with = speed(image, model);
            if (run < 0) continue;
            off.add(without);
            on.add(with);
        }
        double unit = median(off);
        double timed = median(on);
        System.out.printf(
                Locale.ROOT, "| %s | %s | %.0f | %.0f | %.2f |%n", guest, model.id(), unit, timed, unit / timed);
    }

    private static double speed(byte[] image, CpuModel model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine = provider.create(Parameters.of(provider, Map.of()), Configured.defaults(model));
        machine.load(image);
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        machine.run(Limits.instructions(Long.MAX_VALUE));
        long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
        return machine.instructions() * 1e3 / time;
    }

    private static CpuModel named(String id) {
        return ServiceLoader.load(CpuModel.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no CPU model " + id));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** The guest with its repeat count patched in. */
    private static byte[] image(Path directory, Guest guest) throws IOException {
        byte[] elf = Files.readAllBytes(directory.resolve(guest.name + ".elf"));
        for (int i = 0; i + 8 < elf.length; i++) {
            if (elf[i] != 'N' || elf[i + 1] != 'R' || elf[i + 2] != 'E' || elf[i + 3] != 'P') continue;
            for (int b = 0; b < 4; b++) elf[i + 4 + b] = (byte) (guest.repeats >> 8 * b);
            return elf;
        }
        throw new IOException(guest.name + " has no repeat count");
    }
}
