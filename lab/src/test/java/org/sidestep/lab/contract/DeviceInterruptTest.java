package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.experiment.Axis;
import org.sidestep.machine.Limits;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.TestCell;
import org.sidestep.testkit.contract.DisturbanceContract;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Course;
import org.sidestep.verify.disturbance.DeviceInterrupt;
import org.sidestep.workload.Observables.Deed;

/** Another thread acts in the middle of a pair's Ipc; what it does is done at once, and is what it is said to be. */
class DeviceInterruptTest extends DisturbanceContract {

    /** Instructions in which a meddler that was woken has begun its deed. */
    private static final int SOON = 1000;

    /** Rounds before the one that a campaign disturbs. */
    private static final int WARM = 3;

    private static final int TIMER = 0;

    @Override
    protected Disturbance disturbance() {
        return new DeviceInterrupt();
    }

    @Override
    protected Course course() {
        return Course.of("meddlers", "words=2", "device=on", "timeslice=100000");
    }

    static Stream<Arguments> everywhere() {
        return Stream.of("strict", "lazy")
                .flatMap(policy -> Stream.of(Map.of(), Map.of("queued", "on", "timeslice", 150))
                        .map(parameters -> Arguments.of(policy, parameters)));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void whoeverIsMadeToDoSomethingDoesItSoonAndTheRunEndsWell(String policy, Map<String, ?> parameters) {
        Booted booted = meddlers(policy, parameters);
        List<Deed> deeds = booted.image().observables().deeds();
        assertThat(deeds).hasSize(16);
        deeds.forEach(deed -> booted.countLabel(place(deed)));
        booted.runTo("A.round", WARM);
        Booted.Mark mark = booted.mark();
        assertThat(booted.run().succeeded()).isTrue();
        for (Deed deed : deeds) {
            booted.restore(mark);
            strike(booted, deed);
            booted.machine().run(Limits.instructions(booted.machine().instructions() + SOON));
            assertThat(booted.passed(place(deed))).as(deed.name()).isEqualTo(1);
            assertThat(booted.run().succeeded()).as(deed.name()).isTrue();
            assertThat(booted.machine().peekPhysical(booted.address(deed.word())))
                    .isZero();
        }
    }

    @Test
    void aThreadThatWaitsIsReallyCancelled() {
        Booted booted = meddlers("strict", Map.of());
        booted.countLabel("A.stopped").runTo("B.received", 3);
        Deed cancel = booted.image().observables().deeds().get(0);
        assertThat(cancel.name()).isEqualTo("H cancels A");
        strike(booted, cancel);
        assertThat(booted.run().succeeded()).isTrue();
        assertThat(booted.passed("A.stopped")).isEqualTo(1);
    }

    @Test
    void aThreadThatWaitsForAWhileIsStoppedByATickThatComesLater() {
        Booted booted = meddlers("lazy", Map.of("timed", "on"));
        booted.countLabel("A.stopped").runTo("B.reply", 3);
        booted.machine().interruptAt(booted.machine().instructions(), TIMER);
        assertThat(booted.run().succeeded()).isTrue();
        assertThat(booted.passed("A.stopped")).isEqualTo(1);
    }

    private static Booted meddlers(String policy, Map<String, ?> parameters) {
        return TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.IPC, policy)
                .with(Axis.KERNEL, "l4", Map.of("tick", 150))
                .with(Axis.WORKLOAD, "meddlers", with(parameters))
                .within(200_000_000)
                .boot();
    }

    private static Map<String, ?> with(Map<String, ?> parameters) {
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        all.put("rounds", 6);
        all.put("warmup", 2);
        return all;
    }

    private static String place(Deed deed) {
        return deed.name().replace(' ', '.');
    }

    private static void strike(Booted booted, Deed deed) {
        byte[] value = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(deed.value())
                .array();
        booted.machine().pokePhysical(booted.address(deed.word()), value);
        booted.machine().interruptAt(booted.machine().instructions(), TIMER);
    }
}
