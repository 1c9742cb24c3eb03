package org.sidestep.lab.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.calibrate.CrossValidation;
import org.sidestep.lab.calibrate.MeasuredFigures;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.report.CalibrationReport;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardedCrossValidation;
import org.sidestep.lab.shard.ShardedCrossValidation.Model;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.verify.SideBySide;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A cross-validation on many machines; a part is one processor with one seed.
 *
 * @param figures null where nothing is fitted any more
 */
record ShardedFits(ShardedCrossValidation work, Catalog catalog, MeasuredFigures figures, int jobs)
        implements InShards {

    /** One that cannot be judged keeps a null. */
    private record Kept(CrossValidation validation) {}

    private record Part(Model model, long seed) {}

    /** That of some processors. */
    static ShardedFits of(
            Catalog catalog,
            String machine,
            List<Configured<CpuModel>> cpus,
            List<Long> seeds,
            MeasuredFigures figures,
            int jobs) {
        List<Model> models = cpus.stream().map(ShardedFits::model).toList();
        String digest = Digest.of(InputFile.read(figures.file()));
        return new ShardedFits(
                new ShardedCrossValidation(machine, models, seeds, digest, code(catalog, machine, models)),
                catalog,
                figures,
                jobs);
    }

    /** As shards say that it is, with the code that is here. */
    static ShardedFits of(ShardedCrossValidation work, Catalog catalog) {
        Map<String, String> code = code(catalog, work.machine(), work.models());
        return new ShardedFits(
                new ShardedCrossValidation(work.machine(), work.models(), work.seeds(), work.figures(), code),
                catalog,
                null,
                1);
    }

    private static Model model(Configured<CpuModel> cpu) {
        Map<String, String> values = new TreeMap<>();
        cpu.parameters().asMap().forEach((name, value) -> values.put(name, String.valueOf(value)));
        return new Model(cpu.plugin().id(), values);
    }

    private static Map<String, String> code(Catalog catalog, String machine, List<Model> models) {
        Map<String, String> code = new TreeMap<>();
        code.put("sidestep", Version.PROGRAM.code());
        code.put("platform-api", Origin.onClassPath(CpuModel.class).code());
        code.put(
                Axis.MACHINE + "/" + machine,
                catalog.find(Axis.MACHINE, machine).origin().code());
        for (Model model : models) {
            code.put(
                    Axis.CPU + "/" + model.id(),
                    catalog.find(Axis.CPU, model.id()).origin().code());
        }
        return code;
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (Model model : work.models()) work.seeds().forEach(seed -> parts.add(new Part(model, seed)));
        return parts;
    }

    private String key(Part part) {
        return String.join(
                "\n",
                "cross-validation",
                part.toString(),
                work.machine(),
                work.figures(),
                work.code().toString());
    }

    private static FinishedParts kept(Path directory) {
        FinishedParts kept = new FinishedParts(directory.resolve("parts"));
        kept.share();
        return kept;
    }

    private static List<String> identity() {
        return List.of("calibrate --cross-validate");
    }

    @Override
    public void share(Path directory) {
        ResultDirectory.share(directory, identity());
        work.writeTo(directory);
    }

    @Override
    public int run(Shard shard, Path directory, CommandSpec spec) {
        share(directory);
        FinishedParts kept = kept(directory);
        List<Part> own = parts().stream().filter(part -> shard.has(key(part))).toList();
        try (Progress progress = Progress.on(spec.commandLine().getErr(), own.size(), "fits")) {
            SideBySide.each(jobs, own, part -> {
                fit(part, kept);
                progress.finished();
                return part;
            });
        }
        return InShards.said(shard, 0, "fits", spec);
    }

    private void fit(Part part, FinishedParts kept) {
        if (kept.find(key(part), Kept.class).isPresent()) return;
        MachineProvider board =
                (MachineProvider) catalog.find(Axis.MACHINE, work.machine()).extension();
        Optional<CrossValidation> validation = CrossValidation.of(configured(part.model), figures, board, part.seed);
        kept.put(key(part), new Kept(validation.orElse(null)));
    }

    private Configured<CpuModel> configured(Model model) {
        try {
            return Configured.of((CpuModel) catalog.find(Axis.CPU, model.id()).extension(), model.parameters());
        } catch (BadParameter e) {
            throw new IllegalStateException("it has been configured so before", e);
        }
    }

    @Override
    public double seconds(Path directory, CommandSpec spec) {
        List<Part> parts = parts();
        long begun = System.nanoTime();
        fit(parts.get(0), kept(directory));
        return (System.nanoTime() - begun) / 1e9 * parts.size();
    }

    @Override
    public List<String> missing(Path directory) {
        FinishedParts kept = kept(directory);
        return parts().stream()
                .map(this::key)
                .filter(key -> kept.find(key, Kept.class).isEmpty())
                .toList();
    }

    @Override
    public int merge(Path directory, CommandSpec spec) {
        work.writeTo(directory);
        try (ResultDirectory locked = ResultDirectory.open(directory, identity(), false)) {
            List<String> missing = missing(directory);
            if (!missing.isEmpty()) return InShards.incomplete(missing.size(), "fits", spec);
            FinishedParts kept = kept(directory);
            List<CrossValidation> validations = new ArrayList<>();
            for (Part part : parts()) {
                CrossValidation validation = kept.find(key(part), Kept.class).orElseThrow().validation;
                if (validation != null) validations.add(validation);
            }
            spec.commandLine().getOut().print(CalibrationReport.crossValidation(validations));
            spec.commandLine().getOut().flush();
            byte[] page = CalibrationReport.crossValidationMarkdown(validations).getBytes(StandardCharsets.UTF_8);
            OutputFile.save(directory.resolve("cross-validation.md"), page);
            return 0;
        }
    }
}
