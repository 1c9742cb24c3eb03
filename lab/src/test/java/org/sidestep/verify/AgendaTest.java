package org.sidestep.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trials come in turns: each of them once, few first, and from all over the round. */
class AgendaTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 250, 251, 5_000, 100_000, 10_000_000})
    void eachStrikeHasItsTurnOnce(long trials) {
        List<Every> turns = Every.turns(trials);
        for (int number = 0; number < 2_000; number++) {
            int strike = number;
            assertThat(turns)
                    .as("strike %d", strike)
                    .filteredOn(turn -> turn.has(strike))
                    .hasSize(1);
        }
        assertThat(turns).filteredOn(Every::isFirstTurn).containsExactly(turns.get(0));
    }

    @Test
    void eachTurnHasThreeTimesAsManyAsBeforeAndFewHaveOneTurn() {
        assertThat(Every.turns(250)).containsExactly(new Every(1, 0));
        assertThat(Every.turns(100_000))
                .containsExactly(
                        new Every(256, 0), new Every(64, 256), new Every(16, 64), new Every(4, 16), new Every(1, 4))
                .last()
                .hasToString("1 but 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 40})
    void chunksOfAllTurnsHoldEachStrikeAndEachPartOnce(int most) {
        int[] strikes = new int[1000];
        for (int part = 0; part < strikes.length; part++) strikes[part] = part % 7 == 3 ? most : 0;
        Agenda agenda = Agenda.ofSingles(strikes);
        assertThat(agenda.trials()).isEqualTo(Arrays.stream(strikes).sum());
        List<String> struck = new ArrayList<>();
        int[] visits = new int[strikes.length];
        for (Every turn : Every.turns(100_000)) {
            Chosen chosen = agenda.choice(turn);
            for (Agenda.Parts parts : agenda.chunks(turn)) {
                for (int part = parts.from(); part < parts.to(); part++) {
                    if (chosen.visits(part)) visits[part]++;
                    for (int i = 0; i < strikes[part]; i++) if (chosen.has(part, i)) struck.add(part + " " + i);
                }
            }
        }
        assertThat(visits).containsOnly(1);
        assertThat(struck).doesNotHaveDuplicates().hasSize((int) agenda.trials());
    }

    /** The parts of a chunk need not be looked at where nothing is struck. */
    @Test
    void itIsKnownWhereNothingIsStruck() {
        Chosen first = Agenda.ofSingles(new int[] {0, 3, 0, 3}).choice(new Every(4, 0));
        assertThat(List.of(first.strikes(0), first.strikes(1), first.strikes(2), first.strikes(3)))
                .containsExactly(false, true, false, true);
        Chosen second = Agenda.ofSingles(new int[] {0, 3, 0, 3}).choice(new Every(1, 4));
        assertThat(List.of(second.has(1, 0), second.has(1, 1), second.has(3, 0), second.has(3, 1)))
                .containsExactly(false, true, true, false);
    }
}
