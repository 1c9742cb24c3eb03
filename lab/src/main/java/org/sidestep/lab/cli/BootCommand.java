package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.boot.BootRecording;
import org.sidestep.lab.boot.BootRun;
import org.sidestep.lab.boot.HeldInput;
import org.sidestep.lab.boot.ImageFiles;
import org.sidestep.lab.boot.Input;
import org.sidestep.lab.boot.Outputs;
import org.sidestep.lab.boot.StandardInput;
import org.sidestep.lab.boot.TextWatch;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Engine;
import org.sidestep.machine.Lines;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Boots software that is not this project's own. */
@Command(
        name = "boot",
        mixinStandardHelpOptions = true,
        description = {
            "Boot a kernel, a ROM, a floppy, a CD-ROM or a disk, and print its serial console.",
            "Example: ./sidestep boot kernel.elf --cpu p4 --memory 64"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "n:the byte that the guest wrote to port F4; 0 if it switched the machine off",
            "0:the text of --until-text has appeared",
            "1:the guest exited with 0 before that text appeared",
            "2:bad input",
            "3:stopped by --max-cycles",
            "4:the guest cannot go on: halted for good, triple fault, reset, or what --strict forbids",
            "130:interrupted"
        })
final class BootCommand implements Callable<Integer> {

    private static final String STDIN = "stdin";

    @Parameters(
            arity = "0..1",
            paramLabel = "IMAGE",
            description =
                    "A Multiboot kernel, a ROM, or an image of a floppy, CD-ROM or disk; which one, its contents tell.")
    private Path image;

    @Option(
            names = "--module",
            paramLabel = "FILE[:CMDLINE]",
            description = "Load a module with the kernel (may be repeated). Without CMDLINE it is told its FILE.")
    private List<String> modules = List.of();

    @Option(names = "--append", paramLabel = "CMDLINE", description = "The kernel's command line.")
    private String commandLine = "";

    @Option(names = "--rom", paramLabel = "FILE", description = "Firmware to start instead of the built-in one.")
    private Path rom;

    @Option(names = "--floppy", paramLabel = "FILE", description = "The floppy in the first drive.")
    private Path floppy;

    @Option(names = "--cdrom", paramLabel = "FILE", description = "The disc in a CD-ROM drive.")
    private Path cdRom;

    @Option(names = "--disk", paramLabel = "FILE", description = "A hard disk (may be repeated, up to four).")
    private List<Path> disks = List.of();

    @Option(names = "--memory", paramLabel = "MIB", description = "Memory in MiB (default: ${DEFAULT-VALUE}).")
    private int memory = 256;

    @Option(names = "--cpu", paramLabel = "MODEL", description = "The CPU model (default: ${DEFAULT-VALUE}).")
    private String cpu = "p3-coppermine";

    @Mixin
    private EngineOption engine;

    @Option(names = "--machine", paramLabel = "ID", description = "The machine (default: ${DEFAULT-VALUE}).")
    private String machine = "ia32";

    @Option(
            names = "--serial",
            paramLabel = "stdio|FILE",
            description = "Where the serial port prints (default: ${DEFAULT-VALUE}).")
    private String serial = Outputs.STDIO;

    @Option(names = "--debugcon", paramLabel = "stdio|FILE", description = "Where port E9 prints (default: nowhere).")
    private String debugConsole;

    @Option(
            names = "--port-log",
            paramLabel = "PORT=FILE",
            description = "Write each byte that goes to the port, given in hex, to a file (may be repeated).")
    private List<String> portLogs = List.of();

    @Option(
            names = "--input",
            paramLabel = "FILE|stdin",
            description = "What is typed at the console: a file, or what comes as it comes (default: nothing).")
    private String input;

    @Option(
            names = "--keys",
            paramLabel = "FILE|stdin",
            description = "What is typed on the keyboard, in the same way (default: nothing).")
    private String keys;

