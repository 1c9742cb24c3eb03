package org.sidestep.machine.ia32.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small systems of {@link BootTest} are no friends of this machine alone: they print the same in QEMU, if it is installed. */
class OtherEmulatorBootTest {
    private static final String QEMU = "qemu-system-i386";

    @TempDir
    private Path directory;

    @Test
    void theKernelPrintsTheSame() throws IOException, InterruptedException {
        int exit = qemu("-kernel", PagedKernel.elf());
        assertThat(directory.resolve("serial")).hasContent(PagedKernel.TEXT);
        assertThat(exit).isEqualTo(exitOf(PagedKernel.EXIT_CODE));
    }

    @Test
    void theRomPrintsTheSame() throws IOException, InterruptedException {
        int exit = qemu("-bios", ModesRom.image());
        assertThat(directory.resolve("serial")).hasContent(ModesRom.TEXT);
        assertThat(exit).isEqualTo(exitOf(ModesRom.EXIT_CODE));
    }

    /** QEMU's exit device ends it with twice the written value plus one. */
    private static int exitOf(int code) {
        return 2 * code + 1;
    }

    private int qemu(String option, byte[] image) throws IOException, InterruptedException {
        assumeTrue("true".equals(System.getenv("CI")) || isInstalled(), QEMU + " is not installed");
        Path file = Files.write(directory.resolve("image"), image);
        List<String> command = new ArrayList<>(List.of(QEMU, "-cpu", "pentium3", "-m", "64", "-display", "none"));
        command.addAll(List.of("-no-reboot", option, file.toString()));
        command.addAll(List.of("-serial", "file:" + directory.resolve("serial")));
        command.addAll(List.of("-device", "isa-debug-exit,iobase=0xf4,iosize=1"));
        Process qemu = new ProcessBuilder(command).redirectErrorStream(true).start();
        boolean ended = qemu.waitFor(60, TimeUnit.SECONDS);
        qemu.destroyForcibly();
        assertThat(ended).as("ended by itself").isTrue();
        return qemu.exitValue();
    }

    private static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, QEMU)));
    }
}
