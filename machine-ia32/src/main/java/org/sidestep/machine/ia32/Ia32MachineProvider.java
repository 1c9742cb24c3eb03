package org.sidestep.machine.ia32;

import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** Makes {@link Ia32Machine}s. */
public final class Ia32MachineProvider implements MachineProvider {
    private static final String MEMORY = "memory";

    @Override
    public String id() {
        return "ia32";
    }

    @Override
    public String summary() {
        return "a PC with one IA-32 processor in 32-bit protected mode, interpreted";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.integer(MEMORY, 64, 1, 240, "physical memory in MB"));
    }

    @Override
    public Machine create(Parameters parameters, Configured<CpuModel> cpu) {
        int bytes = parameters.integer(MEMORY) << 20;
        CpuModel model = cpu.plugin();
        return new Ia32Machine(bytes, model.identity(cpu.parameters()), model.timing(cpu.parameters()));
    }
}
