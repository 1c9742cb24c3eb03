package org.sidestep.machine.ia32.timing;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** The Pentium III "Coppermine", CPUID 00000686, at 700 MHz with a front-side bus of 100 MHz. */
public final class P3Coppermine implements CpuModel {

    private static final int KB = 1024;

    @Override
    public String id() {
        return "p3-coppermine";
    }

    @Override
    public String summary() {
        return "Pentium III Coppermine: out-of-order core, caches, branch predictor";
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.integer("mhz", 700, 100, 2000, "core clock; ties cycles to device time"));
        all.addAll(Costs.PARAMETERS);
        return all;
    }

    @Override
    public Identity identity(Parameters parameters) {
        return new PentiumIdentity(parameters.integer("mhz") * 1000);
    }

    @Override
    public Timing timing(Parameters parameters) {
        MemoryHierarchy caches =
                new MemoryHierarchy(new Cache(16 * KB, 4), new Cache(16 * KB, 4), new Cache(256 * KB, 8));
        return new P6Pipeline(Costs.of(parameters), caches);
    }
}
