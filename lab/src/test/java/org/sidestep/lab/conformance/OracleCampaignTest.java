package org.sidestep.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** The part of the campaign that runs every time; {@code sidestep conformance oracle} has no end. */
class OracleCampaignTest {
    private static final int INTEGERS = 20_000;
    private static final int FLOATS = 5_000;
    private static final long SEED = 1;

    @TempDir
    Path directory;

    @Test
    void theMachineDoesWhatTheHostCpuDoes() {
        boolean required = System.getenv("CI") != null;
        assumeTrue(required || hostAnswers(), "a compiler for 32-bit programs is needed");
        List<String> differences = new ArrayList<>();
        OracleCampaign.Counts counts = new OracleCampaign(SEED, machine(), differences::add).run(INTEGERS, FLOATS);
        assertThat(differences).as("seed %d", SEED).isEmpty();
        assertThat(counts.agreed()).isGreaterThan((INTEGERS + FLOATS) * 9 / 10);
    }

    @Test
    void aFragmentIsTheSameWheneverItIsAskedFor() {
        assertThat(IntegerVectors.line(7, 42)).isEqualTo(IntegerVectors.line(7, 42)).isNotEqualTo(IntegerVectors.line(8, 42));
        assertThat(FloatVectors.line(7, 42)).isEqualTo(FloatVectors.line(7, 42)).isNotEqualTo(FloatVectors.line(7, 43));
    }

    private boolean hostAnswers() {
        try {
            return new HostCpu(directory) != null;
        } catch (BadInput unavailable) {
            return false;
        }
    }

    private static Machine machine() {
        Catalog catalog = PluginLoader.fromClassPath();
        MachineProvider provider = (MachineProvider) catalog.find(Axis.MACHINE, "ia32").extension();
        CpuModel model = (CpuModel) catalog.find(Axis.CPU, "unit").extension();
        return provider.create(Parameters.defaults(provider), Configured.defaults(model));
    }
}
