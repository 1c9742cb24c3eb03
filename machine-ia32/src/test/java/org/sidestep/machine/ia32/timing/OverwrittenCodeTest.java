package org.sidestep.machine.ia32.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Program;
import org.sidestep.isa.Mem;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.Ia32MachineProvider;
import org.sidestep.machine.ia32.timing.inorder.I486;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.netburst.P4Northwood;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** What it costs to overwrite code: that depends on what the processor has fetched, not on what the emulator has decoded. */
class OverwrittenCodeTest {
    private static final int CODE = 0x10000;
    private static final int ROUTINE = 0x10400;
    private static final String COUNT = "self-modified.cycles";

    private static List<CpuModel> models() {
        return List.of(new P3Coppermine(), new P4Northwood(), new P5(), new I486());
    }

    private static Stream<CpuModel> modelsThatNotice() {
        return models().stream().filter(model -> !(model instanceof I486));
    }

    private static Machine machine(CpuModel model) {
        Ia32MachineProvider provider = new Ia32MachineProvider();
        Machine machine = provider.create(Parameters.of(provider, Map.of("memory", 1)), Configured.defaults(model));
        assemble(machine, ROUTINE, a -> a.emit("hlt"));
        return machine;
    }

    private static void assemble(Machine machine, int address, Consumer<Assembler> code) {
        Assembler assembler = new Assembler();
        assembler.section("code", address, address);
        code.accept(assembler);
        for (Program.Segment part : assembler.link().segments()) machine.pokePhysical(part.physical(), part.bytes());
    }

    /** Puts code that stores HLT at some addresses, and halts. */
    private static void storing(Machine machine, int... addresses) {
        assemble(machine, CODE, a -> {
            for (int address : addresses) a.emit("mov", Mem.absolute(address).dword(), imm(0xF4));
            a.emit("hlt");
        });
    }

    private static void run(Machine machine, int eip) {
        machine.setEip(eip);
        machine.run(Limits.instructions(machine.instructions() + 100));
    }

    private static long noticed(Machine machine) {
        return machine.charges().getOrDefault(COUNT, 0L);
    }

    @ParameterizedTest
    @MethodSource("models")
    void aMachineThatHasDecodedMoreInAnotherPastTakesAsLong(CpuModel model) {
        Machine fresh = machine(model);
        storing(fresh, ROUTINE);
        Machine.Snapshot start = fresh.snapshot();
        Machine other = machine(model);
        other.restore(start);
        run(other, ROUTINE);
        other.restore(start);
        run(fresh, CODE);
        run(other, CODE);
        assertThat(other.cycles()).isEqualTo(fresh.cycles());
        assertThat(noticed(fresh)).isZero();
    }

    @ParameterizedTest
    @MethodSource("modelsThatNotice")
    void aSnapshotRemembersWhatHasBeenFetchedWhereverItIsRestored(CpuModel model) {
        Machine old = machine(model);
        storing(old, ROUTINE);
        run(old, ROUTINE);
        Machine other = machine(model);
        other.restore(old.snapshot());
        run(old, CODE);
        run(other, CODE);
        assertThat(other.cycles()).isEqualTo(old.cycles());
        assertThat(noticed(old)).isOne();
        assertThat(noticed(other)).isOne();
    }

    @ParameterizedTest
    @MethodSource("modelsThatNotice")
    void onlyTheFirstOfSeveralStoresToALineIsNoticed(CpuModel model) {
        Machine machine = machine(model);
        run(machine, ROUTINE);
        storing(machine, IntStream.range(0, 8).map(i -> ROUTINE + i).toArray());
        run(machine, CODE);
        assertThat(noticed(machine)).isOne();
        run(machine, ROUTINE);
        run(machine, CODE);
        assertThat(noticed(machine)).as("fetched again in between").isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("modelsThatNotice")
    void dataBesideCodeIsNotCode(CpuModel model) {
        Machine machine = machine(model);
        run(machine, ROUTINE);
        storing(machine, ROUTINE + 0x80);
        run(machine, CODE);
        assertThat(noticed(machine)).isZero();
    }
}
