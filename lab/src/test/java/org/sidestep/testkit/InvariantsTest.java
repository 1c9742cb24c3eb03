package org.sidestep.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.asm.AssemblyException;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.machine.Machine;

/** The kernel's invariants are a question about a machine, whichever scheduler keeps the ready queue. */
final class InvariantsTest {

    private static final int WINDOW = 0xF000_0000;

    /** Another class than those that the kernel brings along. */
    private record Foreign(Scheduler inner) implements Scheduler {

        @Override
        public String id() {
            return "foreign";
        }

        @Override
        public String summary() {
            return "a scheduler of a plugin";
        }

        @Override
        public SchedulerRoutines routines(KernelCode kernel) {
            return inner.routines(kernel);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"priority-rr", "round-robin"})
    void aRunningThreadInTheReadyQueueOfAForeignSchedulerIsFoundAsOftenAsAsked(String id) {
        TestCell cell =
                TestCell.defaults().with(Axis.SCHEDULER, new Foreign(Plugins.find(Axis.SCHEDULER, id)), Map.of());
        Booted booted = cell.boot();
        Machine machine = booted.machine();
        KernelInvariants invariants = cell.cell()
                .on(Axis.KERNEL)
                .plugin()
                .invariants(cell.cell().request(), booted.image())
                .orElseThrow();
        booted.runTo("exit.frame", 3);
        long cycles = machine.cycles();
        assertThat(invariants.check(machine)).isEmpty();

        int first = booted.address("scheduler.first") - WINDOW;
        byte[] whole = machine.peekPhysical(first, Integer.BYTES);
        machine.pokePhysical(first, word(machine.register(Reg32.EBX)));
        List<String> violations = invariants.check(machine);
        assertThat(violations).anyMatch(line -> line.contains("1 times in the ready queue instead of 0"));
        assertThat(invariants.check(machine)).isEqualTo(violations);

        machine.pokePhysical(first, whole);
        assertThat(invariants.check(machine)).isEmpty();
        assertThat(machine.cycles()).isEqualTo(cycles);
        assertThat(booted.run().succeeded()).isTrue();
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    @Test
    void aSchedulerThatLeavesARoutineOutIsRefusedByTheRoutinesName() {
        TestCell cell = TestCell.defaults().with(Axis.SCHEDULER, new Empty(), Map.of());
        assertThatThrownBy(cell::assemble).isInstanceOf(AssemblyException.class).hasMessageContaining("scheduler.");
    }

    private record Empty() implements Scheduler {

        @Override
        public String id() {
            return "empty";
        }

        @Override
        public String summary() {
            return "a scheduler without routines";
        }

        @Override
        public SchedulerRoutines routines(KernelCode kernel) {
            return new SchedulerRoutines(kernel) {
                @Override
                public void emit() {}

                @Override
                public List<Integer> queued(KernelMemory memory, Consumer<String> broken) {
                    return List.of();
                }
            };
        }
    }
}
