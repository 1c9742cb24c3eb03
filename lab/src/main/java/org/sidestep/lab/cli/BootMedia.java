package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.boot.ImageFiles;
import org.sidestep.lab.file.InputFile;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootSource.Image;

/** What is booted and what is in the drives, from the options that name files. */
final class BootMedia {

    private final Optional<Image> kernel;
    private final Optional<Image> linux;
    private final Optional<Image> rom;
    private final Optional<Image> floppy;
    private final Optional<Image> cdRom;
    private final List<Image> disks = new ArrayList<>();
    private final String commandLine;
    private final List<String> modules;
    private final int megabytes;

    BootMedia(
            Path image,
            Path rom,
            Path floppy,
            Path cdRom,
            List<Path> disks,
            String commandLine,
            List<String> modules,
            int megabytes) {
        Optional<Image> file = Optional.ofNullable(image).map(path -> ImageFiles.readUnpacked(path, megabytes));
        Optional<ImageFiles.Kind> kind = file.map(ImageFiles::kind);
        this.kernel = of(ImageFiles.Kind.KERNEL, file, kind, null, ImageFiles::read);
        this.linux = of(ImageFiles.Kind.LINUX, file, kind, null, ImageFiles::read);
        this.rom = of(ImageFiles.Kind.ROM, file, kind, rom, ImageFiles::readRom);
        this.floppy = of(ImageFiles.Kind.FLOPPY, file, kind, floppy, ImageFiles::readFloppy);
        this.cdRom = of(ImageFiles.Kind.CDROM, file, kind, cdRom, ImageFiles::read);
        if (kind.equals(Optional.of(ImageFiles.Kind.DISK))) file.ifPresent(this.disks::add);
        for (Path disk : disks) this.disks.add(ImageFiles.read(disk));
        this.commandLine = commandLine;
        this.modules = modules;
        this.megabytes = megabytes;
    }

    /** The image if it is of that kind, else the file that an option names. */
    private static Optional<Image> of(
            ImageFiles.Kind wanted,
            Optional<Image> image,
            Optional<ImageFiles.Kind> kind,
            Path option,
            Function<Path, Image> read) {
        if (kind.isEmpty() || kind.get() != wanted)
            return Optional.ofNullable(option).map(read);
        if (option != null) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "%s is a %s already; leave %s out or say it with an option",
                    image.get().name(),
                    wanted.name().toLowerCase(Locale.ROOT),
                    option));
        }
        return image;
    }

    Optional<Image> floppy() {
        return floppy;
    }

    Optional<Image> cdRom() {
        return cdRom;
    }

    /** An IMAGE that is a disk is the first one. */
    List<Image> disks() {
        return disks;
    }

    BootSource source() {
        Optional<Image> loaded = kernel.or(() -> linux);
        if (loaded.isPresent() && rom.isPresent()) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "%s is a kernel and is loaded without --rom; leave one of them out",
                    loaded.get().name()));
        }
        if (kernel.isPresent()) {
            return new BootSource.Multiboot(kernel.get(), commandLine, loadModules());
        }
        if (linux.isPresent()) return new BootSource.Linux(linux.get(), commandLine, initialDisk());
        if (!modules.isEmpty() || !commandLine.isEmpty()) {
            throw new BadInput("--module and --append belong to a kernel, and IMAGE is none");
        }
        if (rom.isPresent()) return new BootSource.Rom(rom.get());
        if (floppy.isEmpty() && cdRom.isEmpty() && disks.isEmpty())
            throw new BadInput("nothing to boot; name an IMAGE");
        return new BootSource.Firmware();
    }

    private Optional<Image> initialDisk() {
        if (modules.size() > 1) throw new BadInput("a Linux kernel takes one --module, its initial RAM disk");
        return modules.stream().findFirst().map(file -> ImageFiles.read(InputFile.path(file), megabytes));
    }

    private List<BootSource.Module> loadModules() {
        List<BootSource.Module> loaded = new ArrayList<>();
        for (String module : modules) {
            String file = file(module);
            Image content = ImageFiles.read(InputFile.path(file), megabytes);
            boolean told = file.length() < module.length();
            loaded.add(new BootSource.Module(content, told ? module.substring(file.length() + 1) : file));
        }
        return loaded;
    }

    /** The file that {@code FILE[:CMDLINE]} names. */
    static String file(String module) {
        int colon = module.indexOf(':');
        return colon < 0 ? module : module.substring(0, colon);
    }
}
