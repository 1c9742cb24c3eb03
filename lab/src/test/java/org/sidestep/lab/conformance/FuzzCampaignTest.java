package org.sidestep.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/** The part of the campaign that runs every time; {@code sidestep conformance fuzz} has no end. */
class FuzzCampaignTest {
    private static final long SEED = 20011017;
    private static final int INSTRUCTIONS = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"unit", "p3-coppermine", "p4-northwood", "p5", "i486"})
    @Timeout(120)
    void randomCodeNeverHarmsTheHostAndEndsTheSameEveryTime(String cpu) {
        List<String> failures = new ArrayList<>();
        FuzzCampaign.Outcome outcome = campaign(cpu, failures).run(0, INSTRUCTIONS);
        assertThat(failures).as("seed %d", SEED).isEmpty();
        assertThat(outcome.instructions()).isGreaterThanOrEqualTo(INSTRUCTIONS);
        assertThat(outcome.stops()).containsKeys(Stop.Kind.INSTRUCTION_LIMIT, Stop.Kind.TRIPLE_FAULT);
    }

    /** F2 before a two-byte opcode is a scalar double; noise has few of them. */
    @ParameterizedTest
    @CsvSource({"p3-coppermine, 0, 100", "p4-northwood, 200, 20000"})
    void whatIsDrawnIsWhatThePartHas(String cpu, int least, int most) {
        Machine machine = TestMachines.fuzzed(cpu);
        machine.run(Limits.instructions(100));
        int doubles = 0;
        for (int number = 0; number < 5; number++) {
            FuzzRun.prepare(machine, TestMachines.features(cpu), SEED, number);
            byte[] code = machine.peekPhysical(FuzzRun.CODE, 0x10000);
            for (int i = 1; i < code.length; i++) if (code[i - 1] == (byte) 0xF2 && code[i] == 0x0F) doubles++;
        }
        assertThat(doubles).isBetween(least, most);
    }

    private static FuzzCampaign campaign(String cpu, List<String> failures) {
        return new FuzzCampaign(SEED, TestMachines.features(cpu), () -> TestMachines.fuzzed(cpu), failures::add);
    }

    /** Which mode a run begins in follows from its number. */
    @ParameterizedTest
    @CsvSource({"0, 0, false, true", "3, 3, false, true", "4, 3, true, true", "5, 0, false, false"})
    void theRandomCodeIsReachedInItsMode(int mode, int level, boolean virtual, boolean isProtected) {
        Machine machine = TestMachines.fuzzed("unit");
        machine.run(Limits.instructions(100));
        Machine.Snapshot start = machine.snapshot();
        int reached = 0;
        for (int number = mode; number < 120; number += 6) {
            machine.restore(start);
            FuzzRun.prepare(machine, TestMachines.features("unit"), SEED, number);
            for (int step = 0; step < 100 && machine.codeAddress() != FuzzRun.CODE; step++) machine.step();
            if (machine.codeAddress() != FuzzRun.CODE) continue;
            reached++;
            assertThat(machine.cpl()).isEqualTo(level);
            assertThat((machine.eflags() & Eflags.VM) != 0).isEqualTo(virtual);
            assertThat((machine.control(Cr.CR0) & 1) != 0).isEqualTo(isProtected);
        }
        assertThat(reached).as("of 20 runs").isGreaterThan(5);
    }
}
