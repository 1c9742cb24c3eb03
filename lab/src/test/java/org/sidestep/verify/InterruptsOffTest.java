package org.sidestep.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.TestCell;

/** How long interrupts wait is what EFLAGS says, step by step: also where the kernel lets them in on its way. */
class InterruptsOffTest {

    /** Between STI and SYSEXIT, which count as one exit. */
    private static final long EXIT = 8;

    @ParameterizedTest
    @CsvSource({"strings", "words"})
    void theLongestTimeIsThatInWhichTheFlagIsClear(String form) {
        Booted booted = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", "on"))
                .with(Axis.WORKLOAD, "forms", Map.of("form", form, "rounds", 4, "warmup", 1))
                .boot();
        booted.runTo("A.begin", 1);
        InterruptsOff off = InterruptsOff.of(booted);
        off.begin();
        long longest = stepThrough(booted.machine());
        assertThat(off.cycles()).isCloseTo(longest, within(EXIT)).isPositive();
    }

    private static long stepThrough(Machine machine) {
        long longest = 0;
        long since = machine.cycles();
        Stop stop;
        do {
            boolean before = (machine.eflags() & Eflags.IF) != 0;
            stop = machine.step();
            boolean now = (machine.eflags() & Eflags.IF) != 0;
            if (before && !now) since = machine.cycles();
            if (!before && now) longest = Math.max(longest, machine.cycles() - since);
        } while (stop.kind() == Stop.Kind.STEP);
        return longest;
    }
}
