package org.sidestep.lab.verify;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;
import org.sidestep.verify.mutation.Mutation;

/** Which mutants an earlier campaign has caught, so that only the others need be tried. */
public final class EarlierFates {

    private final List<Mutation> mutations;
    private final Map<String, MutantFate> caught;

    /**
     * Of a campaign.
     *
     * @param mutations all there are now
     * @param fates those that it came to; caught ones count
     */
    public EarlierFates(List<Mutation> mutations, List<MutantFate> fates) {
        this.mutations = mutations;
        caught = byName(fates.stream().filter(MutantFate::isCaught));
    }

    private static Map<String, MutantFate> byName(Stream<MutantFate> fates) {
        return fates.collect(Collectors.toMap(
                fate -> fate.mutation().name(), fate -> fate, (first, second) -> first, LinkedHashMap::new));
    }

    /**
     * Of the campaign of a subject and a plugin that a file keeps.
     *
     * @throws BadInput if it keeps none
     */
    public static EarlierFates read(Path file, String subject, String plugin, List<Mutation> mutations) {
        Optional<MutantCampaign> campaign = MutantCampaign.read(file).stream()
                .filter(each -> each.subject().equals(subject) && each.plugin().equals(plugin))
                .findFirst();
        return campaign.map(each -> new EarlierFates(mutations, each.fates()))
                .orElseThrow(() -> new BadInput(String.format(
                        Locale.ROOT,
                        "%s: keeps no mutants of %s in this kernel; name a file that does",
                        file,
                        plugin)));
    }

    /** Those that are to be tried, in order. */
    public List<Mutation> left() {
        return mutations.stream()
                .filter(mutation -> !caught.containsKey(mutation.name()))
                .toList();
    }

    /** Those at some places, in order: where the code has changed, what was caught is tried again. */
    public List<Mutation> at(Set<String> places) {
        return mutations.stream()
                .filter(mutation -> places.stream().anyMatch(mutation.place()::startsWith))
                .toList();
    }

    /** What became of all, in order, now that these have been tried. */
    public List<MutantFate> with(List<MutantFate> tried) {
        Map<String, MutantFate> all = byName(Stream.concat(tried.stream(), caught.values().stream()));
        return mutations.stream()
                .map(mutation -> all.get(mutation.name()))
                .filter(Objects::nonNull)
                .toList();
    }
}
