package org.sidestep.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.sidestep.lab.experiment.Schema;
import org.sidestep.lab.report.ReportWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of experiment files. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description = {
            "Print the JSON Schema of experiment files, with the plugins found, for editors to complete and check.",
            "Example: ./sidestep schema --plugins my-policy >my.schema.json"
        })
final class SchemaCommand implements Runnable {

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.print(ReportWriter.json(Schema.of(plugins.catalog())));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        out.flush();
    }
}
