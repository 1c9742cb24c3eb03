package org.sidestep.lab.cli;

import java.io.PrintWriter;
import org.sidestep.asm.Listing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what the machine executes in one cell. */
@Command(
        name = "listing",
        mixinStandardHelpOptions = true,
        description = {
            "Print the assembled kernel, stubs and workload of a cell: labels, bytes, Java source lines.",
            "Example: ./sidestep listing ipc=lazy workload=ping-pong"
        })
final class ListingCommand implements Runnable {

    @Option(
            names = "--prefix",
            paramLabel = "LABEL",
            description = "Only the routines whose labels begin with this.",
            defaultValue = "")
    private String prefix;

    @Mixin
    private CellOptions cell;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        String listing = Listing.of(cell.image(spec.commandLine().getErr()).program(), prefix);
        PrintWriter out = spec.commandLine().getOut();
        out.print(listing);
        out.flush();
    }
}
