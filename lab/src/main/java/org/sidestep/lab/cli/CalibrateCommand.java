package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.calibrate.Calibration;
import org.sidestep.lab.calibrate.CrossValidation;
import org.sidestep.lab.calibrate.MeasuredFigures;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.report.CalibrationReport;
import org.sidestep.lab.shard.Shard;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Holds CPU models against real parts. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Run measured instruction sequences on CPU models and print predicted and measured cycles.",
            "Example: ./sidestep calibrate --cpu p3-coppermine --figures figures.tsv",
            "docs/calibration.md says where figures come from, docs/scale.md how a cross-validation is done on many machines."
        })
final class CalibrateCommand implements Callable<Integer> {

    @Option(names = "--cpu", paramLabel = "MODEL", description = "The model (may be repeated; default: all).")
    private List<String> models = List.of();

    @Option(
            names = "--machine",
            paramLabel = "ID",
            description = "The machine that runs the sequences (default: ${DEFAULT-VALUE}).")
    private String machine = "ia32";

    @Option(
            names = "--figures",
            paramLabel = "FILE",
            description =
                    "Measured figures (default: facts/instlat.tsv in the directory that SIDESTEP_SHARED names, or in"
                            + " shared beside the project).")
    private Path file;

    @Option(names = "--markdown", paramLabel = "FILE", description = "Also write the summaries, as Markdown.")
    private Path markdown;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a page with all rows and a scatter plot.")
    private Path html;

    @Option(
            names = "--cross-validate",
            description =
                    "Instead, fit the figures of instruction classes to each half of the mnemonics and predict the"
                            + " other half; takes three times as long.")
    private boolean crossValidate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "With --cross-validate: another seed draws other halves (may be repeated; default: ${DEFAULT-VALUE}).")
    private List<Long> seeds = List.of();

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "With --cross-validate: only the I-th of N parts, beside other machines that write to the same --out; 'merge'"
                            + " makes of all what one machine would have.")
    private String shard;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "With --shard or --for: the directory for the parts (default: results/cross-validation).")
    private Path out;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --shard: how many parts are done side by side (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Mixin
    private JobOptions job;

    @Mixin
    private CpuSettings settings;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Path measured = file != null ? file : shared();
        new FileUses()
                .reads("--figures", measured)
                .writes("--markdown", markdown)
                .writes("--html", html);
        if (crossValidate && html != null) throw new BadInput("--html: there is no page for --cross-validate");
        job.check();
        BadInput.requireAtLeast(1, "--jobs", jobs);
        boolean inShards = shard != null || job.asked();
        requireWhole(inShards);
        MeasuredFigures figures = MeasuredFigures.read(measured);
        Catalog catalog = plugins.catalog();
        if (markdown != null) OutputFile.require(markdown);
        if (html != null) OutputFile.require(html);
        MachineProvider board =
                (MachineProvider) catalog.find(Axis.MACHINE, machine).extension();
        List<Configured<CpuModel>> cpus =
                models(catalog).stream().map(settings::configure).toList();
        if (inShards) return inShards(ShardedFits.of(catalog, machine, cpus, seeds, figures, jobs), measured);
        PrintWriter out = spec.commandLine().getOut();
        out.println("measured figures: " + figures.file());
        if (crossValidate) crossValidate(cpus, figures, board);
        else calibrate(cpus, figures, board);
        out.flush();
        return 0;
    }

    private void requireWhole(boolean inShards) {
        if (inShards && !crossValidate)
            throw new BadInput("--shard and --for: only a cross-validation is done in shards; say --cross-validate");
        if (inShards && markdown != null)
            throw new BadInput("--markdown: a shard has no summary; 'merge' writes cross-validation.md");
        if (shard != null && job.asked())
            throw new BadInput("--shard and --for: a job has all shards; leave one of both out");
        if (out != null && !inShards)
            throw new BadInput("--out: is for parts; say --shard or --for, or --markdown for a summary");
    }

    private int inShards(InShards fits, Path measured) {
        Path directory = out != null ? out : Path.of("results", "cross-validation");
        if (shard != null) return fits.run(Shard.parse(shard), directory, spec);
        fits.print(job, "cross-validation", words(measured, directory), directory, spec);
        return 0;
    }

    /** Of a shard's command line. */
    private List<String> words(Path measured, Path directory) {
        UnaryOperator<Path> place = job.place();
        List<String> words = new ArrayList<>(List.of(job.launcher(), "calibrate", "--cross-validate"));
        models.forEach(model -> words.addAll(List.of("--cpu", model)));
        seeds.forEach(seed -> words.addAll(List.of("--seed", Long.toString(seed))));
        words.addAll(settings.words());
        words.addAll(List.of("--machine", machine));
        words.addAll(List.of("--figures", place.apply(measured).toString()));
        words.addAll(plugins.words(place));
        words.addAll(List.of("--out", place.apply(directory).toString()));
        return words;
    }

    private void calibrate(List<Configured<CpuModel>> cpus, MeasuredFigures figures, MachineProvider board) {
        List<Calibration> calibrations =
                cpus.stream().map(cpu -> Calibration.of(cpu, figures, board)).toList();
        spec.commandLine().getOut().print(CalibrationReport.text(calibrations));
        if (markdown != null) write(markdown, CalibrationReport.markdown(calibrations));
        if (html != null) OutputFile.save(html, CalibrationReport.html(calibrations));
    }

    private void crossValidate(List<Configured<CpuModel>> cpus, MeasuredFigures figures, MachineProvider board) {
        List<CrossValidation> validations = new ArrayList<>();
        for (Configured<CpuModel> cpu : cpus) {
            for (long seed : seeds) {
                CrossValidation.of(cpu, figures, board, seed).ifPresent(validations::add);
            }
        }
        spec.commandLine().getOut().print(CalibrationReport.crossValidation(validations));
        if (markdown != null) write(markdown, CalibrationReport.crossValidationMarkdown(validations));
    }

    private static Path shared() {
        String directory = System.getenv("SIDESTEP_SHARED");
        Path shared = directory != null ? InputFile.path(directory) : Home.file("../shared");
        return shared.resolve("facts").resolve("instlat.tsv").normalize();
    }

    private List<CpuModel> models(Catalog catalog) {
        if (models.isEmpty()) {
            return catalog.on(Axis.CPU).stream()
                    .map(provider -> (CpuModel) provider.extension())
                    .toList();
        }
        return models.stream()
                .map(id -> (CpuModel) catalog.find(Axis.CPU, id).extension())
                .toList();
    }

    private static void write(Path file, String text) {
        OutputFile.save(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