    @Option(
            names = "--input-after",
            paramLabel = "TEXT",
            description = "Hold --input and --keys back until the console has printed TEXT, or the screen shows it.")
    private String inputAfter;

    @Option(names = "--screen", paramLabel = "FILE", description = "Write the text screen, as it is at the end.")
    private Path screen;

    @Option(
            names = "--until-text",
            paramLabel = "TEXT",
            description = "Stop when the console has printed TEXT, or the screen shows it.")
    private String untilText;

    @Option(names = "--max-cycles", paramLabel = "N", description = "Stop at that cycle (default: never).")
    private long maxCycles = Long.MAX_VALUE;

    @Option(
            names = "--record",
            paramLabel = "FILE",
            description = "Write down what is typed, and when: --replay has the same run again.")
    private Path record;

    @Option(
            names = "--replay",
            paramLabel = "FILE",
            description = "Let come what --record has written, with the same image and options.")
    private Path replay;

    @Option(names = "--trace", paramLabel = "FILE", description = "Write a line per instruction.")
    private Path trace;

    @Option(
            names = "--strict",
            description = "Stop at the first access to a port or MSR that does not exist, and the first undefined"
                    + " instruction.")
    private boolean strict;

    @Option(names = "--reboot", description = "Let a reset or triple fault restart the machine instead of stopping it.")
    private boolean restarts;

    @Mixin
    private CpuSettings settings;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    /** Stopped by the text watch while it runs; the watch exists before the machine does. */
    private BootedMachine booted;

    private List<HeldInput> held = List.of();

    @Override
    public Integer call() {
        engine.choose(Engine.TRANSLATOR);
        BadInput.requireAtLeast(1, "--max-cycles", maxCycles);
        BadInput.requireAtLeast(1, "--memory", memory);
        if (screen != null) OutputFile.require(screen);
        check(untilText == null || !untilText.isEmpty(), "--until-text needs a text");
        check(inputAfter == null || !inputAfter.isEmpty(), "--input-after needs a text");
        check(!(STDIN.equals(input) && STDIN.equals(keys)), "--input and --keys cannot both be stdin");
        check(
                replay == null || input == null && keys == null,
                "--replay brings its own input; leave --input and --keys out");
        checkFiles();
        Catalog catalog = plugins.catalog();
        var model = settings.configure((CpuModel) catalog.find(Axis.CPU, cpu).extension());
        var provider = (MachineProvider) catalog.find(Axis.MACHINE, machine).extension();
        CountDownLatch ended = new CountDownLatch(1);
        try {
            return boot(provider, model, ended);
        } finally {
            spec.commandLine().getErr().flush();
            ended.countDown();
        }
    }

    private void checkFiles() {
        FileUses files = new FileUses()
                .reads("IMAGE", image)
                .reads("--rom", rom)
                .reads("--floppy", floppy)
                .reads("--cdrom", cdRom)
                .reads("--replay", replay)
                .reads("--input", file(input, STDIN))
                .reads("--keys", file(keys, STDIN));
        disks.forEach(disk -> files.reads("--disk", disk));
        modules.forEach(module -> files.reads("--module", InputFile.path(BootMedia.file(module))));
        files.writes("--serial", file(serial, Outputs.STDIO))
                .writes("--debugcon", file(debugConsole, Outputs.STDIO))
                .writes("--screen", screen)
                .writes("--record", record)
                .writes("--trace", trace);
        portLogs.forEach(log -> files.writes("--port-log", file(log.substring(log.indexOf('=') + 1), Outputs.STDIO)));
    }

    /** The file that an option names which can also name a standard stream. */
    private static Path file(String name, String stream) {
        return name == null || name.equals(stream) ? null : InputFile.path(name);
    }

