package org.sidestep.lab.part;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.yaml.Yaml;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.Parameters;

/** The parts that a directory describes, a YAML file for each, named after the part. */
public final class PartFiles {

    private static final String YAML = ".yaml";

    private PartFiles() {}

    /**
     * Adds them all to {@code catalog}, by the names of their files; a file is read when its part is asked for. The base of
     * each is a model of a jar.
     *
     * @throws BadInput if one of them cannot be called as its file is, or its name is taken
     */
    public static void add(Catalog catalog, Path directory) {
        if (!Files.isDirectory(directory)) throw new BadInput(directory + ": no such directory of processors");
        Set<String> parts = new HashSet<>();
        for (Path file : files(directory)) {
            String id = id(file);
            parts.add(id);
            catalog.addPart(id, () -> read(file, id, base -> base(catalog, parts, base), catalog));
        }
        catalog.lookIn(directory);
    }

    private static Provider<CpuModel> read(Path file, String id, Function<String, CpuModel> bases, Catalog catalog) {
        String text = Yaml.load(file, "the description of a processor");
        DescribedPart part = read(file, id, text, bases);
        Origin base = catalog.find(Axis.CPU, part.base().id()).origin();
        String digest = Digest.of(text.getBytes(StandardCharsets.UTF_8));
        return new Provider<>(part, Origin.described(file, base, digest));
    }

    private static DescribedPart read(Path file, String id, String text, Function<String, CpuModel> bases) {
        try {
            return new PartReader(file, bases, PartFiles::executed).read(id, text);
        } catch (BadInput e) {
            throw e;
        } catch (Throwable e) { // a plugin may throw anything
            throw new BadInput(file + ": its base cannot be used: " + Provider.message(e), e);
        }
    }

    private static CpuModel base(Catalog catalog, Set<String> parts, String id) {
        if (!parts.contains(id)) return (CpuModel) catalog.find(Axis.CPU, id).readable();
        throw new BadInput(String.format(Locale.ROOT, "'%s' is a file itself; take the base that it names", id));
    }

    /** What one of the platform's own processors claims, the machine has been written to do. */
    private static int executed() {
        int features = 0;
        for (CpuModel model : ServiceLoader.load(CpuModel.class)) {
            features |= model.identity(Parameters.defaults(model)).cpuid(PartReader.IDENTITY)[PartReader.EDX];
        }
        return features;
    }

    /** Other files, such as notes, may stand beside them. */
    private static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().matches(".*\\.ya?ml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw BadInput.unreadable(directory, e);
        }
    }

    private static String id(Path file) {
        String name = file.getFileName().toString();
        String id = name.replaceFirst("\\.ya?ml$", "");
        if (name.endsWith(YAML) && id.matches("[a-z0-9]+(-[a-z0-9]+)*")) return id;
        throw new BadInput(String.format(
                Locale.ROOT,
                "%s: a part is called as its file is, in lower-case letters, digits and hyphens, with %s behind; rename it",
                file,
                YAML));
    }
}
