package org.sidestep.machine.ia32.timing;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A CPU model of the P6 family: one {@link P6Part} on the common core. */
abstract class P6Model implements CpuModel {

    private final P6Part part;

    P6Model(P6Part part) {
        this.part = part;
    }

    @Override
    public final String id() {
        return part.id();
    }

    @Override
    public final String summary() {
        return part.summary();
    }

    @Override
    public final List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.integer("mhz", part.mhz(), 100, 2000, "core clock; ties cycles to device time"));
        all.addAll(Costs.parameters(part));
        return all;
    }

    @Override
    public final Identity identity(Parameters parameters) {
        return new P6Identity(part, parameters.integer("mhz") * 1000);
    }

    @Override
    public final Timing timing(Parameters parameters) {
        return new P6Pipeline(part, Costs.of(parameters));
    }
}
