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

    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            ShardsCommand.class,
            MergeCommand.class,
            NewCommand.class,
            GradeCommand.class,
            VerifyCommand.class,
            BootCommand.class,
            DebugCommand.class,
            TraceCommand.class,
            BillCommand.class,
            DiffCommand.class,
            CalibrateCommand.class,
            ConformanceCommand.class,
            ListCommand.class,
            ListingCommand.class,
            ImageCommand.class,
            SchemaCommand.class);

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return commandLine(arguments).execute(arguments);
    }

    /** What understands {@code arguments}; of their command alone if they begin with one, since looking at all takes time. */
    public static CommandLine commandLine(String... arguments) {
        CommandLine all = new CommandLine(new Main());
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
                .toList();
        (named.isEmpty() ? COMMANDS : named).forEach(all::addSubcommand);
        return all.setUsageHelpAutoWidth(true)
                .registerConverter(Path.class, Main::path)
                .registerConverter(int.class, text -> (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .registerConverter(Integer.class, text -> (int) number(text, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .registerConverter(long.class, text -> number(text, Long.MIN_VALUE, Long.MAX_VALUE))
                .registerConverter(Long.class, text -> number(text, Long.MIN_VALUE, Long.MAX_VALUE))
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler(Main::failed);
    }

    private static String name(Class<?> command) {
        return command.getAnnotation(Command.class).name();
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