    private int boot(MachineProvider provider, Configured<CpuModel> model, CountDownLatch ended) {
        PrintWriter messages = spec.commandLine().getErr();
        BootMedia media = new BootMedia(image, rom, floppy, cdRom, disks, commandLine, modules, memory);
        try (Outputs outputs = new Outputs();
                HeldInput typed = input(input);
                HeldInput pressed = input(keys)) {
            held = List.of(typed, pressed);
            BootConfiguration configuration = new BootConfiguration(
                    media.source(), media.floppy(), media.cdRom(), media.disks(), lines(outputs), strict, restarts);
            booted = boot(provider, configuration, model);
            int kiloHertz = model.plugin().identity(model.parameters()).kiloHertz();
            try (BootRun run =
                    new BootRun(booted, kiloHertz, typed, pressed, outputs, Optional.ofNullable(trace), messages)) {
                BootRecording recording =
                        new BootRecording(booted, Optional.ofNullable(record), Optional.ofNullable(replay));
                return recording.finish(interruptibly(run, ended), messages);
            } finally {
                if (screen != null) writeScreen();
            }
        }
    }

    private BootedMachine boot(MachineProvider provider, BootConfiguration configuration, Configured<CpuModel> model) {
        try {
            var parameters = org.sidestep.plugin.Parameters.of(provider, Map.of("memory", memory));
            return provider.boot(parameters, configuration, model);
        } catch (BadParameter | BadImage e) {
            throw new BadInput(e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT, "--memory=%d: more than this Java machine can give; ask for less", memory),
                    e);
        }
    }

    /** Runs so that Ctrl-C ends the run with a report, and with all files written, rather than at once. */
    private int interruptibly(BootRun run, CountDownLatch ended) {
        Thread hook = new Thread(() -> {
            run.interrupt();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        int code = run.run(maxCycles, Optional.ofNullable(untilText));
        if (code != BootRun.INTERRUPTED) Runtime.getRuntime().removeShutdownHook(hook);
        return code;
    }

    private void writeScreen() {
        OutputFile.save(screen, booted.screen().getBytes(StandardCharsets.UTF_8));
    }

    private HeldInput input(String source) {
        Optional<String> after = Optional.ofNullable(inputAfter);
        if (source == null) return new HeldInput(Input.NONE, after);
        boolean live = source.equals(STDIN);
        return new HeldInput(live ? new StandardInput() : Input.of(ImageFiles.read(InputFile.path(source))), after);
    }

    private void release() {
        held.forEach(HeldInput::release);
    }

    private Lines lines(Outputs outputs) {
        Map<Integer, IntConsumer> ports = new LinkedHashMap<>();
        for (String log : portLogs) {
            int equals = log.indexOf('=');
            check(
                    equals > 0 && equals < log.length() - 1,
                    String.format(Locale.ROOT, "--port-log '%s' is not of the form PORT=FILE", log));
            ports.merge(port(log.substring(0, equals)), outputs.open(log.substring(equals + 1)), IntConsumer::andThen);
        }
        IntConsumer debug = debugConsole == null ? octet -> {} : outputs.open(debugConsole);
        return new Lines(watched(outputs.open(serial)), watched(debug), ports);
    }

    private IntConsumer watched(IntConsumer line) {
        IntConsumer all = line;
        if (inputAfter != null) all = all.andThen(new TextWatch(inputAfter, this::release));
        if (untilText == null) return all;
        return all.andThen(new TextWatch(untilText, () -> booted.requestStop("the text has appeared")));
    }

    private static int port(String hex) {
        check(
                hex.matches("(0[xX])?[0-9A-Fa-f]{1,8}"),
                String.format(Locale.ROOT, "--port-log: '%s' is no port number in hex", hex));
        long port = Long.parseLong(hex.replaceFirst("^0[xX]", ""), 16);
        check(port <= 0xFFFF, "--port-log: there is no port " + hex);
        return (int) port;
    }

    private static void check(boolean holds, String message) {
        if (!holds) throw new BadInput(message);
    }
}
