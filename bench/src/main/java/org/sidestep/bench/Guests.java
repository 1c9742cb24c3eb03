package org.sidestep.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Guest programs whose repeat count can be set, run on a machine of their own and timed. */
final class Guests {

    private Guests() {}

    /** The guest's ELF file with its repeat count patched in. */
    static byte[] image(Path directory, String guest, int repeats) throws IOException {
        byte[] elf = Files.readAllBytes(directory.resolve(guest + ".elf"));
        for (int i = 0; i + 8 < elf.length; i++) {
            if (elf[i] != 'N' || elf[i + 1] != 'R' || elf[i + 2] != 'E' || elf[i + 3] != 'P') continue;
            for (int b = 0; b < 4; b++) elf[i + 4 + b] = (byte) (repeats >> 8 * b);
            return elf;
        }
        throw new IOException(guest + " has no repeat count");
    }

    /** The CPU model of that id. */
    static CpuModel model(String id) {
        return ServiceLoader.load(CpuModel.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no CPU model " + id));
    }

    /** A machine that has run the image to its end. */
    static Machine run(byte[] image, CpuModel model) {
        Machine machine = loaded(image, model);
        machine.run(Limits.instructions(Long.MAX_VALUE));
        return machine;
    }

    /** Millions of instructions a second of processor time. */
    static double speed(byte[] image, CpuModel model) {
        Machine machine = loaded(image, model);
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        machine.run(Limits.instructions(Long.MAX_VALUE));
        long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
        return machine.instructions() * 1e3 / time;
    }

    private static Machine loaded(byte[] image, CpuModel model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine = provider.create(Parameters.of(provider, Map.of()), Configured.defaults(model));
        machine.load(image);
        return machine;
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
