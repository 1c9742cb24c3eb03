package org.sidestep.lab.conformance;

import org.sidestep.experiment.Axis;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** The machine that campaigns try, found as the command finds it. */
final class TestMachines {
    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    private static final MachineProvider PROVIDER =
            (MachineProvider) CATALOG.find(Axis.MACHINE, "ia32").extension();

    private TestMachines() {}

    static Machine bare(String cpu) {
        return PROVIDER.create(Parameters.defaults(PROVIDER), cpu(cpu));
    }

    /** EDX of CPUID leaf 1. */
    static int features(String cpu) {
        Configured<CpuModel> model = cpu(cpu);
        return model.plugin().identity(model.parameters()).cpuid(1)[3];
    }

    static Machine fuzzed(String cpu) {
        return PROVIDER.boot(Parameters.defaults(PROVIDER), FuzzCampaign.configuration(), cpu(cpu));
    }

    private static Configured<CpuModel> cpu(String id) {
        return Configured.defaults((CpuModel) CATALOG.find(Axis.CPU, id).extension());
    }
}
