package org.sidestep.lab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.report.FlameGraph;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.run.CellRunner.Billed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a cell and says where its cycles went. */
@Command(
        name = "bill",
        mixinStandardHelpOptions = true,
        description = {
            "Run a cell and say where all its cycles went, from the begin to the end of measuring: thread, level, routine,"
                    + " label, cause.",
            "Without --out, prints a line per stack: frames joined by semicolons, and cycles.",
            "Example: ./sidestep bill ipc=lazy workload=chain --out bill.svg"
        },
        footer = "See docs/results.md; 'run --bill' has the causes of all cells, by interval.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the cell failed", "2:bad input"})
final class BillCommand implements Callable<Integer> {

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write a flame graph (.svg or .html), or the stacks as text (.txt).")
    private Path out;

    @Mixin
    private CellOptions cell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        String kind = out == null ? ".txt" : kind();
        new FileUses().reads("--file", cell.file()).writes("--out", out);
        if (out != null) OutputFile.require(out);
        PrintWriter err = spec.commandLine().getErr();
        CellOptions.Chosen chosen = cell.assembled(err);
        Billed billed = CellRunner.bill(chosen.assembled());
        if (!billed.result().ok()) {
            err.println("sidestep: the cell is " + billed.result().status() + ": "
                    + billed.result().reason());
            return 1;
        }
        String text = text(kind, title(chosen.cell()), billed);
        if (out != null) OutputFile.save(out, text.getBytes(StandardCharsets.UTF_8));
        else spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** What fits over a picture. */
    private static String title(Cell cell) {
        return Stream.of(cell.text().split(" "))
                .filter(item -> item.startsWith(Axis.IPC.name()) || item.startsWith(Axis.WORKLOAD.name()))
                .collect(Collectors.joining(" "));
    }

    private String kind() {
        String name = out.toString().toLowerCase(Locale.ROOT);
        for (String kind : new String[] {".svg", ".html", ".txt"}) if (name.endsWith(kind)) return kind;
        throw new BadInput("--out=" + out + ": what to write is told by the name; let it end in .svg, .html or .txt");
    }

    private static String text(String kind, String title, Billed billed) {
        try {
            return switch (kind) {
                case ".svg" -> FlameGraph.svg(title, billed.cycles());
                case ".html" -> FlameGraph.html(title, billed.cycles());
                default -> FlameGraph.folded(billed.cycles());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
