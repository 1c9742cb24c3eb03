package org.sidestep.machine.ia32.emulator;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** QEMU as a program, with guest memory in a file that outlives it. */
final class Qemu {
    private static final String PROGRAM = "qemu-system-i386";

    /** QEMU's exit device ends it with twice the written value plus one. */
    private static final int SUCCESS = 1;

    private static final int PATIENCE = 60;

    private Qemu() {}

    static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, PROGRAM)));
    }

    /** Runs an image until it exits; the contents of memory from {@code address} on. */
    static ByteBuffer run(byte[] image, int address, int length, Path directory) throws IOException {
        Path elf = Files.write(directory.resolve("image.elf"), image);
        Path memory = directory.resolve("memory");
        Files.deleteIfExists(memory);
        String backend = "memory-backend-file,id=ram,share=on,mem-path=%s,size=%dM".formatted(memory, Layout.MEGABYTES);
        // spotless:off
        Process qemu = new ProcessBuilder(
                PROGRAM, "-cpu", "pentium3", "-m", "%dM".formatted(Layout.MEGABYTES), "-display", "none", "-no-reboot",
                "-object", backend, "-machine", "pc,memory-backend=ram", "-kernel", elf.toString(),
                "-device", "isa-debug-exit,iobase=0xf4,iosize=1")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        // spotless:on
        try {
            if (!qemu.waitFor(PATIENCE, TimeUnit.SECONDS)) throw new IOException("QEMU did not end");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        } finally {
            qemu.destroyForcibly();
        }
        if (qemu.exitValue() != SUCCESS) {
            throw new IOException(
                    "QEMU ended with %d: %s".formatted(qemu.exitValue(), Files.readString(directory.resolve("log"))));
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel file = FileChannel.open(memory, StandardOpenOption.READ)) {
            file.read(bytes, address);
        }
        return bytes.flip();
    }
}
