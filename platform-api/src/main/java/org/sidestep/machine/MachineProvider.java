package org.sidestep.machine;

import java.util.Locale;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameters;

/** Makes machines. The lab calls {@link #create} once per cell; machines share nothing. */
public interface MachineProvider extends Extension {

    /**
     * A machine just after reset, with nothing loaded.
     *
     * @param parameters this provider's own parameters, for example the memory size
     * @param cpu the CPU model that tells what the machine's time is
     */
    Machine create(Parameters parameters, Configured<CpuModel> cpu);

    /**
     * A machine that has just been switched on. The command {@code boot} calls this once.
     *
     * @param parameters as for {@link #create}
     * @throws BadImage if an image cannot be booted, or if this provider boots nothing at all; the message says why and
     *     begins with the image's name
     */
    default BootedMachine boot(Parameters parameters, BootConfiguration configuration, Configured<CpuModel> cpu) {
        throw new BadImage(String.format(Locale.ROOT, "the machine '%s' runs experiments only; choose another", id()));
    }
}
