package org.sidestep.lab.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.boot.BootRecording;
import org.sidestep.lab.boot.ImageFiles;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.debug.DebugConsole;
import org.sidestep.lab.debug.DebugTarget;
import org.sidestep.lab.debug.GdbServer;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Lines;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Debugs a cell or a foreign image, forward and backward. */
@Command(
        name = "debug",
        mixinStandardHelpOptions = true,
        description = {
            "Debug a cell, or an image as 'boot' takes it, with gdb or on a small console: breakpoints, watches, threads by"
                    + " name, and back as well as forward. It costs the guest nothing.",
            "Example: ./sidestep debug ipc=lazy workload=ping-pong",
            "Example: ./sidestep debug --gdb ipc=lazy     then: gdb -ex 'target remote 127.0.0.1:1234'",
            "Example: ./sidestep debug kernel.elf --replay run.rec"
        },
        footer = "See docs/debugging.md.")
final class DebugCommand implements Runnable {

    @Mixin
    private CellOptions cell;

    @Option(names = "--gdb", description = "Wait for gdb instead, on a port of the loopback.")
    private boolean gdb;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port for --gdb (default: ${DEFAULT-VALUE}; 0 takes a free one).")
    private int port = 1234;

    @Option(names = "--cpu", paramLabel = "MODEL", description = "An image's CPU model (default: p3-coppermine).")
    private String cpu;

    @Option(names = "--memory", paramLabel = "MIB", description = "An image's memory in MiB (default: 256).")
    private Integer memory;

    @Option(names = "--append", paramLabel = "CMDLINE", description = "An image's command line.")
    private String commandLine;

    @Option(names = "--module", paramLabel = "FILE[:CMDLINE]", description = "A module beside an image (repeatable).")
    private List<String> modules = List.of();

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description =
                    "What is typed, and when, as 'boot --record' has written it, with the same image and options.")
    private Path replay;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (port < 0 || port > 0xFFFF) {
            throw new BadInput("--port: there is no port " + port + "; take one from 1 to 65535, or 0 for any");
        }
        Optional<Path> image = cell.image();
        DebugTarget target = image.isPresent() ? boot(image.get()) : assembled();
        try {
            if (gdb) serve(target);
            else console(target, spec.commandLine().getOut());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DebugTarget assembled() {
        boolean forImages =
                cpu != null || memory != null || commandLine != null || replay != null || !modules.isEmpty();
        if (forImages) {
            throw new BadInput(
                    "--cpu, --memory, --append, --module and --replay belong to an image; a cell says its own:"
                            + " cpu=p3-katmai, or --set cpu=p3-katmai");
        }
        CellOptions.Chosen chosen = cell.assembled(spec.commandLine().getErr());
        return DebugTarget.of(chosen.cell(), chosen.image());
    }

    private DebugTarget boot(Path image) {
        int megabytes = memory == null ? 256 : memory;
        BadInput.requireAtLeast(1, "--memory", megabytes);
        BootMedia media = new BootMedia(
                image, null, null, null, List.of(), commandLine == null ? "" : commandLine, modules, megabytes);
        Catalog catalog = cell.catalog();
        var model = Configured.defaults((CpuModel)
                catalog.find(Axis.CPU, cpu == null ? "p3-coppermine" : cpu).extension());
        var provider = (MachineProvider) catalog.find(Axis.MACHINE, "ia32").extension();
        Lines nowhere = new Lines(octet -> {}, octet -> {}, Map.of());
        var configuration = new BootConfiguration(
                media.source(), media.floppy(), media.cdRom(), media.disks(), nowhere, false, false);
        try {
            var parameters = org.sidestep.plugin.Parameters.of(provider, Map.of("memory", megabytes));
            BootedMachine machine = provider.boot(parameters, configuration, model);
            new BootRecording(machine, Optional.empty(), Optional.ofNullable(replay));
            return DebugTarget.of(
                    machine, ImageFiles.readUnpacked(image, megabytes).bytes());
        } catch (BadParameter | BadImage e) {
            throw new BadInput(e.getMessage(), e);
        }
    }

    private void serve(DebugTarget target) throws IOException {
        try (GdbServer server = new GdbServer(target, port)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("waiting for: gdb -ex 'target remote " + server.address() + "'");
            out.flush();
            server.serve();
        }
    }

    /** Lets the user debug, on the console. */
    static void console(DebugTarget target, PrintWriter out) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // Commands from a file or a pipe are always there already.
        boolean person = Boolean.getBoolean("sidestep.terminal") && System.console() != null;
        new DebugConsole(target, out, () -> person && isReady(commands)).run(commands);
    }

    /** Whether the user has typed a line, which stops a run. */
    private static boolean isReady(BufferedReader commands) {
        try {
            return commands.ready();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
