package org.sidestep.machine.ia32.timing.p6;

import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A CPU model of the P6 family: one {@link P6Part} on the common core. A jar extends it to add a part. */
public abstract class P6Model implements CpuModel {

    private final P6Part part;
    /** Made when somebody asks: of the models that there are a run needs few. */
    private List<Parameter> parameters;

    protected P6Model(P6Part part) {
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
    public final synchronized List<Parameter> parameters() {
        if (parameters == null) parameters = P6Sheet.parameters(part);
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
