package org.sidestep.machine.ia32;

import java.util.Map;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** A machine whose every instruction takes one nanosecond. */
public final class UnitMachine {

    private UnitMachine() {}

    public static Machine of(int megabytes) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Parameters parameters = Parameters.of(provider, Map.of("memory", megabytes));
        return provider.create(parameters, Configured.of(new UnitModel(), Map.of("mhz", 1000)));
    }
}
