package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.plugin.WholeNumber;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command line. Exit codes: 0 done, 1 a claim or a cell failed, 2 bad input. */
@Command(
        name = "sidestep",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "What does this way of doing IPC cost, and is it still correct when interrupted and attacked?",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:a claim or a cell failed", "2:bad input"})
public final class Main implements Runnable {

    /** In the order of the help. */
    static final List<String> COMMANDS = List.of(
            "run",
            "shards",
            "merge",
            "new",
            "grade",
            "verify",
            "boot",
            "debug",
            "trace",
            "bill",
            "diff",
            "calibrate",
            "conformance",
            "list",
            "listing",
            "image",
            "schema");

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine line = commandLine(arguments);
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError e) {
            line.getErr().println(tooSmall());
            return CommandLine.ExitCode.USAGE;
        }
    }

    /** What understands {@code arguments}; of their command alone if they begin with one, since looking at all takes time. */
    public static CommandLine commandLine(String... arguments) {
        CommandLine all = new CommandLine(new Main());
        Class<?> named = arguments.length == 0 ? null : command(arguments[0]);
        if (named != null) all.addSubcommand(named);
        else for (String name : COMMANDS) all.addSubcommand(command(name));
        return all.setUsageHelpAutoWidth(true)
                .registerConverter(Path.class, Main::path)
                .registerConverter(int.class, text -> (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .registerConverter(Integer.class, text -> (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .registerConverter(long.class, text -> number(text, Long.MIN_VALUE, Long.MAX_VALUE))
                .registerConverter(Long.class, text -> number(text, Long.MIN_VALUE, Long.MAX_VALUE))
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler(Main::failed);
    }

    private static String tooSmall() {
        return String.format(
                Locale.ROOT,
                "sidestep: this takes more than the %,d MB of the host's memory that Java may use; ask for less at once (--jobs 1), or set"
                        + " JAVA_TOOL_OPTIONS=-Xmx and how much it may be, for example -Xmx8g",
                Runtime.getRuntime().maxMemory() >> 20);
    }

    /** The class of the command of that name, or null; no other one is loaded. */
    static Class<?> command(String name) {
        return switch (name) {
            case "run" -> RunCommand.class;
            case "shards" -> ShardsCommand.class;
            case "merge" -> MergeCommand.class;
            case "new" -> NewCommand.class;
            case "grade" -> GradeCommand.class;
            case "verify" -> VerifyCommand.class;
            case "boot" -> BootCommand.class;
            case "debug" -> DebugCommand.class;
            case "trace" -> TraceCommand.class;
            case "bill" -> BillCommand.class;
            case "diff" -> DiffCommand.class;
            case "calibrate" -> CalibrateCommand.class;
            case "conformance" -> ConformanceCommand.class;
            case "list" -> ListCommand.class;
            case "listing" -> ListingCommand.class;
            case "image" -> ImageCommand.class;
            case "schema" -> SchemaCommand.class;
            default -> null;
        };
    }

    private static Path path(String text) {
        try {
            return InputFile.path(text);
        } catch (BadInput e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static long number(String text, long least, long most) {
        OptionalLong number = WholeNumber.parse(text);
        if (number.isPresent() && number.getAsLong() >= least && number.getAsLong() <= most) return number.getAsLong();
        throw new TypeConversionException(
                String.format(Locale.ROOT, "'%s' is no whole number that fits%s", text, WholeNumber.hint(text)));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static int misused(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("sidestep: " + e.getMessage());
        err.println(String.format(
                Locale.ROOT, "Try '%s --help'.", command.getCommandSpec().qualifiedName()));
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (!(e instanceof BadInput)) throw e;
        command.getErr().println("sidestep: " + e.getMessage());
        return CommandLine.ExitCode.USAGE;
    }
}
