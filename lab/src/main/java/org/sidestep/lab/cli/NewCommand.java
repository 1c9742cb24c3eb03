package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.scaffold.Kind;
import org.sidestep.lab.scaffold.Scaffold;
import org.sidestep.plugin.Nearest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Begins a plugin project. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        description = {
            "Begin a plugin project: a directory that compiles, passes its contract and runs in an experiment at once.",
            "Example: ./sidestep new ipc-policy my-policy; cd my-policy; ../sidestep run experiment.yaml --plugins ."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "2:bad input"})
final class NewCommand implements Callable<Integer> {

    /** For the help. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Kind.words().iterator();
        }
    }

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            completionCandidates = Words.class,
            description = "What it is: ${COMPLETION-CANDIDATES}.")
    private String kind;

    @Parameters(
            index = "1",
            paramLabel = "DIR",
            description = "The directory to make. Its last name becomes the plugin's id, for example my-policy.")
    private Path directory;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Kind wanted = Kind.of(kind)
                .orElseThrow(() -> new BadInput(String.format(
                        Locale.ROOT, "there is no kind of plugin '%s'%s", kind, Nearest.hint(kind, Kind.words()))));
        Path home = Home.directory()
                .orElseThrow(() ->
                        new BadInput("new: the examples are not at hand; call it through the launcher, ./sidestep"));
        new Scaffold(home, Home.repository()).create(wanted, directory, PluginLoader.fromClassPath());
        PrintWriter out = spec.commandLine().getOut();
        out.println(directory + ": begun; " + directory.resolve("README.md") + " says how to go on");
        out.flush();
        return 0;
    }
}
