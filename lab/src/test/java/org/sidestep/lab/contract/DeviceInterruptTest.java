package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.TestCell;
import org.sidestep.testkit.contract.DisturbanceContract;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Course;
import org.sidestep.verify.disturbance.DeviceInterrupt;

/** A device interrupts: its driver runs at once, and gets each message that it has answered the last one for. */
class DeviceInterruptTest extends DisturbanceContract {

    private static final int LINE = 5;

    @Override
    protected Disturbance disturbance() {
        return new DeviceInterrupt();
    }

    @Override
    protected Course course() {
        return Course.of("meddlers", "words=2", "device=on", "timeslice=100000");
    }

    @Test
    void theDriverRunsOnceForEachInterruptAndTheRunEndsWell() {
        Booted booted = TestCell.defaults()
                .with(Axis.WORKLOAD, "meddlers", Map.of("device", "on", "rounds", 6, "warmup", 2))
                .within(200_000_000)
                .boot()
                .countLabel("D.raised");
        assertThat(booted.image().observables().lines()).containsExactly(LINE);
        for (int i = 1; i <= 3; i++) {
            booted.runTo("A.round", 1);
            booted.machine().interruptAt(booted.machine().instructions(), LINE);
            booted.runTo("A.round", 1);
            assertThat(booted.passed("D.raised")).isEqualTo(i);
        }
        assertThat(booted.run().succeeded()).isTrue();
    }
}
