package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.Models;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Data behind the end of memory come from the bus, each time anew. */
class UncachedTest {
    private static final int CODE = 0x1000;
    private static final int ROUNDS = 1000;
    private static final int MEMORY = 0x8000;
    private static final int NOBODY = 0xC000_0000;

    @ParameterizedTest
    @ValueSource(strings = {"p3-coppermine", "p4-northwood", "p5", "i486"})
    void aLoadFromWhereNoMemoryIsTakesTheLatencyOfMemoryEachTime(String model) {
        CpuModel cpu = Models.named(model);
        int latency = Parameters.defaults(cpu).integer("memory.latency");
        double cached = cyclesOfLoads(cpu, MEMORY);
        double uncached = cyclesOfLoads(cpu, NOBODY);
        assertThat(uncached - cached).isBetween(latency * 0.8, latency * 1.2);
    }

    /** Cycles of a round of a loop that loads from an address. */
    private static double cyclesOfLoads(CpuModel cpu, int address) {
        Assembler asm = new Assembler();
        asm.section("code", CODE, CODE);
        asm.emit("mov", EBX, imm(address));
        asm.emit("mov", ECX, imm(ROUNDS));
        Label again = asm.bind(asm.fresh("again"));
        asm.emit("mov", EAX, EBX.at(0));
        asm.emit("dec", ECX);
        asm.emit("jnz", again);
        asm.emit("hlt");
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine = provider.create(Parameters.of(provider, Map.of()), Configured.defaults(cpu));
        machine.pokePhysical(CODE, asm.link().segments().get(0).bytes());
        machine.setEip(CODE);
        long begin = machine.cycles();
        machine.run(Limits.instructions(3L * ROUNDS + 2));
        return (machine.cycles() - begin) / (double) ROUNDS;
    }
}
