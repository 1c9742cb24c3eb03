package org.sidestep.lab.verify;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;

/**
 * What trying the mutants of a plugin in one subject has come to, as it is kept.
 *
 * @param subject the text of its cell
 * @param kernel digest of the kernel that was tried; what an earlier campaign has caught may have been tried in another
 * @param plugin for example {@code validation/twin}
 * @param all how many mutants there are; those without a fate have not been tried
 * @param each how many trials a mutant was allowed to survive
 * @param courses on how many courses
 * @param equivalent names of those that were known to be equivalent
 */
@JsonPropertyOrder({"subject", "kernel", "plugin", "all", "each", "courses", "equivalent", "fates"})
public record MutantCampaign(
        String subject,
        String kernel,
        String plugin,
        int all,
        long each,
        int courses,
        SortedSet<String> equivalent,
        List<MutantFate> fates) {

    private static final int LARGEST = 64 << 20;

    /** Components alone: what {@code is} methods say cannot be read back. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    public MutantCampaign {
        equivalent = new TreeSet<>(equivalent);
        fates = List.copyOf(fates);
    }

    /** One that has just ended. */
    public static MutantCampaign of(
            String subject,
            String kernel,
            String plugin,
            int all,
            long each,
            int courses,
            EquivalentMutants listed,
            List<MutantFate> fates) {
        SortedSet<String> equivalent = fates.stream()
                .filter(fate -> !fate.isCaught())
                .filter(fate -> listed.reason(plugin, fate.mutation()).isPresent())
                .map(fate -> fate.mutation().name())
                .collect(Collectors.toCollection(TreeSet::new));
        return new MutantCampaign(subject, kernel, plugin, all, each, courses, equivalent, fates);
    }

    /** Whether each mutant was tried. */
    public boolean isWhole() {
        return fates.size() == all;
    }

    /** How several are kept in a file, which {@link #read} reads. */
    public static JsonNode json(List<MutantCampaign> campaigns) {
        return JSON.valueToTree(campaigns);
    }

    /**
     * Those that a file keeps.
     *
     * @throws BadInput if it keeps none
     */
    public static List<MutantCampaign> read(Path file) {
        try {
            byte[] bytes = InputFile.read(file, LARGEST, "so it keeps no mutants");
            return List.of(JSON.readValue(bytes, MutantCampaign[].class));
        } catch (JsonProcessingException e) {
            throw new BadInput(file + ": is no mutants.json of 'verify --mutants': " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw BadInput.unreadable(file, e);
        }
    }
}
