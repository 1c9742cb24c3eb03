package org.sidestep.lab.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelImage;
import org.sidestep.lab.debug.Execution.Halt.Reason;
import org.sidestep.lab.debug.Execution.Watched;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.TestCell;

/** A machine goes back to exactly the states that it has been in, and a debugger costs its guest nothing. */
class ExecutionTest {

    private static final String FORWARD = "lipc.forward";

    /** Timer interrupts every 100 us among lazy switches, exceptions at boot, and a processor that halts. */
    private final Cell cell = TestCell.defaults()
            .with(Axis.KERNEL, "l4", Map.of("tick", 100))
            .with(Axis.IPC, "lazy")
            .with(Axis.WORKLOAD, "preempted")
            .within(300_000_000)
            .cell();

    private final KernelImage image = cell.assemble();
    private final DebugTarget target = DebugTarget.of(cell, image);
    private final Machine machine = target.machine();
    private final Execution execution = target.execution();

    private Reason resume() {
        return execution.resume(() -> false).reason();
    }

    private Reason reverse() {
        return execution.reverse(() -> false).reason();
    }

    private int forward() {
        return image.program().address(FORWARD);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void eachStepBackLeadsToTheStateBeforeTheStepForward(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            machine.run(Limits.instructions(machine.instructions() + 100_000 + random.nextInt(50_000)));
            execution.history().passing();
            List<Long> states = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                states.add(machine.debugger().hash());
                assertThat(execution.step().reason()).isEqualTo(Reason.STEP);
            }
            for (int i = 24; i >= 0; i--) {
                assertThat(execution.back().reason()).isEqualTo(Reason.STEP);
                assertThat(machine.debugger().hash())
                        .as("seed %d, round %d, step %d", seed, round, i)
                        .isEqualTo(states.get(i));
            }
        }
    }

    @Test
    void deliveriesOfInterruptsAreStepsOfTheirOwnForwardAndBackward() {
        execution.setBreakpoint(image.program().address("timer.interrupt"));
        assertThat(resume()).isEqualTo(Reason.BREAKPOINT);
        long behind;
        long instructions;
        do {
            behind = machine.debugger().hash();
            instructions = machine.instructions();
            assertThat(execution.back().reason()).isEqualTo(Reason.STEP);
        } while (machine.cpl() == 0);

        assertThat(machine.instructions()).as("a delivery is no instruction").isEqualTo(instructions);
        assertThat(execution.step().reason()).isEqualTo(Reason.STEP);
        assertThat(machine.cpl()).isZero();
        assertThat(machine.debugger().hash()).isEqualTo(behind);
    }

    @Test
    void goingBackPassesEachBreakpointThatWasPassedOnTheWay() {
        execution.setBreakpoint(forward());
        List<Long> states = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            assertThat(resume()).isEqualTo(Reason.BREAKPOINT);
            states.add(machine.debugger().hash());
        }
        for (int i = 10; i >= 0; i--) {
            assertThat(reverse()).isEqualTo(Reason.BREAKPOINT);
            assertThat(machine.debugger().hash()).isEqualTo(states.get(i));
        }
        assertThat(reverse()).isEqualTo(Reason.BEGIN);
        assertThat(machine.instructions()).isZero();
        assertThat(execution.back().reason()).isEqualTo(Reason.BEGIN);
    }

    @Test
    void aWatchStopsBehindTheWriteAndGoingBackBeforeIt() {
        Watched current = new Watched(image.currentUtcb(), 4, DataAccess.Kind.WRITE);
        execution.setBreakpoint(forward());
        assertThat(resume()).isEqualTo(Reason.BREAKPOINT);
        execution.removeBreakpoint(forward());
        int before = machine.peek(image.currentUtcb());

        execution.setWatch(current);
        assertThat(resume()).isEqualTo(Reason.WATCH);
        int after = machine.peek(image.currentUtcb());
        assertThat(after).isNotEqualTo(before);
        long behind = machine.debugger().hash();

        assertThat(reverse()).isEqualTo(Reason.WATCH);
        assertThat(machine.peek(image.currentUtcb())).isEqualTo(before);
        execution.step();
        assertThat(machine.debugger().hash()).isEqualTo(behind);
    }

    @Test
    void aChangeIsKeptUntilOneGoesBackBehindIt() {
        execution.setBreakpoint(forward());
        resume();
        resume();
        int original = machine.register(Reg32.ECX);
        machine.setRegister(Reg32.ECX, 77);
        target.changed();
        execution.step();
        execution.step();
        execution.back();
        execution.back();
        assertThat(machine.register(Reg32.ECX)).isEqualTo(77);

        reverse();
        resume();
        assertThat(machine.register(Reg32.ECX)).isEqualTo(original);
    }

    @Test
    void aBreakpointAtWhichSomethingWasChangedIsFoundAgain() {
        execution.setBreakpoint(forward());
        resume();
        machine.setRegister(Reg32.ECX, machine.register(Reg32.ECX));
        target.changed();
        long instructions = machine.instructions();
        resume();

        assertThat(reverse()).isEqualTo(Reason.BREAKPOINT);
        assertThat(machine.instructions()).isEqualTo(instructions);
    }

    @Test
    void aDebuggedRunThatWentToAndFroEndsInTheStateOfAPlainOne() {
        Machine plain = cell.boot(image);
        String end = plain.run(Limits.cycles(cell.maxCycles())).reason();

        execution.setBreakpoint(forward());
        execution.setWatch(new Watched(image.currentUtcb(), 4, DataAccess.Kind.ACCESS));
        for (int i = 0; i < 8; i++) resume();
        for (int i = 0; i < 3; i++) reverse();
        for (int i = 0; i < 5; i++) execution.step();
        execution.back();
        execution.removeBreakpoint(forward());
        execution.removeWatch(new Watched(image.currentUtcb(), 4, DataAccess.Kind.ACCESS));
        Execution.Halt last = execution.resume(() -> false);

        assertThat(last.reason()).isEqualTo(Reason.END);
        assertThat(last.end()).isEqualTo(end);
        assertThat(machine.cycles()).isEqualTo(plain.cycles());
        assertThat(machine.debugger().hash()).isEqualTo(plain.debugger().hash());
        assertThat(machine.counters()).isEqualTo(plain.counters());
    }

    @Test
    void oneCanGoBackFromTheEnd() {
        assertThat(resume()).isEqualTo(Reason.END);
        long end = machine.instructions();
        assertThat(execution.back().reason()).isEqualTo(Reason.STEP);
        assertThat(machine.instructions()).isLessThanOrEqualTo(end);
        execution.setBreakpoint(forward());
        assertThat(reverse()).isEqualTo(Reason.BREAKPOINT);
        assertThat(machine.codeAddress()).isEqualTo(forward());
    }

    @Test
    void whatTheGuestPrintsIsToldOnce() {
        resume();
        String printed = target.printed();
        assertThat(printed).contains("Sidestep L4");
        reverse();
        resume();
        assertThat(target.printed()).isEmpty();
    }

    @Test
    void aLongRunIsRememberedInFewSnapshotsAndOneCanStillGoBackAnywhere() {
        assertThat(resume()).isEqualTo(Reason.END);
        assertThat(execution.history().snapshots()).isBetween(10, 66);
        execution.setBreakpoint(forward());
        for (int i = 0; i < 3; i++) assertThat(reverse()).isEqualTo(Reason.BREAKPOINT);
        long state = machine.debugger().hash();
        execution.back();
        execution.step();
        assertThat(machine.debugger().hash()).isEqualTo(state);
    }
}
