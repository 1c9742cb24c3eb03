package org.sidestep.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.machine.Engine;

/** Random code at all levels and in all modes ends in the same states with both engines. */
class EnginesTest {
    private static final long SEED = 20040229;
    private static final int INSTRUCTIONS = 40_000;

    @AfterEach
    void interpretAgain() {
        Engine.INTERPRETER.choose();
        System.clearProperty("sidestep.engine.hot");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unit", "p3-coppermine", "p4-northwood", "p5", "i486"})
    void randomCodeEndsInTheSameStatesWithBothEngines(String cpu) {
        FuzzCampaign.Outcome interpreted = outcome(Engine.INTERPRETER, cpu);
        System.setProperty("sidestep.engine.hot", "2");
        assertThat(outcome(Engine.TRANSLATOR, cpu)).isEqualTo(interpreted);
    }

    private static FuzzCampaign.Outcome outcome(Engine engine, String cpu) {
        engine.choose();
        List<String> failures = new ArrayList<>();
        FuzzCampaign campaign =
                new FuzzCampaign(SEED, TestMachines.features(cpu), () -> TestMachines.fuzzed(cpu), failures::add);
        FuzzCampaign.Outcome outcome = campaign.run(0, INSTRUCTIONS);
        assertThat(failures).isEmpty();
        return outcome;
    }
}
