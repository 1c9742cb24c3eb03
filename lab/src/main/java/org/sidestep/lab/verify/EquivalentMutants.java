package org.sidestep.lab.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.verify.MutantFate.Fate;
import org.sidestep.verify.mutation.Mutation;

/** Mutants that do what the original does, each with the reason, as a file lists them by plugin. */
public final class EquivalentMutants {

    private static final int LARGEST = 1 << 22;

    /** None is known. */
    public static final EquivalentMutants NONE = new EquivalentMutants(Map.of());

    /** By plugin and name of the mutation. */
    private final Map<String, String> reasons;

    private EquivalentMutants(Map<String, String> reasons) {
        this.reasons = reasons;
    }

    /** Mutants that are equivalent for the same reason. */
    private record Entry(String plugin, String reason, List<String> mutants) {}

    /**
     * Reads a list of {@code {plugin, reason, mutants}}, where the plugin is for example {@code ipc/lazy}.
     *
     * @throws BadInput if it is none
     */
    public static EquivalentMutants read(Path file) {
        Map<String, String> reasons = new HashMap<>();
        try {
            byte[] text = InputFile.read(file, LARGEST, "so it is no list of mutants");
            for (Entry entry : new ObjectMapper(new YAMLFactory()).readValue(text, Entry[].class)) {
                if (entry.plugin == null || entry.reason == null || entry.mutants == null)
                    throw new BadInput(file + ": an entry lacks plugin, reason or mutants");
                for (String mutant : entry.mutants) add(file, reasons, entry, mutant);
            }
        } catch (JsonProcessingException e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: is no list of {plugin, reason, mutants}: %s",
                            file,
                            e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                            e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw BadInput.unreadable(file, e);
        }
        return new EquivalentMutants(reasons);
    }

    private static void add(Path file, Map<String, String> reasons, Entry entry, String mutant) {
        if (reasons.put(key(entry.plugin, mutant), entry.reason) != null)
            throw new BadInput(String.format(Locale.ROOT, "%s: '%s' is listed twice", file, mutant));
    }

    private static String key(String plugin, String mutant) {
        return plugin + " " + mutant;
    }

    /** Why a mutant of a plugin is equivalent, if it is listed. */
    public Optional<String> reason(String plugin, Mutation mutation) {
        return Optional.ofNullable(reasons.get(key(plugin, mutation.name())));
    }

    /** Those that are listed but were caught: the list is wrong. */
    public List<MutantFate> contradicted(String plugin, List<MutantFate> fates) {
        List<MutantFate> wrong = new ArrayList<>();
        for (MutantFate fate : fates) {
            if (fate.isCaught() && reason(plugin, fate.mutation()).isPresent()) wrong.add(fate);
        }
        return wrong;
    }

    /** Those that nothing caught and that are not listed. */
    public List<MutantFate> survivors(String plugin, List<MutantFate> fates) {
        return fates.stream()
                .filter(fate ->
                        fate.fate() == Fate.SURVIVED || fate.fate() == Fate.UNDECIDED || fate.fate() == Fate.UNREACHED)
                .filter(fate -> reason(plugin, fate.mutation()).isEmpty())
                .toList();
    }
}
