package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.Assembler;
import org.sidestep.machine.Counters;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.Models;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/**
 * Memory is filled line by line; whoever watches it sees store by store. Both are the same to the clock, and to memory. The
 * fills are random, of a fixed seed.
 */
class FillTest {
    private static final int CODE = 0x1000;
    private static final int MEMORY = 0x8000;
    private static final int LENGTH = 0x6000;
    private static final int FILLS = 60;
    private static final int[] SIZES = {1, 2, 4};

    private record Outcome(List<Long> cycles, List<Integer> registers, byte[] memory, Counters counters) {}

    @ParameterizedTest
    @ValueSource(strings = {"unit", "p3-coppermine", "p4-northwood", "p5", "i486"})
    void fillingALineAtOnceIsTheSameAsStoreByStore(String model) {
        CpuModel cpu = Models.named(model);
        Outcome fast = run(cpu, false);
        Outcome slow = run(cpu, true);
        assertThat(fast.cycles).isEqualTo(slow.cycles);
        assertThat(fast.registers).isEqualTo(slow.registers);
        assertThat(fast.memory).isEqualTo(slow.memory);
        assertThat(fast.counters).isEqualTo(slow.counters);
    }

    private static Outcome run(CpuModel cpu, boolean watched) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine = provider.create(Parameters.of(provider, Map.of()), Configured.defaults(cpu));
        Assembler asm = new Assembler();
        asm.section("code", CODE, CODE);
        Random random = new Random(20261129);
        for (int i = 0; i < FILLS; i++) fill(asm, random);
        asm.emit("hlt");
        machine.pokePhysical(CODE, asm.link().segments().get(0).bytes());
        machine.setEip(CODE);
        if (watched) machine.debugger().watchData(0, 3, DataAccess.Kind.WRITE, (m, access) -> {});
        List<Long> cycles = new ArrayList<>();
        List<Integer> registers = new ArrayList<>();
        for (int i = 0; i < FILLS; i++) {
            machine.run(Limits.instructions(machine.instructions() + 5));
            cycles.add(machine.cycles());
            registers.add(machine.register(EDI));
            registers.add(machine.register(ECX));
        }
        return new Outcome(cycles, registers, machine.peekPhysical(MEMORY, 2 * LENGTH), machine.counters());
    }

    private static void fill(Assembler asm, Random random) {
        int count = random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(700);
        int size = SIZES[random.nextInt(SIZES.length)];
        asm.emit(random.nextInt(5) == 0 ? "std" : "cld");
        asm.emit("mov", EDI, imm(MEMORY + LENGTH / 2 + random.nextInt(LENGTH)));
        asm.emit("mov", ECX, imm(count));
        asm.emit("mov", EAX, imm(random.nextInt()));
        asm.emit(size == 1 ? "rep stosb" : size == 2 ? "rep stosw" : "rep stosd");
    }
}
