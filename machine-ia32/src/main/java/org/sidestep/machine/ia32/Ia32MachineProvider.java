package org.sidestep.machine.ia32;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.machine.ia32.device.BoardOptions;
import org.sidestep.machine.ia32.device.Disk;
import org.sidestep.machine.ia32.device.OpticalDisc;
import org.sidestep.machine.ia32.firmware.Bios;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** Makes {@link Ia32Machine}s. */
public final class Ia32MachineProvider implements MachineProvider {
    private static final String MEMORY = "memory";
    private static final int LARGEST_ROM = 16 << 20;

    @Override
    public String id() {
        return "ia32";
    }

    @Override
    public String summary() {
        return "a PC with one IA-32 processor, interpreted";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.integer(MEMORY, 64, 1, 1024, "physical memory in MB"));
    }

    @Override
    public Machine create(Parameters parameters, Configured<CpuModel> cpu) {
        int bytes = parameters.integer(MEMORY) << 20;
        CpuModel model = cpu.plugin();
        return new Ia32Machine(bytes, model.identity(cpu.parameters()), model.timing(cpu.parameters()));
    }

    @Override
    public BootedMachine boot(Parameters parameters, BootConfiguration configuration, Configured<CpuModel> cpu) {
        BoardOptions options = new BoardOptions(
                true,
                configuration.restarts(),
                configuration.strict(),
                configuration.disks().stream()
                        .map(image -> Disk.hard(image.bytes()))
                        .toList(),
                configuration.cdRom().map(image -> new OpticalDisc(image.bytes())),
                configuration.floppy().map(Ia32MachineProvider::floppy),
                rom(configuration.source()),
                configuration.source() instanceof BootSource.Multiboot,
                configuration.lines());
        CpuModel model = cpu.plugin();
        Ia32Machine machine = new Ia32Machine(
                parameters.integer(MEMORY) << 20,
                model.identity(cpu.parameters()),
                model.timing(cpu.parameters()),
                options);
        boolean otherMedia =
                configuration.floppy().isPresent() || !configuration.disks().isEmpty();
        if (configuration.source() instanceof BootSource.Firmware && !otherMedia)
            configuration.cdRom().ifPresent(Ia32MachineProvider::check);
        start(machine, configuration.source());
        return machine;
    }

    private static void check(BootSource.Image image) {
        named(image, () -> Bios.checkBootable(new OpticalDisc(image.bytes())));
    }

    private static void start(Ia32Machine machine, BootSource source) {
        if (source instanceof BootSource.Multiboot multiboot) {
            named(multiboot.kernel(), () -> machine.startLoaded(multiboot));
        } else if (source instanceof BootSource.Linux linux) {
            named(linux.kernel(), () -> machine.startBios(linux));
        } else if (source instanceof BootSource.Rom firmware) {
            machine.start(firmware.image().bytes());
        } else {
            machine.startBios();
        }
    }

    private static void named(BootSource.Image image, Runnable action) {
        named(image, () -> {
            action.run();
            return image;
        });
    }

    /** What the processor finds at its reset vector. */
    private static Optional<byte[]> rom(BootSource source) {
        if (!(source instanceof BootSource.Rom firmware)) return Optional.of(Bios.image());
        byte[] bytes = firmware.image().bytes();
        if (bytes.length < 16 || bytes.length > LARGEST_ROM || bytes.length % 16 != 0) {
            throw new BadImage(String.format(
                    Locale.ROOT,
                    "%s: a ROM has 16 bytes to 16 MB, a multiple of 16; this file has %d",
                    firmware.image().name(),
                    bytes.length));
        }
        return Optional.of(bytes);
    }

    private static Disk floppy(BootSource.Image image) {
        return named(image, () -> Disk.floppy(image.bytes()));
    }

    private static <T> T named(BootSource.Image image, Supplier<T> action) {
        try {
            return action.get();
        } catch (BadImage e) {
            throw new BadImage(image.name() + ": " + e.getMessage());
        }
    }
}
