package org.sidestep.machine.ia32;

import java.util.ServiceLoader;
import org.sidestep.machine.CpuModel;

/** The CPU models that there are. */
public final class Models {

    private Models() {}

    /** The one that goes by this name in experiments. */
    public static CpuModel named(String id) {
        return ServiceLoader.load(CpuModel.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(model -> model.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
