package org.sidestep.lab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * What a new build does once, in a Java machine that writes down which classes it loads: the launcher keeps these in loaded form,
 * so that commands start quickly. No user calls it.
 */
final class Training {

    private static final String EXPERIMENT = """
            name: training
            defaults: {machine: ia32, cpu: [unit, p3-coppermine], kernel: l4, scheduler: priority-rr, validation: twin}
            matrix:
              - ipc: [strict, lazy]
                workload: {id: ping-pong, space: intra, call: lipc, words: 0}
            """;

    private Training() {}

    /** @param arguments an empty directory, in which it may write */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        String experiment =
                Files.writeString(directory.resolve("small.yaml"), EXPERIMENT).toString();
        String image = directory.resolve("kernel.elf").toString();
        require("run", experiment, "--out", directory.resolve("results").toString());
        require("image", "--out", image, "ipc=lazy", "workload=ping-pong");
        require("boot", image);
        require("list");
        System.exit(CommandLine.ExitCode.OK);
    }

    private static void require(String... arguments) {
        if (Main.run(arguments) != CommandLine.ExitCode.OK) System.exit(CommandLine.ExitCode.SOFTWARE);
    }
}
