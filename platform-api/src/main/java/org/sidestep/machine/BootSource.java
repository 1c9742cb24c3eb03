package org.sidestep.machine;

import java.util.List;
import java.util.Optional;

/** What a machine executes first after it has been switched on. */
public sealed interface BootSource {

    /** Bytes of a file, and the name by which messages call them. */
    record Image(String name, byte[] bytes) {}

    /**
     * A kernel that a boot loader has put into memory (Multiboot Specification 0.6.96).
     *
     * @param commandLine what the kernel is told, without its own name
     * @param modules files that are loaded with it, in order
     */
    record Multiboot(Image kernel, String commandLine, List<Module> modules) implements BootSource {
        public Multiboot {
            modules = List.copyOf(modules);
        }
    }

    /** A Multiboot module with the string that belongs to it. */
    record Module(Image image, String commandLine) {}

    /**
     * A Linux kernel that firmware and a boot loader have put into memory (The Linux/x86 Boot Protocol).
     *
     * @param initialDisk the initial RAM disk
     */
    record Linux(Image kernel, String commandLine, Optional<Image> initialDisk) implements BootSource {}

    /**
     * Firmware that ends at the end of the first and of the last megabyte of the address space; the processor starts at the
     * reset vector FFFFFFF0, in real mode (SDM vol. 3, section 9.1.4).
     */
    record Rom(Image image) implements BootSource {}

    /** The firmware that the machine brings with it; it boots {@link BootConfiguration#floppy}, else the CD-ROM, else the first disk. */
    record Firmware() implements BootSource {}
}
