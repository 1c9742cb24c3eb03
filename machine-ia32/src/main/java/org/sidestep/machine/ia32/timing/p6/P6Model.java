package org.sidestep.machine.ia32.timing.p6;

import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A CPU model of the P6 family: one {@link P6Part} on the common core. A jar extends it to add a part. */
public abstract class P6Model implements CpuModel {

    private final P6Part part;
    private final List<Parameter> parameters;

    protected P6Model(P6Part part) {
        this.part = part;
        parameters = P6Sheet.parameters(part);
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
        return parameters;
    }

    @Override
    public final void check(Parameters values) {
        P6Sheet.check(id(), values);
    }

    @Override
    public final Identity identity(Parameters values) {
        return new P6Identity(part, values);
    }

    @Override
    public final Timing timing(Parameters values) {
        return new P6Pipeline(new P6Sheet(part, values));
    }
}
