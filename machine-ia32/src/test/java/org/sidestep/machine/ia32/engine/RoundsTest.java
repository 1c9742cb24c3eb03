package org.sidestep.machine.ia32.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.ia32.Ia32Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.inorder.I486;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.netburst.P4Northwood;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** A block that goes round on registers alone is executed without looking around, and nobody can tell. */
class RoundsTest {
    private static final int CODE = 0x100000;
    private static final List<Reg32> REGISTERS = List.of(Reg32.EAX, Reg32.EDX, Reg32.EBX, Reg32.ESI, Reg32.EDI);
    private static final List<String> OPERATIONS = List.of("add", "sub", "and", "or", "xor", "cmp", "test", "mov");
    private static final List<String> CONDITIONS = List.of("jnz", "ja", "jae");

    private static Stream<CpuModel> models() {
        return Stream.of(new UnitModel(), new P3Coppermine(), new P4Northwood(), new P5(), new I486());
    }

    @ParameterizedTest
    @MethodSource("models")
    void whoStopsItAnywhereFindsItWhereAWatchedOneIs(CpuModel model) {
        SplittableRandom random = new SplittableRandom(17);
        for (int guest = 0; guest < 6; guest++) {
            byte[] code = code(random);
            Machine rounds = machine(model, code);
            Machine watched = machine(model, code);
            watched.observe(new Observer() {
                @Override
                public boolean seesInstructions() {
                    return true;
                }
            });
            for (int stop = 0; stop < 60; stop++) {
                Limits limits = limits(random, rounds);
                rounds.run(limits);
                watched.run(limits);
                if (random.nextInt(8) == 0) rounds.restore(rounds.snapshot());
                assertThat(state(rounds)).as("guest %d, stop %d", guest, stop).isEqualTo(state(watched));
            }
            assertThat(rounds.instructions()).isGreaterThan(10_000);
        }
    }

    private static Limits limits(SplittableRandom random, Machine machine) {
        int further = random.nextInt(1, random.nextBoolean() ? 40 : 3000);
        return random.nextBoolean()
                ? new Limits(machine.cycles() + further, Long.MAX_VALUE)
                : new Limits(Long.MAX_VALUE, machine.instructions() + further);
    }

    private static String state(Machine machine) {
        StringBuilder state = new StringBuilder();
        for (Reg32 register : Reg32.values()) state.append("%x ".formatted(machine.register(register)));
        return "%seip %x, instructions %d, cycles %d, %s, %s\n%s"
                .formatted(
                        state,
                        machine.eip(),
                        machine.instructions(),
                        machine.cycles(),
                        machine.counters(),
                        machine.charges(),
                        ((Ia32Machine) machine).report());
    }

    private static Machine machine(CpuModel model, byte[] code) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine = provider.create(Configured.defaults(provider).parameters(), configured(model));
        machine.pokePhysical(CODE, code);
        machine.setEip(CODE);
        return machine;
    }

    private static Configured<CpuModel> configured(CpuModel model) {
        return new Configured<>(model, Parameters.defaults(model));
    }

    /** Loops of random length within one that does not end. */
    private static byte[] code(SplittableRandom random) {
        Assembler asm = new Assembler();
        asm.section("code", CODE, CODE);
        Label top = asm.bind(asm.fresh("top"));
        for (int loop = 0; loop < 3; loop++) {
            for (int skipped = random.nextInt(8); skipped > 0; skipped--) asm.emit("nop");
            asm.emit("mov", Reg32.ECX, imm(random.nextInt(1, random.nextBoolean() ? 12 : 600)));
            Label inner = asm.bind(asm.fresh("inner"));
            for (int i = Math.max(0, random.nextInt(-2, 3)); i > 0; i--) operation(asm, random);
            if (random.nextBoolean()) {
                asm.emit("dec", Reg32.ECX);
                asm.emit("jnz", inner);
            } else {
                asm.emit("sub", Reg32.ECX, imm(1));
                asm.emit(CONDITIONS.get(random.nextInt(CONDITIONS.size())), inner);
            }
        }
        asm.emit("jmp", top);
        return asm.link().segments().get(0).bytes();
    }

    private static void operation(Assembler asm, SplittableRandom random) {
        String mnemonic = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
        Reg32 to = REGISTERS.get(random.nextInt(REGISTERS.size()));
        Imm number = imm(random.nextInt(100));
        if (random.nextBoolean()) asm.emit(mnemonic, to, number);
        else asm.emit(mnemonic, to, REGISTERS.get(random.nextInt(REGISTERS.size())));
    }
}
