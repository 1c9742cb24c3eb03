package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.report.ReportWriter;
import org.sidestep.lab.verify.MutantFate.Fate;
import org.sidestep.verify.mutation.Mutation;
import org.sidestep.verify.mutation.Mutation.Kind;

/** A campaign goes on where an earlier one has left mutants, and what that caught stays caught. */
class EarlierFatesTest {

    private static final Mutation FIRST = mutation("stub+0");
    private static final Mutation SECOND = mutation("stub+1");
    private static final Mutation THIRD = mutation("stub+2");

    @TempDir
    private Path directory;

    private static Mutation mutation(String place) {
        return new Mutation(Kind.DROPPED, place, "nop", "Stub.java:1");
    }

    private static MutantFate fate(Mutation mutation, Fate fate) {
        return new MutantFate(mutation, fate, "", 1, "", "kernel");
    }

    @Test
    void onlyWhatWasLeftOrIsNewIsTriedAndAllOfItIsToldInOrder() throws IOException {
        List<MutantFate> fates = List.of(fate(FIRST, Fate.UNDECIDED), fate(SECOND, Fate.CAUGHT));
        EarlierFates earlier = EarlierFates.read(kept(fates), "cell", "ipc/lazy", List.of(FIRST, SECOND, THIRD));
        assertThat(earlier.left()).containsExactly(FIRST, THIRD);

        List<MutantFate> now = List.of(fate(FIRST, Fate.CAUGHT), fate(THIRD, Fate.SURVIVED));
        assertThat(earlier.with(now)).containsExactly(now.get(0), fates.get(1), now.get(1));
        assertThat(earlier.with(List.of())).containsExactly(fates.get(1));
    }

    @Test
    void whereTheCodeHasChangedWhatWasCaughtIsTriedAgainAndTheNewFateCounts() throws IOException {
        List<MutantFate> fates = List.of(fate(FIRST, Fate.CAUGHT), fate(SECOND, Fate.CAUGHT));
        EarlierFates earlier = EarlierFates.read(kept(fates), "cell", "ipc/lazy", List.of(FIRST, SECOND, THIRD));
        assertThat(earlier.at(Set.of("stub+1", "other"))).containsExactly(SECOND);
        MutantFate now = fate(SECOND, Fate.SURVIVED);
        assertThat(earlier.with(List.of(now))).containsExactly(fates.get(0), now);
    }

    @Test
    void aCampaignOfAnotherKernelOrPluginIsNoneToGoOnWith() throws IOException {
        Path file = kept(List.of());
        assertThatThrownBy(() -> EarlierFates.read(file, "other cell", "ipc/lazy", List.of(FIRST)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("keeps no mutants of ipc/lazy");
        assertThatThrownBy(() -> EarlierFates.read(file, "cell", "ipc/other", List.of(FIRST)))
                .isInstanceOf(BadInput.class);
    }

    private Path kept(List<MutantFate> fates) throws IOException {
        MutantCampaign campaign =
                MutantCampaign.of("cell", "kernel", "ipc/lazy", 2, 10, 1, EquivalentMutants.NONE, fates);
        String json = ReportWriter.json(MutantCampaign.json(List.of(campaign)));
        return Files.write(directory.resolve("mutants.json"), json.getBytes(StandardCharsets.UTF_8));
    }
}
