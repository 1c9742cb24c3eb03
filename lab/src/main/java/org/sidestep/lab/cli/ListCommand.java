package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.report.DataSheets;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what an experiment can name. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "List the plugins, their parameters, and where each was found.",
            "With the id of one: all about it, a CPU model as its data sheet. Every number can be set by its name.",
            "Example: ./sidestep list p3-coppermine"
        })
final class ListCommand implements Runnable {

    @Parameters(arity = "0..1", paramLabel = "ID", description = "The plugin to show in full.")
    private String id;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        Catalog catalog = plugins.catalog();
        PrintWriter out = spec.commandLine().getOut();
        if (id == null) all(catalog, out);
        else one(catalog, out);
        out.flush();
    }

    private static void all(Catalog catalog, PrintWriter out) {
        for (Axis<?> axis : Axis.PLUGINS) {
            out.println(axis);
            for (Provider<?> provider : catalog.on(axis)) printOrSayWhyNot(out, provider);
        }
    }

    private void one(Catalog catalog, PrintWriter out) {
        List<Provider<?>> named = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        for (Axis<?> axis : Axis.PLUGINS) {
            for (Provider<?> provider : catalog.on(axis)) {
                known.add(provider.id());
                if (provider.id().equals(id)) named.add(provider);
            }
        }
        if (named.isEmpty())
            throw new BadInput(String.format(
                    Locale.ROOT, "there is no plugin '%s'%s%s", id, Nearest.hint(id, known), catalog.places()));
        for (Provider<?> provider : named) {
            provider.readable();
            print(out, provider);
            out.print(DataSheets.of(provider.extension()));
        }
    }

    /** A plugin that cannot say what it is does not keep the others from being listed. */
    private static void printOrSayWhyNot(PrintWriter out, Provider<?> provider) {
        try {
            Objects.requireNonNull(provider.extension().summary(), "its summary is null");
            provider.readable();
            print(out, provider);
        } catch (Throwable e) { // a plugin may throw anything
            String place = provider.origin().place();
            out.println("  " + provider.id() + " cannot be described: " + Provider.message(e) + "  [" + place + "]");
        }
    }

    private static void print(PrintWriter out, Provider<?> provider) {
        out.println(String.format(
                Locale.ROOT,
                "  %-18s %s  [%s, %s]",
                provider.id(),
                provider.extension().summary(),
                provider.origin().place(),
                provider.origin().version()));
        List<Parameter> parameters = provider.extension().parameters();
        for (Parameter parameter : parameters) {
            if (parameter.kind() == Parameter.Kind.SETTING) print(out, parameter);
        }
        long figures = parameters.stream()
                .filter(parameter -> parameter.kind() == Parameter.Kind.FIGURE)
                .count();
        if (figures > 0)
            out.println(String.format(
                    Locale.ROOT, "    a data sheet of %d figures: sidestep list %s", figures, provider.id()));
    }

    private static void print(PrintWriter out, Parameter parameter) {
        out.println(String.format(
                Locale.ROOT,
                "    %-16s %s (%s; default %s)",
                parameter.name(),
                parameter.summary(),
                parameter.range(),
                Cell.text(parameter.defaultValue())));
    }
}
