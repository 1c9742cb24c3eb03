package org.sidestep.lab.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A guest of the resource directory {@code guests}, in the assembly language that people write their first kernels in. It is made
 * by the host's NASM, and as an ELF file by its {@code ld}; without them the test is skipped.
 */
record GuestCase(String name) {

    /** The file as NASM makes it: a kernel that says in its Multiboot header where it goes, or a bare image. */
    void assemble(Path to) {
        nasm("bin", to);
    }

    /** The file as the linker makes it, with its text at {@code address}. */
    void link(Path to, long address) {
        Path object = to.resolveSibling(name + ".o");
        nasm("elf32", object);
        run("ld", "-m", "elf_i386", "-Ttext", "0x" + Long.toHexString(address), "-o", to.toString(), object.toString());
    }

    private void nasm(String format, Path to) {
        Path sources = sources();
        String source = sources.resolve(name + ".asm").toString();
        // NASM takes its include directory literally, separator and all.
        run("nasm", "-I", sources + File.separator, "-f", format, "-o", to.toString(), source);
    }

    private static Path sources() {
        try {
            return Path.of(GuestCase.class.getResource("/guests").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String tool, String... arguments) {
        assumeTrue("true".equals(System.getenv("CI")) || isInstalled(tool), tool + " is not installed");
        List<String> command = new ArrayList<>(List.of(tool));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes());
            int exit = process.waitFor();
            if (exit != 0) throw new IllegalStateException("%s: exit code %d: %s".formatted(command, exit, said));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isInstalled(String tool) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }
}
