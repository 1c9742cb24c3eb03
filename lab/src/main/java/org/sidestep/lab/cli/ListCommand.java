package org.sidestep.lab.cli;

import java.io.PrintWriter;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.plugin.Parameter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what an experiment can name. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the plugins, their parameters, and where each was found.")
final class ListCommand implements Runnable {

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Catalog catalog = plugins.catalog();
        PrintWriter out = spec.commandLine().getOut();
        for (Axis<?> axis : Axis.ALL) {
            out.println(axis);
            for (Provider<?> provider : catalog.on(axis)) print(out, provider);
        }
        out.flush();
    }

    private static void print(PrintWriter out, Provider<?> provider) {
        out.println("  %-18s %s  [%s, %s]"
                .formatted(
                        provider.id(),
                        provider.extension().summary(),
                        provider.origin().place(),
                        provider.origin().version()));
        for (Parameter parameter : provider.extension().parameters()) {
            out.println("    %-16s %s (%s; default %s)"
                    .formatted(
                            parameter.name(),
                            parameter.summary(),
                            parameter.range(),
                            Cell.text(parameter.defaultValue())));
        }
    }
}
